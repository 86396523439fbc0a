/**
 * One band of a source raster onto the grid of a warp plan, by the rules of GDAL's warper, the mask with it:
 *
 * - a target pixel takes part when its centre lies in the source raster and, but for average and mode, on a valid pixel;
 * - weights of masked pixels and of those beyond the raster are dropped and the rest is scaled to one;
 * - where the target is coarser, the kernels of bilinear and cubic widen by as much, so that nothing is skipped.
 */
import { PlatformError } from '../errors.ts';
import type { Window } from '../grid/window.ts';
import type { Samples } from './block.ts';
import { average, mode } from './resample-area.ts';
import { bilinear, cubic } from './resample-linear.ts';
import { nearest } from './resample-nearest.ts';
import { KERNELS, smooth } from './resample-smooth.ts';
import { storeRounded } from './store-rounded.ts';
import { sourceWindow } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

export const RESAMPLINGS = ['nearest', 'bilinear', 'cubic', 'average', 'mode'] as const;
export type Resampling = (typeof RESAMPLINGS)[number];

/** @throws {PlatformError} `usage`, naming what is accepted */
export function parseResampling(text: string): Resampling {
  const found = RESAMPLINGS.find((name) => name === text);
  if (found) return found;
  throw new PlatformError('usage', `Resampling "${text}" is unknown; it is one of ${RESAMPLINGS.join(', ')}`);
}

export interface ResampleSource {
  /** Row-major, of the size of `window`. */
  readonly data: Samples;
  /** 1 = valid; null where all are. */
  readonly mask: Uint8Array | null;
  /** Where these pixels lie in the plan's source raster: at least what `windowFor` says. */
  readonly window: Window;
}

export interface ResampleOutput {
  /** Of the size of the plan's target. Integers are rounded half up and cut to their type's range, as GDAL does. */
  readonly data: Samples;
  /** 1 = valid; where 0, `data` is 0. */
  readonly mask: Uint8Array;
}

/** Working numbers of the kernels: two types, so that their loops stay monomorphic or nearly so. */
export type Floats = Float32Array | Float64Array;

/** The source pixels that `resample` needs; null where the target does not meet the source. */
export function windowFor(plan: WarpPlan, kind: Resampling): Window | null {
  return sourceWindow(plan, kernelRadius(plan, kind));
}

/** How far beside a position a resampling reaches, in source pixels. */
function kernelRadius(plan: WarpPlan, kind: Resampling): number {
  if (kind !== 'bilinear' && kind !== 'cubic') return 1;
  const { radius } = KERNELS[kind];
  return Math.ceil(radius / Math.min(1, ...plan.scale));
}

/** From here on GDAL takes the plain two or four pixels; below, the widened kernel. */
const PLAIN_FROM_SCALE = 0.95;

/** @returns how many target pixels are valid. */
export function resample(plan: WarpPlan, kind: Resampling, source: ResampleSource, out: ResampleOutput): number {
  if (kind === 'nearest') return nearest(plan, source, out);
  const working = { data: toFloats(source.data), mask: source.mask, window: source.window };
  if (out.data instanceof Float32Array || out.data instanceof Float64Array)
    return run(plan, kind, working, out.data, out.mask);
  const values = new Float64Array(out.data.length);
  const valid = run(plan, kind, working, values, out.mask);
  storeRounded(values, out.data);
  return valid;
}

export interface FloatSource {
  readonly data: Floats;
  readonly mask: Uint8Array | null;
  readonly window: Window;
}

function run(plan: WarpPlan, kind: Resampling, source: FloatSource, out: Floats, mask: Uint8Array): number {
  const plain = plan.scale[0] >= PLAIN_FROM_SCALE && plan.scale[1] >= PLAIN_FROM_SCALE;
  switch (kind) {
    case 'bilinear':
      return plain ? bilinear(plan, source, out, mask) : smooth(plan, KERNELS.bilinear, source, out, mask);
    case 'cubic':
      return plain ? cubic(plan, source, out, mask) : smooth(plan, KERNELS.cubic, source, out, mask);
    case 'average':
      return average(plan, source, out, mask);
    default:
      return mode(plan, source, out, mask);
  }
}

/**
 * What the kernels compute with; `resample` does this itself, but for many parts out of one window once is enough.
 * Numbers of up to 16 bits are exact in 32-bit floats, wider ones in 64.
 */
export function toFloats(data: Samples): Floats {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  return data.BYTES_PER_ELEMENT <= 2 ? new Float32Array(data) : new Float64Array(data);
}
