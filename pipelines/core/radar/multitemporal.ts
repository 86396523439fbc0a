/** Many dates of one place lend each other their looks: speckle falls, and the detail of each date stays. */
import { eachRowOfMoments } from './box-moments.ts';
import type { Frame } from './frame.ts';
import { strideOf } from './frame.ts';

/** What all dates together say of a pixel. */
export interface DateRatios {
  /** Sum over the dates of I / E[I], and how many dates it has. */
  readonly sum: Float64Array;
  readonly count: Uint16Array;
}

export function createDateRatios({ width, height }: Frame): DateRatios {
  return { sum: new Float64Array(width * height), count: new Uint16Array(width * height) };
}

/**
 * First pass, for each date: its local mean E[I], and its ratio added to those of the others.
 *
 * @param values  A date in linear power with the frame's halo of at least half the window; NaN where invalid.
 * @param means  Becomes the mean over the window of `side` pixels; NaN where the pixel itself is invalid.
 */
export function addDate(
  values: Float32Array,
  frame: Frame,
  side: number,
  ratios: DateRatios,
  means: Float32Array,
): void {
  const { width, halo } = frame;
  const stride = strideOf(frame);
  eachRowOfMoments(values, frame, side, (row, { count, sum }) => {
    const from = (row + halo) * stride + halo;
    const to = row * width;
    for (let col = 0; col < width; col++) {
      const z = values[from + col]!;
      const mean = sum[col]! / count[col]!;
      means[to + col] = z === z ? mean : NaN;
      if (!(z === z && mean > 0)) continue;
      ratios.sum[to + col]! += z / mean;
      ratios.count[to + col]!++;
    }
  });
}

/**
 * Second pass, for each date: J = E[I] / N · Σ I / E[I], in place of its means.
 * @see Quegan & Yu (2001), IEEE TGRS 39(11) 2373–2379, for uncorrelated dates of the same number of looks,
 *   https://doi.org/10.1109/36.964973
 */
export function finishDate(means: Float32Array, { sum, count }: DateRatios): void {
  for (let i = 0; i < means.length; i++) if (count[i]! > 0) means[i] = (means[i]! * sum[i]!) / count[i]!;
}

/** Both passes over a stack that is in memory. */
export function multitemporalFilter(dates: readonly Float32Array[], frame: Frame, side: number): Float32Array[] {
  const ratios = createDateRatios(frame);
  const filtered = dates.map((values) => {
    const means = new Float32Array(frame.width * frame.height);
    addDate(values, frame, side, ratios, means);
    return means;
  });
  for (const means of filtered) finishDate(means, ratios);
  return filtered;
}
