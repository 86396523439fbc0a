/** Times of observations: RFC 3339 in, microseconds since 1970 (UTC) inside, RFC 3339 out. */

export interface TimeSpan {
  /** Microseconds since 1970. */
  readonly from: number;
  /** Null for an instant. */
  readonly to: number | null;
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MINUTE_US = 60_000_000;

/**
 * @param text  RFC 3339 with its offset. A leap second is the first one after it; digits after the sixth are dropped.
 * @returns microseconds since 1970, exact in the years 1685 to 2255; null where it is no such time, 30 February included
 * @see RFC 3339, section 5.6
 */
export function parseInstant(text: string): number | null {
  const parts = RFC_3339.exec(text);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 60 || day < 1 || day > daysIn(year, month)) return null;
  const [offsetHours, offsetMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return null;
  const offset = (parts[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const fraction = Number((parts[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return utcMs(year, month, day, hour, minute, second) * 1000 + fraction - offset * MINUTE_US;
}

/** An instant, or `start/end` where the end is not before the start. Null where it is neither. */
export function parseTimeSpan(text: string): TimeSpan | null {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const at = parseInstant(text);
    return at === null ? null : { from: at, to: null };
  }
  const [from, to] = [parseInstant(text.slice(0, slash)), parseInstant(text.slice(slash + 1))];
  return from === null || to === null || to < from ? null : { from, to };
}

/** `2024-06-01T10:00:00Z`, with as many digits after the second as it takes. */
export function formatInstant(microseconds: number): string {
  const ms = Math.floor(microseconds / 1000);
  const rest = Math.round(microseconds - ms * 1000);
  const text = new Date(ms).toISOString().slice(0, -1);
  const fraction = `${text.slice(-3)}${String(rest).padStart(3, '0')}`.replace(/0+$/, '');
  return `${text.slice(0, -4)}${fraction && `.${fraction}`}Z`;
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (year > 99) return Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
