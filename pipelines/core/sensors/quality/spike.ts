/** Spikes: readings that stand out of those around them. */
import { MAD_TO_SIGMA } from './estimate.ts';
import { FLAG } from './flags.ts';
import { slideMedians } from './hampel.ts';
import type { FlagLimits } from './limits.ts';

/** A window does not reach over a longer time than so many steps. */
const LONGEST_STEPS = 4;

/**
 * Hampel's identifier: farther from the median of the window than `factor` standard deviations, these from the median
 * absolute deviation. Where readings are rounded, most of a window can be equal and that deviation 0; it is then taken as
 * that of the whole series, and a departure below `least` is none.
 *
 * @param rows  Of the readings within range, in the order of time.
 * @param flags  One per reading; flags are added.
 */
export function flagSpikes(
  times: Float64Array,
  values: Float64Array,
  rows: Uint32Array,
  { spike, rhythm }: FlagLimits,
  flags: Uint16Array,
): void {
  if (spike === null) return;
  const { halfWindow } = spike;
  const longest = rhythm === null ? Infinity : LONGEST_STEPS * rhythm.stepMs;
  const value = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) value[i] = values[rows[i]!]!;
  const visit = (i: number, median: number, mad: number) => {
    if (isSpike(value[i]! - median, mad, spike)) flags[rows[i]!]! |= FLAG.spike;
  };
  for (let from = 0; from < rows.length;) {
    let to = from + 1;
    while (to < rows.length && times[rows[to]!]! - times[rows[to - 1]!]! <= longest) to++;
    slideMedians(value, from, to, halfWindow, visit);
    from = to;
  }
}

/** @param mad  Median absolute deviation of the window. */
export function isSpike(departure: number, mad: number, spike: NonNullable<FlagLimits['spike']>): boolean {
  const size = departure < 0 ? -departure : departure;
  if (size <= spike.least) return false;
  const local = MAD_TO_SIGMA * mad;
  return size > spike.factor * (local > spike.leastSigma ? local : spike.leastSigma);
}
