/** Searches as they come in, by GET and by POST, checked and brought to one form. */
import type { Node } from '../../pipelines/core/cql2/ast.ts';
import { parseGeometry } from '../../pipelines/core/cql2/build.ts';
import { parseCql2Json } from '../../pipelines/core/cql2/parse-json.ts';
import { parseCql2Text } from '../../pipelines/core/cql2/parse-text.ts';
import { call, invalid, named, oneOf } from './conditions.ts';
import { parseQuery } from './query-extension.ts';

export interface SearchRequest {
  readonly limit: number;
  readonly token: string | null;
  readonly sortby: readonly SortKey[];
  readonly fields: FieldChoice | null;
  /** All that items must meet; each names the parameter it came from in its messages. */
  readonly conditions: readonly Node[];
}

export interface SortKey {
  readonly field: string;
  readonly isDescending: boolean;
}

export interface FieldChoice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export const DEFAULT_LIMIT = 10;
export const MAX_LIMIT = 1000;

type Words = Readonly<Record<string, unknown>>;

/** @throws {PlatformError} `parameter-invalid`, naming the parameter and what came */
export function parseSearch(words: Words): SearchRequest {
  if (words['bbox'] !== undefined && words['intersects'] !== undefined)
    throw invalid('intersects', words['intersects'], 'either bbox or intersects');
  const { bbox, intersects, datetime, ids, collections, filter, query } = words;
  const conditions: Node[] = [];
  if (collections !== undefined) conditions.push(oneOf('collection', parseList('collections', collections)));
  if (ids !== undefined) conditions.push(oneOf('id', parseList('ids', ids)));
  if (bbox !== undefined) conditions.push(meets({ kind: 'geometry', ...parseBbox(bbox), at: 'bbox' }));
  if (intersects !== undefined) conditions.push(meets(parseIntersects(intersects)));
  if (datetime !== undefined) conditions.push(during(parseDatetime(datetime)));
  if (query !== undefined) conditions.push(...parseQuery(query));
  if (filter !== undefined && filter !== null) conditions.push(parseFilter(filter, words));
  return {
    limit: parseLimit(words['limit']),
    token: parseToken(words['token']),
    sortby: parseSort(words['sortby']),
    fields: parseFields(words['fields']),
    conditions,
  };
}

function meets(geometry: Node): Node {
  return call('s_intersects', [{ kind: 'property', name: 'geometry', at: geometry.at }, geometry], String(geometry.at));
}

function during(interval: Node): Node {
  return call('t_intersects', [{ kind: 'property', name: 'datetime', at: 'datetime' }, interval], 'datetime');
}

/** One word with commas, the parameter several times, or an array. */
function parseList(parameter: string, given: unknown): string[] {
  const values = typeof given === 'string' ? given.split(',') : given;
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string'))
    throw invalid(parameter, given, 'a list of ids');
  return values.map((value) => value.trim());
}

const BOX = 'west,south,east,north in degrees, or with heights west,south,low,east,north,high';

function parseBbox(given: unknown): Pick<Extract<Node, { kind: 'geometry' }>, 'geometry' | 'bbox'> {
  const values = typeof given === 'string' ? given.split(',').map(toNumber) : given;
  if (!Array.isArray(values) || (values.length !== 4 && values.length !== 6)) throw invalid('bbox', given, BOX);
  if (!values.every((value) => typeof value === 'number' && Number.isFinite(value))) throw invalid('bbox', given, BOX);
  const numbers = values as number[];
  const half = numbers.length / 2;
  const [west, south, east, north] = [numbers[0]!, numbers[1]!, numbers[half]!, numbers[half + 1]!];
  if (south > north || Math.abs(south) > 90 || Math.abs(north) > 90 || Math.abs(west) > 180 || Math.abs(east) > 180)
    throw invalid('bbox', given, `${BOX}, with south not above north`);
  return boxOf([west, south, east, north]);
}

function boxOf(bbox: readonly [number, number, number, number]) {
  const node = parseCql2Json({ bbox }) as Extract<Node, { kind: 'geometry' }>;
  return { geometry: node.geometry, bbox };
}

/** `Number('')` is 0. */
function toNumber(word: string): number {
  return word.trim() === '' ? Number.NaN : Number(word);
}

