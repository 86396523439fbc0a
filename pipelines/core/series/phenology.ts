/** Seasons of a curve: when it starts, peaks and ends, and how much grows in it. */
import { harmonicColumns } from './harmonic.ts';
import type { Design } from './least-squares.ts';
import { combine, factorise, solve } from './least-squares.ts';
import type { Series } from './series.ts';
import { daysFromCivil, toCivil } from './time.ts';
import { WhittakerKernel } from './whittaker.ts';

export interface PhenologyOptions {
  /** Share of the amplitude that the curve must have risen by at the start, and not yet have lost at the end: 0 to 1. */
  readonly startThreshold: number;
  readonly endThreshold: number;
  readonly lambda: number | 'auto';
}

/** Times in days since 1970, NaN where the data do not reach them. */
export interface Season {
  /** Year that the peak lies in. */
  readonly year: number;
  readonly start: number;
  readonly peak: number;
  readonly end: number;
  /** Days from start to end. */
  readonly length: number;
  readonly peakValue: number;
  /** Mean of the lowest values before and after the peak. */
  readonly base: number;
  /** Peak less base. */
  readonly amplitude: number;
  /** Area under the curve from start to end, value · days. */
  readonly integral: number;
  /** The part of it above the base. */
  readonly integralAboveBase: number;
}

const MIN_OBSERVATIONS = 10;

/**
 * The seasons of a series, one a year, from its Whittaker curve read day by day.
 *
 * A year is cut where a harmonic model of the whole series (order 2) has its lowest day, so that a season may cross New Year.
 * In each, the highest value is the peak; the lowest values between it and the neighbouring peaks are its feet. The start is
 * where the curve has climbed by `startThreshold` of the way from the left foot to the peak, the end where it has fallen
 * back to `endThreshold` above the right foot. Where the data begin or end above the thresholds there is no start or end, and
 * the base is the other foot. This is TIMESAT's "seasonal amplitude" on a smooth curve.
 *
 * @returns null where there are fewer than ten observations or less than a year.
 * @see Jönsson & Eklundh 2004, TIMESAT, https://doi.org/10.1016/j.cageo.2004.05.006
 */
export function findSeasons(series: Series, options: PhenologyOptions): readonly Season[] | null {
  return new SeasonFinder(options).find(series);
}

/** Finds the seasons of many series; what only their times decide is kept for the next one with the same times. */
export class SeasonFinder {
  readonly #options: PhenologyOptions;
  #days: Float64Array | null = null;
  #mask = new Uint8Array(0);
  #smoother!: WhittakerKernel;
  /** Of the model of the season; null where the times are too few or too alike for it. */
  #season: Design | null = null;
  #daily = new Float64Array(0);

  constructor(options: PhenologyOptions) {
    this.#options = options;
  }

