/** Theil–Sen slope and Mann–Kendall test of one series after another, in buffers that are used again. */
import { twoSidedTail } from './normal.ts';
import { createLongTrend } from './long-trend.ts';
import type { TrendSums } from './trend-memory.ts';
import { createTrendMemory, MAX_KERNEL_POINTS } from './trend-memory.ts';

/** Fewer points carry no test: with three the smallest possible p is 0.3. */
export const MIN_TREND_POINTS = 4;

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
  readonly #sums: (days: Float64Array, values: Float64Array, n: number) => TrendSums;
  readonly #trend: Trend = { n: 0, slope: NaN, intercept: NaN, tau: NaN, p: NaN, pCorrected: NaN };

  constructor(capacity: number) {
    this.#sums = capacity <= MAX_KERNEL_POINTS ? createTrendMemory(capacity) : createLongTrend(capacity);
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
    const { slope, intercept, discordant, tiedPairs, tieWeight, autocorrelation } = this.#sums(days, values, n);
    trend.slope = slope;
    trend.intercept = intercept;
    const pairs = (n * (n - 1)) / 2;
    const score = pairs - tiedPairs - 2 * discordant;
    const variance = (n * (n - 1) * (2 * n + 5) - tieWeight) / 18;
    // n / n*, by which autocorrelation widens (or narrows) the variance of S
    const factor = 1 + (2 * autocorrelation) / (n * (n - 1) * (n - 2));
    trend.tau = tiedPairs === pairs ? NaN : score / Math.sqrt(pairs * (pairs - tiedPairs));
    trend.p = scoreP(score, variance);
    trend.pCorrected = factor === 1 ? trend.p : scoreP(score, variance * factor);
    return trend;
  }
}

/** Two-sided p of a score with mean 0, brought one nearer to 0 for continuity; NaN where there is no variance. */
export function scoreP(score: number, variance: number): number {
  if (score === 0) return 1;
  return variance > 0 ? twoSidedTail((Math.abs(score) - 1) / Math.sqrt(variance)) : NaN;
}
