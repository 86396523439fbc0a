/** When the rasters of a series were taken, and which of them belong to one date. */
import { dateInName, dateInText } from '../catalog/date-in-name.ts';
import { PlatformError } from '../core/errors.ts';
import { formatTime, parseTime } from '../core/series/time.ts';
import type { OpenedBand } from './align.ts';

/** Something that was seen at one time. */
export interface Dated {
  /** For messages: a path, a band, a scene. */
  readonly what: string;
  /** RFC 3339, or a date; null: nothing tells. */
  readonly time: string | null;
}

/**
 * The time of a band: of several bands of a file by the name of each, as `series smooth` writes them; else what the file's
 * metadata say, else by the name of the file, or of its folder.
 */
export function timeOfBand({ path, band, raster, info }: OpenedBand): Dated {
  const what = raster.bands.length === 1 ? path : `${path}#${band + 1}`;
  const ofBand = info.name && dateInText(info.name);
  if (raster.bands.length > 1) return { what, time: ofBand };
  return { what, time: raster.acquired ?? ofBand ?? dateInName(path) };
}

/** The time of a scene by its metadata, else by the name of the first of its files that has one. */
export function timeOfDate(time: string | undefined, paths: readonly string[], what: string): Dated {
  return { what, time: time ?? paths.map(dateInName).find((found) => found !== null) ?? null };
}

/**
 * @param stated  In the order of `found`; null: take what was found.
 * @returns days since 1970, in the same order.
 * @throws {PlatformError} `usage` for another number of times, or one that is none; `parameter-invalid` where nothing tells
 */
export function settleTimes(found: readonly Dated[], stated: readonly string[] | null): number[] {
  if (stated && stated.length !== found.length)
    throw new PlatformError(
      'usage',
      `--times has ${stated.length} times for ${found.length} dates (${found[0]?.what ?? 'none'} is the first)`,
    );
  return found.map(({ what, time }, k) => {
    const text = stated?.[k] ?? time;
    if (text === null)
      throw new PlatformError(
        'parameter-invalid',
        `Nothing tells when ${what} was taken: put a date into its name (ndvi_20240601.tif), or give all dates with --times`,
        { detail: { what } },
      );
    const day = parseTime(text);
    if (!Number.isNaN(day)) return day;
    throw new PlatformError('usage', `The time of ${what} is "${text}"; a date or an RFC 3339 time is accepted`);
  });
}

export const SAME_DATE = ['refuse', 'mean', 'first', 'last'] as const;
export type SameDate = (typeof SAME_DATE)[number];

/**
 * Brings together what has the same time.
 * @returns ascending; the indices of one date in their own order.
 * @throws {PlatformError} `usage` where two have the same time and `duplicates` is `refuse`
 */
export function groupDates(
  days: readonly number[],
  found: readonly Dated[],
  duplicates: SameDate,
): { readonly day: number; readonly indices: readonly number[] }[] {
  const groups = Map.groupBy(days.keys(), (k) => days[k]!);
  const dates = [...groups].map(([day, indices]) => ({ day, indices })).sort((a, b) => a.day - b.day);
  const twice = duplicates === 'refuse' && dates.find(({ indices }) => indices.length > 1);
  if (!twice) return dates;
  const [a, b] = twice.indices;
  throw new PlatformError(
    'usage',
    `${found[a!]!.what} and ${found[b!]!.what} have the same time, ${timeText(twice.day)}; say with --duplicates what to take of them: mean, first or last`,
  );
}

/** A date where the moment is midnight, else to the second. */
export function timeText(day: number): string {
  return formatTime(day, Number.isInteger(day) ? 'date' : 'time');
}

/**
 * The date that a word names: the day, or the moment to the second.
 * @throws {PlatformError} `usage` where it names none of the dates, or several
 */
export function findDate(word: string, days: readonly number[]): number {
  const asked = parseTime(word);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(word);
  const fits = days.filter((day) => (isDay ? Math.floor(day) === asked : Math.abs(day - asked) < 1 / 86_400));
  if (fits.length === 1) return fits[0]!;
  if (fits.length > 1)
    throw new PlatformError('usage', `--date ${word} is that of ${fits.map(timeText).join(' and ')}; name one of them`);
  const shown =
    days.length > 12 ? [...days.slice(0, 5).map(timeText), '…', timeText(days.at(-1)!)] : days.map(timeText);
  throw new PlatformError('usage', `--date is "${word}"; the dates are ${shown.join(', ')}`);
}
