/** Masks as bits: rows of whole bytes, the first pixel in the lowest bit. Four pixels at a time where they lie so. */
import type { Window } from '../core/grid/window.ts';

/** @param mask  0 or 1, row-major. */
export function packBits(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width;
  const stride = (width + 7) >> 3;
  const bits = new Uint8Array(stride * height);
  if (width % 8 === 0 && mask.byteOffset % 4 === 0) {
    const fours = new Uint32Array(mask.buffer, mask.byteOffset, mask.length >> 2);
    for (let i = 0; i < bits.length; i++) bits[i] = nibble(fours[2 * i]!) | (nibble(fours[2 * i + 1]!) << 4);
    return bits;
  }
  for (let row = 0, i = 0; row < height; row++)
    for (let col = 0; col < width; col++, i++) bits[row * stride + (col >> 3)]! |= mask[i]! << (col & 7);
  return bits;
}

/** The lowest bits of four bytes: each is moved to its place in the highest four bits, and nothing else gets there. */
function nibble(four: number): number {
  return Math.imul(four, 0x10204080) >>> 28;
}

const FOURS = Uint32Array.from(
  { length: 16 },
  (_, n) => (n & 1) | (((n >> 1) & 1) << 8) | (((n >> 2) & 1) << 16) | ((n >> 3) << 24),
);

/**
 * @param width  Of the mask that was packed.
 * @param window  Inside that mask.
 * @param into  Receives 0 or 1 for each pixel of the window.
 */
export function unpackBits(bits: Uint8Array, width: number, window: Window, into: Uint8Array): void {
  const stride = (width + 7) >> 3;
  const isWhole = window.col % 8 === 0 && window.width % 8 === 0 && into.byteOffset % 4 === 0;
  if (!isWhole) return unpackOneByOne(bits, stride, window, into);
  const fours = new Uint32Array(into.buffer, into.byteOffset, into.length >> 2);
  const bytes = window.width >> 3;
  for (let row = 0, i = 0; row < window.height; row++) {
    const start = (window.row + row) * stride + (window.col >> 3);
    for (let at = start; at < start + bytes; at++, i += 2) {
      fours[i] = FOURS[bits[at]! & 15]!;
      fours[i + 1] = FOURS[bits[at]! >> 4]!;
    }
  }
}

function unpackOneByOne(bits: Uint8Array, stride: number, window: Window, into: Uint8Array): void {
  for (let row = 0, i = 0; row < window.height; row++) {
    const start = (window.row + row) * stride;
    for (let col = window.col; col < window.col + window.width; col++, i++)
      into[i] = (bits[start + (col >> 3)]! >> (col & 7)) & 1;
  }
}
