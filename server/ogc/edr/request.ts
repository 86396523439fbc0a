/** What an EDR query asks, out of the words of its query (OGC 19-086r6, clause 8.2). */
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import { boxGeometry, instant } from '../../../pipelines/core/cql2/build.ts';
import { parseWktAt, WKT_TYPES } from '../../../pipelines/core/cql2/parse-wkt.ts';
import { TextParser } from '../../../pipelines/core/cql2/parse-text.ts';
import { tokenise } from '../../../pipelines/core/cql2/tokenise.ts';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import type { Query } from '../../services/raster/wish.ts';
import { checkWords, refusal, wordOf } from '../../services/raster/wish.ts';

/** Null bounds are open. RFC 3339. */
export interface Interval {
  readonly start: string | null;
  readonly end: string | null;
}

export const COMMON_WORDS = ['datetime', 'parameter-name', 'crs', 'f'] as const;
export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

export interface CommonWords {
  readonly interval: Interval;
  /** Null: all. */
  readonly parameters: readonly string[] | null;
}

/** @throws {PlatformError} `parameter-invalid` */
export function parseCommon(query: Query, own: readonly string[]): CommonWords {
  checkWords(query, [...own, ...COMMON_WORDS]);
  const crs = wordOf(query, 'crs');
  if (crs !== null && crs !== 'CRS84' && crs !== CRS84)
    throw refusal('crs', crs, `crs is "${crs.slice(0, 100)}"; answers are in CRS84 (longitude, latitude) alone`);
  const names = wordOf(query, 'parameter-name');
  return { interval: parseInterval(wordOf(query, 'datetime')), parameters: names === null ? null : namesOf(names) };
}

function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw refusal('parameter-name', text, 'parameter-name is a list of ids between commas');
  return names;
}

function parseInterval(text: string | null): Interval {
  if (text === null) return { start: null, end: null };
  const [first, second, ...others] = text.split('/');
  const start = boundOf(text, first!, '00:00:00Z');
  const end = boundOf(text, second ?? first!, '23:59:59.999999Z');
  const isBackwards = start !== null && end !== null && Date.parse(start) > Date.parse(end);
  if (others.length > 0 || isBackwards || (second === undefined && start === null)) throw badTime(text);
  return { start, end };
}

/** A day begins and ends. */
function boundOf(whole: string, text: string, clock: string): string | null {
  if (text === '..' || text === '') return null;
  try {
    const { value, isDate } = instant(text, '');
    return isDate ? `${value}T${clock}` : value;
  } catch (error) {
    if (isPlatformError(error)) throw badTime(whole);
    throw error;
  }
}

function badTime(text: string) {
  const accepted = 'a time such as 2024-05-01T10:00:00Z, a day, or start/end of which one may be ..';
  return refusal('datetime', text, `datetime is "${text.slice(0, 100)}"; accepted is ${accepted}`);
}

/** `coords` as well-known text of one of some types, in degrees. */
export function parseCoords(query: Query, types: readonly Geometry['type'][]): Geometry {
  const text = wordOf(query, 'coords');
  const accepted = types.map((type) => type.toUpperCase()).join(' or ');
  if (text === null) throw refusal('coords', '', `coords is missing; it is well-known text, ${accepted}`);
  try {
    const parser = new TextParser(tokenise(text));
    const type = parser.next().text.toUpperCase();
    const geometry = WKT_TYPES.has(type) ? parseWktAt(parser, type, 0) : null;
    parser.end();
    if (geometry && types.includes(geometry.type)) return geometry;
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    throw refusal('coords', text, `coords is no geometry: ${error.message.replace(/^The filter has a fault /, '')}`);
  }
  throw refusal('coords', text, `coords is "${text.slice(0, 60)}"; accepted is ${accepted}`);
}

const METRES: Readonly<Record<string, number>> = {
  m: 1,
  metre: 1,
  metres: 1,
  meter: 1,
  meters: 1,
  km: 1000,
  kilometre: 1000,
  kilometres: 1000,
  kilometer: 1000,
  kilometers: 1000,
  mi: 1609.344,
  miles: 1609.344,
};
export const WITHIN_UNITS: readonly string[] = ['m', 'km', 'mi'];
/** Wider than any network that we know; beyond it a box is the better question. */
const MOST_METRES = 1_000_000;

/** `within` and `within-units`, in metres. */
export function parseWithin(query: Query): number {
  const [text, units] = [wordOf(query, 'within') ?? '', wordOf(query, 'within-units') ?? ''];
  const factor = Object.hasOwn(METRES, units.toLowerCase()) ? METRES[units.toLowerCase()]! : null;
  if (factor === null)
    throw refusal(
      'within-units',
      units,
      `within-units is "${units.slice(0, 40)}"; accepted are ${WITHIN_UNITS.join(', ')}`,
    );
  const metres = /^\d+(\.\d+)?$/.test(text) ? Number(text) * factor : Number.NaN;
  if (metres > 0 && metres <= MOST_METRES) return metres;
  throw refusal('within', text, `within is "${text.slice(0, 40)}"; a number is needed, of up to 1000 km`);
}

/** West, south, east, north, or six numbers with heights, which mean nothing here. */
export function parseBox(query: Query): Geometry {
  const text = wordOf(query, 'bbox');
  const numbers = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (text === null || !numbers.every(Number.isFinite))
    throw refusal('bbox', text ?? '', 'bbox has west, south, east, north in degrees between commas');
  try {
    return boxGeometry(numbers, 1).geometry;
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    throw refusal('bbox', text, `bbox is "${text.slice(0, 100)}": ${error.message.replace(/^.*?: /, '')}`);
  }
}
