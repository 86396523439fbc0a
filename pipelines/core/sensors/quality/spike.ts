/** Spikes: readings that stand out of those around them. */
import { MAD_TO_SIGMA } from './estimate.ts';
import { FLAG } from './flags.ts';
import { slideMedians } from './hampel.ts';
import type { FlagLimits } from './limits.ts';

/** A window does not reach over a longer time than so many steps. */
const LONGEST_STEPS = 4;

/** The noise is that of so many windows to either side. */
const NOISE_WINDOWS = 2;

/**
 * Hampel's identifier on departures: farther from the median of the window than `factor` standard deviations, these from
 * the median absolute deviation of the departures around. (Of the readings themselves, as the identifier has it, a slope
 * would count as noise, and a spike on the slope of a morning be missed.) Where readings are rounded, most departures can
 * be equal and that deviation 0; it is then taken as that of the whole series, and a departure below `least` is none.
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
  const departures = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) value[i] = values[rows[i]!]!;
  const depart = (i: number, median: number) => {
    departures[i] = value[i]! - median;
  };
  const judge = (i: number, _: number, mad: number) => {
    if (isSpike(departures[i]!, mad, spike)) flags[rows[i]!]! |= FLAG.spike;
  };
  for (let from = 0; from < rows.length;) {
    let to = from + 1;
    while (to < rows.length && times[rows[to]!]! - times[rows[to - 1]!]! <= longest) to++;
    slideMedians(value, from, to, halfWindow, depart);
    slideMedians(departures, from, to, NOISE_WINDOWS * halfWindow, judge);
    from = to;
  }
}

/**
 * Readings out of range are spikes too where they are few in a row: against the middle of the two beside them.
 *
 * @param rows  As of `flagSpikes`: what is not among them is out of range.
 */
export function flagWildSpikes(values: Float64Array, rows: Uint32Array, limits: FlagLimits, flags: Uint16Array): void {
  const { spike } = limits;
  if (spike === null) return;
  for (let k = 1; k < rows.length; k++) {
    const [before, after] = [rows[k - 1]!, rows[k]!];
    if (after - before > spike.halfWindow + 1) continue;
    const middle = (values[before]! + values[after]!) / 2;
    for (let i = before + 1; i < after; i++) if (isSpike(values[i]! - middle, 0, spike)) flags[i]! |= FLAG.spike;
  }
}

/** @param mad  Median absolute deviation of what is noise. */
export function isSpike(departure: number, mad: number, spike: NonNullable<FlagLimits['spike']>): boolean {
  const size = departure < 0 ? -departure : departure;
  if (size <= spike.least) return false;
  const local = MAD_TO_SIGMA * mad;
  return size > spike.factor * (local > spike.leastSigma ? local : spike.leastSigma);
}
