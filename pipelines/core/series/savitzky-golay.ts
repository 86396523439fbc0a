/** Savitzky and Golay's smoother: at each row the polynomial that fits best around it. */
import { fitLeastSquares } from './least-squares.ts';
import type { MaskedSeries } from './series.ts';
import { findGrid, medianStep } from './step.ts';

/**
 * The value, at each row, of the least-squares polynomial through the `window` rows around it; near the ends, of the
 * polynomial through the first or last `window` rows (scipy's `mode='interp'`).
 *
 * Rows without a value take no part. On a regular grid, places without a row count as rows in a window; otherwise the
 * polynomial is one of the true times.
 *
 * @param window  Odd, greater than `degree`.
 * @returns NaN where a window has fewer values than a polynomial of that degree needs.
 * @see Savitzky & Golay 1964, https://doi.org/10.1021/ac60214a047
 */
export function smoothSavitzkyGolay(series: MaskedSeries, window: number, degree: number): Float64Array {
  const { days, values, mask } = series;
  const n = days.length;
  const grid = findGrid(days);
  const unit = medianStep(days);
  const position = grid ? (i: number) => grid.places[i]! : (i: number) => (days[i]! - days[0]!) / unit;
  const place = grid ? position : (i: number) => i;
  const count = grid?.count ?? n;
  const half = (window - 1) / 2;
  const smoothed = new Float64Array(n);
  let low = 0;
  let high = 0;
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, Math.min(place(i) - half, count - window));
    while (place(low) < from) low++;
    while (high < n && place(high) < from + window) high++;
    const rows: number[] = [];
    for (let j = low; j < high; j++) if (mask[j] === 1) rows.push(j);
    smoothed[i] = localPolynomial(rows, values, position, position(i), degree, half);
  }
  return smoothed;
}

function localPolynomial(
  rows: readonly number[],
  values: Float64Array,
  position: (row: number) => number,
  at: number,
  degree: number,
  half: number,
): number {
  // positions from the place asked, so that the constant term is the answer
  const columns = Array.from({ length: degree + 1 }, (_, power) =>
    Float64Array.from(rows, (row) => ((position(row) - at) / half) ** power),
  );
  const fit = fitLeastSquares(
    columns,
    Float64Array.from(rows, (row) => values[row]!),
  );
  return fit ? fit.coefficients[0]! : NaN;
}
