import { basename, dirname } from 'node:path';

const DATE = /(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?:T(\d\d)(\d\d)(\d\d))?(?!\d)/;

/**
 * The first date in the name of a file, else in that of its folder: `20200219`, `2020-02-19`, with a time
 * `20221005T115411`.
 * @returns RFC 3339, UTC; null where there is none, or the day does not exist.
 */
export function dateInName(path: string): string | null {
  return dateInText(basename(path)) ?? dateInText(basename(dirname(path)));
}

/** The same of any words, such as the name of a band. */
export function dateInText(text: string): string | null {
  const [, y, mo, d, h = '00', mi = '00', s = '00'] = DATE.exec(text) ?? [];
  const time = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (Number.isNaN(time)) return null;
  const date = new Date(time).toISOString();
  return date.slice(8, 10) === d ? date : null; // the 30th of February is read as the 2nd of March
}
