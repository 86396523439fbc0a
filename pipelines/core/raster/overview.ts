/**
 * Halving a raster for overviews. Averages are carried down as sums and counts of full-resolution pixels, so that an
 * overview pixel is the mean of all valid pixels below it (not a mean of rounded means), and nodata neither bleeds
 * into values nor eats them.
 */
import type { DataType, Samples } from './block.ts';
import { createSamples } from './block.ts';

export type OverviewMethod = 'average' | 'mode' | 'nearest';

/** One band of a level: the averages still undivided, or the picked values themselves. Row-major. */
export type Reduction =
  | {
      readonly kind: 'sums';
      readonly width: number;
      readonly height: number;
      readonly sums: Float64Array;
      /** How many valid pixels of the full resolution each sum holds. */
      readonly counts: Float64Array;
    }
  | { readonly kind: 'values'; readonly width: number; readonly height: number; readonly values: Samples };

/** A band as stored: invalid pixels hold `nodata` (which may be NaN; null: every pixel is valid, but NaN never is). */
export interface StoredBand {
  readonly width: number;
  readonly height: number;
  readonly data: Samples;
  readonly nodata: number | null;
}

/** The next coarser level of a band; sizes are halved and rounded up, the last column or row then covers one pixel. */
export function reduceBand(band: StoredBand, method: OverviewMethod): Reduction {
  if (method === 'average') return sumBand(band);
  const { width, height, data, nodata } = band;
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1];
  const values = data.slice(0, w * h);
  if (method === 'nearest') pickCorner(data, width, values, w, h);
  else pickMode(data, width, height, nodata, values, w, h);
  return { kind: 'values', width: w, height: h, values };
}

/** The next coarser level of a reduction. */
export function reduceAgain(from: Reduction, method: OverviewMethod, nodata: number | null): Reduction {
  const { width, height } = from;
  if (from.kind === 'values') return reduceBand({ width, height, data: from.values, nodata }, method);
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1];
  return {
    kind: 'sums',
    width: w,
    height: h,
    sums: addFours(from.sums, width, height),
    counts: addFours(from.counts, width, height),
  };
}

/** An empty reduction of the same kind as `like`, to be filled by `place`. */
export function emptyLike(like: Reduction, width: number, height: number): Reduction {
  const n = width * height;
  if (like.kind === 'sums')
    return { kind: 'sums', width, height, sums: new Float64Array(n), counts: new Float64Array(n) };
  const Type = like.values.constructor as new (length: number) => Samples;
  return { kind: 'values', width, height, values: new Type(n) };
}

/** Copies `piece` into `target` with its upper left pixel at (col, row). */
export function place(target: Reduction, piece: Reduction, col: number, row: number): void {
  const copy = (to: Samples, from: Samples) => {
    for (let y = 0; y < piece.height; y++)
      to.set(from.subarray(y * piece.width, (y + 1) * piece.width), (row + y) * target.width + col);
  };
  if (target.kind === 'sums' && piece.kind === 'sums') {
    copy(target.sums, piece.sums);
    copy(target.counts, piece.counts);
  } else if (target.kind === 'values' && piece.kind === 'values') copy(target.values, piece.values);
}

/**
 * What a file stores for a reduction: means rounded to nearest for integers; `nodata` where no pixel was valid. A mean
 * that happens to equal `nodata` is moved by the smallest step, so that it stays valid.
 */
export function toStored(from: Reduction, dtype: DataType, nodata: number | null): Samples {
  if (from.kind === 'values') return from.values;
  const { sums, counts } = from;
  const out = createSamples(dtype, sums.length);
  const empty = nodata ?? 0;
  const isFloat = dtype === 'float32' || dtype === 'float64';
  const beside = isFloat ? stepFrom(empty) : empty + 1;
  for (let i = 0; i < sums.length; i++) {
    const count = counts[i]!;
    if (count === 0) {
      out[i] = empty;
      continue;
    }
    const mean = sums[i]! / count;
    const value = isFloat ? mean : Math.floor(mean + 0.5);
    out[i] = value === nodata ? (mean < value ? 2 * value - beside : beside) : value;
  }
  return out;
}

function stepFrom(value: number): number {
  return value === 0 ? 2 ** -126 : value + Math.abs(value) * 2 ** -22;
}

function sumBand({ width, height, data, nodata }: StoredBand): Reduction {
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1];
  const sums = new Float64Array(w * h);
  const counts = new Float64Array(w * h);
  for (let row = 0; row < height; row++) {
    const base = (row >> 1) * w;
    for (let col = 0, i = row * width; col < width; col++, i++) {
      const v = data[i]!;
      if (v === nodata || v !== v) continue;
      sums[base + (col >> 1)]! += v;
      counts[base + (col >> 1)]! += 1;
    }
  }
  return { kind: 'sums', width: w, height: h, sums, counts };
}

function addFours(from: Float64Array, width: number, height: number): Float64Array {
  const w = (width + 1) >> 1;
  const out = new Float64Array(w * ((height + 1) >> 1));
  for (let row = 0; row < height; row++) {
    const base = (row >> 1) * w;
    for (let col = 0, i = row * width; col < width; col++, i++) out[base + (col >> 1)]! += from[i]!;
  }
  return out;
}

function pickCorner(data: Samples, width: number, out: Samples, w: number, h: number): void {
  for (let row = 0; row < h; row++)
    for (let col = 0; col < w; col++) out[row * w + col] = data[2 * row * width + 2 * col]!;
}

/** The most frequent valid value of each four; of equally frequent ones the first in reading order. */
function pickMode(
  data: Samples,
  width: number,
  height: number,
  nodata: number | null,
  out: Samples,
  w: number,
  h: number,
): void {
  const four = [0, 0, 0, 0];
  for (let row = 0; row < h; row++)
    for (let col = 0; col < w; col++) {
      let n = 0;
      for (let y = 2 * row; y < Math.min(height, 2 * row + 2); y++)
        for (let x = 2 * col; x < Math.min(width, 2 * col + 2); x++) {
          const v = data[y * width + x]!;
          if (v !== nodata && v === v) four[n++] = v;
        }
      out[row * w + col] = n === 0 ? (nodata ?? data[2 * row * width + 2 * col]!) : mostFrequent(four, n);
    }
}

function mostFrequent(values: readonly number[], n: number): number {
  let best = values[0]!;
  let most = 0;
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (let j = i; j < n; j++) if (values[j] === values[i]) count++;
    if (count > most) [best, most] = [values[i]!, count];
  }
  return best;
}
