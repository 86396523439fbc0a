/** The regular moments that all pixels of a stack share. */
import { PlatformError } from '../../errors.ts';
import type { RegularTimes } from '../regularise.ts';
import { gridFor, nearestPlace } from '../regularise.ts';
import type { Step } from '../step.ts';
import { placeTime } from '../step.ts';

export interface Places extends RegularTimes {
  /** Moments from the place of the first date to that of the last. */
  readonly days: Float64Array;
  /** The index in `days` of the place nearest to a moment. */
  indexOf(day: number): number;
  /** The moment of an index, which may lie beyond `days`. */
  timeOf(index: number): number;
}

/** More bands than a result should have. */
const MAX_BANDS = 5000;

/**
 * @param step  Null: the step that the dates have. Else a place lies on the first date.
 * @throws {PlatformError} `parameter-invalid` where they have none; `too-large` where there are more than 5000 places
 */
export function placesOf(days: Float64Array, step: Step | null): Places {
  const grid = days.length < 2 ? null : gridFor(days, step, days[0]!);
  if (grid === null)
    throw new PlatformError(
      'parameter-invalid',
      `The ${days.length} dates have no regular step; give one with --step, such as 10d`,
    );
  const first = nearestPlace(grid, days[0]!);
  const count = nearestPlace(grid, days.at(-1)!) - first + 1;
  if (count > MAX_BANDS)
    throw new PlatformError('too-large', `The step makes ${count} bands, more than ${MAX_BANDS}; take a longer one`);
  const timeOf = (index: number) => placeTime(grid, first + index);
  return {
    step: grid.step,
    origin: grid.origin,
    days: Float64Array.from({ length: count }, (_, i) => timeOf(i)),
    indexOf: (day) => nearestPlace(grid, day) - first,
    timeOf,
  };
}
