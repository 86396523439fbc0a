/** Values that are written out: times, lengths of time, geometries. */
import { isPlatformError } from '../errors.ts';
import { parseWktAt, WKT_TYPES } from '../cql2/parse-wkt.ts';
import { TextParser } from '../cql2/parse-text.ts';
import { tokenise as tokeniseWkt } from '../cql2/tokenise.ts';
import type { Geometry } from '../cql2/ast.ts';
import { brief, fault } from './fault.ts';
import type { Token } from './tokenise.ts';

/** RFC 3339 in UTC; a time without a zone is taken for UTC. */
export function instantOf(option: string, { text, at }: Token): string {
  const zoned = /Z|[+ -]\d{2}:\d{2}$/.test(text) ? text.replace(' ', '+') : `${text}Z`;
  const whole = zoned.replace(/T(\d{2}:\d{2})(?=Z|[+-])/, 'T$1:00');
  if (!isDay(whole) || Number.isNaN(Date.parse(whole))) throw fault(option, at, `${brief(text)} is no time`);
  return whole;
}

export function dateOf(option: string, { text, at }: Token): string {
  if (!isDay(text)) throw fault(option, at, `${text} is no day of any calendar`);
  return text;
}

export function clockOf(option: string, { text, at }: Token): string {
  const [hour, minute, second = 0] = text.split(':').map(Number) as [number, number, number?];
  if (hour > 23 || minute > 59 || second >= 60) throw fault(option, at, `${text} is no time of a day`);
  return text;
}

/** `Date` takes 30 February for 1 March. */
function isDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12) return false;
  return day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

const DURATION = /^([+-])?P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,6})?)S)?)?$/;

/** Seconds of an `xs:dayTimeDuration` such as `P1DT12H`. */
export function secondsOf(option: string, { text, at }: Token): number {
  const match = DURATION.exec(text);
  const [days, hours, minutes, seconds] = [2, 3, 4, 5].map((k) => match?.[k]);
  if (!match || [days, hours, minutes, seconds].every((part) => part === undefined))
    throw fault(option, at, `'${brief(text)}' is no length of time; write duration'P1DT12H30M'`);
  const sum = Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return match[1] === '-' ? -sum : sum;
}

/** Well-known text in degrees, longitude first. */
export function geographyOf(option: string, { text, at, word }: Token): Geometry {
  const body = text.replace(/^\s*SRID=4326;/i, '');
  /** Spaces in front, so that a fault in the text has its place in the option. */
  const offset = at + word!.length + (text.length - body.length);
  try {
    const parser = new TextParser(tokeniseWkt(' '.repeat(offset) + body));
    const type = parser.next().text.toUpperCase();
    if (!WKT_TYPES.has(type)) throw fault(option, offset + 1, `${brief(body)} is no well-known text of a geometry`);
    const geometry = parseWktAt(parser, type, 0);
    parser.end();
    return geometry;
  } catch (error) {
    if (!isPlatformError(error) || error.detail?.['parameter'] === option) throw error;
    const position = error.detail?.['position'];
    throw fault(option, typeof position === 'number' ? position : at, error.message.replace(/^.*?: /, ''));
  }
}
