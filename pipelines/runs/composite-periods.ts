/** When the layers of a composite are of, before it is planned: what splits them into periods. */
import { dateInName } from '../catalog/date-in-name.ts';
import { openScene } from '../catalog/scene.ts';
import { PlatformError } from '../core/errors.ts';
import { periodsOf } from '../core/series/period.ts';
import type { PeriodSpan, PeriodWord } from '../core/series/period.ts';
import type { DateInput, SceneInput } from './band-inputs.ts';
import { settleTimes, timeOfDate, timeText } from './series-times.ts';
import type { Dated } from './series-times.ts';

export interface DatedPeriod extends PeriodSpan {
  /** RFC 3339 or dates, one per member. */
  readonly times: readonly string[];
}

/**
 * @param stated  What the user says, in the order of `found`; null: take what was found.
 * @throws {PlatformError} `usage`, `parameter-invalid` where nothing tells a time; `outside` where no date lies in the period
 */
export function splitIntoPeriods(
  found: readonly Dated[],
  stated: readonly string[] | null,
  word: PeriodWord,
): DatedPeriod[] {
  const days = settleTimes(found, stated);
  const periods = periodsOf(days, word);
  if (periods.length > 0 || days.length === 0)
    return periods.map((period) => ({ ...period, times: period.members.map((k) => timeText(days[k]!)) }));
  const [first, last] = [Math.min(...days), Math.max(...days)].map(timeText);
  const asked = typeof word === 'object' ? `${word.first}/${word.last}` : word;
  throw new PlatformError('outside', `No date lies in ${asked}: they are from ${first} to ${last}`, {
    detail: { period: asked, first, last },
  });
}

/** The date in the name of each raster or of its folder. */
export function timesOfRasters(paths: readonly string[]): Dated[] {
  return paths.map((path) => ({ what: path, time: dateInName(path.replace(/#\w+$/, '')) }));
}

/** By the metadata of scenes, and by the names of bands. @throws {PlatformError} as `openScene` */
export async function timesOfDates(dates: readonly (DateInput | SceneInput)[], signal?: AbortSignal): Promise<Dated[]> {
  const found: Dated[] = [];
  for (const [k, date] of dates.entries()) {
    if ('scene' in date) {
      const { datetime } = await openScene(date.scene, signal ? { signal } : {});
      found.push({ what: date.scene, time: datetime === '' ? dateInName(date.scene) : datetime });
      continue;
    }
    const paths = date.bands.map(({ path }) => path.replace(/#\w+$/, ''));
    found.push(timeOfDate(date.time, paths, paths[0] ?? `date ${k + 1}`));
  }
  return found;
}
