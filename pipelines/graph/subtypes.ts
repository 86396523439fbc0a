/** What openEO's subtypes ask for beyond their type; each check answers null, or what it accepts. */
import { describeSchema } from './describe.ts';
import { isNodeReference, isParameterReference, isRecord } from './graph.ts';
import { parseTime } from './processes/times.ts';

type Check = (value: unknown) => string | null;

const isReference = (value: unknown) => isNodeReference(value) || isParameterReference(value);

function accepting(subtype: string, holds: (value: unknown) => boolean): Check {
  return (value) => (value === null || holds(value) ? null : describeSchema({ subtype }));
}

function isTime(value: unknown, ...kinds: readonly string[]): boolean {
  return typeof value === 'string' && kinds.includes(parseTime(value)?.kind ?? '');
}

/** An instant for ordering, or null where an end is open or known only later. */
function instantOf(value: unknown): number | null {
  return typeof value === 'string' ? (parseTime(value)?.instant ?? null) : null;
}

function interval(value: unknown): string | null {
  if (!Array.isArray(value) || value.length !== 2) return describeSchema({ subtype: 'temporal-interval' });
  const [start, end] = value as readonly unknown[];
  for (const edge of [start, end])
    if (edge !== null && !isReference(edge) && !isTime(edge, 'date', 'date-time', 'time'))
      return `a date or time such as 2024-06-01, or null for an open end`;
  if (start === null && end === null) return 'a period with a beginning or an end';
  const [from, to] = [instantOf(start), instantOf(end)];
  return from !== null && to !== null && from >= to
    ? 'a period that ends after it begins (its end is not part of it)'
    : null;
}

function box(value: unknown): string | null {
  if (value === null || !isRecord(value)) return null;
  for (const side of ['west', 'south', 'east', 'north']) {
    const edge = value[side];
    if (!isReference(edge) && (typeof edge !== 'number' || !Number.isFinite(edge)))
      return `a box with the numbers west, south, east and north (${side} is missing or no number)`;
  }
  const { south, north } = value;
  return typeof south === 'number' && typeof north === 'number' && south > north
    ? 'a box whose north is above its south'
    : null;
}

const GEOMETRIES = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'];

function isGeoJson(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type } = value;
  if (type === 'Feature') return isRecord(value['geometry']);
  if (type === 'FeatureCollection') return Array.isArray(value['features']);
  if (type === 'GeometryCollection') return Array.isArray(value['geometries']);
  return GEOMETRIES.includes(String(type)) && Array.isArray(value['coordinates']);
}

const CHECKS: Readonly<Record<string, Check>> = {
  // a cube is never written down, only referred to
  datacube: accepting('datacube', () => false),
  date: accepting('date', (value) => isTime(value, 'date')),
  'date-time': accepting('date-time', (value) => isTime(value, 'date-time')),
  time: accepting('time', (value) => isTime(value, 'time')),
  'temporal-interval': (value) => (value === null ? null : interval(value)),
  'bounding-box': box,
  geojson: accepting('geojson', isGeoJson),
  'epsg-code': accepting('epsg-code', (value) => typeof value === 'number' && value >= 1000),
};

/** Why a value is not of a subtype: what is accepted; null where it is, or the subtype asks for nothing. */
export function checkSubtype(subtype: string, value: unknown): string | null {
  return Object.hasOwn(CHECKS, subtype) ? CHECKS[subtype]!(value) : null;
}
