/**
 * Count, sum and sum of squares over every square window around a pixel, at a cost that does not grow with the window.
 *
 * Running sums that add what enters and subtract what leaves carry their rounding along, so that two windows of a raster
 * disagree at their seam. Here each line is cut into blocks as long as the window, at multiples of its side counted from
 * the raster's corner; a window is the tail of one block and the head of the next. The same pixels are so always added in
 * the same order, wherever the frame begins, and nothing is subtracted.
 *
 * @see van Herk (1992), https://doi.org/10.1016/0167-8655(92)90069-C, who has it for minima
 */
import type { Frame } from './frame.ts';
import { strideOf } from './frame.ts';

/** Of the windows around the pixels of one row; NaN is no value and counts nowhere. */
export interface RowMoments {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/**
 * @param values  Row-major, with the frame's halo, which is at least half the window; NaN where invalid.
 * @param side  Of the window in pixels, odd.
 * @param use  Called for each row of the result from top to bottom; the moments are overwritten afterwards.
 */
export function eachRowOfMoments(
  values: Float32Array,
  frame: Frame,
  side: number,
  use: (row: number, moments: RowMoments) => void,
): void {
  const { width, height, halo } = frame;
  const half = (side - 1) / 2;
  const stride = strideOf(frame);
  const across = createRowSums(width, side, phaseOf(frame.col - half, side));
  let block = Array.from({ length: side }, () => createMoments(width));
  let before = Array.from({ length: side }, () => createMoments(width));
  const head = createMoments(width);
  const result = createMoments(width);
  let phase = phaseOf(frame.row - half, side);
  for (let i = 0; i < height + side - 1; i++) {
    const start = (i + halo - half) * stride + halo - half;
    const line = block[phase]!;
    across(values, start, line);
    if (phase === 0) copyMoments(line, head);
    else addMoments(head, line, head);
    const row = i - side + 1;
    if (row >= 0) {
      // The window's first row stands one place behind its last one's in the cycle of phases
      if (phase === side - 1) use(row, head);
      else {
        addMoments(before[phase + 1]!, head, result);
        use(row, result);
      }
    }
    if (++phase < side) continue;
    phase = 0;
    for (let k = side - 2; k >= 0; k--) addMoments(block[k]!, block[k + 1]!, block[k]!);
    [block, before] = [before, block];
  }
}

/** The moments of the windows of `side` pixels along a row. */
function createRowSums(width: number, side: number, phase: number) {
  const length = width + side - 1;
  const heads = createMoments(length);
  const tails = createMoments(length);
  return (values: Float32Array, start: number, out: RowMoments): void => {
    sumHeads(values, start, side, phase, heads);
    sumTails(values, start, side, phase, tails);
    joinWindows(heads.count, tails.count, side, phase, out.count);
    joinWindows(heads.sum, tails.sum, side, phase, out.sum);
    joinWindows(heads.squares, tails.squares, side, phase, out.squares);
  };
}

/** From the start of its block to each place. */
function sumHeads(values: Float32Array, start: number, side: number, phase: number, out: RowMoments): void {
  const { count, sum, squares } = out;
  let [n, s, q] = [0, 0, 0];
  let place = phase;
  for (let i = 0; i < count.length; i++) {
    if (place === 0) n = s = q = 0;
    const v = values[start + i]!;
    if (v === v) {
      n++;
      s += v;
      q += v * v;
    }
    count[i] = n;
    sum[i] = s;
    squares[i] = q;
    if (++place === side) place = 0;
  }
}

/** From each place to the end of its block. */
function sumTails(values: Float32Array, start: number, side: number, phase: number, out: RowMoments): void {
  const { count, sum, squares } = out;
  let [n, s, q] = [0, 0, 0];
  let place = (phase + count.length - 1) % side;
  for (let i = count.length - 1; i >= 0; i--) {
    if (place === side - 1) n = s = q = 0;
    const v = values[start + i]!;
    if (v === v) {
      n++;
      s += v;
      q += v * v;
    }
    count[i] = n;
    sum[i] = s;
    squares[i] = q;
    if (--place < 0) place = side - 1;
  }
}

function joinWindows(heads: Float64Array, tails: Float64Array, side: number, phase: number, out: Float64Array): void {
  let place = phase;
  for (let i = 0; i < out.length; i++) {
    const head = heads[i + side - 1]!;
    out[i] = place === 0 ? head : tails[i]! + head;
    if (++place === side) place = 0;
  }
}

function phaseOf(position: number, side: number): number {
  return ((position % side) + side) % side;
}

function createMoments(length: number): RowMoments {
  return { count: new Float64Array(length), sum: new Float64Array(length), squares: new Float64Array(length) };
}

function copyMoments(from: RowMoments, to: RowMoments): void {
  to.count.set(from.count);
  to.sum.set(from.sum);
  to.squares.set(from.squares);
}

function addMoments(a: RowMoments, b: RowMoments, out: RowMoments): void {
  addArrays(a.count, b.count, out.count);
  addArrays(a.sum, b.sum, out.sum);
  addArrays(a.squares, b.squares, out.squares);
}

function addArrays(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}
