/** Dates and times as openEO writes them: RFC 3339, in UTC or with an offset in hours and minutes. */

type TimeKind = 'date' | 'date-time' | 'time';

export interface ParsedTime {
  readonly kind: TimeKind;
  /** Milliseconds of what the clock at that offset shows, counted as if it were UTC. */
  readonly clock: number;
  /** Milliseconds since 1970-01-01T00:00:00Z; of a time alone, since midnight UTC. */
  readonly instant: number;
  /** `Z`, `+02:00`, or empty for a date. */
  readonly offset: string;
  /** Whether it was written with a fraction of a second. */
  readonly fraction: boolean;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](.+))?$/;
const CLOCK = /^(\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

const MINUTE = 60_000;

/** @returns null where it is no date or time of the calendar. A leap second is the second before it. */
export function parseTime(text: string): ParsedTime | null {
  const date = DATE.exec(text);
  const clock = date ? date[4] : text;
  const day = date ? dayOf(Number(date[1]), Number(date[2]), Number(date[3])) : 0;
  if (day === null) return null;
  if (clock === undefined) return { kind: 'date', clock: day, instant: day, offset: '', fraction: false };
  const time = CLOCK.exec(clock);
  if (!time) return null;
  const [, hours, minutes, seconds, fraction = '', zone] = time;
  const offset = zone!.toUpperCase();
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const whole = (Number(hours) * 60 + Number(minutes)) * MINUTE + Math.min(Number(seconds), 59) * 1000;
  const shown = day + whole + Math.floor(Number(`0${fraction}`) * 1000);
  return {
    kind: date ? 'date-time' : 'time',
    clock: shown,
    instant: shown - offsetMinutes(offset) * MINUTE,
    offset,
    fraction: fraction !== '',
  };
}

/** Midnight of a day of the calendar, or null where there is no such day. */
function dayOf(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // not Date.UTC, which takes the year 20 for 1920
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith('-') ? -minutes : minutes;
}

/** The same as text, for another time on that clock; null beyond the years 0 to 9999. */
export function formatTime({ kind, offset, fraction }: ParsedTime, clock: number): string | null {
  const date = new Date(clock);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) return null;
  const iso = date.toISOString();
  if (kind === 'date') return iso.slice(0, 10);
  const written = fraction || date.getUTCMilliseconds() > 0 ? iso.slice(0, 23) : iso.slice(0, 19);
  return (kind === 'time' ? written.slice(11) : written) + offset;
}

export const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimeUnit = (typeof UNITS)[number];

const MILLISECONDS: Readonly<Record<Exclude<TimeUnit, 'month' | 'year'>, number>> = {
  millisecond: 1,
  second: 1000,
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 1440 * MINUTE,
  week: 7 * 1440 * MINUTE,
};

/** A time on a clock later by so many units; 31 January and one month is the last day of February. */
export function shiftClock(clock: number, value: number, unit: TimeUnit): number {
  if (unit !== 'month' && unit !== 'year') return clock + value * MILLISECONDS[unit];
  const date = new Date(clock);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + value * (unit === 'year' ? 12 : 1));
  const last = new Date(date);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, last.getUTCDate()));
  return date.getTime();
}

/**
 * How many units lie between two instants. Of months and years, the whole ones after the first instant are counted and
 * the rest is a part of the one that it falls into.
 */
export function unitsBetween(from: number, to: number, unit: TimeUnit): number {
  if (unit !== 'month' && unit !== 'year') return (to - from) / MILLISECONDS[unit];
  if (to < from) return -unitsBetween(to, from, unit);
  const [start, end] = [new Date(from), new Date(to)];
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  let whole = unit === 'year' ? Math.floor(months / 12) : months;
  if (shiftClock(from, whole, unit) > to) whole--;
  const below = shiftClock(from, whole, unit);
  return whole + (to - below) / (shiftClock(from, whole + 1, unit) - below);
}
