/** The equivalent number of looks of an image: mean² / variance of power where the ground is even. */
import { PlatformError } from '../errors.ts';

/** Side of the squares that are looked at, pixels. */
export const LOOKS_SIDE = 9;

/** Squares by their mean² / variance, in steps of a twentieth of e. */
const BINS_PER_E = 20;
const LEAST = Math.log(0.1);
const BINS = Math.ceil((Math.log(1e5) - LEAST) * BINS_PER_E);
/** The last bin: squares without any variance. */
const EVEN = BINS - 1;
const SMOOTHING = 3;
/** Of an image without speckle. */
const MOST_LOOKS = 1e4;
/** Fewer squares have no mode worth the name. */
const LEAST_SQUARES = 12;

/** Plain numbers, so that threads can send them. */
export type LooksHistogram = number[];

export function emptyLooks(): LooksHistogram {
  return Array.from({ length: BINS }, () => 0);
}

/** Counts the squares of a window that are wholly valid. @param values Linear power, NaN where invalid. */
export function addLooks(
  histogram: LooksHistogram,
  values: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  for (let row = 0; row + LOOKS_SIDE <= height; row += LOOKS_SIDE)
    for (let col = 0; col + LOOKS_SIDE <= width; col += LOOKS_SIDE) {
      const looks = looksOfSquare(values, row * width + col, width);
      if (looks !== looks) continue;
      const bin = Math.floor((Math.log(looks) - LEAST) * BINS_PER_E);
      if (bin >= 0) histogram[Math.min(bin, EVEN)]!++;
    }
}

/** Of single precision, squared and more: what it leaves of a variance is none. */
const ROUNDING = 1e-14;

/** Infinite where the square has one value; NaN where it is not wholly valid. */
function looksOfSquare(values: Float32Array, start: number, stride: number): number {
  let [sum, squares] = [0, 0];
  for (let y = 0; y < LOOKS_SIDE; y++)
    for (let x = 0; x < LOOKS_SIDE; x++) {
      const v = values[start + y * stride + x]!;
      sum += v;
      squares += v * v;
    }
  const n = LOOKS_SIDE * LOOKS_SIDE;
  const variance = Math.max(0, squares - (sum * sum) / n) / (n - 1);
  return (sum / n) ** 2 / (variance < sum * sum * ROUNDING ? 0 : variance);
}

export function mergeLooks(histogram: LooksHistogram, other: LooksHistogram): void {
  for (let i = 0; i < BINS; i++) histogram[i]! += other[i]!;
}

/**
 * The mode: squares with an edge or a texture have less, and lie below it.
 * @throws {PlatformError} `parameter-invalid` where too few squares were counted
 */
export function estimateLooks(histogram: LooksHistogram): number {
  const squares = histogram.slice(0, EVEN).reduce((a, b) => a + b, 0);
  // An image that was filtered flat, or never had speckle: what is not even there are its edges
  if (histogram[EVEN]! >= LEAST_SQUARES && squares < Math.max(LEAST_SQUARES, histogram[EVEN]! / 10)) return MOST_LOOKS;
  if (squares < LEAST_SQUARES)
    throw new PlatformError(
      'parameter-invalid',
      `The number of looks cannot be estimated from ${squares} squares of ${LOOKS_SIDE} × ${LOOKS_SIDE} valid pixels, ${LEAST_SQUARES} are needed; give --looks (4.4 for Sentinel-1 IW GRD at high resolution)`,
      { detail: { squares } },
    );
  const smooth = histogram.map((_, i) => smoothAt(histogram, i));
  let mode = 0;
  for (let i = 1; i < EVEN; i++) if (smooth[i]! > smooth[mode]!) mode = i;
  const [left, middle, right] = [smooth[mode - 1] ?? 0, smooth[mode]!, smooth[mode + 1] ?? 0];
  const bend = left - 2 * middle + right;
  const shift = bend < 0 ? (left - right) / (2 * bend) : 0;
  return Math.exp(LEAST + (mode + 0.5 + shift) / BINS_PER_E);
}

function smoothAt(histogram: LooksHistogram, at: number): number {
  let sum = 0;
  for (let k = -3 * SMOOTHING; k <= 3 * SMOOTHING; k++)
    sum += (at + k < EVEN ? (histogram[at + k] ?? 0) : 0) * Math.exp(-(k * k) / (2 * SMOOTHING * SMOOTHING));
  return sum;
}
