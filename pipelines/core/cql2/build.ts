/** Checks that both notations share: times, boxes, geometries, size. */
import type { Geometry, GeometryNode, InstantNode, Place } from './ast.ts';
import { brief, fault, MAX_DEPTH, MAX_NODES } from './fault.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Positions of one geometry. */
const MAX_POSITIONS = 20_000;

/** Keeps count of what is read, so that no filter grows without bound. */
export class Budget {
  private nodes = 0;

  node(at: Place): void {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) throw fault(at, `it has more than ${MAX_NODES} parts`);
  }

  static depth(depth: number, at: Place): void {
    if (depth > MAX_DEPTH) throw fault(at, `it is nested deeper than ${MAX_DEPTH} levels`);
  }
}

export function instant(value: string, at: Place): InstantNode {
  const isDate = DATE.test(value);
  if ((!isDate && !TIMESTAMP.test(value)) || !isOfCalendar(value))
    throw fault(at, `'${brief(value)}' is no time; write 2024-05-01 or 2024-05-01T10:00:00Z`);
  return { kind: 'instant', value: value.toUpperCase(), isDate, at };
}

/** `Date` takes 30 February for 1 March. */
function isOfCalendar(value: string): boolean {
  const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= last && !Number.isNaN(Date.parse(value));
}

/** A box; one whose west lies east of its east crosses 180° and becomes two. */
export function boxGeometry(numbers: readonly number[], at: Place): GeometryNode {
  if (numbers.length !== 4 && numbers.length !== 6)
    throw fault(at, `a box has 4 numbers, or 6 with heights; here are ${numbers.length}`);
  const half = numbers.length / 2;
  const [west, south, east, north] = [numbers[0]!, numbers[1]!, numbers[half]!, numbers[half + 1]!];
  if (south > north) throw fault(at, `the south of the box, ${south}, lies north of its north, ${north}`);
  const ring = (w: number, e: number) => [
    [
      [w, south],
      [e, south],
      [e, north],
      [w, north],
      [w, south],
    ],
  ];
  const geometry: Geometry =
    west <= east
      ? { type: 'Polygon', coordinates: ring(west, east) }
      : { type: 'MultiPolygon', coordinates: [ring(west, 180), ring(-180, east)] };
  return { kind: 'geometry', geometry, bbox: numbers, at };
}

const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

/**
 * Parsed JSON as a geometry whose rings are closed and whose lines have two positions.
 * @throws {PlatformError} `expression-invalid`
 */
export function parseGeometry(value: unknown, at: Place): Geometry {
  const budget = { left: MAX_POSITIONS };
  return readGeometry(value, at, budget, 0);
}

function readGeometry(value: unknown, at: Place, budget: { left: number }, depth: number): Geometry {
  if (typeof value !== 'object' || value === null || !('type' in value))
    throw fault(at, 'a GeoJSON geometry is needed');
  const { type } = value as { type: unknown };
  if (type === 'GeometryCollection') {
    const { geometries } = value as { geometries?: unknown };
    if (!Array.isArray(geometries)) throw fault(at, 'a GeometryCollection has geometries');
    Budget.depth(depth, at);
    return { type, geometries: geometries.map((part: unknown) => readGeometry(part, at, budget, depth + 1)) };
  }
  const levels = DEPTHS[String(type)];
  if (levels === undefined) throw fault(at, `"${brief(String(type))}" is no type of a GeoJSON geometry`);
  const { coordinates } = value as { coordinates?: unknown };
  const read = readPositions(coordinates, levels, at, budget);
  checkShape(type as string, read, at);
  return { type, coordinates: read } as unknown as Geometry;
}

function readPositions(value: unknown, levels: number, at: Place, budget: { left: number }): unknown {
  if (!Array.isArray(value)) throw fault(at, 'its coordinates are no array of positions');
  if (levels > 0) return value.map((part: unknown) => readPositions(part, levels - 1, at, budget));
  budget.left -= 1;
  if (budget.left < 0) throw fault(at, `a geometry has more than ${MAX_POSITIONS} positions`);
  if (value.length < 2 || value.length > 4 || !value.every((n) => typeof n === 'number' && Number.isFinite(n)))
    throw fault(at, `${brief(JSON.stringify(value))} is no position; longitude and latitude in degrees are needed`);
  return value;
}

function checkShape(type: string, coordinates: unknown, at: Place): void {
  if (type === 'LineString') checkLine(coordinates as unknown[], at);
  else if (type === 'MultiLineString') for (const line of coordinates as unknown[][]) checkLine(line, at);
  else if (type === 'Polygon') checkRings(coordinates as number[][][], at);
  else if (type === 'MultiPolygon') for (const rings of coordinates as number[][][][]) checkRings(rings, at);
}

function checkLine(line: readonly unknown[], at: Place): void {
  if (line.length < 2) throw fault(at, 'a line has at least 2 positions');
}

function checkRings(rings: readonly (readonly Position[])[], at: Place): void {
  if (rings.length === 0) throw fault(at, 'a polygon has at least one ring');
  for (const ring of rings) {
    const [first, last] = [ring[0], ring.at(-1)];
    if (ring.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
      throw fault(at, 'the ring of a polygon has at least 4 positions, the last of which is the first again');
  }
}

type Position = readonly number[];
