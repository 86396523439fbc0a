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

/** Numbers that a system is kept in. */
export function systemSize(stations: number, terms: number): number {
  return stations + terms + rowOf(stations + terms);
}

/**
 * @param memory  Of `systemSize` numbers: room for the weights, then R packed by rows of its lower triangle. The result
 *   takes its place.
 * @param terms  One array of `n` numbers or more per trend term, the constant first.
 * @param values  z.
 * @param n  How many stations there are.
 */
export function solveSystem(
  memory: Float64Array,
  terms: readonly Float64Array[],
  values: Float64Array,
  n: number,
): KrigingSystem {
  const size = n + terms.length;
  const weights = memory.subarray(0, size);
  const inverse = memory.subarray(size);
  factorise(inverse, n);
  const scratch = scratchOf(n, terms.length);
  invert(inverse, n, scratch.line);
  const droppedTerms = appendTerms(inverse, terms, n, scratch.columns);
  for (let i = 0; i < size; i++) {
    const row = rowOf(i);
    let sum = 0;
    for (let j = 0; j < n && j <= i; j++) sum += inverse[row + j]! * values[j]!;
    weights[i] = i < n ? sum : -sum;
  }
  return { stations: n, terms: terms.length, inverse, weights, droppedTerms };
}

interface Scratch {
  readonly n: number;
  readonly line: Float64Array;
  readonly columns: readonly Float64Array[];
}

let kept: Scratch = { n: -1, line: new Float64Array(0), columns: [] };

/** The systems of a run mostly have one size. */
function scratchOf(n: number, terms: number): Scratch {
  if (kept.n !== n || kept.columns.length !== terms) {
    const columns = Array.from({ length: terms }, () => new Float64Array(n));
    kept = { n, line: new Float64Array(n), columns };
  }
  return kept;
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
function invert(l: Float64Array, n: number, line: Float64Array): void {
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

/**
 * The rows of U that belong to the trend, by Gram and Schmidt; `columns` become L⁻¹ F, each made orthogonal to those
 * before and of length 1. @returns how many terms were left out.
 */
function appendTerms(
  u: Float64Array,
  terms: readonly Float64Array[],
  n: number,
  columns: readonly Float64Array[],
): number {
  let dropped = 0;
  for (let q = 0; q < terms.length; q++) {
    const end = n + q;
    const row = rowOf(end);
    const column = columns[q]!;
    u.fill(0, row, row + end);
    u[row + end] = 1;
    startTerm(u, terms[q]!, row, n, column);
    const whole = dot(column, column, n);
    for (let s = 0; s < q; s++) {
      const share = dot(column, columns[s]!, n);
      const earlier = rowOf(n + s);
      for (let i = 0; i < n; i++) column[i]! -= share * columns[s]![i]!;
      for (let j = 0; j <= n + s; j++) u[row + j]! -= share * u[earlier + j]!;
    }
    const left = dot(column, column, n);
    const isTerm = left > LEAST_TERM * whole;
    const scale = isTerm ? 1 / Math.sqrt(left) : 0;
    if (!isTerm) dropped++;
    for (let j = 0; j <= end; j++) u[row + j]! *= scale;
    for (let i = 0; i < n; i++) column[i]! *= scale;
  }
  return dropped;
}

/** `column` becomes L⁻¹ term; −(L⁻¹ term)ᵀ L⁻¹ is added to the row. */
function startTerm(u: Float64Array, term: Float64Array, row: number, n: number, column: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const from = rowOf(i);
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += u[from + j]! * term[j]!;
    column[i] = sum;
    for (let j = 0; j <= i; j++) u[row + j]! -= sum * u[from + j]!;
  }
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i]! * b[i]!;
  return sum;
}
