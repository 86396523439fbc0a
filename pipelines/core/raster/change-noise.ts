/** How much values scatter without any change: the measure that a difference is held against. */
import { createMedianStack } from '../kernel/median.ts';
import type { Floats } from './composite.ts';

/** Median absolute deviation → standard deviation of a normal distribution: 1 / Φ⁻¹(0.75). */
const NORMAL = 1.4826;

/**
 * The median absolute deviation of few numbers is too small on average; this sets it right.
 * @see Croux and Rousseeuw 1992, Time-efficient algorithms for two highly robust estimators of scale, section 4
 */
const FEW = [NaN, NaN, 1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107];

function correctionFor(n: number): number {
  return n < FEW.length ? FEW[n]! : n / (n - 0.8);
}

/** Dates that a series needs before its own noise is taken. */
export const LEAST_DATES = 4;

export interface SeriesNoise {
  /**
   * The layers of a period in the order of time, to be filled by the caller; NaN is no value.
   * Single precision, in memory of the kernel.
   */
  readonly layers: readonly Float32Array[];
  /** Standard deviation of a single observation; NaN where fewer than `LEAST_DATES` are valid. */
  readonly sigma: Float32Array;
  /** Differences between neighbours in time that `sigma` was found from. */
  readonly counts: Uint16Array;
  run(): void;
}

/**
 * Noise of the series of each pixel, from the differences d of observations that follow each other:
 *
 *     σ = 1.4826 · b(n) · median |d − median d| / √2
 *
 * Differences leave out the course of the season where it is slow, their median a steady trend, and the medians what
 * happens once, as a cloud or a change.
 *
 * @see Rice 1984, Bandwidth choice for nonparametric regression, https://doi.org/10.1214/aos/1176346788 (noise from
 *   differences of neighbours)
 * @see Rousseeuw and Croux 1993, Alternatives to the median absolute deviation
 */
export function createSeriesNoise(layers: readonly Float32Array[], pixels: number): SeriesNoise {
  const differences = createMedianStack(Math.max(1, layers.length - 1), pixels);
  const last = new Float32Array(pixels);
  const counts = new Uint16Array(pixels);
  const sigma = new Float32Array(pixels);
  return {
    layers,
    sigma,
    counts,
    run() {
      counts.fill(0);
      last.set(layers[0]!);
      for (let k = 1; k < layers.length; k++) differ(layers[k]!, last, differences.layers[k - 1]!, counts);
      differences.run();
      for (const layer of differences.layers) deviate(layer, differences.out);
      differences.run();
      toSigma(differences.out, counts, sigma);
    },
  };
}

/** What a layer adds to the last valid value, which it then becomes. */
function differ(layer: Float32Array, last: Float32Array, out: Float32Array, counts: Uint16Array): void {
  for (let i = 0; i < out.length; i++) {
    const value = layer[i]!;
    const difference = value - last[i]!;
    out[i] = difference;
    if (value === value) last[i] = value;
    if (difference === difference) counts[i]!++;
  }
}

function deviate(layer: Float32Array, middle: Float32Array): void {
  for (let i = 0; i < layer.length; i++) layer[i] = Math.abs(layer[i]! - middle[i]!);
}

function toSigma(deviations: Float32Array, counts: Uint16Array, out: Float32Array): void {
  const factors = Float64Array.from({ length: 256 }, (_, n) =>
    n < LEAST_DATES - 1 ? NaN : (NORMAL * correctionFor(n)) / Math.SQRT2,
  );
  for (let i = 0; i < out.length; i++) out[i] = deviations[i]! * factors[Math.min(255, counts[i]!)]!;
}

/** Middle and spread of a sample. */
export interface RobustMoments {
  readonly median: number;
  /** 1.4826 times the median absolute deviation; the standard deviation where that is 0. */
  readonly sigma: number;
  /** Whether more than half of the sample has one value, so that `sigma` is the standard deviation. */
  readonly isStepped: boolean;
}

/** @param sample  Is sorted in place. NaN are left out. @returns null where nothing is left */
export function robustMoments(sample: Float32Array): RobustMoments | null {
  const valid = sample.filter((value) => value === value).sort();
  if (valid.length === 0) return null;
  const median = middleOf(valid);
  const deviations = valid.map((value) => Math.abs(value - median)).sort();
  const sigma = NORMAL * middleOf(deviations);
  if (sigma > 0) return { median, sigma, isStepped: false };
  const variance = deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length;
  return { median, sigma: Math.sqrt(variance), isStepped: true };
}

function middleOf(sorted: Floats): number {
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
