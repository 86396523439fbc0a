/** Where to cut a histogram in two. Both methods look at every cut. */
import type { Histogram } from './histogram.ts';
import { BIN_DB, BINS, middleOf, upperEdgeOf } from './histogram.ts';

export const THRESHOLD_METHODS = ['kittler-illingworth', 'otsu'] as const;
export type ThresholdMethod = (typeof THRESHOLD_METHODS)[number];

/** Each side of a cut has at least this share; a side of a few pixels has no spread. */
const LEAST_SHARE = 0.01;

/**
 * Decibels; what is below is the dark class.
 * @returns NaN where no cut leaves enough on both sides.
 */
export function findThreshold(counts: Histogram, method: ThresholdMethod): number {
  const criterion = method === 'otsu' ? varianceWithin : classificationError;
  let [best, first, last] = [Infinity, -1, -1];
  eachCut(counts, (bin, low, high) => {
    const error = criterion(low, high);
    if (error < best) [best, first, last] = [error, bin, bin];
    else if (error === best) last = bin; // bins without a value: the middle of the gap is the fairest cut
  });
  return first < 0 ? NaN : (upperEdgeOf(first) + upperEdgeOf(last)) / 2;
}

interface Side {
  /** Share of all, 0 to 1. */
  share: number;
  variance: number;
}

/** @see Otsu (1979), IEEE SMC-9(1) 62–66, https://doi.org/10.1109/TSMC.1979.4310076: the variance within is least */
function varianceWithin(low: Side, high: Side): number {
  return low.share * low.variance + high.share * high.variance;
}

/** @see Kittler & Illingworth (1986), Pattern Recognition 19(1) 41–47, https://doi.org/10.1016/0031-3203(86)90030-0 */
function classificationError(low: Side, high: Side): number {
  const half = ({ share, variance }: Side) => share * (Math.log(variance) - 2 * Math.log(share));
  return 1 + half(low) + half(high);
}

function eachCut(counts: Histogram, look: (bin: number, low: Side, high: Side) => void): void {
  let [n, sum, squares] = [0, 0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    const [c, v] = [counts[bin]!, middleOf(bin)];
    n += c;
    sum += c * v;
    squares += c * v * v;
  }
  let [below, belowSum, belowSquares] = [0, 0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    const [c, v] = [counts[bin]!, middleOf(bin)];
    below += c;
    belowSum += c * v;
    belowSquares += c * v * v;
    if (below < LEAST_SHARE * n || n - below < LEAST_SHARE * n) continue;
    look(bin, sideOf(below, belowSum, belowSquares, n), sideOf(n - below, sum - belowSum, squares - belowSquares, n));
  }
}

function sideOf(n: number, sum: number, squares: number, total: number): Side {
  const mean = sum / n;
  return { share: n / total, variance: Math.max(0, squares / n - mean * mean) + (BIN_DB * BIN_DB) / 12 };
}
