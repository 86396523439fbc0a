/** Questions to a collection of features, checked and brought to one tree of conditions. */
import type { Node } from '../../../pipelines/core/cql2/ast.ts';
import { parseCql2Json } from '../../../pipelines/core/cql2/parse-json.ts';
import { parseCql2Text } from '../../../pipelines/core/cql2/parse-text.ts';
import type { Queryable, Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import { isPlatformError, PlatformError } from '../../../pipelines/core/errors.ts';
import type { Query } from '../../services/raster/wish.ts';
import { checkWords, refusal, wordOf } from '../../services/raster/wish.ts';
import type { FeatureCrs } from './crs.ts';
import { geometryReader, parseFeatureCrs } from './crs.ts';

/** All that features must meet; each knows the parameter that it came from, for messages. */
export interface Condition {
  readonly parameter: string;
  readonly given: string;
  readonly node: Node;
}

export interface FeatureRequest {
  /** Null: as many as the form of the answer takes. */
  readonly limit: number | null;
  readonly after: string | null;
  readonly crs: FeatureCrs;
  readonly conditions: readonly Condition[];
}

export const ITEM_WORDS = [
  'limit',
  'bbox',
  'bbox-crs',
  'datetime',
  'crs',
  'filter',
  'filter-lang',
  'filter-crs',
  'after',
];
export const MOST_FEATURES = 10_000;

/** @throws {PlatformError} `parameter-invalid`, `expression-invalid`, naming the parameter and what came */
export function parseFeatureRequest(query: Query, queryables: Queryables): FeatureRequest {
  const simple = Object.keys(queryables).filter((name) => isSimple(queryables[name]!) && !ITEM_WORDS.includes(name));
  checkWords(query, [...ITEM_WORDS, 'f', ...simple]);
  const word = (name: string) => wordOf(query, name);
  const conditions: Condition[] = [];
  const add = (parameter: string, node: Node) => conditions.push({ parameter, given: word(parameter)!, node });
  for (const name of simple) if (word(name) !== null) add(name, equality(name, word(name)!, queryables[name]!));
  const [bbox, datetime, filter] = [word('bbox'), word('datetime'), word('filter')];
  const boxCrs = parseFeatureCrs('bbox-crs', word('bbox-crs'));
  if (bbox !== null) add('bbox', meets(parseBox(bbox, boxCrs)));
  if (datetime !== null) {
    const interval = parseTime(datetime);
    // What has no time is there at any.
    if (Object.hasOwn(queryables, 'datetime')) add('datetime', during(interval));
  }
  if (filter !== null) add('filter', parseFilter(filter, word('filter-lang'), word('filter-crs')));
  return {
    limit: parseLimit(word('limit')),
    after: word('after'),
    crs: parseFeatureCrs('crs', word('crs')),
    conditions,
  };
}

function isSimple({ type }: Queryable): boolean {
  return type === 'string' || type === 'number' || type === 'boolean';
}

function equality(name: string, given: string, { type }: Queryable): Node {
  const value = type === 'string' ? given : type === 'number' ? toNumber(given) : given === 'true';
  const isSound = type === 'number' ? Number.isFinite(value) : type === 'string' || /^(true|false)$/.test(given);
  if (!isSound || given.includes('\0'))
    throw refusal(name, given, `${name} is "${given.slice(0, 60)}", which is no ${type}`);
  return call('=', [
    { kind: 'property', name, at: name },
    { kind: 'literal', value, at: name },
  ]);
}

const BOX = 'four numbers with commas (or six with heights): the lower corner, then the upper one, in bbox-crs';
/** Steps along an edge of a box in another CRS, which is bent in degrees. */
const STEPS = 16;

function parseBox(text: string, crs: FeatureCrs): Node {
  const numbers = text.split(',').map(toNumber);
  const fault = () => refusal('bbox', text, `bbox is "${text.slice(0, 100)}"; accepted are ${BOX}`);
  if ((numbers.length !== 4 && numbers.length !== 6) || !numbers.every(Number.isFinite)) throw fault();
  const half = numbers.length / 2;
  const corners = [numbers[0]!, numbers[1]!, numbers[half]!, numbers[half + 1]!];
  const [minX, minY, maxX, maxY] = (crs.isNorthFirst ? [1, 0, 3, 2].map((k) => corners[k]!) : corners) as [
    number,
    number,
    number,
    number,
  ];
  if (minY > maxY) throw fault();
  if (crs.epsg === 4326 || crs.epsg === 4258) {
    if (Math.abs(minY) > 90 || Math.abs(maxY) > 90 || Math.abs(minX) > 180 || Math.abs(maxX) > 180) throw fault();
    const node = parseCql2Json({ bbox: [minX, minY, maxX, maxY] });
    return { ...node, at: 'bbox' };
  }
  if (minX > maxX) throw fault();
  const ring = edgeOf(minX, minY, maxX, maxY);
  const read = geometryReader({ ...crs, isNorthFirst: false }, 4326);
  const geometry = read({ type: 'Polygon', coordinates: [ring] });
  if (!geometry) throw refusal('bbox', text, `bbox "${text.slice(0, 100)}" lies outside of the area of ${crs.uri}`);
  return { kind: 'geometry', geometry, bbox: null, at: 'bbox' };
}

/** Counter-clockwise, closed. */
function edgeOf(minX: number, minY: number, maxX: number, maxY: number): number[][] {
  const corners = [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ] as const;
  const ring: number[][] = [];
  for (let edge = 0; edge < 4; edge++) {
    const [[x0, y0], [x1, y1]] = [corners[edge]!, corners[edge + 1]!];
    for (let k = 0; k < STEPS; k++) ring.push([x0 + ((x1 - x0) * k) / STEPS, y0 + ((y1 - y0) * k) / STEPS]);
  }
  return [...ring, [...ring[0]!]];
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/i;
const TIMES = 'a time such as 2024-05-01 or 2024-05-01T00:00:00Z, or start/end of which one may be ..';

export function parseTime(text: string): Node {
  const fault = () => refusal('datetime', text, `datetime is "${text.slice(0, 100)}"; accepted is ${TIMES}`);
  const parts = text.split('/');
  const bounds = parts.map((part) => (part === '' && parts.length === 2 ? '..' : part.toUpperCase()));
  if (bounds.length > 2 || !bounds.every((bound) => bound === '..' || MOMENT.test(bound))) throw fault();
  const [start, end = start] = bounds as [string, string?];
  if (bounds.every((bound) => bound === '..') && bounds.length === 1) throw fault();
  if (start !== '..' && end !== '..' && Date.parse(start) > Date.parse(end)) throw fault();
  return named('datetime', text, () => parseCql2Json({ interval: [start, end] }));
}

const LANGUAGES = ['cql2-text', 'cql2-json'];

function parseFilter(text: string, language: string | null, crs: string | null): Node {
  const lang = language ?? (text.trimStart().startsWith('{') ? 'cql2-json' : 'cql2-text');
  if (!LANGUAGES.includes(lang))
    throw refusal('filter-lang', lang, `filter-lang is "${lang.slice(0, 40)}"; accepted are ${LANGUAGES.join(', ')}`);
  const place = parseFeatureCrs('filter-crs', crs);
  const node = named('filter', text, () =>
    lang === 'cql2-text' ? parseCql2Text(text) : parseCql2Json(parseJson(text)),
  );
  return place.epsg === 4326 && !place.isNorthFirst ? node : inDegrees(node, place);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('filter', text, `filter is "${text.slice(0, 60)}", which is no JSON`);
  }
}

/** The filter with its geometries, which are in another CRS, in degrees. */
function inDegrees(node: Node, crs: FeatureCrs): Node {
  const read = geometryReader(crs, 4326);
  const within = (part: Node): Node => {
    if (part.kind === 'call') return { ...part, args: part.args.map(within) };
    if (part.kind !== 'geometry') return part;
    const geometry = read(part.geometry);
    if (geometry) return { ...part, geometry, bbox: null };
    throw refusal('filter', '', `A geometry of filter lies outside of the area of ${crs.uri}, its filter-crs`);
  };
  return within(node);
}

export function parseLimit(text: string | null): number | null {
  if (text === null) return null;
  const limit = toNumber(text);
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, MOST_FEATURES);
  throw refusal(
    'limit',
    text,
    `limit is "${text.slice(0, 40)}"; accepted is a whole number from 1 to ${MOST_FEATURES}`,
  );
}

function meets(geometry: Node): Node {
  return call('s_intersects', [{ kind: 'property', name: 'geometry', at: 'bbox' }, geometry]);
}

function during(interval: Node): Node {
  return call('t_intersects', [{ kind: 'property', name: 'datetime', at: 'datetime' }, interval]);
}

function call(op: string, args: readonly Node[]): Node {
  return { kind: 'call', op, args, at: args[0]!.at };
}

/** `Number('')` is 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** Says which parameter a fault of CQL2 came from, and what it was. */
export function named<T>(parameter: string, given: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isPlatformError(error) || error.code !== 'expression-invalid') throw error;
    const value = given.slice(0, 200);
    const detail = { ...error.detail, parameter, value };
    throw new PlatformError('expression-invalid', `${parameter} is ${value}: ${error.message}`, { detail });
  }
}
