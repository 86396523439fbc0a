/** The spatial operators of CQL2 on two geometries in degrees, in the plane of longitude and latitude. */
import { PlatformError } from '../../errors.ts';
import type { Geometry } from '../ast.ts';
import { cutsOf } from './cuts.ts';
import type { Matrix } from './matrix.ts';
import { relationMatrix } from './matrix.ts';
import type { Segment, Shape } from './shape.ts';
import { EXTERIOR, locate, shapeOf } from './shape.ts';

export type SpatialOperator =
  | 's_contains'
  | 's_crosses'
  | 's_disjoint'
  | 's_equals'
  | 's_intersects'
  | 's_overlaps'
  | 's_touches'
  | 's_within';

/** Pairs of edges that are looked at for one answer; they take about a second. */
const MAX_PAIRS = 5_000_000;

/** @throws {PlatformError} `too-large` for two geometries of very many edges */
export function relates(operator: SpatialOperator, a: Geometry, b: Geometry): boolean {
  const [first, second] = [prepared(a), prepared(b)];
  if (edges(first) * edges(second) > MAX_PAIRS)
    throw new PlatformError(
      'too-large',
      `A geometry with ${edges(first)} edges cannot be held against one with ${edges(second)}; simplify it`,
      { detail: { parameter: 'filter' } },
    );
  if (operator === 's_intersects') return isMeeting(first, second);
  if (operator === 's_disjoint') return !isMeeting(first, second);
  if (!boxesMeet(first, second)) return false;
  return TESTS[operator](relationMatrix(first, second), first.dimension, second.dimension);
}

/** A filter's own geometry is asked of each record again. */
const known = new WeakMap<Geometry, Shape>();

function prepared(geometry: Geometry): Shape {
  let shape = known.get(geometry);
  if (!shape) known.set(geometry, (shape = shapeOf(geometry)));
  return shape;
}

const edges = ({ rings, lines, points }: Shape) => rings.length + lines.length + points.length;

function boxesMeet({ box: a }: Shape, { box: b }: Shape): boolean {
  return a !== null && b !== null && a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** Ends with the first thing that they share. */
function isMeeting(a: Shape, b: Shape): boolean {
  if (!boxesMeet(a, b)) return false;
  if (hasPointIn(a, b) || hasPointIn(b, a)) return true;
  const others = edgesWithin(b, a.box!);
  return edgesWithin(a, b.box!).some((edge) => others.some((other) => cutsOf(edge, other).length > 0));
}

/** Those whose own box meets a box: of a long coast line, few. */
function edgesWithin({ rings, lines }: Shape, [west, south, east, north]: NonNullable<Shape['box']>): Segment[] {
  const isNear = ([x1, y1, x2, y2]: Segment) =>
    Math.max(x1, x2) >= west && Math.min(x1, x2) <= east && Math.max(y1, y2) >= south && Math.min(y1, y2) <= north;
  return [...rings.filter(isNear), ...lines.filter(isNear)];
}

function hasPointIn({ points, rings, lines }: Shape, other: Shape): boolean {
  const [west, south, east, north] = other.box!;
  const isIn = (x: number, y: number) =>
    x >= west && x <= east && y >= south && y <= north && locate(x, y, other) !== EXTERIOR;
  return (
    points.some(([x, y]) => isIn(x!, y!)) || rings.some(([x, y]) => isIn(x, y)) || lines.some(([x, y]) => isIn(x, y))
  );
}

type Test = (matrix: Matrix, dimensionOfA: number, dimensionOfB: number) => boolean;

/** Interior, boundary and exterior of a (first letter) and b. */
const [II, IB, IE, BI, BB, BE, EI, EB] = [0, 1, 2, 3, 4, 5, 6, 7];

const TESTS: Readonly<Record<Exclude<SpatialOperator, 's_intersects' | 's_disjoint'>, Test>> = {
  s_equals: (m) => m[II]! >= 0 && m[IE]! < 0 && m[BE]! < 0 && m[EI]! < 0 && m[EB]! < 0,
  s_within: (m) => m[II]! >= 0 && m[IE]! < 0 && m[BE]! < 0,
  s_contains: (m) => m[II]! >= 0 && m[EI]! < 0 && m[EB]! < 0,
  s_touches: (m) => m[II]! < 0 && (m[IB]! >= 0 || m[BI]! >= 0 || m[BB]! >= 0),
  s_overlaps: (m, a, b) => a === b && m[II] === a && m[IE]! >= 0 && m[EI]! >= 0,
  s_crosses: (m, a, b) => {
    if (a < b) return m[II]! >= 0 && m[IE]! >= 0;
    if (a > b) return m[II]! >= 0 && m[EI]! >= 0;
    return a === 1 && m[II] === 0;
  },
};
