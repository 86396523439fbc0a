/** Which pixels of a band are valid: nodata, NaN, masks and the area outside, settled once. */
import type { Window } from '../../../core/grid/window.ts';
import type { DataType, Samples } from '../../../core/raster/block.ts';

/**
 * Marks pixels whose number is nodata, in one pass.
 *
 * Floats within two units in the last place of nodata count as nodata, as in GDAL (`ARE_REAL_EQUAL`): nodata is
 * text in the file. NaN is never valid, whether declared or not.
 *
 * @returns 1 = valid; null where every pixel is.
 */
export function maskOfNodata(data: Samples, dtype: DataType, nodata: number | null): Uint8Array | null {
  if (dtype === 'float32' || dtype === 'float64')
    return maskOfFloat(data as Float32Array | Float64Array, nodata, dtype === 'float32' ? 2 ** -23 : 2 ** -52);
  if (nodata === null || Number.isNaN(nodata)) return null;
  const first = indexOf(data, nodata);
  if (first < 0) return null;
  const mask = new Uint8Array(data.length).fill(1, 0, first);
  for (let i = first; i < data.length; i++) mask[i] = data[i] === nodata ? 0 : 1;
  return mask;
}

/** Of 16-bit numbers as Node searches text, by the rarer of their bytes: ten times as fast, unless that byte is common. */
function indexOf(data: Samples, nodata: number): number {
  const isShort = data instanceof Uint16Array || data instanceof Int16Array;
  if (!isShort || data.length < LONG || !holds(data, nodata)) return data.indexOf(nodata);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const word = nodata & 0xffff;
  const sought = Math.max(word & 0xff, word >> 8); // the byte that Node looks for first
  let common = 0;
  for (let i = 0, step = (bytes.length >> 10) | 1; i < bytes.length; i += step) if (bytes[i] === sought) common++;
  if (common > MOST_COMMON) return data.indexOf(nodata);
  const at = bytes.indexOf(String.fromCharCode(word), 0, 'utf16le');
  return at < 0 ? at : at / 2;
}

/** Shorter arrays are searched in no time. */
const LONG = 4096;
/** Of the thousand bytes that are looked at. */
const MOST_COMMON = 40;

function holds(data: Uint16Array | Int16Array, value: number): boolean {
  return data instanceof Uint16Array ? value === (value & 0xffff) : value === (value << 16) >> 16;
}

function maskOfFloat(data: Float32Array | Float64Array, nodata: number | null, epsilon: number): Uint8Array | null {
  const size = nodata === null || !Number.isFinite(nodata) ? 0 : Math.abs(nodata) * epsilon * 4;
  const low = nodata === null || Number.isNaN(nodata) ? Infinity : nodata - size;
  const high = nodata === null || Number.isNaN(nodata) ? -Infinity : nodata + size;
  let first = 0;
  while (first < data.length && isValid(data[first]!, low, high)) first++;
  if (first === data.length) return null;
  const mask = new Uint8Array(data.length).fill(1, 0, first);
  for (let i = first; i < data.length; i++) mask[i] = isValid(data[i]!, low, high) ? 1 : 0;
  return mask;
}

/** False for NaN too: no comparison with it holds. */
function isValid(value: number, low: number, high: number): boolean {
  return value < low || value > high;
}

/** A mask image or an alpha channel as a mask; null where every pixel is valid. */
export function toMask(data: Samples): Uint8Array | null {
  const mask = data instanceof Uint8Array ? data : new Uint8Array(data.length);
  let valid = 0;
  for (let i = 0; i < mask.length; i++) {
    const one = data[i] === 0 ? 0 : 1;
    mask[i] = one;
    valid += one;
  }
  return valid === mask.length ? null : mask;
}

/** Valid where both say so. The result is the caller's own: `shared` is copied, `own` may be changed. */
export function combineMasks(shared: Uint8Array | null, own: Uint8Array | null): Uint8Array | null {
  if (!own) return shared && shared.slice();
  if (shared) for (let i = 0; i < own.length; i++) own[i] = own[i]! & shared[i]!;
  return own;
}

/** Makes pixels of a window outside the raster invalid, changing `mask` where there is one. */
export function maskOutside(mask: Uint8Array | null, window: Window, inside: Window): Uint8Array | null {
  if (inside.width === window.width && inside.height === window.height) return mask;
  const out = mask ?? new Uint8Array(window.width * window.height).fill(1);
  const left = inside.col - window.col;
  const right = left + inside.width;
  const top = inside.row - window.row;
  out.fill(0, 0, top * window.width);
  out.fill(0, (top + inside.height) * window.width);
  for (let row = top; row < top + inside.height; row++) {
    out.fill(0, row * window.width, row * window.width + left);
    out.fill(0, row * window.width + right, (row + 1) * window.width);
  }
  return out;
}
