/** Savitzky and Golay's smoother: at each row the polynomial that fits best around it. */
import { factorise, firstWeights } from './least-squares.ts';
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
  return new SavitzkyGolayKernel(series.days, window, degree).smooth(series.values, series.mask);
}

/** Smooths many series with the same rows. The weights of a window are found anew only where other rows have a value. */
export class SavitzkyGolayKernel {
  readonly #windows: readonly RowWindow[];
  readonly #degree: number;
  readonly #half: number;
  readonly #smoothed: Float64Array;

  /** @param days  Of the rows, strictly ascending. */
  constructor(days: Float64Array, window: number, degree: number) {
    this.#degree = degree;
    this.#half = (window - 1) / 2;
    this.#windows = windowsOf(days, window, this.#half);
    this.#smoothed = new Float64Array(days.length);
  }

  /** @returns the same array each time: read it before the next call. */
  smooth(values: Float64Array, mask: Uint8Array): Float64Array {
    const smoothed = this.#smoothed;
    for (let i = 0; i < smoothed.length; i++) {
      const window = this.#windows[i]!;
      const { from, to, mask: before } = window;
      let isSame = window.weights !== undefined;
      for (let j = from; j < to; j++)
        if (before[j - from] !== mask[j]) {
          before[j - from] = mask[j]!;
          isSame = false;
        }
      if (!isSame) window.weights = this.#weightsOf(window);
      const { weights } = window;
      let sum = weights ? 0 : NaN;
      if (weights) for (let j = from; j < to; j++) if (mask[j] === 1) sum += weights[j - from]! * values[j]!;
      smoothed[i] = sum;
    }
    return smoothed;
  }

  /** One per row of the window, 0 for rows without a value. */
  #weightsOf({ positions, mask }: RowWindow): Float64Array | null {
    const rows: number[] = [];
    for (let j = 0; j < mask.length; j++) if (mask[j] === 1) rows.push(j);
    const columns = Array.from({ length: this.#degree + 1 }, (_, power) =>
      Float64Array.from(rows, (row) => (positions[row]! / this.#half) ** power),
    );
    const design = factorise(columns);
    if (design === null) return null;
    const weights = new Float64Array(mask.length);
    for (const [k, weight] of firstWeights(design).entries()) weights[rows[k]!] = weight;
    return weights;
  }
}

/** The rows around one row. */
interface RowWindow {
  readonly from: number;
  readonly to: number;
  /** From the row asked, so that the constant term is the answer. */
  readonly positions: Float64Array;
  /** Of which rows had a value last time, and their weights; null: too few. */
  readonly mask: Uint8Array;
  weights: Float64Array | null | undefined;
}

function windowsOf(days: Float64Array, window: number, half: number): RowWindow[] {
  const n = days.length;
  const grid = findGrid(days);
  const unit = medianStep(days);
  const position = grid ? (i: number) => grid.places[i]! : (i: number) => (days[i]! - days[0]!) / unit;
  const place = grid ? position : (i: number) => i;
  const count = grid?.count ?? n;
  let low = 0;
  let high = 0;
  return Array.from({ length: n }, (_, i) => {
    const first = Math.max(0, Math.min(place(i) - half, count - window));
    while (place(low) < first) low++;
    while (high < n && place(high) < first + window) high++;
    const positions = Float64Array.from({ length: high - low }, (__, j) => position(low + j) - position(i));
    return { from: low, to: high, positions, mask: new Uint8Array(high - low), weights: undefined };
  });
}
