/** Histograms of decibels, in which thresholds are looked for. */

/** Decibels of a bin. */
export const BIN_DB = 0.1;
const LEAST_DB = -60;
const MOST_DB = 40;
export const BINS = Math.round((MOST_DB - LEAST_DB) / BIN_DB);

/** Counts per bin; those beyond the ends count in the last ones. */
export type Histogram = Float64Array;

/** The middle of a bin, decibels. */
export function middleOf(bin: number): number {
  return LEAST_DB + (bin + 0.5) * BIN_DB;
}

/** The upper edge of a bin: what is below it is in this bin or a lower one. */
export function upperEdgeOf(bin: number): number {
  return LEAST_DB + (bin + 1) * BIN_DB;
}

/**
 * Of a window of a raster of decibels; NaN is no value.
 * @param start  Index of the window's first pixel.
 * @param stride  Pixels from one row to the next.
 */
export function histogramOf(
  values: Float32Array,
  start: number,
  stride: number,
  { width, height }: { readonly width: number; readonly height: number },
): Histogram {
  const counts = new Float64Array(BINS);
  for (let row = 0; row < height; row++)
    for (let i = start + row * stride, end = i + width; i < end; i++) {
      const v = values[i]!;
      if (v !== v) continue;
      counts[Math.min(BINS - 1, Math.max(0, ((v - LEAST_DB) * (1 / BIN_DB)) | 0))]!++;
    }
  return counts;
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the population; a twelfth of a bin's square at least, because values in a bin differ. */
  readonly variance: number;
  /** 0 for symmetric. */
  readonly skewness: number;
  /** 3 for normal. */
  readonly kurtosis: number;
}

export function momentsOf(counts: Histogram): Moments {
  let [count, sum] = [0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    count += counts[bin]!;
    sum += counts[bin]! * middleOf(bin);
  }
  const mean = sum / count;
  let [second, third, fourth] = [0, 0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    const d = middleOf(bin) - mean;
    second += counts[bin]! * d * d;
    third += counts[bin]! * d ** 3;
    fourth += counts[bin]! * d ** 4;
  }
  const variance = second / count + (BIN_DB * BIN_DB) / 12;
  return {
    count,
    mean,
    variance,
    skewness: third / count / variance ** 1.5,
    kurtosis: fourth / count / variance ** 2,
  };
}
