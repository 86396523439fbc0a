/** One text for one record, so that equal records have equal digests on every machine. */
import type { Json } from './passport.ts';

/**
 * JSON without spaces, members sorted by their UTF-16 code units; members that are undefined are left out.
 * @throws {TypeError} for numbers that JSON has not (NaN, infinities) and for lone surrogates
 * @see RFC 8785, JSON Canonicalization Scheme; numbers are written as ECMAScript does, which is what it asks for
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no place in JSON`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('A text with half a character has no place in JSON');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .toSorted()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key]!)}`);
  return `{${members.join(',')}}`;
}

/**
 * A record of our own as JSON: members that are undefined are left out, infinite bounds become the words `Infinity` and
 * `-Infinity`.
 */
export function toJson(value: unknown): Json {
  if (value === Infinity || value === -Infinity) return String(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object') throw new TypeError(`A ${typeof value} has no place in JSON`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, toJson(member)]));
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
