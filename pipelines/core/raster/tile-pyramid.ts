/** Lower zooms out of the data of higher ones: squares of 16-bit codes, 0 = nodata, halved by a rule. */

/** `mean` for values; `mode` for classes, which invents no code. */
export type ReduceRule = 'mean' | 'mode';

/** A square of one or more planes of codes, somewhere in a larger square. */
export interface CodeSquare {
  readonly planes: readonly Uint16Array[];
  /** Codes from row to row. */
  readonly stride: number;
  readonly col: number;
  readonly row: number;
  /** Pixels along a side. */
  readonly size: number;
}

/**
 * Halves a square: each code out of four. Invalid codes neither bleed in nor win: the mean is of the valid ones, and
 * one valid code suffices.
 * @param size  Pixels along a side, even.
 * @returns `size / 2` squared codes
 */
export function halve(codes: Uint16Array, size: number, rule: ReduceRule): Uint16Array {
  const half = size >> 1;
  const out = new Uint16Array(half * half);
  if (rule === 'mean') halveMean(codes, size, out);
  else halveMode(codes, size, out);
  return out;
}

function halveMean(codes: Uint16Array, size: number, out: Uint16Array): void {
  for (let row = 0, o = 0; row < size; row += 2)
    for (let i = row * size, end = i + size; i < end; i += 2, o++) {
      const a = codes[i]!;
      const b = codes[i + 1]!;
      const c = codes[i + size]!;
      const d = codes[i + size + 1]!;
      const sum = a + b + c + d;
      if (a !== 0 && b !== 0 && c !== 0 && d !== 0) out[o] = (sum + 2) >> 2;
      else if (sum !== 0) {
        const n = (a === 0 ? 0 : 1) + (b === 0 ? 0 : 1) + (c === 0 ? 0 : 1) + (d === 0 ? 0 : 1);
        out[o] = (sum + (n >> 1)) / n;
      }
    }
}

/** Of equally frequent codes the first in reading order. */
function halveMode(codes: Uint16Array, size: number, out: Uint16Array): void {
  for (let row = 0, o = 0; row < size; row += 2)
    for (let i = row * size, end = i + size; i < end; i += 2, o++)
      out[o] = modeOfFour(codes[i]!, codes[i + 1]!, codes[i + size]!, codes[i + size + 1]!);
}

function modeOfFour(a: number, b: number, c: number, d: number): number {
  if (a !== 0 && (a === b || a === c || a === d)) {
    // Two pairs: `a` came first. Three others alike beat it, but then `a` has no partner.
    return a;
  }
  if (b !== 0 && (b === c || b === d)) return b;
  if (c !== 0 && c === d) return c;
  return a || b || c || d;
}

/** Copies a square into a larger one with its upper left pixel at (col, row). */
export function placeSquare(
  target: Uint16Array,
  targetSize: number,
  part: Uint16Array,
  partSize: number,
  col: number,
  row: number,
): void {
  for (let y = 0; y < partSize; y++)
    target.set(part.subarray(y * partSize, (y + 1) * partSize), (row + y) * targetSize + col);
}

/** True where any plane of the square holds a code. */
export function hasData({ planes, stride, col, row, size }: CodeSquare): boolean {
  for (const codes of planes)
    for (let y = row; y < row + size; y++)
      for (let i = y * stride + col, end = i + size; i < end; i++) if (codes[i] !== 0) return true;
  return false;
}
