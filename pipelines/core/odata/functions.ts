/**
 * Functions of `$filter`, with how many values each takes.
 * @see OGC 18-088, table 13 (built-in query functions); OASIS OData 4.0, Part 2, 5.1.1.4
 */

interface FunctionShape {
  readonly least: number;
  readonly most: number;
  /** What it is for: decides how it is worked out. */
  readonly family: 'text' | 'time' | 'number' | 'relation' | 'geo';
}

const of = (family: FunctionShape['family'], least: number, most = least): FunctionShape => ({ least, most, family });

export const FUNCTIONS = {
  substringof: of('text', 2),
  contains: of('text', 2),
  startswith: of('text', 2),
  endswith: of('text', 2),
  length: of('text', 1),
  indexof: of('text', 2),
  substring: of('text', 2, 3),
  tolower: of('text', 1),
  toupper: of('text', 1),
  trim: of('text', 1),
  concat: of('text', 2),
  year: of('time', 1),
  month: of('time', 1),
  day: of('time', 1),
  hour: of('time', 1),
  minute: of('time', 1),
  second: of('time', 1),
  fractionalseconds: of('time', 1),
  date: of('time', 1),
  time: of('time', 1),
  totaloffsetminutes: of('time', 1),
  now: of('time', 0),
  mindatetime: of('time', 0),
  maxdatetime: of('time', 0),
  round: of('number', 1),
  floor: of('number', 1),
  ceiling: of('number', 1),
  before: of('relation', 2),
  after: of('relation', 2),
  during: of('relation', 2),
  overlaps: of('relation', 2),
  'geo.distance': of('geo', 2),
  'geo.length': of('geo', 1),
  'geo.intersects': of('geo', 2),
  st_equals: of('geo', 2),
  st_disjoint: of('geo', 2),
  st_touches: of('geo', 2),
  st_within: of('geo', 2),
  st_overlaps: of('geo', 2),
  st_crosses: of('geo', 2),
  st_intersects: of('geo', 2),
  st_contains: of('geo', 2),
  st_relate: of('geo', 3),
} as const satisfies Record<string, FunctionShape>;

export type FunctionName = keyof typeof FUNCTIONS;

export function findFunction(name: string): FunctionShape | null {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name as FunctionName] : null;
}

/** The name of a geospatial function, or null for anything else. */
export function geoFunctionOf(name: string): FunctionName | null {
  return findFunction(name)?.family === 'geo' ? (name as FunctionName) : null;
}
