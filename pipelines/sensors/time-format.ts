/** Times as tables write them → instants: a pattern, and a time zone where the text states none. */
import { PlatformError } from '../core/errors.ts';

/** Milliseconds since 1970, or why it is none. */
export type TimeReader = (text: string) => number | string;

const FIELDS: Readonly<Record<string, readonly [pattern: string, field: number]>> = {
  yyyy: ['(\\d{4})', 0],
  MM: ['(\\d{1,2})', 1],
  M: ['(\\d{1,2})', 1],
  dd: ['(\\d{1,2})', 2],
  d: ['(\\d{1,2})', 2],
  HH: ['(\\d{1,2})', 3],
  H: ['(\\d{1,2})', 3],
  mm: ['(\\d{2})', 4],
  ss: ['(\\d{2}(?:[.,]\\d+)?)', 5],
};
const TOKEN = /yyyy|MM?|dd?|HH?|mm|ss/g;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * @param format  `iso` (RFC 3339, also with a blank and without seconds or zone), `unix`, `unix-ms`, or a pattern of
 *   yyyy MM dd HH mm ss. Hour 24 is midnight at the end of the day.
 * @param zone  `UTC`, `+01:00` or a name such as `Europe/Amsterdam`, for texts that state none. Of an hour that the clock
 *   strikes twice, the first is taken; one that it leaves out is refused.
 * @throws {PlatformError} `parameter-invalid` for a format or zone that is none
 */
export function createTimeReader(format: string, zone: string): TimeReader {
  const toInstant = zoneReader(zone);
  if (format === 'unix' || format === 'unix-ms') {
    const factor = format === 'unix' ? 1000 : 1;
    return (text) =>
      text.trim() === '' || Number.isNaN(Number(text)) ? `"${text}" is no number of a time` : Number(text) * factor;
  }
  if (format === 'iso') return (text) => readIso(text, toInstant);
  const { pattern, order } = compile(format);
  return (text) => {
    const match = pattern.exec(text.trim());
    if (!match) return `"${text}" is no time of the form ${format}`;
    const fields = [1970, 1, 1, 0, 0, 0];
    for (let k = 0; k < order.length; k++) fields[order[k]!] = Number(match[k + 1]!.replace(',', '.'));
    return toInstant(fields, text);
  };
}

function readIso(text: string, toInstant: LocalReader): number | string {
  const match = ISO.exec(text.trim());
  if (!match) return `"${text}" is no time such as 2025-01-31T12:00:00Z`;
  const [, y, m, d, hour = '0', minute = '0', second = '0', offset] = match;
  const fields = [Number(y), Number(m), Number(d), Number(hour), Number(minute), Number(second)];
  return offset === undefined ? toInstant(fields, text) : fixed(offsetMs(offset))(fields, text);
}

function compile(format: string): { readonly pattern: RegExp; readonly order: readonly number[] } {
  const order: number[] = [];
  let at = 0;
  let source = '';
  for (const { 0: token, index } of format.matchAll(TOKEN)) {
    const [pattern, field] = FIELDS[token]!;
    source += literal(format.slice(at, index)) + pattern;
    order.push(field);
    at = index + token.length;
  }
  if (!order.includes(0) || !order.includes(1) || !order.includes(2))
    throw new PlatformError(
      'parameter-invalid',
      `the time format "${format}" has no year, month and day; iso, unix, unix-ms or a pattern such as "dd-MM-yyyy HH:mm" is accepted`,
    );
  return { pattern: new RegExp(`^${source}${literal(format.slice(at))}$`), order };
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

type LocalReader = (fields: readonly number[], text: string) => number | string;

function zoneReader(zone: string): LocalReader {
  if (/^(UTC|Z)$/i.test(zone)) return fixed(0);
  if (/^[+-]\d{2}(:?\d{2})?$/.test(zone)) return fixed(offsetMs(zone));
  return named(zone);
}

function offsetMs(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}

function fixed(offset: number): LocalReader {
  return (fields, text) => {
    const local = instantOf(fields);
    return local === null ? `"${text}" is no time that there is` : local - offset;
  };
}

/** Year, month, day, hour, minute, second of UTC; null where the calendar has no such day or the clock no such hour. */
export function instantOf([year, month, day, hour = 0, minute = 0, second = 0]: readonly number[]): number | null {
  if (hour! > 24 || minute! > 59 || second! >= 61 || (hour === 24 && (minute! > 0 || second! > 0))) return null;
  const midnight = Date.UTC(year!, month! - 1, day!);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return null;
  return midnight + hour! * 3_600_000 + minute! * 60_000 + second! * 1000;
}

/** Rules of a zone hold for a quarter of an hour at least. */
const QUARTER_MS = 900_000;

function named(zone: string): LocalReader {
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new PlatformError(
      'parameter-invalid',
      `"${zone}" is no time zone; UTC, +01:00 or a name such as Europe/Amsterdam is accepted`,
      { cause },
    );
  }
  const known = new Map<number, number>();
  const offsetAt = (instant: number): number => {
    const quarter = Math.floor(instant / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const text = clock.formatToParts(quarter * QUARTER_MS).find(({ type }) => type === 'timeZoneName')!.value;
      offset = text === 'GMT' ? 0 : offsetMs(text.slice(3, 9));
      if (known.size > 100_000) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
  return (fields, text) => {
    const local = instantOf(fields);
    if (local === null) return `"${text}" is no time that there is`;
    // The offsets of the day before and after are those that may hold
    const offsets = [offsetAt(local - 86_400_000), offsetAt(local + 86_400_000)];
    const fitting = offsets.filter((offset) => offsetAt(local - offset) === offset);
    if (fitting.length === 0) return `"${text}" does not exist in ${zone}: the clock was put forward`;
    return local - Math.max(...fitting);
  };
}
