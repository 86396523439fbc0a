/** What changed between two periods of one place, pixel by pixel, and how surely. */
import { createMedianStack } from '../kernel/median.ts';
import { normalQuantile } from '../series/normal.ts';
import { createSeriesNoise, LEAST_DATES } from './change-noise.ts';
import type { SeriesNoise } from './change-noise.ts';

export const CHANGE_BANDS = ['difference', 'relative', 'z', 'p', 'valid', 'class'] as const;
type ChangeBand = (typeof CHANGE_BANDS)[number];

/** What a difference is held against. */
export type ChangeNoise =
  /** The noise of each pixel's own series before; `sigma`: of a single observation, typical of the scene. */
  | { readonly kind: 'series'; readonly sigma: number }
  /** The differences of the whole scene: their median and their spread. */
  | { readonly kind: 'scene'; readonly median: number; readonly sigma: number };

/** What counts as a change; where both are given, both must hold. */
export interface ChangeRule {
  /** Least absolute difference, in the unit of the values. */
  readonly threshold: number | null;
  /** Greatest p. */
  readonly significance: number | null;
}

export interface ChangeKernel {
  /** In the order of time, to be filled by the caller; NaN is no value. */
  readonly before: readonly Float32Array[];
  readonly after: readonly Float32Array[];
  /** Of the last `run`, which the next overwrites; NaN where there is none. `class` is −1, 0, 1. */
  readonly bands: Readonly<Record<ChangeBand, Float32Array>>;
  /** Noise of a single observation of each pixel, NaN where it has too few; null where the noise is that of the scene. */
  readonly sigma: Float32Array | null;
  /** @param extent  What is wanted; other bands are left as they are. Default `all`. */
  run(noise: ChangeNoise, rule: ChangeRule, extent?: ChangeExtent): void;
}

/** `noise`: `difference` and `sigma` alone; `classes`: `z` and `class` too. */
export type ChangeExtent = 'noise' | 'classes' | 'all';

/**
 * Differences of the medians of two periods:
 *
 *     difference = after − before            relative = difference / |before|
 *     z = difference / (σ · √(v(n before) + v(n after)))          p = P(|Z| ≥ |z|)
 *
 * `v(n)` is the variance of the median of n observations. σ is the pixel's own noise (`createSeriesNoise`), moderated
 * by that of the scene with the weight of `PRIOR` degrees of freedom (Smyth 2004), because few dates tell little of
 * it; the quotient is then Student's t, and z the normal number of the same probability. With the noise of the scene
 * z = (difference − median) / σ, as in the classical differencing of images (Singh 1989).
 *
 * `valid` is the share of observations of both periods that are valid.
 *
 * @param pixels  Length of each layer.
 * @see Smyth 2004, Linear models and empirical Bayes methods, https://doi.org/10.2202/1544-6115.1027
 * @see Singh 1989, Digital change detection techniques, https://doi.org/10.1080/01431168908903939
 */
export function createChangeKernel(before: number, after: number, pixels: number): ChangeKernel {
  const [early, late] = [createMedianStack(before, pixels), createMedianStack(after, pixels)];
  const noise = before >= LEAST_DATES ? createSeriesNoise(early.layers, pixels) : null;
  const band = () => new Float32Array(pixels);
  const bands = { difference: band(), relative: band(), z: band(), p: band(), valid: band(), class: band() };
  const [countsBefore, countsAfter] = [new Uint16Array(pixels), new Uint16Array(pixels)];
  /** Of medians, by the number of observations. */
  const variances = Float64Array.from({ length: Math.max(before, after) + 1 }, (_, n) => medianVariance(n));
  return {
    before: early.layers,
    after: late.layers,
    bands,
    sigma: noise && noise.sigma,
    run(held, rule, extent = 'all') {
      noise?.run();
      differ(early.run(), late.run(), bands.difference);
      if (extent === 'noise') return;
      countValid(early.layers, countsBefore);
      countValid(late.layers, countsAfter);
      if (held.kind === 'series' && noise) seriesScores(bands, noise, countsBefore, countsAfter, variances, held.sigma);
      else sceneScores(bands, held.kind === 'scene' ? held.median : 0, held.sigma);
      classify(bands, rule);
      if (extent === 'classes') return;
      toProbabilities(bands.z, bands.p);
      toRelative(bands.difference, early.out, bands.relative);
      shareValid(bands, countsBefore, countsAfter, before + after);
    },
  };
}

function countValid(layers: readonly Float32Array[], out: Uint16Array): void {
  out.fill(0);
  for (const layer of layers) for (let i = 0; i < out.length; i++) if (layer[i] === layer[i]) out[i]!++;
}

