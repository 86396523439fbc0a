/** Breaks in the trend of a seasonal series, in the manner of BFAST. */
import type { BreakContrast } from './break-interval.ts';
import { breakInterval } from './break-interval.ts';
import { harmonicColumns } from './harmonic.ts';
import type { Design, Fit } from './least-squares.ts';
import { combine, factorise, fit, fitLeastSquares, solve } from './least-squares.ts';
import type { MosumTest } from './mosum.ts';
import { mosumTest } from './mosum.ts';
import { segment } from './segmentation.ts';
import type { Series } from './series.ts';
import { DAYS_PER_YEAR } from './series.ts';

export interface BreaksOptions {
  /** Least share of the series between two breaks, and the bandwidth of the test: 0.05 to 0.5. */
  readonly minSegment: number;
  readonly maxBreaks: number;
  /** Level of the test below which breaks are looked for. */
  readonly level: number;
  /** Harmonics of the season. */
  readonly order: number;
}

interface Break {
  /** Index of the first point of the new segment. */
  readonly index: number;
  /** Indices between which it lies with 95 % confidence; −1 where the interval cannot be told. */
  readonly low: number;
  readonly high: number;
  /** New trend less old trend at that point. */
  readonly magnitude: number;
  /** Per year. */
  readonly slopeBefore: number;
  readonly slopeAfter: number;
}

export interface Breaks {
  readonly test: MosumTest;
  readonly breaks: readonly Break[];
  /** Slope per year where there is no break; else NaN. */
  readonly slope: number;
}

/** The triangle of residual sums of so many points takes 64 MB. */
export const MAX_BREAK_POINTS = 4000;
const MAX_ROUNDS = 10;

/**
 * value = season + straight trends + noise. Season and trends are fitted together; without the season, OLS-MOSUM tests
 * whether one straight trend holds; if not, the number of breaks with the least BIC is taken. Season and breaks are
 * found anew from each other until the breaks stay.
 *
 * Points need no regular times: only those observed are used, and segments are counted in points.
 *
 * @returns null where there are less than two years, fewer than three points for each coefficient of the season and a
 *   line, segments of fewer than three points, or more than `MAX_BREAK_POINTS` points.
 * @see Verbesselt et al. 2010, https://doi.org/10.1016/j.rse.2009.08.014
 */
export function findBreaks(series: Series, options: BreaksOptions): Breaks | null {
  return new BreakFinder(options).find(series);
}

/** Looks for breaks in many series; what only their times decide is kept for the next one with the same times. */
export class BreakFinder {
  readonly #options: BreaksOptions;
  #days: Float64Array | null = null;
  #times: Times = { years: new Float64Array(0), season: [], unbroken: null, line: null };

  constructor(options: BreaksOptions) {
    this.#options = options;
  }

  /** @returns null as `findBreaks`. */
  find({ days, values }: Series): Breaks | null {
    const { minSegment, maxBreaks, level, order } = this.#options;
    const n = days.length;
    const minPoints = Math.floor(n * minSegment);
    const columns = 2 + 2 * order;
    if (n < 3 * columns || minPoints < 3 || n > MAX_BREAK_POINTS || days[n - 1]! - days[0]! < 2 * 365) return null;
    if (this.#days?.length !== n || !this.#days.every((day, i) => day === days[i])) {
      this.#days = days.slice();
      this.#times = timesOf(days, order);
    }
    const { years, season, unbroken, line } = this.#times;
    let cuts: readonly number[] = [];
    let test: MosumTest = { statistic: 0, p: 1 };
    let rest = values;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const design = cuts.length === 0 ? unbroken : factorise([...linesOf(years, cuts), ...season]);
      if (design === null || line === null) return null;
      rest = withoutSeason(values, season, solve(design, values));
      const { fitted } = fit(line, rest);
      test = mosumTest(
        rest.map((value, i) => value - fitted[i]!),
        2,
        minSegment,
      );
      const found = test.p < level ? fewestByBic(segment(years, rest, minPoints, maxBreaks)) : [];
      const isSettled = found.length === cuts.length && found.every((cut, i) => cut === cuts[i]);
      cuts = found;
      // without a break before and now the next round would be this one again
      if (isSettled) break;
    }
    return describe(years, rest, cuts, test);
  }
}

