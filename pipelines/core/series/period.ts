/** Dates by the period that they lie in: months, seasons, years, or one that is named. */
import { PlatformError } from '../errors.ts';
import { daysFromCivil, formatTime, parseTime, toCivil } from './time.ts';

export type PeriodWord = 'month' | 'season' | 'year' | 'all' | { readonly first: string; readonly last: string };

/** A period and what lies in it. */
export interface PeriodSpan {
  /** `2024-06`, `2024-JJA`, `2024`, `all`, `2024-06-01_2024-08-31`: part of a file name. */
  readonly label: string;
  /** Days as `2024-06-01`; both belong to it. */
  readonly first: string;
  readonly last: string;
  /** Indices of the dates in it, oldest first. */
  readonly members: readonly number[];
}

const WORDS = ['month', 'season', 'year', 'all'] as const;

/** Three months each, the first of them by number; December belongs to the winter of the next year. */
const SEASONS = ['DJF', 'MAM', 'JJA', 'SON'] as const;

/**
 * `month`, `season`, `year`, `all`, or `2024-06-01/2024-08-31`, both days included.
 * @throws {PlatformError} `usage`
 */
export function parsePeriod(text: string): PeriodWord {
  const word = WORDS.find((w) => w === text);
  if (word) return word;
  const [first = '', last = '', ...rest] = text.split('/');
  const isDay = (day: string) => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(parseTime(day));
  if (isDay(first) && isDay(last) && rest.length === 0 && first <= last) return { first, last };
  throw new PlatformError(
    'usage',
    `--period is "${text}"; ${WORDS.join(', ')} or two days such as 2024-06-01/2024-08-31 are accepted`,
    { detail: { parameter: 'period', value: text, accepted: WORDS } },
  );
}

/**
 * The periods that hold a date, in their order.
 * @param days  Days since 1970-01-01.
 * @returns none where no date lies in a period that is named.
 */
export function periodsOf(days: readonly number[], word: PeriodWord): PeriodSpan[] {
  const order = [...days.keys()].sort((a, b) => days[a]! - days[b]! || a - b);
  if (typeof word === 'object') {
    const [from, to] = [parseTime(word.first), parseTime(word.last)];
    const members = order.filter((k) => Math.floor(days[k]!) >= from && Math.floor(days[k]!) <= to);
    return members.length === 0 ? [] : [{ label: `${word.first}_${word.last}`, ...word, members }];
  }
  const groups = Map.groupBy(order, (k) => labelOf(days[k]!, word));
  return [...groups].map(([label, members]) => ({
    label,
    ...(word === 'all' ? boundsOf(days, members) : calendarBounds(days[members[0]!]!, word)),
    members,
  }));
}

function labelOf(day: number, word: Exclude<PeriodWord, object>): string {
  const { year, month } = toCivil(day);
  switch (word) {
    case 'month':
      return `${year}-${String(month).padStart(2, '0')}`;
    case 'season':
      return `${month === 12 ? year + 1 : year}-${SEASONS[Math.floor((month % 12) / 3)]}`;
    case 'year':
      return String(year);
    case 'all':
      return 'all';
  }
}

function calendarBounds(day: number, word: 'month' | 'season' | 'year'): { first: string; last: string } {
  const { year, month } = toCivil(day);
  const [length, start] = { month: [1, month], season: [3, month - (month % 3)], year: [12, 1] }[word] as [
    number,
    number,
  ];
  // months are counted on from January of the year, so that month 0 is the December before
  return { first: dayText(firstOfMonth(year, start)), last: dayText(firstOfMonth(year, start + length) - 1) };
}

function firstOfMonth(year: number, month: number): number {
  const at = year * 12 + month - 1;
  return daysFromCivil(Math.floor(at / 12), (at % 12) + 1, 1);
}

function boundsOf(days: readonly number[], members: readonly number[]): { first: string; last: string } {
  return { first: dayText(days[members[0]!]!), last: dayText(days[members.at(-1)!]!) };
}

function dayText(day: number): string {
  return formatTime(Math.floor(day), 'date');
}
