/** Mowing and harvest: sudden losses of green in the series of a parcel, a verge or a pixel. */
import type { Series } from './series.ts';
import { toCivil } from './time.ts';

export interface MowingOptions {
  /** Least loss against what interpolation expects, in the unit of the index. */
  readonly minDrop: number;
  /** What is below has no green to lose. */
  readonly minBefore: number;
  /** Longest time between the observations before and after, days: beyond it seasons change by themselves. */
  readonly maxGap: number;
  /** A loss that is regained sooner than so many days was a cloud: grass needs weeks. */
  readonly quickDays: number;
  /** Regrowth is looked for so many days after. */
  readonly recoveryDays: number;
  /** Share of the loss that regrowth must regain for mowing; with less it is a harvest. */
  readonly minRecovery: number;
  /** Least days between two events. */
  readonly minSeparation: number;
  /** Days of the year, `[month, day]`, between which events count; may go over the turn of the year. */
  readonly season: readonly [from: readonly [number, number], to: readonly [number, number]];
}

/**
 * For NDVI and EVI of temperate grassland. Set on one half of simulated series and tested on the other
 * (`docs/change.md`), within what is published: losses of 0.1 to 0.2 and 15 to 30 days between cuts (Kolecka et al. 2018,
 * Griffiths et al. 2020, Schwieder et al. 2022, who also take mid-March to mid-November for the season).
 */
export const MOWING_DEFAULTS: MowingOptions = {
  minDrop: 0.12,
  minBefore: 0.4,
  maxGap: 60,
  quickDays: 10,
  recoveryDays: 60,
  minRecovery: 0.3,
  minSeparation: 15,
  season: [
    [3, 15],
    [11, 15],
  ],
};

/** `unknown`: nothing was seen afterwards. */
export type MowingKind = 'mowing' | 'harvest' | 'unknown';

export interface MowingEvent {
  readonly kind: MowingKind;
  /** Days since 1970, the middle between `after` and `before`. */
  readonly day: number;
  /** Of the last observation before the loss and the first one with it: it happened in between. */
  readonly after: number;
  readonly before: number;
  /** Loss against the line between the value before and that of the regrowth, in the unit of the index. */
  readonly drop: number;
  /** Share of the loss that is regained within `recoveryDays`; NaN where nothing was seen. */
  readonly recovery: number;
  /**
   * 0 to 1, to rank by: it grows with the loss in units of noise, and falls with the time between the observations, where
   * regrowth was not seen, and where a single observation shows the loss.
   */
  readonly confidence: number;
}

/**
 * Events of a series, in the order of time:
 *
 * 1. Dips that are regained within `quickDays` are clouds and left out, however many observations they have.
 * 2. A loss begins where the value falls and goes on while it falls further within `SPAN` days (a parcel may be mown in
 *    parts). The event lies in the steepest step.
 * 3. The loss is measured against the line from the value before to the highest of the `recoveryDays` after: what sinks
 *    slowly, as in autumn or drought, stays near that line; what is cut falls below it at once. Of losses over longer
 *    gaps `SLOW_RATE` per day is left out.
 *
 * @param series  Of a vegetation index; no value is missing.
 * @see Kolecka et al. 2018, https://doi.org/10.3390/rs10081221 (losses between cloud-free observations)
 * @see Griffiths et al. 2020, https://doi.org/10.1016/j.rse.2019.03.017 (losses against an interpolated course)
 * @see Schwieder et al. 2022, https://doi.org/10.1016/j.rse.2021.112795 (the same with noise and several cuts a year)
 */
export function findMowing(series: Series, options: MowingOptions = MOWING_DEFAULTS): MowingEvent[] {
  if (series.days.length < LEAST_OBSERVATIONS) return [];
  const sigma = noiseOf(series);
  const { days, values } = leaveOutClouds(series, options, sigma);
  const events: MowingEvent[] = [];
  for (let i = 0; i + 1 < days.length;) {
    const fall = fallFrom(days, values, i, sigma);
    if (fall === null) {
      i++;
      continue;
    }
    const event = judge({ days, values }, fall, options, sigma);
    const last = events.at(-1);
    if (event && (!last || event.day - last.day >= options.minSeparation)) events.push(event);
    i = fall.low;
  }
  return events;
}

/** Of a series; with fewer no event can be told. */
export const LEAST_OBSERVATIONS = 3;

/** What ageing and drought may take per day: of a loss between observations far apart, that much is no event's. */
const SLOW_RATE = 0.001;

/** A loss may be spread over so many days. */
const SPAN = 20;
/** Noise of an index that is not below this whatever the series says; Schwieder et al. 2022 take 0.02 for EVI. */
const LEAST_SIGMA = 0.02;

/** Neighbours farther apart than that differ by the season more than by noise. */
const NEIGHBOUR_DAYS = 30;
/** With fewer distances noise is taken to be the least. */
const LEAST_RESIDUALS = 8;
/** A quarter of normal numbers is nearer to 0 than so many standard deviations: Φ⁻¹(0.625). */
const NEAREST_QUARTER = 0.31864;

/**
 * Noise from the distances of observations to the lines between their neighbours: growth cancels out, and the lower
 * quartile leaves out cuts and clouds, which are among the three of most distances where observations are few.
 * @see Gasser, Sroka and Jennen-Steinmetz 1986, Residual variance and residual pattern in nonlinear regression
 */