interface Times {
  /** Since the first point. */
  readonly years: Float64Array;
  readonly season: readonly Float64Array[];
  /** Of one line and the season; null where they cannot be told apart. */
  readonly unbroken: Design | null;
  readonly line: Design | null;
}

function timesOf(days: Float64Array, order: number): Times {
  const season = harmonicColumns(days, { order, trend: false, origin: 0 }).slice(1);
  const years = days.map((day) => (day - days[0]!) / DAYS_PER_YEAR);
  return {
    years,
    season,
    unbroken: factorise([...linesOf(years, []), ...season]),
    line: factorise(linesOf(years, [])),
  };
}

function fewestByBic(segmentations: ReturnType<typeof segment>): readonly number[] {
  return segmentations.reduce((best, candidate) => (candidate.bic < best.bic ? candidate : best)).breaks;
}

/** Level and slope of each segment, zero outside. */
function linesOf(years: Float64Array, cuts: readonly number[]): Float64Array[] {
  const bounds = [0, ...cuts, years.length];
  return bounds.slice(1).flatMap((to, s) => {
    const isIn = (i: number) => i >= bounds[s]! && i < to;
    return [years.map((_, i) => (isIn(i) ? 1 : 0)), years.map((year, i) => (isIn(i) ? year : 0))];
  });
}

/** @param coefficients  The last ones are those of the season. */
function withoutSeason(
  values: Float64Array,
  season: readonly Float64Array[],
  coefficients: Float64Array,
): Float64Array {
  if (season.length === 0) return values;
  const seasonal = combine(season, coefficients.subarray(coefficients.length - season.length));
  return values.map((value, i) => value - seasonal[i]!);
}

function fitLine(years: Float64Array, values: Float64Array, from: number, to: number): Fit | null {
  const ones = new Float64Array(to - from).fill(1);
  return fitLeastSquares([ones, years.subarray(from, to)], values.subarray(from, to));
}

function describe(years: Float64Array, rest: Float64Array, cuts: readonly number[], test: MosumTest): Breaks {
  const bounds = [0, ...cuts, rest.length];
  const lines = bounds.slice(1).map((to, s) => ({ from: bounds[s]!, to, fit: fitLine(years, rest, bounds[s]!, to)! }));
  const breaks = lines.slice(1).map((after, s) => breakBetween(years, lines[s]!, after));
  return { test, breaks, slope: breaks.length === 0 ? lines[0]!.fit.coefficients[1]! : NaN };
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly fit: Fit;
}

function breakBetween(years: Float64Array, before: Line, after: Line): Break {
  const level = after.fit.coefficients[0]! - before.fit.coefficients[0]!;
  const slope = after.fit.coefficients[1]! - before.fit.coefficients[1]!;
  const meanSquare = ({ from, to }: Line) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += (level + slope * years[i]!) ** 2;
    return sum / (to - from);
  };
  const variance = ({ from, to, fit }: Line) => fit.rss / (to - from);
  const contrast: BreakContrast = {
    before: meanSquare(before),
    after: meanSquare(after),
    varianceBefore: variance(before),
    varianceAfter: variance(after),
  };
  const index = after.from;
  const interval = breakInterval(contrast, 0.95);
  const clip = (i: number) => Math.min(Math.max(i, 0), years.length - 1);
  return {
    index,
    low: interval ? clip(index + interval.low) : -1,
    high: interval ? clip(index + interval.high) : -1,
    magnitude: level + slope * years[index]!,
    slopeBefore: before.fit.coefficients[1]!,
    slopeAfter: after.fit.coefficients[1]!,
  };
}
