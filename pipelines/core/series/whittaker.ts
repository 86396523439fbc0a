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
  let known = 0;
  for (let i = 0; i < series.mask.length; i++) known += series.mask[i]!;
  if (known < 3) return null;
  const { nodes, rows } = toNodes(series);
  const chosen = lambda === 'auto' ? bendOfV(nodes) : lambda;
  const z = solve(nodes, chosen);
  return { values: rows === null ? z : Float64Array.from(rows, (place) => z[place]!), lambda: chosen };
}

interface Nodes {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** Three factors of each second difference: Δ²z[i] = d[3i] z[i] + d[3i + 1] z[i + 1] + d[3i + 2] z[i + 2]. */
  readonly differences: Float64Array;
}

function toNodes(series: MaskedSeries): { nodes: Nodes; rows: Int32Array | null } {
  const { days } = series;
  const grid = findGrid(days);
  const unit = medianStep(days);
  const count = grid?.count ?? days.length;
  const values = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < days.length; i++) {
    const place = grid?.places[i] ?? i;
    weights[place] = series.mask[i]!;
    values[place] = series.mask[i] === 1 ? series.values[i]! : 0;
  }
  const position = grid ? (i: number) => i : (i: number) => (days[i]! - days[0]!) / unit;
  return { nodes: { values, weights, differences: secondDifferences(count, position) }, rows: grid?.places ?? null };
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

/** Solves (W + λ D'D) z = W y: a matrix of five diagonals, as L·diag·Lᵀ. */
function solve({ values, weights, differences }: Nodes, lambda: number): Float64Array {
  const n = values.length;
  const main = Float64Array.from(weights);
  const first = new Float64Array(n);
  const second = new Float64Array(n);
  for (let i = 0; i + 2 < n; i++) {
    const [a, b, c] = [differences[3 * i]!, differences[3 * i + 1]!, differences[3 * i + 2]!];
    main[i]! += lambda * a * a;
    main[i + 1]! += lambda * b * b;
    main[i + 2]! += lambda * c * c;
    first[i]! += lambda * a * b;
    first[i + 1]! += lambda * b * c;
    second[i]! += lambda * a * c;
  }
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // first and second become the factors of L below the diagonal, main its squares
    const one = i > 0 ? first[i - 1]! : 0;
    const two = i > 1 ? second[i - 2]! : 0;
    const pivot = main[i]! - (i > 0 ? one * one * main[i - 1]! : 0) - (i > 1 ? two * two * main[i - 2]! : 0);
    main[i] = pivot;
    first[i] = (first[i]! - (i > 0 ? second[i - 1]! * one * main[i - 1]! : 0)) / pivot;
    second[i]! /= pivot;
    z[i] = weights[i]! * values[i]! - one * (z[i - 1] ?? 0) - two * (z[i - 2] ?? 0);
  }
  for (let i = n - 1; i >= 0; i--) z[i] = z[i]! / main[i]! - first[i]! * (z[i + 1] ?? 0) - second[i]! * (z[i + 2] ?? 0);
  return z;
}

/** The λ where misfit and roughness, both as logarithms, change least together. */
function bendOfV(nodes: Nodes): number {
  let best = { length: Infinity, lambda: 1 };
  let before: readonly [number, number] | null = null;
  for (const [i, lambda] of TRIED.entries()) {
    const now = misfitAndRoughness(nodes, solve(nodes, lambda));
    const length = before === null ? Infinity : Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (length < best.length) best = { length, lambda: Math.sqrt(lambda * TRIED[i - 1]!) };
    before = now;
  }
  return best.lambda;
}

function misfitAndRoughness({ values, weights, differences }: Nodes, z: Float64Array): readonly [number, number] {
  let misfit = 0;
  let roughness = 0;
  for (let i = 0; i < z.length; i++) misfit += weights[i]! * (values[i]! - z[i]!) ** 2;
  for (let i = 0; i + 2 < z.length; i++)
    roughness +=
      (differences[3 * i]! * z[i]! + differences[3 * i + 1]! * z[i + 1]! + differences[3 * i + 2]! * z[i + 2]!) ** 2;
  return [Math.log(misfit + Number.MIN_VALUE), Math.log(roughness + Number.MIN_VALUE)];
}
