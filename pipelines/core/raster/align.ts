/** Bringing rasters of one CRS onto one grid by nearest neighbour: which source pixel holds a target pixel's centre. */
import type { Affine } from '../grid/affine.ts';
import { compose, invert } from '../grid/affine.ts';
import type { Window } from '../grid/window.ts';
import type { BandBlock, Samples } from './block.ts';

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly transform: Affine | null;
}

/**
 * Where target pixels lie in a source, along each axis for itself:
 * source column = ⌊(col + ½) · scaleX + offsetX⌋, row likewise.
 */
export interface Alignment {
  readonly scaleX: number;
  readonly offsetX: number;
  readonly scaleY: number;
  readonly offsetY: number;
}

export const SAME_GRID: Alignment = { scaleX: 1, offsetX: 0, scaleY: 1, offsetY: 0 };

/** A hundredth of a pixel over a whole raster: below it two grids are the same but for the digits of their origins. */
const TOLERANCE = 0.01;

/**
 * @returns null where the axes of the two grids are not parallel, so that no alignment exists. Grids without a
 *   transform are the same where their sizes are.
 */
export function alignGrid(source: Grid, target: Grid): Alignment | null {
  if (!source.transform || !target.transform) {
    const same =
      !source.transform && !target.transform && source.width === target.width && source.height === target.height;
    return same ? SAME_GRID : null;
  }
  const back = invert(source.transform);
  if (!back) return null;
  const [a, b, c, d, e, f] = compose(back, target.transform);
  if (Math.abs(b) * target.height > TOLERANCE || Math.abs(d) * target.width > TOLERANCE) return null;
  const x = tidy(a, c, target.width);
  const y = tidy(e, f, target.height);
  return { scaleX: x.scale, offsetX: x.offset, scaleY: y.scale, offsetY: y.offset };
}

/** Ratios such as 1/2 and shifts by whole pixels are made exact where the difference is below the tolerance. */
function tidy(scale: number, offset: number, size: number): { scale: number; offset: number } {
  const inverse = Math.round(1 / scale);
  const simple = Math.abs(scale) >= 1 ? Math.round(scale) : inverse === 0 ? scale : 1 / inverse;
  const exact = Math.abs(simple - scale) * size < TOLERANCE ? simple : scale;
  const unit = Math.min(1, Math.abs(exact));
  const whole = Math.round(offset / unit) * unit;
  return { scale: exact, offset: Math.abs(whole - offset) < TOLERANCE ? whole : offset };
}

/** Do the two grids differ by a part of a pixel, so that nearest moves the picture? */
export function isShifted({ scaleX, offsetX, scaleY, offsetY }: Alignment): boolean {
  const between = (scale: number, offset: number) => {
    const unit = Math.min(1, Math.abs(scale));
    return Math.abs(offset / unit - Math.round(offset / unit)) > 1e-6;
  };
  return between(scaleX, offsetX) || between(scaleY, offsetY);
}

/** Does any target pixel's centre lie in the source? */
export function overlaps(at: Alignment, source: Grid, target: Grid): boolean {
  const along = (scale: number, offset: number, n: number, size: number) => {
    const ends = [0.5 * scale + offset, (n - 0.5) * scale + offset];
    return Math.max(...ends) >= 0 && Math.min(...ends) < size;
  };
  return (
    along(at.scaleX, at.offsetX, target.width, source.width) &&
    along(at.scaleY, at.offsetY, target.height, source.height)
  );
}

/** The source pixels that a target window needs. */
export function sourceWindow(at: Alignment, window: Window): Window {
  const [left, right] = span(at.scaleX, at.offsetX, window.col, window.width);
  const [top, bottom] = span(at.scaleY, at.offsetY, window.row, window.height);
  return { col: left, row: top, width: right - left + 1, height: bottom - top + 1 };
}

function span(scale: number, offset: number, start: number, n: number): [first: number, last: number] {
  const a = sourceIndex(scale, offset, start);
  const b = sourceIndex(scale, offset, start + n - 1);
  return a < b ? [a, b] : [b, a];
}

function sourceIndex(scale: number, offset: number, target: number): number {
  return Math.floor((target + 0.5) * scale + offset);
}

/** Is the source window, as it lies, the target window? Then nothing needs to be gathered. */
export function isIdentity({ scaleX, offsetX, scaleY, offsetY }: Alignment): boolean {
  return scaleX === 1 && scaleY === 1 && Number.isInteger(offsetX) && Number.isInteger(offsetY);
}

/**
 * A target window out of the block of its source window.
 * @param into  Receives the numbers, where it is given and they need to be gathered.
 * @returns `block` itself where the grids differ by whole pixels only.
 */
export function alignBlock(block: BandBlock, at: Alignment, window: Window, into?: Samples): BandBlock {
  if (isIdentity(at)) return block;
  const { width, height } = window;
  const from = sourceWindow(at, window);
  const cols = indices(at.scaleX, at.offsetX, window.col, width, from.col);
  const rows = indices(at.scaleY, at.offsetY, window.row, height, from.row);
  const data = gather(block.data, block.width, cols, rows, into);
  return { width, height, data, mask: block.mask && gather(block.mask, block.width, cols, rows) };
}

function indices(scale: number, offset: number, start: number, n: number, first: number): Int32Array {
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = sourceIndex(scale, offset, start + i) - first;
  return out;
}

/** Are the pixels of a row those of the source, each twice? So lie classes of 20 m under bands of 10 m. */
function isDoubled(cols: Int32Array): boolean {
  for (let i = 0; i < cols.length; i++) if (cols[i] !== i >> 1) return false;
  return cols.length % 2 === 0;
}

/** A row of bytes, each twice, two at a time. */
function doubleBytes(from: Samples, base: number, out: Uint16Array, at: number, pairs: number): void {
  for (let i = 0; i < pairs; i++) out[at + i] = from[base + i]! * 0x101;
}

function gather<T extends Samples>(from: T, fromWidth: number, cols: Int32Array, rows: Int32Array, into?: T): T {
  const width = cols.length;
  const out = into ?? new (from.constructor as new (n: number) => T)(width * rows.length);
  const words =
    out instanceof Uint8Array && out.byteOffset % 2 === 0 && isDoubled(cols)
      ? new Uint16Array(out.buffer, out.byteOffset, out.length >> 1)
      : null;
  for (let row = 0, at = 0; row < rows.length; row++, at += width) {
    if (row > 0 && rows[row] === rows[row - 1]) {
      out.copyWithin(at, at - width, at);
      continue;
    }
    const base = rows[row]! * fromWidth;
    if (words) doubleBytes(from, base, words, at >> 1, width >> 1);
    else for (let col = 0; col < width; col++) out[at + col] = from[base + cols[col]!]!;
  }
  return out;
}
