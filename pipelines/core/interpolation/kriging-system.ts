/**
 * The kriging system of a set of stations, solved once for all places around it.
 *
 * With R the correlations of the n stations (the sill is 1 here) and F the p trend terms at them (1, and the drift),
 *
 *     | R  F | = U⁻¹ D U⁻ᵀ,   U lower triangular,   D = diag(1 … 1, −1 … −1)
 *     | Fᵀ 0 |
 *
 * by the Cholesky factors of R and of Fᵀ R⁻¹ F. For a place with correlations r and trend terms f, t = U (r, f) gives
 * the estimate t · a with a = D U (z, 0), and the variance 1 − Σ Dᵢ tᵢ²: one triangular product a place, without a system.
 *
 * A station whose value follows from the others (a Gaussian model without nugget makes such) and a drift that does not
 * differ within the set have pivots of nothing: they are left out, which is what the limit of a tiny nugget gives.
 */

export interface KrigingSystem {
  readonly stations: number;
  readonly terms: number;
  /** U packed by rows: row i begins at i (i + 1) / 2; `stations + terms` rows. */
  readonly inverse: Float64Array;
  /** a, of `stations + terms` numbers. */
  readonly weights: Float64Array;
  /** Trend terms that do not differ within the set. */
  readonly droppedTerms: number;
}

/** Shares of the sill: below it a pivot is rounding. */
const LEAST_PIVOT = 1e-11;
/** Of a trend term: the share of it that the terms before do not hold. */
const LEAST_TERM = 1e-9;

const rowOf = (i: number) => (i * (i + 1)) / 2;

/**
 * @param correlations  R packed by rows of its lower triangle; becomes part of the result.
 * @param terms  One array of `n` numbers per trend term, the constant first.
 * @param values  z, of `n` numbers.
 */
export function solveSystem(
  correlations: Float64Array,
  terms: readonly Float64Array[],
  values: Float64Array,
): KrigingSystem {
  const n = values.length;
  const size = n + terms.length;
  factorise(correlations, n);
  const inverse = new Float64Array(rowOf(size));
  inverse.set(correlations.subarray(0, rowOf(n)));
  invert(inverse, n);
  const droppedTerms = appendTerms(inverse, terms, n);
  const weights = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const row = rowOf(i);
    let sum = 0;
    for (let j = 0; j < n && j <= i; j++) sum += inverse[row + j]! * values[j]!;
    weights[i] = i < n ? sum : -sum;
  }
  return { stations: n, terms: terms.length, inverse, weights, droppedTerms };
}

/** Cholesky by rows, in place. A pivot of nothing leaves a row of zeros. */
function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const row = rowOf(i);
    let pivot = a[row + i]!;
    for (let j = 0; j < i; j++) {
      const other = rowOf(j);
      let sum = a[row + j]!;
      for (let k = 0; k < j; k++) sum -= a[row + k]! * a[other + k]!;
      const diagonal = a[other + j]!;
      const value = diagonal === 0 ? 0 : sum / diagonal;
      a[row + j] = value;
      pivot -= value * value;
    }
    if (pivot > LEAST_PIVOT) a[row + i] = Math.sqrt(pivot);
    else a.fill(0, row, row + i + 1);
  }
}

/** Of a lower triangular matrix packed by rows, in place; rows of zeros stay such. */
function invert(l: Float64Array, n: number): void {
  const line = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = rowOf(i);
    const diagonal = l[row + i]!;
    if (diagonal === 0) continue;
    const scale = 1 / diagonal;
    line.fill(0, 0, i);
    for (let k = 0; k < i; k++) {
      const factor = l[row + k]!;
      const above = rowOf(k);
      for (let j = 0; j <= k; j++) line[j]! -= factor * l[above + j]!;
    }
    for (let j = 0; j < i; j++) l[row + j] = line[j]! * scale;
    l[row + i] = scale;
  }
}

/** The rows of U that belong to the trend, by Gram and Schmidt. @returns how many terms were left out. */
function appendTerms(u: Float64Array, terms: readonly Float64Array[], n: number): number {
  /** L⁻¹ F, its columns made orthogonal to those before and of length 1. */
  const columns: Float64Array[] = [];
  let dropped = 0;
  for (const [q, term] of terms.entries()) {
    const end = n + q;
    const row = u.subarray(rowOf(end), rowOf(end + 1));
    const column = startTerm(u, term, row, n);
    row[end] = 1;
    const whole = dot(column, column);
    for (const [s, earlier] of columns.entries()) {
      const share = dot(column, earlier);
      subtract(column, share, earlier);
      subtract(row, share, u.subarray(rowOf(n + s), rowOf(n + s + 1)));
    }
    const left = dot(column, column);
    const isTerm = left > LEAST_TERM * whole;
    const scale = isTerm ? 1 / Math.sqrt(left) : 0;
    if (!isTerm) dropped++;
    for (let j = 0; j <= end; j++) row[j]! *= scale;
    for (let i = 0; i < n; i++) column[i]! *= scale;
    columns.push(column);
  }
  return dropped;
}

/** @returns L⁻¹ term; `row` becomes −(L⁻¹ term)ᵀ L⁻¹. */
function startTerm(u: Float64Array, term: Float64Array, row: Float64Array, n: number): Float64Array {
  const column = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = rowOf(i);
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += u[from + j]! * term[j]!;
    column[i] = sum;
    for (let j = 0; j <= i; j++) row[j]! -= sum * u[from + j]!;
  }
  return column;
}

function subtract(from: Float64Array, share: number, what: Float64Array): void {
  for (let i = 0; i < what.length; i++) from[i]! -= share * what[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