  /**
   * @param year  Of the only season that is wanted.
   * @returns null as `findSeasons`.
   */
  find({ days, values }: Series, year?: number): readonly Season[] | null {
    if (days.length < MIN_OBSERVATIONS || days.at(-1)! - days[0]! < 365) return null;
    this.#settleTimes(days);
    const smooth = this.#season && this.#smoother.smooth(values, this.#mask, this.#options.lambda);
    if (this.#season === null || smooth === null) return null;
    const cut = lowestDay(solve(this.#season, values));
    const curve = readDaily(days, smooth.values, this.#daily);
    const peaks = peaksOf(curve, cut);
    const last = curve.values.length - 1;
    const seasons: Season[] = [];
    for (const [i, peak] of peaks.entries())
      if (year === undefined || toCivil(curve.first + peak).year === year)
        seasons.push(seasonOf(curve, peaks[i - 1] ?? 0, peak, peaks[i + 1] ?? last, this.#options));
    return seasons;
  }

  #settleTimes(days: Float64Array): void {
    if (this.#days?.length === days.length && this.#days.every((day, i) => day === days[i])) return;
    this.#days = days.slice();
    this.#mask = new Uint8Array(days.length).fill(1);
    this.#smoother = new WhittakerKernel(this.#days);
    this.#season = factorise(harmonicColumns(days, SEASON));
    const count = Math.floor(days.at(-1)!) - Math.ceil(days[0]!) + 1;
    if (this.#daily.length !== count) this.#daily = new Float64Array(count);
  }
}

/** The season by which years are cut. */
const SEASON = { order: 2, trend: false, origin: 0 } as const;

interface Curve {
  /** Whole day of the first value. */
  readonly first: number;
  /** One value a day. */
  readonly values: Float64Array;
}

/** On straight lines between the observations. @param daily  To be filled. */
function readDaily(days: Float64Array, values: Float64Array, daily: Float64Array): Curve {
  const first = Math.ceil(days[0]!);
  const last = days.length - 2;
  let at = 0;
  for (let k = 0; k <= last; k++) {
    const start = days[k]!;
    const value = values[k]!;
    const slope = (values[k + 1]! - value) / (days[k + 1]! - start);
    const end = k === last ? daily.length : Math.min(daily.length, Math.floor(days[k + 1]!) - first + 1);
    for (; at < end; at++) daily[at] = value + (first + at - start) * slope;
  }
  return { first, values: daily };
}

let ofYear: readonly Float64Array[] | undefined;

/** Day of the year, from 0, on which the model is lowest. */
function lowestDay(coefficients: Float64Array): number {
  ofYear ??= harmonicColumns(
    Float64Array.from({ length: 365 }, (_, i) => daysFromCivil(2001, 1, 1) + i),
    SEASON,
  );
  const year = combine(ofYear, coefficients);
  let low = 0;
  for (let i = 1; i < year.length; i++) if (year[i]! < year[low]!) low = i;
  return low;
}

/** The highest day of each year that begins on day `cut`; years without a summit between their ends are left out. */
function peaksOf({ first, values }: Curve, cut: number): number[] {
  const peaks: number[] = [];
  const last = values.length - 1;
  for (let year = toCivil(first).year - 1; ; year++) {
    const from = Math.max(0, daysFromCivil(year, 1, 1) + cut - first);
    const to = Math.min(last, daysFromCivil(year + 1, 1, 1) + cut - 1 - first);
    if (from > last) return peaks;
    let peak = from;
    for (let i = from; i <= to; i++) if (values[i]! > values[peak]!) peak = i;
    // on an edge of its year the curve is still climbing: that summit belongs to the neighbour, or is not in the data
    if (peak > from && peak < to) peaks.push(peak);
  }
}

function seasonOf(
  { first, values }: Curve,
  left: number,
  peak: number,
  right: number,
  options: PhenologyOptions,
): Season {
  const [leftFoot, rightFoot] = [lowest(values, left, peak), lowest(values, peak, right)];
  const top = values[peak]!;
  const levelOver = (foot: number, share: number) => values[foot]! + share * (top - values[foot]!);
  // the first or last day of the data is a foot only where it lies as low as the other one, near enough
  const isLeft = leftFoot > 0 || values[leftFoot]! < levelOver(rightFoot, options.startThreshold);
  const isRight = rightFoot < values.length - 1 || values[rightFoot]! < levelOver(leftFoot, options.endThreshold);
  const base = (values[isLeft ? leftFoot : rightFoot]! + values[isRight ? rightFoot : leftFoot]!) / 2;
  const start = isLeft ? crossing(values, peak, leftFoot, levelOver(leftFoot, options.startThreshold)) : NaN;
  const end = isRight ? crossing(values, peak, rightFoot, levelOver(rightFoot, options.endThreshold)) : NaN;
  const integral = areaBetween(values, start, end);
  return {
    year: toCivil(first + peak).year,
    start: first + start,
    peak: first + peak,
    end: first + end,
    length: end - start,
    peakValue: top,
    base,
    amplitude: top - base,
    integral,
    integralAboveBase: integral - base * (end - start),
  };
}

function lowest(values: Float64Array, from: number, to: number): number {
  let low = from;
  for (let i = from; i <= to; i++) if (values[i]! < values[low]!) low = i;
  return low;
}

/** Going down from the peak to its foot: where the curve first passes `level`, between days. */
function crossing(values: Float64Array, peak: number, foot: number, level: number): number {
  const step = foot < peak ? -1 : 1;
  for (let i = peak; i !== foot; i += step) {
    const [here, next] = [values[i]!, values[i + step]!];
    if (here >= level && next < level) return i + step * ((here - level) / (here - next));
  }
  return foot;
}

/** Trapezoids between two places that may lie between days. */
function areaBetween(values: Float64Array, start: number, end: number): number {
  if (Number.isNaN(start + end)) return NaN;
  let area = 0;
  for (let at = start; at < end;) {
    const next = Math.min(Math.floor(at) + 1, end);
    area += ((valueAt(values, at) + valueAt(values, next)) / 2) * (next - at);
    at = next;
  }
  return area;
}

function valueAt(values: Float64Array, at: number): number {
  const i = Math.min(Math.floor(at), values.length - 2);
  return values[i]! + (at - i) * (values[i + 1]! - values[i]!);
}
