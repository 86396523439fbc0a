/** Bilinear and cubic onto a coarser grid: the kernel is stretched over all the source pixels that a target pixel stands for. */
import type { Floats, FloatSource } from './resample.ts';
import { EDGE_TOLERANCE } from './resample-nearest.ts';
import { positionsAt } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

export interface Kernel {
  /** Beyond this the weight is 0; in target pixels. */
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

export const KERNELS = {
  bilinear: { radius: 1, weight: (d) => Math.max(0, 1 - Math.abs(d)) },
  cubic: { radius: 2, weight: cubicWeight },
} as const satisfies Record<string, Kernel>;

/** Cubic convolution with a = -1/2. @see Keys 1981, IEEE ASSP-29 */
function cubicWeight(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** Below this a sum of weights says nothing. */
const LEAST_WEIGHT = 1e-6;

/** @returns how many target pixels are valid. */
export function smooth(plan: WarpPlan, kernel: Kernel, source: FloatSource, out: Floats, outMask: Uint8Array): number {
  const { width, height } = plan.target;
  const { data, mask, window } = source;
  const x = new Float64Array(width);
  const y = new Float64Array(width);
  const stride = window.width;
  const [right, bottom] = [window.width - EDGE_TOLERANCE, window.height - EDGE_TOLERANCE];
  const alongX = createAxis(kernel, plan.scale[0], window.width);
  const alongY = createAxis(kernel, plan.scale[1], window.height);
  let valid = 0;
  for (let row = 0, i = 0; row < height; row++) {
    positionsAt(plan, row + 0.5, 0.5, width, x, y);
    for (let col = 0; col < width; col++, i++) {
      const sx = x[col]! - window.col;
      const sy = y[col]! - window.row;
      out[i] = outMask[i] = 0;
      if (!(sx > -EDGE_TOLERANCE && sx < right && sy > -EDGE_TOLERANCE && sy < bottom)) continue;
      if (mask !== null && mask[((sy + EDGE_TOLERANCE) | 0) * stride + ((sx + EDGE_TOLERANCE) | 0)] === 0) continue;
      place(alongX, sx);
      place(alongY, sy);
      const value =
        mask === null ? weigh(data, stride, alongX, alongY) : weighValid(data, mask, stride, alongX, alongY);
      if (Number.isNaN(value)) continue;
      out[i] = value;
      outMask[i] = 1;
      valid++;
    }
  }
  return valid;
}

/** The kernel's weights along one axis for one position. */
interface Axis {
  readonly kernel: Kernel;
  readonly scale: number;
  readonly size: number;
  readonly weights: Float64Array;
  first: number;
  count: number;
  sum: number;
}

function createAxis(kernel: Kernel, scale: number, size: number): Axis {
  const s = Math.min(1, scale);
  const length = 2 * Math.ceil(kernel.radius / s) + 2;
  return { kernel, scale: s, size, weights: new Float64Array(length), first: 0, count: 0, sum: 0 };
}

function place(axis: Axis, position: number): void {
  const { kernel, scale, size, weights } = axis;
  const centre = position - 0.5;
  const reach = kernel.radius / scale;
  const first = Math.max(0, Math.ceil(centre - reach));
  const last = Math.min(size - 1, Math.floor(centre + reach));
  let sum = 0;
  for (let k = first; k <= last; k++) {
    const weight = kernel.weight((k - centre) * scale);
    weights[k - first] = weight;
    sum += weight;
  }
  axis.first = first;
  axis.count = last - first + 1;
  axis.sum = sum;
}

function weigh(data: Floats, stride: number, alongX: Axis, alongY: Axis): number {
  const wx = alongX.weights;
  const n = alongX.count;
  let sum = 0;
  for (let j = 0; j < alongY.count; j++) {
    const at = (alongY.first + j) * stride + alongX.first;
    let line = 0;
    for (let k = 0; k < n; k++) line += data[at + k]! * wx[k]!;
    sum += line * alongY.weights[j]!;
  }
  const weights = alongX.sum * alongY.sum;
  return Math.abs(weights) < LEAST_WEIGHT ? NaN : sum / weights;
}

function weighValid(data: Floats, mask: Uint8Array, stride: number, alongX: Axis, alongY: Axis): number {
  const wx = alongX.weights;
  const n = alongX.count;
  let sum = 0;
  let weights = 0;
  for (let j = 0; j < alongY.count; j++) {
    const at = (alongY.first + j) * stride + alongX.first;
    let line = 0;
    let lineWeights = 0;
    for (let k = 0; k < n; k++) {
      if (mask[at + k] === 0) continue;
      line += data[at + k]! * wx[k]!;
      lineWeights += wx[k]!;
    }
    sum += line * alongY.weights[j]!;
    weights += lineWeights * alongY.weights[j]!;
  }
  return weights < LEAST_WEIGHT ? NaN : sum / weights;
}
