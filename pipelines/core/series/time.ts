/** Points in time as days since 1970-01-01T00:00Z, and the words for them. */

const MS_PER_DAY = 86_400_000;

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/;

/**
 * Days since 1970-01-01T00:00Z of an RFC 3339 time, or of a date alone: that day at 00:00 UTC.
 *
 * @returns NaN for anything else: a day that the month does not have, a time without its offset from UTC, 24:00:00.
 *   A leap second counts as the second after it.
 */
export function parseTime(text: string): number {
  const match = RFC3339.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const midnight = daysFromCivil(year!, month!, day!);
  if (Number.isNaN(midnight) || hour > 23 || minute > 59 || second > 60) return NaN;
  const offset = offsetMinutes(match[8]);
  const fraction = match[7] === undefined ? 0 : Number(match[7]);
  return midnight + (hour * 3600 + (minute - offset) * 60 + second + fraction) / 86_400;
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 23 || minutes > 59) return NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** @returns the day number of a date of the Gregorian calendar; NaN where there is no such day. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / MS_PER_DAY : NaN;
}

export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The UTC date that a moment lies in. */
export function toCivil(days: number): Civil {
  const date = new Date(days * MS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/**
 * @returns `2024-05-01`, or to the second `2024-05-01T10:30:00Z` (with milliseconds where there are some).
 */
export function formatTime(days: number, form: 'date' | 'time'): string {
  const text = new Date(Math.round(days * MS_PER_DAY)).toISOString();
  return form === 'date' ? text.slice(0, 10) : text.replace('.000Z', 'Z');
}

/**
 * A moment moved by whole months.
 * @param day  The day of the month that is meant; the month's last day where it has no such day.
 */
export function addMonths(days: number, months: number, day = toCivil(days).day): number {
  const { year, month } = toCivil(days);
  const first = new Date(Date.UTC(2000, 0, 1));
  first.setUTCFullYear(year, month - 1 + months, 1);
  const last = daysFromCivil(...nextMonth(first)) - 1;
  const start = first.getTime() / MS_PER_DAY;
  return Math.min(start + day - 1, last) + (days - Math.floor(days));
}

function nextMonth(first: Date): [year: number, month: number, day: number] {
  const month = first.getUTCMonth() + 1;
  return month === 12 ? [first.getUTCFullYear() + 1, 1, 1] : [first.getUTCFullYear(), month + 1, 1];
}

/** Mean length of a month of the Gregorian calendar. */
export const DAYS_PER_MONTH = 365.2425 / 12;
