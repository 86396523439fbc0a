/** The speckle filter of Lee (1980): the mean of the surroundings where they are even, the pixel itself where they are not. */
import { eachRowOfMoments } from './box-moments.ts';
import type { Frame } from './frame.ts';
import { strideOf } from './frame.ts';

export interface LeeOptions {
  /** Side of the window in pixels, odd. */
  readonly side: number;
  /** Equivalent number of looks L: the variance of the speckle is 1 / L. */
  readonly looks: number;
}

/**
 *     x̂ = m + k (z − m),   k = Q / (m² σ² + Q),   Q = (s² − m² σ²) / (1 + σ²),   σ² = 1 / L
 *
 * with mean m and variance s² (n − 1) of the valid pixels of the window; where Q is negative it is 0.
 *
 * @param values  Backscatter in linear power with the frame's halo of at least half the window; NaN where invalid.
 * @param out  Of the frame's result; NaN where the pixel itself is invalid.
 * @see Lee (1980), IEEE PAMI-2(2) 165–168, for noise of mean 1, https://doi.org/10.1109/TPAMI.1980.4766994
 */
export function leeFilter(values: Float32Array, frame: Frame, { side, looks }: LeeOptions, out: Float32Array): void {
  const stride = strideOf(frame);
  const { width, halo } = frame;
  const noise = 1 / looks;
  eachRowOfMoments(values, frame, side, (row, { count, sum, squares }) => {
    const from = (row + halo) * stride + halo;
    const to = row * width;
    for (let col = 0; col < width; col++) {
      const z = values[from + col]!;
      const n = count[col]!;
      if (n < 2 || z !== z) {
        out[to + col] = z;
        continue;
      }
      const mean = sum[col]! / n;
      const speckle = mean * mean * noise;
      const variance = (squares[col]! - sum[col]! * mean) / (n - 1);
      const signal = Math.max(0, (variance - speckle) / (1 + noise));
      out[to + col] = signal === 0 ? mean : mean + (signal / (speckle + signal)) * (z - mean);
    }
  });
}
