/** Codes of value tiles: pixels to codes, codes to values, and what a set of tiles holds in a view. */
import type { TileJson } from '../../../pipelines/core/wire.ts';

/** Row-major, `size` x `size`; 0 is nodata. */
export interface CodeTile {
  readonly size: number;
  readonly codes: Uint8Array | Uint16Array;
}

export type Coding = Pick<TileJson, 'precision' | 'scale' | 'offset'>;

/**
 * The codes in a decoded picture's RGBA pixels: the grey at precision 8, `256 R + G` at 16.
 *
 * @param rgba  Four bytes a pixel, length `size * size * 4`.
 */
export function codesFromPixels(rgba: Uint8ClampedArray, size: number, precision: 8 | 16): CodeTile {
  const count = size * size;
  if (precision === 8) {
    const codes = new Uint8Array(count);
    for (let i = 0, p = 0; i < count; i++, p += 4) codes[i] = rgba[p]!;
    return { size, codes };
  }
  const codes = new Uint16Array(count);
  for (let i = 0, p = 0; i < count; i++, p += 4) codes[i] = (rgba[p]! << 8) | rgba[p + 1]!;
  return { size, codes };
}

/** The value of a code; null for nodata. */
export function valueOf(code: number, { scale = 1, offset = 0 }: Coding): number | null {
  return code === 0 ? null : offset + scale * code;
}

/** The code of the cell at shares `u`, `v` of the tile's width and height. */
export function codeAt({ size, codes }: CodeTile, u: number, v: number): number {
  const col = Math.min(size - 1, Math.max(0, Math.floor(u * size)));
  const row = Math.min(size - 1, Math.max(0, Math.floor(v * size)));
  return codes[row * size + col]!;
}

/**
 * A tile's codes with one cell of its eight neighbours around them, `(size + 2)²`; where a neighbour is not at hand
 * the border is nodata, which the average leaves out.
 */
export function withBorder(
  { size, codes }: CodeTile,
  neighbour: (dx: number, dy: number) => CodeTile | null,
): Uint8Array | Uint16Array {
  const side = size + 2;
  const cells = codes instanceof Uint8Array ? new Uint8Array(side * side) : new Uint16Array(side * side);
  for (let row = 0; row < size; row++) cells.set(codes.subarray(row * size, (row + 1) * size), (row + 1) * side + 1);
  for (const dy of [-1, 0, 1])
    for (const dx of [-1, 0, 1]) {
      if (dx === 0 && dy === 0) continue;
      const other = neighbour(dx, dy);
      if (!other || other.size !== size) continue;
      const rows = dy === 0 ? size : 1;
      const cols = dx === 0 ? size : 1;
      for (let i = 0; i < Math.max(rows, cols); i++) {
        const row = dy === 0 ? i : dy < 0 ? -1 : size;
        const col = dx === 0 ? i : dx < 0 ? -1 : size;
        cells[(row + 1) * side + col + 1] = other.codes[((row + size) % size) * size + ((col + size) % size)]!;
      }
    }
  return cells;
}

export interface CodeCount {
  readonly histogram: Float64Array;
  valid: number;
  total: number;
}

/**
 * Adds a part of a tile to a histogram of values.
 *
 * @param part  Left, top, right and bottom as shares of the tile.
 * @param domain  Ends of the histogram, in values; what lies beyond counts as valid but in no bin.
 */
export function countCodes(
  count: CodeCount,
  tile: CodeTile | null,
  part: readonly [number, number, number, number],
  coding: Coding,
  [low, high]: readonly [number, number],
): void {
  const size = tile?.size ?? 256;
  const [left, top] = [Math.floor(part[0] * size), Math.floor(part[1] * size)];
  const [right, bottom] = [Math.ceil(part[2] * size), Math.ceil(part[3] * size)];
  count.total += (right - left) * (bottom - top);
  if (!tile) return;
  const { histogram } = count;
  const { scale = 1, offset = 0 } = coding;
  const factor = histogram.length / (high - low);
  for (let row = top; row < bottom; row++)
    for (let i = row * size + left, end = row * size + right; i < end; i++) {
      const code = tile.codes[i]!;
      if (code === 0) continue;
      count.valid++;
      const bin = Math.floor((offset + scale * code - low) * factor);
      if (bin >= 0 && bin < histogram.length) histogram[bin]!++;
    }
}

/** The values below which the shares `low` and `high` of a histogram lie; null for an empty one. */
export function quantiles(
  histogram: Float64Array,
  [start, end]: readonly [number, number],
  low: number,
  high: number,
): readonly [number, number] | null {
  const sum = histogram.reduce((a, b) => a + b, 0);
  if (sum === 0) return null;
  const step = (end - start) / histogram.length;
  let seen = 0;
  let from = 0;
  let to = histogram.length;
  histogram.forEach((n, i) => {
    if (seen < low * sum) from = i;
    seen += n;
    if (seen >= high * sum) to = Math.min(to, i + 1);
  });
  return [start + from * step, start + to * step];
}
