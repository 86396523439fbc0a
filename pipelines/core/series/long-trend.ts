/** The sums of a trend for series that are too long for all pairs to be held: everything by sorting, n log n. */
import { MedianFinder, medianInPlace } from './select.ts';
import { DAYS_PER_YEAR } from './series.ts';
import { OrderSorter } from './sort-order.ts';
import { slopeCapacity, theilSenSlope } from './theil-sen.ts';
import type { TrendSums } from './trend-memory.ts';
import { SIGNIFICANT } from './trend-memory.ts';

/** @param capacity  Most points of a series. */
export function createLongTrend(capacity: number): (days: Float64Array, values: Float64Array, n: number) => TrendSums {
  const sorter = new OrderSorter(capacity);
  const slopes = new MedianFinder(slopeCapacity(capacity));
  const [years, rest, ranks] = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
  return (days, values, n) => {
    for (let i = 0; i < n; i++) years[i] = (days[i]! - days[0]!) / DAYS_PER_YEAR;
    const slope = theilSenSlope(years, values, n, slopes);
    for (let i = 0; i < n; i++) rest[i] = values[i]! - slope * years[i]!;
    sorter.sort(rest, n);
    centredRanks(rest, sorter.order, n, ranks);
    const autocorrelation = correlate(ranks, n);
    const intercept = medianInPlace(rest, n);
    const discordant = sorter.sort(values, n);
    const { pairs: tiedPairs, weight: tieWeight } = ties(values, sorter.order, n);
    return { slope, intercept, discordant, tiedPairs, tieWeight, autocorrelation };
  };
}

/** Σ (n − k)(n − k − 1)(n − k − 2) r(k) over lags k whose autocorrelation of ranks is significant. */
function correlate(ranks: Float64Array, n: number): number {
  let power = 0;
  for (let i = 0; i < n; i++) power += ranks[i]! * ranks[i]!;
  if (power === 0) return 0;
  const bound = (SIGNIFICANT / Math.sqrt(n)) * power;
  let sum = 0;
  for (let lag = 1; lag < n - 2; lag++) {
    const product = laggedProduct(ranks, n, lag);
    if (product > bound || product < -bound) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * (product / power);
  }
  return sum;
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