function differ(before: Float32Array, after: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = after[i]! - before[i]!;
}

function toRelative(difference: Float32Array, before: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const base = before[i]!;
    out[i] = base === 0 ? NaN : difference[i]! / Math.abs(base);
  }
}

/** Degrees of freedom that the scene's noise counts as: those of some ten differences. */
const PRIOR = 4;
/** Of a standard deviation found by the median absolute deviation; Rousseeuw and Croux 1993. */
const EFFICIENCY = 0.37;

/** Variance of the median of n normal observations of variance 1, to 10 exactly. */
const MEDIAN_VARIANCE = [NaN, 1, 0.5, 0.44867, 0.29819, 0.28683, 0.21474, 0.21045, 0.16818, 0.16613, 0.13833];

/**
 * @see Sarhan and Greenberg 1962, Contributions to Order Statistics, table 10C.1; beyond it the limit π / 2n with terms
 *   fitted to a simulation, within 0.5 %
 */
export function medianVariance(n: number): number {
  return MEDIAN_VARIANCE[n] ?? Math.PI / (2 * n + (n % 2 === 0 ? 2.75 : 0.9));
}

/** A difference where there is no noise at all would have an infinite z. */
const GREATEST_Z = 99;

function seriesScores(
  { difference, z }: ChangeKernel['bands'],
  { sigma, counts }: Pick<SeriesNoise, 'sigma' | 'counts'>,
  before: Uint16Array,
  after: Uint16Array,
  variances: Float64Array,
  sceneSigma: number,
): void {
  const prior = PRIOR * sceneSigma * sceneSigma;
  for (let i = 0; i < z.length; i++) {
    const own = sigma[i]!;
    const freedom = own === own ? EFFICIENCY * counts[i]! : 0;
    const all = PRIOR + freedom;
    const variance = (prior + (freedom > 0 ? freedom * own * own : 0)) / all;
    const spread = Math.sqrt(variance * (variances[before[i]!]! + variances[after[i]!]!));
    z[i] = boundedScore(normalScore(difference[i]! / spread, all), difference[i]!);
  }
}

/** 0 / 0 is no difference where there is no noise. */
function boundedScore(score: number, difference: number): number {
  if (score !== score) return difference === difference ? 0 : NaN;
  return score > GREATEST_Z ? GREATEST_Z : score < -GREATEST_Z ? -GREATEST_Z : score;
}

function sceneScores({ difference, z }: ChangeKernel['bands'], median: number, sigma: number): void {
  for (let i = 0; i < z.length; i++) {
    const score = (difference[i]! - median) / sigma;
    z[i] = boundedScore(score, difference[i]!);
  }
}

/**
 * The normal number that is as improbable as Student's t with so many degrees of freedom; within 2 % of z for 3 and
 * more.
 * @see Wallace 1959, Bounds on normal approximations to Student's and the chi-square distributions
 */
function normalScore(t: number, freedom: number): number {
  const size = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
  return t < 0 ? -size : size;
}

/**
 * Two-sided tails of the normal distribution, within 1.2e-7 of their size.
 * @see Press et al., Numerical Recipes, 2nd edition, section 6.2 (`erfcc`)
 */
function toProbabilities(z: Float32Array, p: Float32Array): void {
  for (let i = 0; i < p.length; i++) {
    const x = Math.abs(z[i]!) / Math.SQRT2;
    const t = 1 / (1 + x / 2);
    const high = -1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277));
    const low = 1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * high))));
    p[i] = t * Math.exp(-x * x - 1.26551223 + t * low);
  }
}

function shareValid(
  { difference, valid }: ChangeKernel['bands'],
  before: Uint16Array,
  after: Uint16Array,
  total: number,
): void {
  for (let i = 0; i < valid.length; i++)
    valid[i] = difference[i] === difference[i] ? (before[i]! + after[i]!) / total : NaN;
}

/** p ≤ significance is asked as |z| ≥ its quantile, which costs no exponential. */
function classify({ difference, z, class: out }: ChangeKernel['bands'], { threshold, significance }: ChangeRule): void {
  const least = threshold ?? 0;
  const leastZ = significance === null ? 0 : normalQuantile(1 - significance / 2);
  for (let i = 0; i < out.length; i++) {
    const d = difference[i]!;
    const isChange = Math.abs(d) >= least && Math.abs(z[i]!) >= leastZ;
    out[i] = d !== d ? NaN : isChange ? Math.sign(d) : 0;
  }
}
