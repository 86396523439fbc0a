/**
 * Warping 16-bit codes (0 = nodata): the hot loop of tile making. Nearest and bilinear by the same rules as `resample`,
 * with the mask inside the codes: a third of its time. Everything else goes through `resample` itself.
 */
import type { Window } from '../grid/window.ts';
import { EDGE_TOLERANCE } from './resample-nearest.ts';
import { resample } from './resample.ts';
import type { Resampling } from './resample.ts';
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

/** Part of a target row on which the source position moves evenly and stays inside a box. */
interface Span {
  /** Target columns, the last one excluded. */
  first: number;
  end: number;
  /** Source position at the centre of column 0, and step per column. */
  x: number;
  y: number;
  dx: number;
  dy: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The spans of a row inside a half-open box of source positions; `spans` is reused. @returns how many. */
function spansOf({ nodes, target }: WarpPlan, row: number, box: Box, spans: Span[]): number {
  const { cols, rows, stepX, stepY, x, y } = nodes;
  const j = Math.min(Math.floor((row + 0.5) / stepY), rows - 1);
  const t = (row + 0.5) / stepY - j;
  let n = 0;
  for (let i = 0; i < cols; i++) {
    const a = j * (cols + 1) + i;
    const b = a + cols + 1;
    const left = x[a]! + (x[b]! - x[a]!) * t;
    const top = y[a]! + (y[b]! - y[a]!) * t;
    const dx = (x[a + 1]! + (x[b + 1]! - x[a + 1]!) * t - left) / stepX;
    const dy = (y[a + 1]! + (y[b + 1]! - y[a + 1]!) * t - top) / stepX;
    const start = 0.5 - i * stepX; // of column 0's centre from the cell's left edge
    const x0 = left + dx * start;
    const y0 = top + dy * start;
    const first = Math.ceil(i * stepX - 0.5);
    const end = i === cols - 1 ? target.width : Math.ceil((i + 1) * stepX - 0.5);
    const [from, to] = clipLine(x0, dx, box.left, box.right, first, end);
    const [low, high] = clipLine(y0, dy, box.top, box.bottom, from, to);
    if (low < high) spans[n++] = { first: low, end: high, x: x0, y: y0, dx, dy };
  }
  return n;
}

/** The whole k of [first, end) with low ≤ at + step · k < high; none where a number is NaN. */
function clipLine(at: number, step: number, low: number, high: number, first: number, end: number): [number, number] {
  const holds = (k: number) => at + step * k >= low && at + step * k < high;
  if (step === 0) return holds(first) ? [first, end] : [first, first];
  const [a, b] = step > 0 ? [(low - at) / step, (high - at) / step] : [(high - at) / step, (low - at) / step];
  if (!(b >= a)) return [first, first];
  let from = Math.max(first, Math.floor(a) - 1);
  let to = Math.min(end, Math.ceil(b) + 2);
  while (from < to && !holds(from)) from++;
  while (to > from && !holds(to - 1)) to--;
  return [from, to];
}

function nearestCodes(plan: WarpPlan, { codes, window }: CodeWindow, target: CodeTarget): void {
  const [offsetX, offsetY] = [EDGE_TOLERANCE - window.col, EDGE_TOLERANCE - window.row];
  const stride = window.width;
  const box = { left: -offsetX, top: -offsetY, right: window.width - offsetX, bottom: window.height - offsetY };
  const spans: Span[] = [];
  const out = target.codes;
  for (let row = 0; row < plan.target.height; row++) {
    const o = target.offset + row * target.stride;
    for (let s = 0, n = spansOf(plan, row, box, spans); s < n; s++) {
      const { first, end, dx, dy } = spans[s]!;
      const x = spans[s]!.x + offsetX;
      const y = spans[s]!.y + offsetY;
      for (let col = first; col < end; col++)
        out[o + col] = codes[((y + dy * col) | 0) * stride + ((x + dx * col) | 0)]!;
    }
  }
}

function bilinearCodes(plan: WarpPlan, { codes, window }: CodeWindow, target: CodeTarget): void {
  const stride = window.width;
  // Positions between the centres of the first and the last pixels have four neighbours.
  const [offsetX, offsetY] = [window.col + 0.5, window.row + 0.5];
  const box = { left: offsetX, top: offsetY, right: offsetX + window.width - 1, bottom: offsetY + window.height - 1 };
  const spans: Span[] = [];
  const out = target.codes;
  for (let row = 0; row < plan.target.height; row++) {
    const o = target.offset + row * target.stride;
    for (let s = 0, n = spansOf(plan, row, box, spans); s < n; s++) {
      const { first, end, dx, dy } = spans[s]!;
      const x = spans[s]!.x - offsetX;
      const y = spans[s]!.y - offsetY;
      for (let col = first; col < end; col++) {
        const px = x + dx * col;
        const py = y + dy * col;
        const c = px | 0;
        const r = py | 0;
        const at = r * stride + c;
        const q00 = codes[at]!;
        const q01 = codes[at + 1]!;
        const q10 = codes[at + stride]!;
        const q11 = codes[at + stride + 1]!;
        const u = px - c;
        const v = py - r;
        if (q00 !== 0 && q01 !== 0 && q10 !== 0 && q11 !== 0) {
          const upper = q00 + (q01 - q00) * u;
          const lower = q10 + (q11 - q10) * u;
          out[o + col] = (upper + (lower - upper) * v + 0.5) | 0;
        } else if (codes[((py + HALF) | 0) * stride + ((px + HALF) | 0)] !== 0)
          out[o + col] = ofValid(q00, q01, q10, q11, u, v);
      }
    }
  }
}

/** From the middle of four pixels to the nearest of them. */
const HALF = 0.5 + EDGE_TOLERANCE;

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
