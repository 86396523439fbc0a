/**
 * Whittaker's smoother: the z that minimises Σ w (y − z)² + λ Σ (Δ²z)². Where a row has no value its weight is 0 and z
 * goes on smoothly.
 * @see Eilers 2003, A perfect smoother, https://doi.org/10.1021/ac034173t
 */
import type { MaskedSeries } from './series.ts';
import { findGrid, medianStep } from './step.ts';

export interface Smoothed {
  /** One value per row of the series. */
  readonly values: Float64Array;
  readonly lambda: number;
}

/** λ that are tried where none is given: 10^-1 to 10^7. */
const TRIED = Array.from({ length: 33 }, (_, i) => 10 ** (-1 + i / 4));

/**
 * Smooths a series. Rows that lie on a regular grid are put on it, places without a row counting as rows without a
 * value; otherwise second differences are divided ones, in units of the median step, which for regular rows is the same.
 *
 * @param lambda  Greater is smoother, about with the fourth power of the step; `auto` takes the bend of the V-curve.
 * @returns null where fewer than three rows have a value: a straight line is no smoothing.
 * @see Frasso & Eilers 2015, L- and V-curves for optimal smoothing, https://doi.org/10.1177/1471082X14549288
 */
export function smoothWhittaker(series: MaskedSeries, lambda: number | 'auto'): Smoothed | null {
  return new WhittakerKernel(series.days).smooth(series.values, series.mask, lambda);
}

/**
 * Smooths many series with the same rows, such as the pixels of a stack: nothing is allocated per series, and the matrix
 * is factorised anew only where other rows have a value than before.
 */
export class WhittakerKernel {
  /** Place of each row among the nodes; null: each row is one. */
  readonly #rows: Int32Array | null;
  /** Three factors of each second difference: Δ²z[i] = d[3i] z[i] + d[3i + 1] z[i + 1] + d[3i + 2] z[i + 2]. */
  readonly #differences: Float64Array;
  /** Diagonals of D'D: the middle one and those beside it. */
  readonly #roughness: readonly [Float64Array, Float64Array, Float64Array];
  readonly #values: Float64Array;
  readonly #weights: Float64Array;
  readonly #z: Float64Array;
  /** Of the λ asked for, and of those tried: each kept while the same rows have a value. */
  readonly #factors: Factors;
  readonly #tried: Factors[] = [];
  /** Counts changes of which rows have a value. */
  #pattern = 0;
  readonly #result: { values: Float64Array; lambda: number };

