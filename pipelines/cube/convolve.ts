/** A kernel over a window: weights times the pixels around each, summed, the kernel as it lies (not turned). */
import type { Window } from '../core/grid/window.ts';
import type { KernelBorder } from './program.ts';

/** A window with so many pixels more on each side. */
export function around({ col, row, width, height }: Window, cols: number, rows: number): Window {
  return { col: col - cols, row: row - rows, width: width + 2 * cols, height: height + 2 * rows };
}

/** The part of a window inside an image that it meets. */
export function insideOf(window: Window, width: number, height: number): Window {
  const col = Math.max(0, window.col);
  const row = Math.max(0, window.row);
  const right = Math.min(width, window.col + window.width);
  return { col, row, width: right - col, height: Math.min(height, window.row + window.height) - row };
}

/**
 * The pixels around a window with the borders of the image filled in.
 * @param from  The image's pixels inside `wanted`, or all of its rows and columns where the border is wrapped.
 */
export function withBorder(
  from: Float32Array,
  held: Window,
  wanted: Window,
  { width, height }: { readonly width: number; readonly height: number },
  border: KernelBorder,
): Float32Array {
  const cols = places(wanted.col, wanted.width, width, border, held.col);
  const rows = places(wanted.row, wanted.height, height, border, held.row);
  const fill = typeof border === 'number' ? border : 0;
  const out = new Float32Array(wanted.width * wanted.height);
  for (let r = 0, o = 0; r < wanted.height; r++) {
    const base = rows[r]! * held.width;
    for (let c = 0; c < wanted.width; c++, o++) out[o] = rows[r]! < 0 || cols[c]! < 0 ? fill : from[base + cols[c]!]!;
  }
  return out;
}

/** Which pixel stands for each along an axis, from `origin`; -1: none, the fill does. */
function places(start: number, count: number, size: number, border: KernelBorder, origin: number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = inside(start + i, size, border);
    out[i] = at < 0 ? -1 : at - origin;
  }
  return out;
}

function inside(at: number, size: number, border: KernelBorder): number {
  if (at >= 0 && at < size) return at;
  const turn = (period: number) => ((at % period) + period) % period;
  switch (border) {
    case 'replicate':
      return at < 0 ? 0 : size - 1;
    case 'wrap':
      return turn(size);
    case 'reflect': {
      const k = turn(2 * size);
      return k < size ? k : 2 * size - 1 - k;
    }
    case 'reflect_pixel': {
      if (size === 1) return 0;
      const k = turn(2 * size - 2);
      return k < size ? k : 2 * size - 2 - k;
    }
    default:
      return -1;
  }
}

/** @param from  Of the size of `out`'s window with the kernel's radius around it. Replaced where not finite. */
export function convolve(
  from: Float32Array,
  kernel: readonly (readonly number[])[],
  { factor, replaceInvalid }: { readonly factor: number; readonly replaceInvalid: number },
  width: number,
  out: Float32Array,
): void {
  for (let i = 0; i < from.length; i++) if (!Number.isFinite(from[i])) from[i] = replaceInvalid;
  const stride = width + kernel[0]!.length - 1;
  const sums = new Float64Array(out.length);
  for (const [ky, weights] of kernel.entries())
    for (const [kx, weight] of weights.entries())
      if (weight !== 0) addTerm(from, ky * stride + kx, stride, weight, width, sums);
  for (let i = 0; i < out.length; i++) out[i] = sums[i]! * factor;
}

function addTerm(
  from: Float32Array,
  start: number,
  stride: number,
  weight: number,
  width: number,
  sums: Float64Array,
): void {
  for (let o = 0, row = start; o < sums.length; row += stride)
    for (let col = 0; col < width; col++, o++) sums[o]! += weight * from[row + col]!;
}
