/** The calendar as openEO divides it: which period a time is in, what it is called, and which part of the year it is. */
import { PlatformError } from '../core/errors.ts';
import type { Label } from '../graph/value.ts';
import type { Dimension } from './program.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Period {
  /** Whole number that grows by one from each period to the next. */
  readonly ordinal: (time: Date) => number;
  readonly label: (ordinal: number) => string;
  /** Its first moment, milliseconds since 1970. */
  readonly begin: (ordinal: number) => number;
}

const monthBegin = (months: number, day = 1) => Date.UTC(Math.floor(months / 12), months % 12, day);

const pad = (n: number, digits = 2) => String(n).padStart(digits, '0');
const yearOf = (time: Date) => time.getUTCFullYear();
const monthsOf = (time: Date) => 12 * yearOf(time) + time.getUTCMonth();
const daysOf = (time: Date) => Math.floor(time.getTime() / DAY_MS);
/** From 0. */
const dayOfYear = (time: Date) => daysOf(time) - Math.floor(Date.UTC(yearOf(time), 0, 1) / DAY_MS);

const SEASONS = ['djf', 'mam', 'jja', 'son'] as const;

export const PERIODS = {
  hour: {
    ordinal: (time) => Math.floor(time.getTime() / HOUR_MS),
    label: (n) => new Date(n * HOUR_MS).toISOString().slice(0, 13).replace('T', '-'),
    begin: (n) => n * HOUR_MS,
  },
  day: {
    ordinal: daysOf,
    label: (n) => {
      const time = new Date(n * DAY_MS);
      return `${yearOf(time)}-${pad(dayOfYear(time) + 1, 3)}`;
    },
    begin: (n) => n * DAY_MS,
  },
  week: {
    ordinal: (time) => Math.floor((daysOf(time) + 3) / 7), // weeks begin on Monday; day 0 was a Thursday
    label: (n) => {
      const thursday = new Date(n * 7 * DAY_MS); // it tells the year (ISO 8601)
      return `${yearOf(thursday)}-${pad(Math.floor(dayOfYear(thursday) / 7) + 1)}`;
    },
    begin: (n) => (7 * n - 3) * DAY_MS,
  },
  dekad: {
    ordinal: (time) => 3 * monthsOf(time) + Math.min(2, Math.floor((time.getUTCDate() - 1) / 10)),
    label: (n) => `${Math.floor(n / 36)}-${pad((n % 36) + 1)}`,
    begin: (n) => monthBegin(Math.floor(n / 3), 10 * (n % 3) + 1),
  },
  month: { ordinal: monthsOf, label: (n) => `${Math.floor(n / 12)}-${pad((n % 12) + 1)}`, begin: monthBegin },
  season: {
    ordinal: (time) => Math.floor((monthsOf(time) + 1) / 3),
    // A winter has the year of its December
    label: (n) => `${Math.floor(n / 4) - (n % 4 === 0 ? 1 : 0)}-${SEASONS[n % 4]!}`,
    begin: (n) => monthBegin(3 * n - 1),
  },
  'tropical-season': {
    ordinal: (time) => Math.floor((monthsOf(time) + 2) / 6),
    label: (n) => (n % 2 === 0 ? `${n / 2 - 1}-ndjfma` : `${(n - 1) / 2}-mjjaso`),
    begin: (n) => monthBegin(6 * n - 2),
  },
  year: { ordinal: yearOf, label: String, begin: (n) => Date.UTC(n, 0, 1) },
  decade: {
    ordinal: (time) => Math.floor(yearOf(time) / 10),
    label: (n) => String(10 * n),
    begin: (n) => Date.UTC(10 * n, 0, 1),
  },
  'decade-ad': {
    ordinal: (time) => Math.floor((yearOf(time) - 1) / 10),
    label: (n) => String(10 * n + 1),
    begin: (n) => Date.UTC(10 * n + 1, 0, 1),
  },
} as const satisfies Record<string, Period>;

export type PeriodName = keyof typeof PERIODS;

export function findPeriod(name: string): Period {
  if (Object.hasOwn(PERIODS, name)) return PERIODS[name as PeriodName];
  throw new PlatformError(
    'parameter-invalid',
    `"${name}" is no period; periods are ${Object.keys(PERIODS).join(', ')}`,
    { detail: { parameter: 'period', value: name } },
  );
}

/** @throws {PlatformError} `parameter-invalid` for what is no time */
export function timeOf(label: Label): Date {
  const time = new Date(typeof label === 'number' ? String(label) : label);
  if (!Number.isNaN(time.getTime())) return time;
  throw new PlatformError('parameter-invalid', `"${label}" is no date or time (RFC 3339)`);
}

/** When each label of a dimension of time begins. */
export function timesOf({ labels, times }: Pick<Dimension, 'labels' | 'times'>): Date[] {
  return (times ?? labels).map(timeOf);
}

export interface PeriodGroup {
  readonly label: string;
  /** RFC 3339. */
  readonly time: string;
  /** Positions among the times. */
  readonly positions: readonly number[];
}

/** All periods from the first to the last that has a time; those between may be empty. */
export function groupByPeriod(times: readonly Date[], name: string): PeriodGroup[] {
  const { ordinal, label, begin } = findPeriod(name);
  const ordinals = times.map(ordinal);
  if (ordinals.length === 0) return [];
  const [first, last] = [Math.min(...ordinals), Math.max(...ordinals)];
  if (last - first > 1e6)
    throw new PlatformError('too-large', `There are ${last - first + 1} periods of a ${name} between the times`);
  return Array.from({ length: last - first + 1 }, (_, k) => ({
    label: label(first + k),
    time: new Date(begin(first + k)).toISOString(),
    positions: ordinals.flatMap((n, position) => (n === first + k ? [position] : [])),
  }));
}

/**
 * Which part of its year (or day) a label is, as normals name it: `2024-03` and `2024-03-15T10:00:00Z` are `03` for
 * months.
 */
export function partOfYear(label: Label, name: string): string {
  const text = String(label);
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return /^\d{4}-(?:\d\d-\d\d-)?(\w+)$/.exec(text)?.[1] ?? text;
  const { ordinal, label: labelOf } = findPeriod(name);
  return partOfYear(labelOf(ordinal(timeOf(text))), name);
}