  /** @param days  Of the rows, strictly ascending. */
  constructor(days: Float64Array) {
    const grid = findGrid(days);
    const unit = medianStep(days);
    const count = grid?.count ?? days.length;
    const position = grid ? (i: number) => i : (i: number) => (days[i]! - days[0]!) / unit;
    const numbers = () => new Float64Array(count);
    this.#rows = grid && grid.count > days.length ? grid.places : null;
    this.#differences = secondDifferences(count, position);
    this.#roughness = normalMatrix(this.#differences, count);
    [this.#values, this.#weights, this.#z] = [numbers(), numbers(), numbers()];
    this.#factors = emptyFactors(count);
    this.#result = { values: this.#rows ? new Float64Array(days.length) : this.#z, lambda: NaN };
  }

  /**
   * @param values  One per row.
   * @param mask  1 where the row has a value.
   * @returns the same record each time: read it before the next call; null as `smoothWhittaker`.
   */
  smooth(values: Float64Array, mask: Uint8Array, lambda: number | 'auto'): Smoothed | null {
    const rows = this.#rows;
    const weights = this.#weights;
    let known = 0;
    let isSame = true;
    for (let i = 0; i < mask.length; i++) {
      const place = rows === null ? i : rows[i]!;
      const weight = mask[i]!;
      known += weight;
      if (weights[place] !== weight) {
        weights[place] = weight;
        isSame = false;
      }
      this.#values[place] = weight === 1 ? values[i]! : 0;
    }
    if (!isSame) this.#pattern++;
    if (known < 3) return null;
    const result = this.#result;
    result.lambda = lambda === 'auto' ? this.#bendOfV() : lambda;
    this.#solve(result.lambda, this.#factors);
    if (rows !== null) for (let i = 0; i < rows.length; i++) result.values[i] = this.#z[rows[i]!]!;
    return result;
  }

  #solve(lambda: number, factors: Factors): void {
    if (factors.lambda !== lambda || factors.pattern !== this.#pattern) {
      factorise(this.#weights, this.#roughness, lambda, factors);
      factors.pattern = this.#pattern;
    }
    substitute(factors, this.#values, this.#z);
  }

  /** The λ where misfit and roughness, both as logarithms, change least together. */
  #bendOfV(): number {
    let [shortest, best] = [Infinity, 1];
    let [misfitBefore, roughnessBefore] = [NaN, NaN];
    for (let i = 0; i < TRIED.length; i++) {
      this.#solve(TRIED[i]!, (this.#tried[i] ??= emptyFactors(this.#z.length)));
      const misfit = Math.log(misfitOf(this.#values, this.#weights, this.#z) + Number.MIN_VALUE);
      const roughness = Math.log(roughnessOf(this.#differences, this.#z) + Number.MIN_VALUE);
      const length = (misfit - misfitBefore) ** 2 + (roughness - roughnessBefore) ** 2; // NaN for the first
      if (length < shortest) [shortest, best] = [length, Math.sqrt(TRIED[i]! * TRIED[i - 1]!)];
      [misfitBefore, roughnessBefore] = [misfit, roughness];
    }
    return best;
  }
}

/** Divided differences times two: 1, −2, 1 for steps of one. */
function secondDifferences(count: number, position: (i: number) => number): Float64Array {
  const factors = new Float64Array(3 * Math.max(0, count - 2));
  for (let i = 0; i + 2 < count; i++) {
    const [a, b, c] = [position(i), position(i + 1), position(i + 2)];
    factors[3 * i] = 2 / ((b - a) * (c - a));
    factors[3 * i + 1] = -2 / ((b - a) * (c - b));
    factors[3 * i + 2] = 2 / ((c - a) * (c - b));
  }
  return factors;
}

/** D'D has five diagonals, of which two are the same. */
function normalMatrix(differences: Float64Array, count: number): [Float64Array, Float64Array, Float64Array] {
  const main = new Float64Array(count);
  const first = new Float64Array(count);
  const second = new Float64Array(count);
  for (let i = 0; i + 2 < count; i++) {
    const [a, b, c] = [differences[3 * i]!, differences[3 * i + 1]!, differences[3 * i + 2]!];
    main[i]! += a * a;
    main[i + 1]! += b * b;
    main[i + 2]! += c * c;
    first[i]! += a * b;
    first[i + 1]! += b * c;
    second[i]! += a * c;
  }
  return [main, first, second];
}

/** W + λ D'D = L · diag · Lᵀ. */
interface Factors {
  /** NaN where there are none. */
  lambda: number;
  /** Of the rows with a value that they are of. */
  pattern: number;
  /** 1 / diag. */
  readonly inverse: Float64Array;
  /** L[i + 1, i] and L[i + 2, i]. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function emptyFactors(count: number): Factors {
  const numbers = () => new Float64Array(count);
  return { lambda: NaN, pattern: 0, inverse: numbers(), first: numbers(), second: numbers() };
}

function factorise(
  weights: Float64Array,
  [main, beside, beyond]: readonly [Float64Array, Float64Array, Float64Array],
  lambda: number,
  factors: Factors,
): void {
  const { inverse, first, second } = factors;
  let [one, two, beyondOne] = [0, 0, 0]; // L[i, i − 1], L[i, i − 2], L[i + 1, i − 1]
  let [pivot1, pivot2] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const pivot = weights[i]! + lambda * main[i]! - one * one * pivot1 - two * two * pivot2;
    inverse[i] = 1 / pivot;
    first[i] = (lambda * beside[i]! - beyondOne * one * pivot1) / pivot;
    second[i] = (lambda * beyond[i]!) / pivot;
    two = beyondOne;
    one = first[i]!;
    beyondOne = second[i]!;
    pivot2 = pivot1;
    pivot1 = pivot;
  }
  factors.lambda = lambda;
}

/** Solves for z, forth and back. */
function substitute({ inverse, first, second }: Factors, y: Float64Array, z: Float64Array): void {
  const n = y.length;
  let [z1, z2, one, two, beyondOne] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const next = y[i]! - one * z1 - two * z2;
    z[i] = next;
    z2 = z1;
    z1 = next;
    two = beyondOne;
    one = first[i]!;
    beyondOne = second[i]!;
  }
  [z1, z2] = [0, 0];
  for (let i = n - 1; i >= 0; i--) {
    const next = z[i]! * inverse[i]! - first[i]! * z1 - second[i]! * z2;
    z[i] = next;
    z2 = z1;
    z1 = next;
  }
}

function misfitOf(values: Float64Array, weights: Float64Array, z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += weights[i]! * (values[i]! - z[i]!) * (values[i]! - z[i]!);
  return sum;
}

function roughnessOf(d: Float64Array, z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 2 < z.length; i++) {
    const bend = d[3 * i]! * z[i]! + d[3 * i + 1]! * z[i + 1]! + d[3 * i + 2]! * z[i + 2]!;
    sum += bend * bend;
  }
  return sum;
}
