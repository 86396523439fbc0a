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

/** A design matrix as Householder's QR leaves it, for many right-hand sides. */
export interface Design {
  readonly columns: readonly Float64Array[];
  /** One per column, zero above its diagonal, with 2 / (v · v). */
  readonly reflectors: readonly Float64Array[];
  readonly scales: Float64Array;
  /** R: column c, from the top to the diagonal. */
  readonly triangle: readonly Float64Array[];
}

/**
 * @param columns  Of the design matrix, of equal length.
 * @returns null where the columns are not independent, or there are more of them than rows.
 */
export function factorise(columns: readonly Float64Array[]): Design | null {
  const k = columns.length;
  if ((columns[0]?.length ?? 0) < k) return null;
  const reflectors = columns.map((column) => Float64Array.from(column));
  const triangle = columns.map((_, c) => new Float64Array(c + 1));
  const scales = new Float64Array(k);
  for (let c = 0; c < k; c++) {
    const v = reflectors[c]!;
    const norm = Math.sqrt(dot(v, v, c));
    if (!(norm > 1e-10 * Math.sqrt(dot(columns[c]!, columns[c]!, 0)))) return null;
    triangle[c]!.set(v.subarray(0, c));
    triangle[c]![c] = v[c]! > 0 ? -norm : norm;
    v[c]! -= triangle[c]![c]!;
    v.fill(0, 0, c);
    scales[c] = 2 / dot(v, v, c);
    for (let other = c + 1; other < k; other++) reflect(v, reflectors[other]!, c, scales[c]!);
  }
  return { columns, reflectors, scales, triangle };
}

/** The coefficients that fit `y` best. @param work  Room for as many numbers as `y` has. */
export function solve(design: Design, y: Float64Array, work = new Float64Array(y.length)): Float64Array {
  const { reflectors, scales, triangle } = design;
  const k = reflectors.length;
  for (let i = 0; i < y.length; i++) work[i] = y[i]!;
  for (let c = 0; c < k; c++) reflect(reflectors[c]!, work, c, scales[c]!);
  const coefficients = new Float64Array(k);
  for (let c = k - 1; c >= 0; c--) {
    let rest = work[c]!;
    for (let other = c + 1; other < k; other++) rest -= triangle[other]![c]! * coefficients[other]!;
    coefficients[c] = rest / triangle[c]![c]!;
  }
  return coefficients;
}

/**
 * The weights w for which w · y is the first coefficient, whatever y is.
 */
export function firstWeights({ reflectors, scales, triangle }: Design): Float64Array {
  const k = reflectors.length;
  const weights = new Float64Array(reflectors[0]!.length);
  for (let c = 0; c < k; c++) {
    let rest = c === 0 ? 1 : 0; // R'u = (1, 0, …)
    for (let row = 0; row < c; row++) rest -= triangle[c]![row]! * weights[row]!;
    weights[c] = rest / triangle[c]![c]!;
  }
  for (let c = k - 1; c >= 0; c--) reflect(reflectors[c]!, weights, c, scales[c]!);
  return weights;
}

/**
 * @param columns  Of the design matrix, each as long as `y`.
 * @returns null as `factorise`.
 */
export function fitLeastSquares(columns: readonly Float64Array[], y: Float64Array): Fit | null {
  const design = factorise(columns);
  return design && fit(design, y);
}

export function fit(design: Design, y: Float64Array): Fit {
  const coefficients = solve(design, y);
  const fitted = combine(design.columns, coefficients);
  let rss = 0;
  for (let i = 0; i < y.length; i++) rss += (y[i]! - fitted[i]!) ** 2;
  return { coefficients, fitted, rss, triangle: design.triangle };
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
