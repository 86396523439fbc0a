/** Theil–Sen slope and Mann–Kendall test of one series after another, in buffers that are used again. */
import { twoSidedTail } from './normal.ts';
import { MedianFinder, medianInPlace } from './select.ts';
import { DAYS_PER_YEAR } from './series.ts';
import { OrderSorter } from './sort-order.ts';
import { slopeCapacity, theilSenSlope } from './theil-sen.ts';

/** Fewer points carry no test: with three the smallest possible p is 0.3. */
export const MIN_TREND_POINTS = 4;

/** Lags whose autocorrelation is beyond ±1.96/√n (95 %) count in the correction. */
const SIGNIFICANT = 1.959963984540054;

export interface Trend {
  /** Points. */
  n: number;
  /** Theil–Sen, per year of 365.2425 days. */
  slope: number;
  /** Median of value − slope · years since the first point. */
  intercept: number;
  /** Kendall's tau-b; NaN where all values are equal. */
  tau: number;
  /** Mann–Kendall, two-sided: normal approximation with correction for ties and continuity. */
  p: number;
  /** The same with the variance corrected for autocorrelation; NaN where the correction leaves no variance. */
  pCorrected: number;
}

/**
 * Trends of many series of at most `capacity` points, such as the pixels of a stack: nothing is allocated per series.
 *
 * The correction is that of Hamed and Rao: the series without its Theil–Sen trend is ranked, and every significant
 * autocorrelation of the ranks changes the variance of S. Lags count observations, whatever time lies between them.
 *
 * @see Mann 1945; Kendall 1975, Rank Correlation Methods; Sen 1968; Hamed & Rao 1998,
 *   https://doi.org/10.1016/S0022-1694(97)00125-X
 */
export class TrendKernel {
  readonly #sorter: OrderSorter;
  readonly #slopes: MedianFinder;
  readonly #years: Float64Array;
  readonly #rest: Float64Array;
  readonly #ranks: Float64Array;
  readonly #trend: Trend = { n: 0, slope: NaN, intercept: NaN, tau: NaN, p: NaN, pCorrected: NaN };

  constructor(capacity: number) {
    this.#sorter = new OrderSorter(capacity);
    this.#slopes = new MedianFinder(slopeCapacity(capacity));
    this.#years = new Float64Array(capacity);
    this.#rest = new Float64Array(capacity);
    this.#ranks = new Float64Array(capacity);
  }

  /**
   * @param days  Strictly ascending.
   * @param values  Finite.
   * @param n  How many of them; with fewer than `MIN_TREND_POINTS` all but `n` is NaN.
   * @returns the same record each time: read it before the next call.
   */
  run(days: Float64Array, values: Float64Array, n = days.length): Trend {
    const trend = this.#trend;
    trend.n = n;
    if (n < MIN_TREND_POINTS) {
      trend.slope = trend.intercept = trend.tau = trend.p = trend.pCorrected = NaN;
      return trend;
    }
    const years = this.#years;
    for (let i = 0; i < n; i++) years[i] = (days[i]! - days[0]!) / DAYS_PER_YEAR;
    const slope = theilSenSlope(years, values, n, this.#slopes);
    const rest = this.#rest;
    for (let i = 0; i < n; i++) rest[i] = values[i]! - slope * years[i]!;
    const factor = this.#autocorrelationFactor(rest, n);
    trend.slope = slope;
    trend.intercept = medianInPlace(rest, n);
    this.#test(trend, values, factor);
    return trend;
  }

  #test(trend: Trend, values: Float64Array, factor: number): void {
    const { n } = trend;
    const discordant = this.#sorter.sort(values, n);
    const { pairs: tied, weight } = ties(values, this.#sorter.order, n);
    const pairs = (n * (n - 1)) / 2;
    const score = pairs - tied - 2 * discordant;
    const variance = (n * (n - 1) * (2 * n + 5) - weight) / 18;
    trend.tau = tied === pairs ? NaN : score / Math.sqrt(pairs * (pairs - tied));
    trend.p = scoreP(score, variance);
    trend.pCorrected = scoreP(score, variance * factor);
  }

  /** n / n*, by which autocorrelation widens (or narrows) the variance of S. */
  #autocorrelationFactor(values: Float64Array, n: number): number {
    this.#sorter.sort(values, n);
    const ranks = this.#ranks;
    centredRanks(values, this.#sorter.order, n, ranks);
    let power = 0;
    for (let i = 0; i < n; i++) power += ranks[i]! * ranks[i]!;
    if (power === 0) return 1;
    const bound = (SIGNIFICANT / Math.sqrt(n)) * power;
    let sum = 0;
    for (let lag = 1; lag < n - 2; lag++) {
      const product = laggedProduct(ranks, n, lag);
      if (product > bound || product < -bound) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * (product / power);
    }
    return 1 + (2 * sum) / (n * (n - 1) * (n - 2));
  }
}

/** Two-sided p of a score with mean 0, brought one nearer to 0 for continuity; NaN where there is no variance. */
export function scoreP(score: number, variance: number): number {
  if (score === 0) return 1;
  return variance > 0 ? twoSidedTail((Math.abs(score) - 1) / Math.sqrt(variance)) : NaN;
}

/** Over groups of t equal values: pairs Σ t(t − 1)/2, and their weight in the variance Σ t(t − 1)(2t + 5). */
function ties(values: Float64Array, order: Int32Array, n: number): { pairs: number; weight: number } {
  let pairs = 0;
  let weight = 0;
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to]!] === values[order[from]!]) to++;
    const t = to - from;
    pairs += (t * (t - 1)) / 2;
    weight += t * (t - 1) * (2 * t + 5);
    from = to;
  }
  return { pairs, weight };
}

/** Ranks, equal values sharing their mean rank, less the mean of all. */
function centredRanks(values: Float64Array, order: Int32Array, n: number, ranks: Float64Array): void {
  const mean = (n - 1) / 2;
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to]!] === values[order[from]!]) to++;
    const rank = (from + to - 1) / 2 - mean;
    for (let k = from; k < to; k++) ranks[order[k]!] = rank;
    from = to;
  }
}

/**
 * Σ a[i] a[i − lag]. Four sums at a time do not wait for each other; halves of whole numbers add up exactly in any order.
 */
function laggedProduct(a: Float64Array, n: number, lag: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = lag;
  for (; i + 3 < n; i += 4) {
    s0 += a[i]! * a[i - lag]!;
    s1 += a[i + 1]! * a[i + 1 - lag]!;
    s2 += a[i + 2]! * a[i + 2 - lag]!;
    s3 += a[i + 3]! * a[i + 3 - lag]!;
  }
  for (; i < n; i++) s0 += a[i]! * a[i - lag]!;
  return s0 + s1 + s2 + s3;
}
