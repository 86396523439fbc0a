/**
 * Accuracy and area from a stratified random sample. The strata are the classes of the map, or anything else: the
 * estimators of Stehman (2014) become those of Olofsson et al. (2014) where strata and map classes are the same.
 */
import { normalQuantile } from '../series/normal.ts';

export interface SampleTable {
  /** Of map and reference together, in the order of the result. */
  readonly classes: readonly string[];
  readonly strata: readonly Stratum[];
}

export interface Stratum {
  readonly name: string;
  /** In any unit, the same for all strata. */
  readonly area: number;
  /** Sample units by map class and reference class: `counts[map * classes + reference]`. */
  readonly counts: Float64Array;
}

/** With the half width of its 95 % confidence interval; NaN where the sample says nothing of it. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly margin: number;
}

export interface ClassAccuracy {
  readonly name: string;
  /** Sample units that the map has in this class, and those that the reference has. */
  readonly mapCount: number;
  readonly referenceCount: number;
  /** Of what the map calls so, the share that is. One minus the error of commission. */
  readonly users: Estimate;
  /** Of what is so, the share that the map calls so. One minus the error of omission. */
  readonly producers: Estimate;
  /** Share of the whole that is so by the reference, whatever the map says: 0 to 1. */
  readonly share: Estimate;
}

export interface AccuracyEstimate {
  readonly overall: Estimate;
  readonly classes: readonly ClassAccuracy[];
  /** Sample units: a row per map class, a column per reference class. */
  readonly counts: readonly (readonly number[])[];
  /** Estimated shares of the whole, likewise; they add up to 1. */
  readonly proportions: readonly (readonly number[])[];
}

/** 1.96, of which the literature keeps two decimals. */
const NORMAL_95 = normalQuantile(0.975);

/** Half width of the 95 % interval of an estimate. */
export function marginOf(standardError: number): number {
  return NORMAL_95 * standardError;
}

/**
 * All that the sample says of the map.
 *
 * With weight W_h (the stratum's share of the area), n_h units and sample means ȳ_h, a share is Σ W_h ȳ_h with variance
 * Σ W_h² s²_h / n_h; a ratio R = Σ W_h ȳ_h / Σ W_h x̄_h has Σ W_h² (s²_y + R² s²_x − 2 R s_xy) / n_h / X̄². No correction for
 * finite strata: a sample is a tiny part of them.
 *
 * @param table  Every stratum has an area above 0 and at least one unit; with one alone there are no standard errors.
 * @see Stehman (2014), IJRS 35(13) 4923–4939, eqs. 3 and 25–28, https://doi.org/10.1080/01431161.2014.930207
 * @see Olofsson et al. (2014), RSE 148, 42–57, eqs. 1–11, https://doi.org/10.1016/j.rse.2014.02.015
 */
export function estimateAccuracy({ classes, strata }: SampleTable): AccuracyEstimate {
  const size = classes.length;
  const total = strata.reduce((sum, { area }) => sum + area, 0);
  const weighed = strata.map(({ area, counts }) => ({ weight: area / total, counts, n: sumOf(counts) }));
  const matrix = (of: (at: number) => number) => classes.map((_, i) => classes.map((__, j) => of(i * size + j)));
  const all: Indicator = () => 1;
  const onMap =
    (i: number): Indicator =>
    (map) =>
      map === i ? 1 : 0;
  const onGround =
    (j: number): Indicator =>
    (_, reference) =>
      reference === j ? 1 : 0;
  const right =
    (k: number): Indicator =>
    (map, reference) =>
      map === k && reference === k ? 1 : 0;
  const ratio = (y: Indicator, x: Indicator) => estimateRatio(weighed, size, y, x);
  const counts = matrix((at) => strata.reduce((sum, stratum) => sum + stratum.counts[at]!, 0));
  return {
    overall: ratio((map, reference) => (map === reference ? 1 : 0), all),
    classes: classes.map((name, k) => ({
      name,
      mapCount: counts[k]!.reduce((a, b) => a + b, 0),
      referenceCount: counts.reduce((sum, row) => sum + row[k]!, 0),
      users: ratio(right(k), onMap(k)),
      producers: ratio(right(k), onGround(k)),
      share: ratio(onGround(k), all),
    })),
    counts,
    proportions: matrix((at) => weighed.reduce((sum, s) => sum + (s.weight * s.counts[at]!) / s.n, 0)),
  };
}

/** What a sample unit counts, by its class on the map and on the ground. */
type Indicator = (map: number, reference: number) => 0 | 1;

interface WeighedStratum {
  readonly weight: number;
  readonly counts: Float64Array;
  readonly n: number;
}

function estimateRatio(strata: readonly WeighedStratum[], size: number, y: Indicator, x: Indicator): Estimate {
  const sums = strata.map((stratum) => ({ ...stratum, ...sumsOf(stratum, size, y, x) }));
  const [top, bottom] = [0, 0].map((_, k) =>
    sums.reduce((sum, { weight, n, sumY, sumX }) => sum + (weight * (k === 0 ? sumY : sumX)) / n, 0),
  ) as [number, number];
  const value = top / bottom;
  let variance = 0;
  for (const { weight, n, sumY, sumX, sumXY } of sums) {
    // Indicators are their own squares
    const spread = (a: number, b: number, product: number) => (product - (a * b) / n) / (n - 1);
    const residual =
      spread(sumY, sumY, sumY) + value * value * spread(sumX, sumX, sumX) - 2 * value * spread(sumY, sumX, sumXY);
    variance += (weight * weight * residual) / n;
  }
  const standardError = Math.sqrt(Math.max(0, variance)) / bottom;
  return { value, standardError, margin: marginOf(standardError) };
}

function sumsOf({ counts }: WeighedStratum, size: number, y: Indicator, x: Indicator) {
  let [sumY, sumX, sumXY] = [0, 0, 0];
  for (let map = 0; map < size; map++)
    for (let reference = 0; reference < size; reference++) {
      const n = counts[map * size + reference]!;
      sumY += n * y(map, reference);
      sumX += n * x(map, reference);
      sumXY += n * y(map, reference) * x(map, reference);
    }
  return { sumY, sumX, sumXY };
}

function sumOf(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
