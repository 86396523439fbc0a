/** The dates of a composite: which day each layer is of, and what that makes of it for the best pixel. */
import { dayScore } from '../core/raster/best-pixel.ts';
import { SCL_MASKS } from '../core/raster/scl.ts';
import { parseTime } from '../core/series/time.ts';
import type { DateScore } from '../tasks/composite-part.ts';
import type { OpenedBand } from './align.ts';
import type { ClassInput } from './band-inputs.ts';
import { pixelMetresOf } from './class-inputs.ts';
import { settleTimes } from './series-times.ts';
import type { Dated } from './series-times.ts';

/** The period that a composite stands for; both days belong to it. */
export interface Period {
  /** `2024-06-01` */
  readonly first: string;
  readonly last: string;
}

/**
 * Whole days since 1970-01-01 of the layers, UTC.
 * @throws {PlatformError} `usage`, `parameter-invalid` where nothing tells the time of one
 */
export function daysOfLayers(found: readonly Dated[], stated: readonly string[] | null): number[] {
  return settleTimes(found, stated).map(Math.floor);
}

/** Classes of SCL that the best pixel keeps away from. */
const HARMFUL: readonly number[] = [...SCL_MASKS.cloud, ...SCL_MASKS.shadow, ...SCL_MASKS.cirrus];

/**
 * What each date is judged by. Without dates all days are equally good, without classes all places.
 * @param days  Null: nothing tells them.
 * @param period  Null: from the first of the days to the last.
 */
export function scoresOf(
  days: readonly number[] | null,
  period: Period | null,
  classes: readonly (ClassInput | null)[],
  opened: readonly (OpenedBand | null)[],
): DateScore[] {
  const first = period ? parseTime(period.first) : Math.min(...(days ?? [0]));
  const last = period ? parseTime(period.last) : Math.max(...(days ?? [0]));
  return classes.map((input, k) => ({
    day: days ? dayScore(days[k]!, first, last) : 0,
    clouds: input && { ...cloudsOf(input), pixel: pixelMetresOf(opened[k]!) },
  }));
}

/** Masked classes that are clouds or their shadows; of a band that is not SCL, all that are masked but 0 and 255. */
function cloudsOf({ excluded, scheme }: ClassInput): { codes: readonly number[]; isScl: boolean } {
  const isHarmful =
    scheme === 'numbers' ? (code: number) => code !== 0 && code !== 255 : (code: number) => HARMFUL.includes(code);
  return { codes: excluded.filter(isHarmful), isScl: scheme !== 'numbers' };
}
