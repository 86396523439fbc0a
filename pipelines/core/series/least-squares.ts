/** Ordinary least squares by Householder's QR, for the few columns that models of a season and a trend have. */

export interface Fit {
  /** One per column. */
  readonly coefficients: Float64Array;
  readonly fitted: Float64Array;
  /** Sum of squared residuals. */
  readonly rss: number;
  /** R of QR: column c, from the top to the diagonal. */
  readonly triangle: readonly Float64Array[];
}

/**
 * @param columns  Of the design matrix, each as long as `y`.
 * @returns null where the columns are not independent, or there are more of them than rows.
 */
export function fitLeastSquares(columns: readonly Float64Array[], y: Float64Array): Fit | null {
  const n = y.length;
  const k = columns.length;
  if (n < k) return null;
  const a = columns.map((column) => Float64Array.from(column));
  const b = Float64Array.from(y);
  const diagonal = new Float64Array(k);
  for (let c = 0; c < k; c++) {
    const v = a[c]!;
    const norm = Math.sqrt(dot(v, v, c));
    if (!(norm > 1e-10 * Math.sqrt(dot(columns[c]!, columns[c]!, 0)))) return null;
    const alpha = v[c]! > 0 ? -norm : norm;
    diagonal[c] = alpha;
    v[c]! -= alpha; // v is now the reflector
    const scale = 2 / dot(v, v, c);
    for (let other = c + 1; other < k; other++) reflect(v, a[other]!, c, scale);
    reflect(v, b, c, scale);
  }
  const coefficients = new Float64Array(k);
  for (let c = k - 1; c >= 0; c--) {
    let rest = b[c]!;
    for (let other = c + 1; other < k; other++) rest -= a[other]![c]! * coefficients[other]!;
    coefficients[c] = rest / diagonal[c]!;
  }
  const fitted = combine(columns, coefficients);
  let rss = 0;
  for (let i = 0; i < n; i++) rss += (y[i]! - fitted[i]!) ** 2;
  const triangle = a.map((column, c) => Float64Array.from([...column.subarray(0, c), diagonal[c]!]));
  return { coefficients, fitted, rss, triangle };
}

/** x' (X'X)⁻¹ x: the variance of the fit at a new row x, in units of the residual variance. */
export function leverage({ triangle }: Fit, row: readonly number[]): number {
  const u: number[] = [];
  let sum = 0;
  for (const [c, column] of triangle.entries()) {
    let rest = row[c]!;
    for (let k = 0; k < c; k++) rest -= column[k]! * u[k]!;
    u.push(rest / column[c]!);
    sum += u[c]! ** 2;
  }
  return sum;
}

/** Σ coefficient · column. */
export function combine(columns: readonly Float64Array[], coefficients: Float64Array): Float64Array {
  const sum = new Float64Array(columns[0]?.length ?? 0);
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c]!;
    const coefficient = coefficients[c]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += coefficient * column[i]!;
  }
  return sum;
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function reflect(v: Float64Array, target: Float64Array, from: number, scale: number): void {
  const factor = scale * dot(v, target, from);
  for (let i = from; i < v.length; i++) target[i]! -= factor * v[i]!;
}
