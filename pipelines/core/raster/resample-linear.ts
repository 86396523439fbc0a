/** Bilinear (two by two) and cubic convolution (four by four) where the target is about as fine as the source, or finer. */
import type { Floats, FloatSource } from './resample.ts';
import { EDGE_TOLERANCE } from './resample-nearest.ts';
import { positionsAt } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

/** @returns how many target pixels are valid. */
export function bilinear(plan: WarpPlan, source: FloatSource, out: Floats, outMask: Uint8Array): number {
  const { width, height } = plan.target;
  const { data, mask, window } = source;
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  const stride = window.width;
  const [lastCol, lastRow] = [window.width - 1, window.height - 1];
  const [right, bottom] = [window.width - EDGE_TOLERANCE, window.height - EDGE_TOLERANCE];
  const [offsetX, offsetY] = [window.col, window.row];
  let valid = 0;
  for (let row = 0, i = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    for (let col = 0; col < width; col++, i++) {
      const sx = x[col]! - offsetX;
      const sy = y[col]! - offsetY;
      let value = 0;
      let is = 0;
      if (sx > -EDGE_TOLERANCE && sx < right && sy > -EDGE_TOLERANCE && sy < bottom) {
        const px = sx + 0.5;
        const py = sy + 0.5;
        const c = (px | 0) - 1;
        const r = (py | 0) - 1;
        const at = r * stride + c;
        const whole = c >= 0 && r >= 0 && c < lastCol && r < lastRow;
        if (whole && (mask === null || allFour(mask, at, stride))) {
          const u = px - 1 - c;
          const v = py - 1 - r;
          const upper = data[at]! + (data[at + 1]! - data[at]!) * u;
          const lower = data[at + stride]! + (data[at + stride + 1]! - data[at + stride]!) * u;
          value = upper + (lower - upper) * v;
          is = 1;
        } else if (mask === null || mask[((sy + EDGE_TOLERANCE) | 0) * stride + ((sx + EDGE_TOLERANCE) | 0)] === 1) {
          value = fourOrFewer(data, mask, window.width, window.height, px - 1, py - 1);
          is = 1;
        }
      }
      out[i] = value;
      outMask[i] = is;
      valid += is;
    }
  }
  return valid;
}

/** Cubic convolution with a = -1/2 (Catmull-Rom); where not all sixteen are there and valid, bilinear. */
export function cubic(plan: WarpPlan, source: FloatSource, out: Floats, outMask: Uint8Array): number {
  const { width, height } = plan.target;
  const { data, mask, window } = source;
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  const stride = window.width;
  const [lastCol, lastRow] = [window.width - 2, window.height - 2];
  const [right, bottom] = [window.width - EDGE_TOLERANCE, window.height - EDGE_TOLERANCE];
  const [offsetX, offsetY] = [window.col, window.row];
  let valid = 0;
  for (let row = 0, i = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    for (let col = 0; col < width; col++, i++) {
      const sx = x[col]! - offsetX;
      const sy = y[col]! - offsetY;
      let value = 0;
      let is = 0;
      if (sx > -EDGE_TOLERANCE && sx < right && sy > -EDGE_TOLERANCE && sy < bottom) {
        const px = sx + 0.5;
        const py = sy + 0.5;
        const c = (px | 0) - 1;
        const r = (py | 0) - 1;
        const whole = c >= 1 && r >= 1 && c < lastCol && r < lastRow;
        if (whole && (mask === null || allSixteen(mask, (r - 1) * stride + c - 1, stride))) {
          value = sixteen(data, (r - 1) * stride + c - 1, stride, px - 1 - c, py - 1 - r);
          is = 1;
        } else if (mask === null || mask[((sy + EDGE_TOLERANCE) | 0) * stride + ((sx + EDGE_TOLERANCE) | 0)] === 1) {
          value = fourOrFewer(data, mask, window.width, window.height, px - 1, py - 1);
          is = 1;
        }
      }
      out[i] = value;
      outMask[i] = is;
      valid += is;
    }
  }
  return valid;
}

function allFour(mask: Uint8Array, at: number, stride: number): boolean {
  return (mask[at]! & mask[at + 1]! & mask[at + stride]! & mask[at + stride + 1]!) !== 0;
}

function allSixteen(mask: Uint8Array, first: number, stride: number): boolean {
  for (let k = 0, at = first; k < 4; k++, at += stride)
    if ((mask[at]! & mask[at + 1]! & mask[at + 2]! & mask[at + 3]!) === 0) return false;
  return true;
}

function sixteen(data: Floats, first: number, stride: number, u: number, v: number): number {
  const a = fourInRow(data, first, u);
  const b = fourInRow(data, first + stride, u);
  const c = fourInRow(data, first + 2 * stride, u);
  const d = fourInRow(data, first + 3 * stride, u);
  return catmullRom(a, b, c, d, v);
}

function fourInRow(data: Floats, at: number, u: number): number {
  return catmullRom(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, u);
}

function catmullRom(a: number, b: number, c: number, d: number, u: number): number {
  return b + 0.5 * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)));
}

/**
 * Bilinear over those of the four pixels around (`px`, `py`: positions between pixel centres) that are there and
 * valid. The caller has seen that the nearest is, so the weights never sum to zero.
 */
function fourOrFewer(
  data: Floats,
  mask: Uint8Array | null,
  width: number,
  height: number,
  px: number,
  py: number,
): number {
  const c = Math.floor(px);
  const r = Math.floor(py);
  const u = px - c;
  const v = py - r;
  let sum = 0;
  let weights = 0;
  for (let k = 0; k < 4; k++) {
    const col = c + (k & 1);
    const row = r + (k >> 1);
    if (col < 0 || row < 0 || col >= width || row >= height) continue;
    const at = row * width + col;
    if (mask !== null && mask[at] === 0) continue;
    const weight = ((k & 1) === 1 ? u : 1 - u) * (k >> 1 === 1 ? v : 1 - v);
    sum += data[at]! * weight;
    weights += weight;
  }
  return sum / weights;
}
