/**
 * Halving a raster for overviews. Averages are carried down as sums and counts of full-resolution pixels, so that an
 * overview pixel is the mean of all valid pixels below it (not a mean of rounded means), and nodata neither bleeds
 * into values nor eats them.
 */
import type { DataType, Samples } from './block.ts';
import { createSamples } from './block.ts';

export type OverviewMethod = 'average' | 'mode' | 'nearest';

type Sums = Int32Array | Float64Array;
type Counts = Uint16Array | Float64Array;

/** One band of a level: the averages still undivided, or the picked values themselves. Row-major. */
export type Reduction =
  | {
      readonly kind: 'sums';
      readonly width: number;
      readonly height: number;
      /** Whole numbers of up to 16 bits are summed as such while 7 levels fit, which is quicker. */
      readonly sums: Sums;
      /** How many valid pixels of the full resolution each sum holds. */
      readonly counts: Counts;
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
  // doubles, because levels follow whose sums 32 bits do not hold
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
  if (sums instanceof Int32Array && counts instanceof Uint16Array) roundMeans(sums, counts, out, empty);
  else if (dtype === 'float32' || dtype === 'float64')
    for (let i = 0; i < sums.length; i++) out[i] = counts[i] === 0 ? empty : sums[i]! / counts[i]!;
  else for (let i = 0; i < sums.length; i++) out[i] = counts[i] === 0 ? empty : Math.floor(sums[i]! / counts[i]! + 0.5);
  if (nodata !== null && !isUnreachable(nodata, dtype))
    avoid(nodata, out, from, dtype.startsWith('float') ? stepOf(nodata) : 1);
  return out;
}

/** Counts are powers of 4 nearly everywhere: a shift instead of a division. */
function roundMeans(sums: Int32Array, counts: Uint16Array, out: Samples, empty: number): void {
  for (let i = 0; i < sums.length; i++) {
    const count = counts[i]!;
    if (count === 0) out[i] = empty;
    else if ((count & (count - 1)) === 0) out[i] = (sums[i]! + (count >> 1)) >> (31 - Math.clz32(count));
    else out[i] = Math.floor(sums[i]! / count + 0.5);
  }
}

/** NaN, and the least and greatest number of a type: no mean of other numbers rounds to them. */
function isUnreachable(nodata: number, dtype: DataType): boolean {
  const beside = createSamples(dtype, 2);
  beside[0] = nodata - 1;
  beside[1] = nodata + 1;
  return Number.isNaN(nodata) || beside[0]! > nodata || beside[1]! < nodata;
}

/** Moves valid means that equal `nodata` to the neighbour on their own side. */
function avoid(
  nodata: number,
  out: Samples,
  { sums, counts }: { readonly sums: Sums; readonly counts: Counts },
  step: number,
): void {
  for (let i = 0; i < out.length; i++)
    if (out[i] === nodata && counts[i] !== 0) out[i] = sums[i]! / counts[i]! < nodata ? nodata - step : nodata + step;
}

/** A step that single precision can tell. */
function stepOf(value: number): number {
  return value === 0 ? 2 ** -126 : Math.abs(value) * 2 ** -22;
}

function sumBand({ width, height, data, nodata }: StoredBand): Reduction {
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1];
  const exact = data.BYTES_PER_ELEMENT <= 2;
  const sums = exact ? new Int32Array(w * h) : new Float64Array(w * h);
  const counts = exact ? new Uint16Array(w * h) : new Float64Array(w * h);
  // rows and columns that have both pixels; the last ones of odd sizes follow
  const [wholeCols, wholeRows] = [width >> 1, height >> 1];
  for (let row = 0; row < wholeRows; row++)
    if (exact) sumWholeRow(data, 2 * row * width, width, nodata ?? Infinity, sums, counts, row * w, wholeCols);
    else sumFloatRow(data, 2 * row * width, width, nodata ?? NaN, sums, counts, row * w, wholeCols);
  const add = (col: number, row: number) => {
    const v = data[row * width + col]!;
    if (v === nodata || v !== v) return;
    const to = (row >> 1) * w + (col >> 1);
    sums[to]! += v;
    counts[to]! += 1;
  };
  if (width & 1) for (let row = 0; row < height; row++) add(width - 1, row);
  if (height & 1) for (let col = 0; col < 2 * wholeCols; col++) add(col, height - 1);
  return { kind: 'sums', width: w, height: h, sums, counts };
}

/** One row of sums of fours of whole numbers; `start` is the first pixel of the upper row. */
function sumWholeRow(
  data: Samples,
  start: number,
  width: number,
  nodata: number,
  sums: Sums,
  counts: Counts,
  to: number,
  cols: number,
): void {
  for (let i = 0, p = start, q = start + width; i < cols; i++, p += 2, q += 2) {
    const [a, b, c, d] = [data[p]!, data[p + 1]!, data[q]!, data[q + 1]!];
    let sum = 0;
    let count = 0;
    if (a !== nodata) [sum, count] = [a, 1];
    if (b !== nodata) [sum, count] = [sum + b, count + 1];
    if (c !== nodata) [sum, count] = [sum + c, count + 1];
    if (d !== nodata) [sum, count] = [sum + d, count + 1];
    sums[to + i] = sum;
    counts[to + i] = count;
  }
}

/** The same for floats, where NaN is never valid. */
function sumFloatRow(
  data: Samples,
  start: number,
  width: number,
  nodata: number,
  sums: Sums,
  counts: Counts,
  to: number,
  cols: number,
): void {
  for (let i = 0, p = start, q = start + width; i < cols; i++, p += 2, q += 2) {
    const [a, b, c, d] = [data[p]!, data[p + 1]!, data[q]!, data[q + 1]!];
    let sum = 0;
    let count = 0;
    if (a === a && a !== nodata) [sum, count] = [a, 1];
    if (b === b && b !== nodata) [sum, count] = [sum + b, count + 1];
    if (c === c && c !== nodata) [sum, count] = [sum + c, count + 1];
    if (d === d && d !== nodata) [sum, count] = [sum + d, count + 1];
    sums[to + i] = sum;
    counts[to + i] = count;
  }
}

function addFours<T extends Sums | Counts>(from: T, width: number, height: number): T {
  const w = (width + 1) >> 1;
  const out = new (from.constructor as new (n: number) => T)(w * ((height + 1) >> 1));
  const [wholeCols, wholeRows] = [width >> 1, height >> 1];
  for (let row = 0; row < wholeRows; row++)
    for (let i = 0, p = 2 * row * width, q = p + width, to = row * w; i < wholeCols; i++, p += 2, q += 2)
      out[to + i] = from[p]! + from[p + 1]! + from[q]! + from[q + 1]!;
  const add = (col: number, row: number) => {
    out[(row >> 1) * w + (col >> 1)]! += from[row * width + col]!;
  };
  if (width & 1) for (let row = 0; row < height; row++) add(width - 1, row);
  if (height & 1) for (let col = 0; col < 2 * wholeCols; col++) add(col, height - 1);
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
