/** How many sample units, and how many of them in each stratum. */
import { PlatformError } from '../errors.ts';

export const ALLOCATIONS = ['proportional', 'equal', 'optimal'] as const;
export type Allocation = (typeof ALLOCATIONS)[number];

export interface StratumPlan {
  readonly name: string;
  /** Pixels that can be drawn. */
  readonly pixels: number;
  /** Share of the area, 0 to 1. */
  readonly weight: number;
  /** The user's accuracy that is expected, 0 to 1. */
  readonly expected: number;
}

/**
 * The sample size for a standard error of the overall accuracy: n = (Σ W √(U (1 − U)) / S)², rounded up.
 * @see Olofsson et al. (2014), eq. 13, https://doi.org/10.1016/j.rse.2014.02.015; Cochran (1977), eq. 5.25
 */
export function sampleSizeFor(standardError: number, strata: readonly StratumPlan[]): number {
  const spread = strata.reduce((sum, { weight, expected }) => sum + weight * deviation(expected), 0);
  return Math.ceil((spread / standardError) ** 2);
}

/** The standard error of the overall accuracy that an allocation leads to, if accuracies are as expected. */
export function expectedStandardError(strata: readonly StratumPlan[], units: readonly number[]): number {
  const variance = strata.reduce(
    (sum, { weight, expected }, h) => sum + (weight * deviation(expected)) ** 2 / units[h]!,
    0,
  );
  return Math.sqrt(variance);
}

function deviation(accuracy: number): number {
  return Math.sqrt(accuracy * (1 - accuracy));
}

/**
 * Units per stratum that add up to `n`: by area, alike, or by area times the expected spread (Neyman: the least standard
 * error of the overall accuracy). Each stratum gets `minimum` at least, or all its pixels where it has fewer; what this
 * takes is taken from the others in their proportion.
 * @throws {PlatformError} `parameter-invalid` where the minima alone are more than `n`, or all pixels are fewer
 */
export function allocate(n: number, strata: readonly StratumPlan[], allocation: Allocation, minimum: number): number[] {
  const most = strata.map(({ pixels }) => pixels);
  const least = most.map((pixels) => Math.min(minimum, pixels));
  const [needed, there] = [least, most].map((list) => list.reduce((a, b) => a + b, 0)) as [number, number];
  if (needed > n)
    throw new PlatformError(
      'parameter-invalid',
      `${n} points are too few for ${strata.length} classes of at least ${minimum}: ${needed} are needed; raise --n or lower --minimum`,
      { detail: { n, needed } },
    );
  if (there < n)
    throw new PlatformError('parameter-invalid', `${n} points are asked for of ${there} pixels; lower --n`, {
      detail: { n, pixels: there },
    });
  const shares = strata.map(({ weight, expected }) => {
    if (allocation === 'equal') return 1;
    return allocation === 'proportional' ? weight : weight * deviation(expected);
  });
  return toWhole(n, spreadOut(n, shares, least, most), most);
}

/** Shares of `n` within bounds: what reaches a bound is held there, and the others share the rest. */
function spreadOut(n: number, shares: readonly number[], least: readonly number[], most: readonly number[]): number[] {
  const total = (factor: number) => shares.reduce((sum, s, h) => sum + bounded(s * factor, least[h]!, most[h]!), 0);
  // The sum grows with the factor: halve the interval that holds the right one
  let [low, high] = [0, 1];
  while (total(high) < n && high < 1e300) high *= 2;
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (total(middle) < n) low = middle;
    else high = middle;
  }
  return shares.map((s, h) => bounded(s * high, least[h]!, most[h]!));
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Whole numbers that add up to `n`: the largest fractions are rounded up, the first of equal ones. */
function toWhole(n: number, units: readonly number[], most: readonly number[]): number[] {
  const whole = units.map((u) => Math.floor(u + 1e-9));
  let missing = n - whole.reduce((a, b) => a + b, 0);
  const order = units.map((u, h) => ({ h, fraction: u - whole[h]! })).toSorted((a, b) => b.fraction - a.fraction);
  while (missing > 0)
    for (const { h } of order)
      if (missing > 0 && whole[h]! < most[h]!) [whole[h], missing] = [whole[h]! + 1, missing - 1];
  return whole;
}
