/** A geometry taken apart for the questions that are asked of it. */
import type { Geometry, Position } from '../ast.ts';
import { lonLatBoxOf } from './box.ts';

/** Degrees; 1e-10 is a hundredth of a millimetre, far below the last digit of any coordinate. */
const TOLERANCE = 1e-10;

export const INTERIOR = 0;
export const BOUNDARY = 1;
export const EXTERIOR = 2;
export type Location = typeof INTERIOR | typeof BOUNDARY | typeof EXTERIOR;

/** x1, y1, x2, y2. Those of areas have the interior on their left. */
export type Segment = readonly [number, number, number, number];

export interface Shape {
  readonly points: readonly Position[];
  readonly lines: readonly Segment[];
  /** Ends of lines: a line's boundary. */
  readonly ends: readonly Position[];
  readonly rings: readonly Segment[];
  /** 0, 1, 2, of the highest part; -1: empty. */
  readonly dimension: number;
  readonly box: readonly [number, number, number, number] | null;
}

export function shapeOf(geometry: Geometry): Shape {
  const shape = { points: [] as Position[], lines: [] as Segment[], ends: [] as Position[], rings: [] as Segment[] };
  collect(geometry, shape);
  const { points, lines, rings } = shape;
  const dimension = rings.length > 0 ? 2 : lines.length > 0 ? 1 : points.length > 0 ? 0 : -1;
  return { ...shape, ends: oddOnes(shape.ends), dimension, box: lonLatBoxOf(geometry) };
}

interface Parts {
  readonly points: Position[];
  readonly lines: Segment[];
  readonly ends: Position[];
  readonly rings: Segment[];
}

function collect(geometry: Geometry, parts: Parts): void {
  switch (geometry.type) {
    case 'Point':
      parts.points.push(geometry.coordinates);
      break;
    case 'MultiPoint':
      parts.points.push(...geometry.coordinates);
      break;
    case 'LineString':
      addLine(geometry.coordinates, parts);
      break;
    case 'MultiLineString':
      for (const line of geometry.coordinates) addLine(line, parts);
      break;
    case 'Polygon':
      addPolygon(geometry.coordinates, parts);
      break;
    case 'MultiPolygon':
      for (const polygon of geometry.coordinates) addPolygon(polygon, parts);
      break;
    case 'GeometryCollection':
      for (const part of geometry.geometries) collect(part, parts);
  }
}

function addLine(line: readonly Position[], { lines, ends }: Parts): void {
  for (let k = 1; k < line.length; k++) addSegment(lines, line[k - 1]!, line[k]!);
  const [first, last] = [line[0]!, line.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1]) ends.push(first, last);
}

/** Outer rings run counter-clockwise and holes clockwise, whichever way they were given. */
function addPolygon(polygon: readonly (readonly Position[])[], { rings }: Parts): void {
  for (const [index, ring] of polygon.entries()) {
    const isLeft = area(ring) > 0;
    const turned = isLeft === (index === 0) ? ring : ring.toReversed();
    for (let k = 1; k < turned.length; k++) addSegment(rings, turned[k - 1]!, turned[k]!);
  }
}

function addSegment(segments: Segment[], from: Position, to: Position): void {
  if (from[0] !== to[0] || from[1] !== to[1]) segments.push([from[0]!, from[1]!, to[0]!, to[1]!]);
}

function area(ring: readonly Position[]): number {
  let sum = 0;
  for (let k = 1; k < ring.length; k++) {
    const [a, b] = [ring[k - 1]!, ring[k]!];
    sum += (a[0]! - ring[0]![0]!) * (b[1]! - ring[0]![1]!) - (b[0]! - ring[0]![0]!) * (a[1]! - ring[0]![1]!);
  }
  return sum;
}

/** An end that two lines share is no boundary (the rule of Simple Features). */
function oddOnes(ends: readonly Position[]): Position[] {
  const counts = new Map<string, { end: Position; count: number }>();
  for (const end of ends) {
    const known = counts.get(`${end[0]},${end[1]}`);
    if (known) known.count += 1;
    else counts.set(`${end[0]},${end[1]}`, { end, count: 1 });
  }
  return [...counts.values()].filter(({ count }) => count % 2 === 1).map(({ end }) => end);
}

export function locate(x: number, y: number, shape: Shape): Location {
  const inArea = shape.rings.length > 0 ? locateInArea(x, y, shape.rings) : EXTERIOR;
  if (inArea === INTERIOR) return INTERIOR;
  const onLine = shape.lines.length > 0 ? locateOnLines(x, y, shape) : EXTERIOR;
  if (onLine === INTERIOR || shape.points.some((point) => isSame(x, y, point))) return INTERIOR;
  return inArea === BOUNDARY || onLine === BOUNDARY ? BOUNDARY : EXTERIOR;
}

function locateInArea(x: number, y: number, rings: readonly Segment[]): Location {
  let isInside = false;
  for (const segment of rings) {
    const [x1, y1, x2, y2] = segment;
    if (isOn(x, y, segment)) return BOUNDARY;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) isInside = !isInside;
  }
  return isInside ? INTERIOR : EXTERIOR;
}

function locateOnLines(x: number, y: number, { lines, ends }: Shape): Location {
  if (!lines.some((segment) => isOn(x, y, segment))) return EXTERIOR;
  return ends.some((end) => isSame(x, y, end)) ? BOUNDARY : INTERIOR;
}

function isSame(x: number, y: number, position: Position): boolean {
  return Math.abs(position[0]! - x) <= TOLERANCE && Math.abs(position[1]! - y) <= TOLERANCE;
}

export function isOn(x: number, y: number, [x1, y1, x2, y2]: Segment): boolean {
  if (x < Math.min(x1, x2) - TOLERANCE || x > Math.max(x1, x2) + TOLERANCE) return false;
  if (y < Math.min(y1, y2) - TOLERANCE || y > Math.max(y1, y2) + TOLERANCE) return false;
  const [dx, dy] = [x2 - x1, y2 - y1];
  return Math.abs(dx * (y - y1) - dy * (x - x1)) <= TOLERANCE * Math.hypot(dx, dy);
}