function parseIntersects(given: unknown): Node {
  const value = parseJson('intersects', given);
  if (typeof value !== 'object' || value === null) throw invalid('intersects', given, 'a GeoJSON geometry');
  return {
    kind: 'geometry',
    geometry: named('intersects', given, () => parseGeometry(value, '')),
    bbox: null,
    at: 'intersects',
  };
}

function parseJson(parameter: string, given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    throw invalid(parameter, given, 'JSON');
  }
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;
const TIMES = 'a time such as 2024-05-01T00:00:00Z, or start/end of which one may be ..';

function parseDatetime(given: unknown): Node {
  if (typeof given !== 'string') throw invalid('datetime', given, TIMES);
  const parts = given.split('/');
  const bounds = parts.map((part) =>
    part === '..' || (part === '' && parts.length === 2) ? '..' : part.toUpperCase(),
  );
  const isSound = bounds.every((bound) => bound === '..' || MOMENT.test(bound));
  if (!isSound || bounds.length > 2 || bounds.every((bound) => bound === '..')) throw invalid('datetime', given, TIMES);
  const [start, end = start] = bounds as [string, string?];
  if (start !== '..' && end !== '..' && Date.parse(start) > Date.parse(end))
    throw invalid('datetime', given, 'an interval that starts before it ends');
  return named('datetime', given, () => parseCql2Json({ interval: [start, end] }));
}

const LANGUAGES = ['cql2-text', 'cql2-json'];
const CRS84 = /^(https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/(1\.3|0)\/CRS84h?)$/;

function parseFilter(filter: unknown, words: Words): Node {
  const language =
    words['filter-lang'] ?? words['filter_lang'] ?? (typeof filter === 'string' ? 'cql2-text' : 'cql2-json');
  if (!LANGUAGES.includes(language as string)) throw invalid('filter-lang', language, LANGUAGES.join(' or '));
  const crs = words['filter-crs'];
  if (crs !== undefined && !(typeof crs === 'string' && CRS84.test(crs)))
    throw invalid('filter-crs', crs, 'http://www.opengis.net/def/crs/OGC/1.3/CRS84');
  return named('filter', filter, () => {
    if (language === 'cql2-json') return parseCql2Json(parseJson('filter', filter));
    if (typeof filter !== 'string') throw invalid('filter', filter, 'CQL2 as text');
    return parseCql2Text(filter);
  });
}

function parseLimit(given: unknown): number {
  if (given === undefined) return DEFAULT_LIMIT;
  const limit = typeof given === 'string' ? toNumber(given) : given;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    throw invalid('limit', given, 'a whole number from 1 on; more than 1000 gives 1000');
  return Math.min(limit, MAX_LIMIT);
}

function parseToken(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string' || given.length > 4000) throw invalid('token', given, 'the token of a next link');
  return given;
}

const SORT = 'fields with + or - before them, such as -properties.datetime,id';
const MAX_SORT_KEYS = 8;

/** A plus sign that was not encoded arrives as a space. */
function parseSort(given: unknown): SortKey[] {
  if (given === undefined) return [];
  const keys = typeof given === 'string' ? given.split(',').map(sortWord) : given;
  if (!Array.isArray(keys) || keys.length > MAX_SORT_KEYS) throw invalid('sortby', given, SORT);
  return keys.map((key: unknown) => {
    const { field, direction = 'asc' } = (key ?? {}) as { field?: unknown; direction?: unknown };
    if (typeof field !== 'string' || field === '' || (direction !== 'asc' && direction !== 'desc'))
      throw invalid('sortby', given, `${SORT}; in JSON [{"field": …, "direction": "asc" | "desc"}]`);
    return { field, isDescending: direction === 'desc' };
  });
}

function sortWord(word: string): { field: string; direction: string } {
  const [, sign, field] = /^\s*([+-]?)(.*)$/s.exec(word)!;
  return { field: field!.trim(), direction: sign === '-' ? 'desc' : 'asc' };
}

function parseFields(given: unknown): FieldChoice | null {
  if (given === undefined) return null;
  if (typeof given === 'string') {
    const words = given
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    const exclude = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1));
    return { include: words.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^\+/, '')), exclude };
  }
  const { include = [], exclude = [] } = (given ?? {}) as { include?: unknown; exclude?: unknown };
  const isWords = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((v) => typeof v === 'string');
  if (!isWords(include) || !isWords(exclude)) throw invalid('fields', given, '{"include": […], "exclude": […]}');
  return { include, exclude };
}