function noiseOf({ days, values }: Series): number {
  const residuals: number[] = [];
  for (let i = 1; i + 1 < days.length; i++) {
    const span = days[i + 1]! - days[i - 1]!;
    if (span > NEIGHBOUR_DAYS) continue;
    const share = (days[i]! - days[i - 1]!) / span;
    const residual = values[i]! - values[i - 1]! - share * (values[i + 1]! - values[i - 1]!);
    residuals.push(Math.abs(residual) / Math.sqrt(1 + share ** 2 + (1 - share) ** 2));
  }
  residuals.sort((a, b) => a - b);
  return residuals.length < LEAST_RESIDUALS
    ? LEAST_SIGMA
    : Math.max(LEAST_SIGMA, residuals[residuals.length >> 2]! / NEAREST_QUARTER);
}

/** Share of a loss that comes back, for it to count as regained: less for what grows slowly. */
const REGAINED = 0.7;

function leaveOutClouds({ days, values }: Series, options: MowingOptions, sigma: number): Series {
  const { quickDays, minDrop } = options;
  const least = Math.max(minDrop / 2, 2 * sigma);
  const kept: number[] = [];
  for (let i = 0; i < days.length;) {
    const last = kept.at(-1);
    const end = last === undefined ? i : endOfCloud(days, values, last, i, least, quickDays);
    if (end === i) kept.push(i++);
    else i = end;
  }
  return { days: Float64Array.from(kept, (i) => days[i]!), values: Float64Array.from(kept, (i) => values[i]!) };
}

/** The first index after `i` that is back at the level of `last`; `i` itself where it is no cloud. */
function endOfCloud(
  days: Float64Array,
  values: Float64Array,
  last: number,
  i: number,
  least: number,
  quickDays: number,
): number {
  const loss = values[last]! - values[i]!;
  if (loss < least) return i;
  for (let j = i + 1; j < days.length && days[j]! - days[i]! <= quickDays; j++)
    if (values[j]! - values[i]! >= REGAINED * loss) return j;
  return i;
}

/** A fall from `top` to `low`, the steepest step of which ends at `step`. */
interface Fall {
  readonly top: number;
  readonly low: number;
  readonly step: number;
}

function fallFrom(days: Float64Array, values: Float64Array, top: number, sigma: number): Fall | null {
  if (values[top + 1]! >= values[top]! - sigma) return null;
  let low = top + 1;
  while (
    low + 1 < days.length &&
    values[low + 1]! < values[low]! - sigma / 2 &&
    days[low + 1]! - days[top + 1]! <= SPAN
  )
    low++;
  let step = top + 1;
  for (let i = top + 2; i <= low; i++) if (values[i - 1]! - values[i]! > values[step - 1]! - values[step]!) step = i;
  return { top, low, step };
}

function judge(
  { days, values }: Series,
  { top, low, step }: Fall,
  { minDrop, minBefore, maxGap, recoveryDays, minRecovery, season }: MowingOptions,
  sigma: number,
): MowingEvent | null {
  const [after, before] = [days[step - 1]!, days[step]!];
  const day = (after + before) / 2;
  if (values[top]! < minBefore || before - after > maxGap || !isInSeason(day, season)) return null;
  const peak = highestAfter(days, values, low, recoveryDays);
  const loss = values[top]! - values[low]!;
  const share = (days[low]! - days[top]!) / (days[peak]! - days[top]!);
  // no regrowth may lie above the level before, or spring would make a loss of it
  const expected = values[top]! + share * (Math.min(values[peak]!, values[top]!) - values[top]!);
  const drop = peak === low ? loss : expected - values[low]!;
  const least = Math.max(minDrop, 3 * sigma);
  const slow = SLOW_RATE * (days[low]! - days[top]!);
  if (drop - slow < (peak === low ? 2 : 1) * least) return null;
  const recovery = peak === low ? NaN : Math.max(0, (values[peak]! - values[low]!) / loss);
  const kind = Number.isNaN(recovery) ? 'unknown' : recovery >= minRecovery ? 'mowing' : 'harvest';
  const isSeenTwice = low > step || (low + 1 < days.length && values[low + 1]! < values[top]! - loss / 4);
  const confidence =
    weigh(drop / sigma) * gapWeight(before - after, maxGap) * RECOVERY_WEIGHTS[kind] * (isSeenTwice ? 1 : SEEN_ONCE);
  return { kind, day, after, before, drop, recovery, confidence };
}

/** The highest observation of the days after; `low` itself where there is none. */
function highestAfter(days: Float64Array, values: Float64Array, low: number, recoveryDays: number): number {
  let peak = low;
  for (let i = low + 1; i < days.length && days[i]! - days[low]! <= recoveryDays; i++)
    if (peak === low || values[i]! > values[peak]!) peak = i;
  return peak;
}

const RECOVERY_WEIGHTS: Readonly<Record<MowingKind, number>> = { mowing: 1, harvest: 0.8, unknown: 0.6 };

/** A loss that a single observation shows, and the next no more, may well be a cloud. */
const SEEN_ONCE = 0.5;

/** From 0 at no loss over 0.5 at 3 times the noise towards 1. */
function weigh(losses: number): number {
  return losses ** 2 / (losses ** 2 + 9);
}

/** 1 for observations within ten days, falling to a half. */
function gapWeight(gap: number, maxGap: number): number {
  return 1 - 0.5 * Math.min(1, Math.max(0, (gap - 10) / Math.max(1, maxGap - 10)));
}

function isInSeason(day: number, [from, to]: MowingOptions['season']): boolean {
  const { month, day: date } = toCivil(day);
  const [now, first, last] = [100 * month + date, 100 * from[0] + from[1], 100 * to[0] + to[1]];
  return first <= last ? now >= first && now <= last : now >= first || now <= last;
}
