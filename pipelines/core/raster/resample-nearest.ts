/** The source pixel in which a target pixel's centre lies. Values are copied, never computed with. */
import type { Samples } from './block.ts';
import type { ResampleOutput, ResampleSource } from './resample.ts';
import { positionsAt } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

/** A centre this near a pixel's edge, in source pixels, counts as on it: aligned grids must not depend on rounding. */
export const EDGE_TOLERANCE = 1e-8;

/** @returns how many target pixels are valid. */
export function nearest(plan: WarpPlan, source: ResampleSource, out: ResampleOutput): number {
  const index = sourceIndex(plan, source);
  if (sameType(source.data, out.data)) gather(sameSize(source.data), sameSize(out.data), index);
  else if (out.data instanceof Float32Array) gather(new Float32Array(source.data), out.data, index);
  else gather(source.data, out.data, index);
  const { mask } = out;
  let valid = 0;
  for (let i = 0; i < index.length; i++) {
    const is = index[i]! >= 0 ? 1 : 0;
    mask[i] = is;
    valid += is;
  }
  return valid;
}

/** For each target pixel the index into the source's data, or -1 where there is no valid one. */
function sourceIndex(plan: WarpPlan, { mask, window }: ResampleSource): Int32Array {
  const { width, height } = plan.target;
  const index = new Int32Array(width * height);
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  // Of the raster and the window whichever ends first.
  const left = Math.max(0, window.col) - EDGE_TOLERANCE;
  const top = Math.max(0, window.row) - EDGE_TOLERANCE;
  const right = Math.min(plan.source.width, window.col + window.width) - EDGE_TOLERANCE;
  const bottom = Math.min(plan.source.height, window.row + window.height) - EDGE_TOLERANCE;
  const offsetX = EDGE_TOLERANCE - window.col;
  const offsetY = EDGE_TOLERANCE - window.row;
  const stride = window.width;
  for (let row = 0, i = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    for (let col = 0; col < width; col++, i++) {
      const sx = x[col]!;
      const sy = y[col]!;
      if (sx >= left && sx < right && sy >= top && sy < bottom) {
        const at = ((sy + offsetY) | 0) * stride + ((sx + offsetX) | 0);
        index[i] = mask !== null && mask[at] === 0 ? -1 : at;
      } else index[i] = -1;
    }
  }
  return index;
}

function gather(from: Samples, to: Samples, index: Int32Array): void {
  for (let i = 0; i < index.length; i++) {
    const at = index[i]!;
    to[i] = at < 0 ? 0 : from[at]!;
  }
}

function sameType(a: Samples, b: Samples): boolean {
  return a.constructor === b.constructor;
}

/** The same bytes as unsigned numbers: four kinds of array for the copying loop instead of eight. */
function sameSize(data: Samples): Samples {
  switch (data.BYTES_PER_ELEMENT) {
    case 1:
      return new Uint8Array(data.buffer, data.byteOffset, data.length);
    case 2:
      return new Uint16Array(data.buffer, data.byteOffset, data.length);
    case 4:
      return data instanceof Float32Array ? data : new Uint32Array(data.buffer, data.byteOffset, data.length);
    default:
      return data;
  }
}
