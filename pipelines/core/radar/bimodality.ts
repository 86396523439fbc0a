/** Whether a histogram has two humps, so that a threshold between them means something. */
import type { Histogram, Moments } from './histogram.ts';
import { BIN_DB, BINS, middleOf, momentsOf } from './histogram.ts';
import { findThreshold } from './threshold.ts';

/** One of the two normal distributions that are fitted. */
export interface Component {
  readonly share: number;
  /** Decibels. */
  readonly mean: number;
  readonly deviation: number;
}

export interface Bimodality {
  readonly isBimodal: boolean;
  readonly dark: Component;
  readonly bright: Component;
  /** Ashman's D: the distance of the means in units of the spread; above 2 the two are apart. */
  readonly separation: number;
  /** Sarle's coefficient, (skewness² + 1) / kurtosis; above 5/9, that of the uniform distribution, for two humps. */
  readonly coefficient: number;
  /** Lowest count between the humps over that of the lower hump: 1 or more where there is no valley. */
  readonly valley: number;
}

const LEAST_SEPARATION = 2;
const LEAST_COEFFICIENT = 5 / 9;
/** Of the smaller class. @see Chini et al. (2017), IEEE TGRS 55(12) 6975–6988, https://doi.org/10.1109/TGRS.2017.2737664 */
const LEAST_SHARE = 0.1;
const MOST_VALLEY = 0.75;

/**
 * Two normal distributions fitted to a histogram, and four questions about them: are they apart (Ashman, Bird & Zepf
 * 1994), is the whole flat or two-humped (Sarle's coefficient), are both large enough, and is there a valley between
 * them in the counts themselves. Skewed humps pass some of these; only two humps pass all.
 * @see Ashman, Bird & Zepf (1994), Astronomical Journal 108(6) 2348–2361, https://doi.org/10.1086/117248
 */
export function judgeBimodality(counts: Histogram): Bimodality {
  const moments = momentsOf(counts);
  const coefficient = (moments.skewness ** 2 + 1) / moments.kurtosis;
  const [dark, bright] = fitTwo(counts, moments);
  const separation = (Math.SQRT2 * (bright.mean - dark.mean)) / Math.hypot(dark.deviation, bright.deviation);
  const valley = valleyBetween(counts, dark.mean, bright.mean);
  const isBimodal =
    separation > LEAST_SEPARATION &&
    coefficient > LEAST_COEFFICIENT &&
    Math.min(dark.share, bright.share) >= LEAST_SHARE &&
    valley < MOST_VALLEY;
  return { isBimodal, dark, bright, separation, coefficient, valley };
}

const MOST_STEPS = 60;
const SETTLED = 1e-4;

/** Expectation maximisation over the bins, from the halves of Otsu's threshold on. */
function fitTwo(counts: Histogram, whole: Moments): [dark: Component, bright: Component] {
  const threshold = findThreshold(counts, 'otsu');
  if (Number.isNaN(threshold)) {
    const one = { share: 0.5, mean: whole.mean, deviation: Math.sqrt(whole.variance) };
    return [one, one];
  }
  let shareOfDark: (bin: number) => number = (bin) => (middleOf(bin) < threshold ? 1 : 0);
  let fit: [Component, Component] = weigh(counts, shareOfDark);
  for (let step = 0; step < MOST_STEPS; step++) {
    const [dark, bright] = fit;
    shareOfDark = (bin) => {
      const [p, q] = [densityOf(dark, middleOf(bin)), densityOf(bright, middleOf(bin))];
      return p + q > 0 ? p / (p + q) : middleOf(bin) < (dark.mean + bright.mean) / 2 ? 1 : 0;
    };
    const next = weigh(counts, shareOfDark);
    const moved = Math.abs(next[0].mean - dark.mean) + Math.abs(next[1].mean - bright.mean);
    fit = next;
    if (moved < SETTLED) break;
  }
  return fit[0].mean <= fit[1].mean ? fit : [fit[1], fit[0]];
}

function weigh(counts: Histogram, shareOfDark: (bin: number) => number): [Component, Component] {
  const sums = [new Float64Array(3), new Float64Array(3)] as const;
  for (let bin = 0; bin < BINS; bin++) {
    const c = counts[bin]!;
    if (c === 0) continue;
    const [v, p] = [middleOf(bin), shareOfDark(bin)];
    for (const [sum, weight] of [
      [sums[0], c * p],
      [sums[1], c * (1 - p)],
    ] as const) {
      sum[0]! += weight;
      sum[1]! += weight * v;
      sum[2]! += weight * v * v;
    }
  }
  const total = sums[0][0]! + sums[1][0]!;
  const component = ([n, sum, squares]: Float64Array): Component => {
    const weight = Math.max(n!, 1e-9);
    const mean = sum! / weight;
    return {
      share: n! / total,
      mean,
      deviation: Math.sqrt(Math.max(0, squares! / weight - mean * mean) + (BIN_DB * BIN_DB) / 12),
    };
  };
  return [component(sums[0]), component(sums[1])];
}

function densityOf({ share, mean, deviation }: Component, value: number): number {
  const z = (value - mean) / deviation;
  return (share / deviation) * Math.exp(-(z * z) / 2);
}

/** Bins to either side that are averaged, so that chance makes no valleys: 0.7 dB. */
const SMOOTHING = 3;

function valleyBetween(counts: Histogram, darkMean: number, brightMean: number): number {
  const smooth = (bin: number) => {
    let sum = 0;
    for (let k = -SMOOTHING; k <= SMOOTHING; k++) sum += counts[bin + k] ?? 0;
    return sum;
  };
  const binAt = (value: number) => Math.round((value - middleOf(0)) / BIN_DB);
  const [from, to] = [binAt(darkMean), binAt(brightMean)];
  let [lowest, at] = [Infinity, from];
  for (let bin = from; bin <= to; bin++) {
    const count = smooth(bin);
    if (count < lowest) [lowest, at] = [count, bin];
  }
  let [left, right] = [0, 0];
  for (let bin = from; bin <= at; bin++) left = Math.max(left, smooth(bin));
  for (let bin = at; bin <= to; bin++) right = Math.max(right, smooth(bin));
  const lower = Math.min(left, right);
  return lower > 0 ? lowest / lower : 1;
}
