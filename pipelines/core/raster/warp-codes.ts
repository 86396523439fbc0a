/**
 * Warping 16-bit codes (0 = nodata): the hot loop of tile making. Nearest and bilinear by the same rules as `resample`,
 * with the mask inside the codes: a third of its time. Everything else goes through `resample` itself.
 */
import type { Window } from '../grid/window.ts';
import { EDGE_TOLERANCE } from './resample-nearest.ts';
import { resample } from './resample.ts';
import type { Resampling } from './resample.ts';
import { positionsAt } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

export interface CodeWindow {
  /** Row-major, of the size of `window`. */
  readonly codes: Uint16Array;
  /** Where they lie in the plan's source. It has a border of at least one pixel around all that is needed. */
  readonly window: Window;
}

/** Where the warped pixels go: the upper left one at `offset`, rows `stride` apart. */
export interface CodeTarget {
  readonly codes: Uint16Array;
  readonly offset: number;
  readonly stride: number;
}

/** From here on plain bilinear is what `resample` does too; below, its widened kernel. */
const PLAIN_FROM_SCALE = 0.95;

export function warpCodes(plan: WarpPlan, kind: Resampling, source: CodeWindow, target: CodeTarget): void {
  if (kind === 'nearest') return nearestCodes(plan, source, target);
  const plain = plan.scale[0] >= PLAIN_FROM_SCALE && plan.scale[1] >= PLAIN_FROM_SCALE;
  if (kind === 'bilinear' && plain) return bilinearCodes(plan, source, target);
  return resampleCodes(plan, kind, source, target);
}

function nearestCodes(plan: WarpPlan, { codes, window }: CodeWindow, target: CodeTarget): void {
  const { width, height } = plan.target;
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  const [offsetX, offsetY] = [EDGE_TOLERANCE - window.col, EDGE_TOLERANCE - window.row];
  const stride = window.width;
  const [right, bottom] = [window.width, window.height];
  const out = target.codes;
  for (let row = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    const o = target.offset + row * target.stride;
    for (let col = 0; col < width; col++) {
      const sx = x[col]! + offsetX;
      const sy = y[col]! + offsetY;
      if (sx >= 0 && sx < right && sy >= 0 && sy < bottom) out[o + col] = codes[(sy | 0) * stride + (sx | 0)]!;
    }
  }
}

function bilinearCodes(plan: WarpPlan, { codes, window }: CodeWindow, target: CodeTarget): void {
  const { width, height } = plan.target;
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  const [offsetX, offsetY] = [window.col, window.row];
  const stride = window.width;
  // Positions between the centres of the first and the last pixels have four neighbours.
  const [right, bottom] = [window.width - 0.5, window.height - 0.5];
  const out = target.codes;
  for (let row = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    const o = target.offset + row * target.stride;
    for (let col = 0; col < width; col++) {
      const sx = x[col]! - offsetX;
      const sy = y[col]! - offsetY;
      if (!(sx >= 0.5 && sx < right && sy >= 0.5 && sy < bottom)) continue;
      const px = sx - 0.5;
      const py = sy - 0.5;
      const c = px | 0;
      const r = py | 0;
      const u = px - c;
      const v = py - r;
      const at = r * stride + c;
      const q00 = codes[at]!;
      const q01 = codes[at + 1]!;
      const q10 = codes[at + stride]!;
      const q11 = codes[at + stride + 1]!;
      if (q00 !== 0 && q01 !== 0 && q10 !== 0 && q11 !== 0) {
        const upper = q00 + (q01 - q00) * u;
        const lower = q10 + (q11 - q10) * u;
        out[o + col] = (upper + (lower - upper) * v + 0.5) | 0;
      } else if (codes[((sy + EDGE_TOLERANCE) | 0) * stride + ((sx + EDGE_TOLERANCE) | 0)] !== 0)
        out[o + col] = ofValid(q00, q01, q10, q11, u, v);
    }
  }
}

/** Bilinear over the valid ones of four, of which the nearest is one. */
function ofValid(q00: number, q01: number, q10: number, q11: number, u: number, v: number): number {
  const w00 = q00 === 0 ? 0 : (1 - u) * (1 - v);
  const w01 = q01 === 0 ? 0 : u * (1 - v);
  const w10 = q10 === 0 ? 0 : (1 - u) * v;
  const w11 = q11 === 0 ? 0 : u * v;
  return ((q00 * w00 + q01 * w01 + q10 * w10 + q11 * w11) / (w00 + w01 + w10 + w11) + 0.5) | 0;
}

function resampleCodes(plan: WarpPlan, kind: Resampling, { codes, window }: CodeWindow, target: CodeTarget): void {
  const { width, height } = plan.target;
  const mask = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] !== 0) mask[i] = 1;
  const out = { data: new Uint16Array(width * height), mask: new Uint8Array(width * height) };
  resample(plan, kind, { data: codes, mask, window }, out);
  for (let row = 0, i = 0; row < height; row++)
    for (let col = 0, o = target.offset + row * target.stride; col < width; col++, i++, o++)
      if (out.mask[i] === 1) target.codes[o] = out.data[i]! || 1; // cubic may undershoot below the first code
}
