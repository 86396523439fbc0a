import { PlatformError } from '../errors.ts';
import type { MaskedSeries, Series } from './series.ts';
import type { Step } from './step.ts';
import { findGrid, placeTime, stepDays } from './step.ts';

/** A step in seconds over decades is a slip of the pen; this is hourly for a century. */
const MAX_PLACES = 1_000_000;

/** Regular moments, and where they begin. */
export interface RegularTimes {
  readonly step: Step;
  /** The moment of a place, in days. */
  readonly origin: number;
}

/**
 * The grid that series are put on: of the step asked for, with a place at `origin`, or the one that their times have.
 * @returns null where the times have none.
 */
export function gridFor(days: Float64Array, asked: Step | null, origin: number): RegularTimes | null {
  return asked === null ? findGrid(days) : { step: asked, origin };
}

/**
 * A series on a regular grid: at each place the mean of the observations that are nearer to it than to another place.
 * It goes from the place of the first observation to that of the last.
 *
 * @param origin  A moment that a place lies on, so that series share their places.
 * @throws {PlatformError} `too-large` for more than a million places.
 */
export function regularise({ days, values }: Series, step: Step, origin: number): MaskedSeries {
  const grid = { step, origin };
  const n = days.length;
  if (n === 0) return { days, values, mask: new Uint8Array(0) };
  const first = nearestPlace(grid, days[0]!);
  const count = nearestPlace(grid, days[n - 1]!) - first + 1;
  if (count > MAX_PLACES)
    throw new PlatformError(
      'too-large',
      `A step of ${stepDays(step)} days makes ${count} rows of one series, more than ${MAX_PLACES}; take a longer step`,
    );
  const places = Float64Array.from({ length: count }, (_, i) => placeTime(grid, first + i));
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let i = 0; i < n; i++) {
    const place = nearestPlace(grid, days[i]!) - first;
    sums[place]! += values[i]!;
    counts[place]!++;
  }
  return {
    days: places,
    values: sums.map((sum, i) => (counts[i]! > 0 ? sum / counts[i]! : NaN)),
    mask: Uint8Array.from(counts, (c) => (c > 0 ? 1 : 0)),
  };
}

/** The place nearest to a moment; the later one where two are equally near. */
export function nearestPlace(grid: RegularTimes, time: number): number {
  let best = Math.floor((time - grid.origin) / stepDays(grid.step));
  // months differ in length, so the guess may be one off either way
  while (Math.abs(placeTime(grid, best - 1) - time) < Math.abs(placeTime(grid, best) - time)) best--;
  while (Math.abs(placeTime(grid, best + 1) - time) <= Math.abs(placeTime(grid, best) - time)) best++;
  return best;
}
