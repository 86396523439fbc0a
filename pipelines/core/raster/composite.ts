/** Many layers of one grid to one: per pixel over the valid values of the layers. NaN is no value. */
import { createMedianStack } from '../kernel/median.ts';

export const COMPOSITE_METHODS = ['median', 'mean', 'max', 'min', 'first', 'count'] as const;
export type CompositeMethod = (typeof COMPOSITE_METHODS)[number];

export type Floats = Float32Array | Float64Array;

/** Layers of the same length, to be filled by the caller, and what is made of them. */
export interface LayerStack {
  readonly layers: readonly Floats[];
  /**
   * One value per pixel; NaN where no layer is valid (0 for `count`). Belongs to the stack: the next call overwrites it.
   */
  reduce(method: CompositeMethod): Floats;
}

/**
 * A stack of `count` layers of `pixels` numbers. In single precision the median runs as a SIMD sorting network; numbers
 * that single precision cannot hold (32-bit integers, float64) take `double`, about ten times as slow.
 */
export function createLayerStack(count: number, pixels: number, precision: 'single' | 'double'): LayerStack {
  if (precision === 'single') {
    const median = createMedianStack(count, pixels);
    return {
      layers: median.layers,
      reduce: (method) => (method === 'median' ? median.run() : reduceInto(method, median.layers, median.out)),
    };
  }
  const layers = Array.from({ length: count }, () => new Float64Array(pixels));
  const out = new Float64Array(pixels);
  return {
    layers,
    reduce: (method) => (method === 'median' ? sortedMedian(layers, out) : reduceInto(method, layers, out)),
  };
}

function reduceInto(method: Exclude<CompositeMethod, 'median'>, layers: readonly Floats[], out: Floats): Floats {
  switch (method) {
    case 'mean':
      return mean(layers, out);
    case 'max':
    case 'min':
      return extreme(layers, out, method === 'max' ? 1 : -1);
    case 'first':
      return first(layers, out);
    case 'count':
      return count(layers, out);
  }
}

function mean(layers: readonly Floats[], out: Floats): Floats {
  const sums = new Float64Array(out.length);
  const counts = new Uint32Array(out.length);
  for (const layer of layers)
    for (let i = 0; i < out.length; i++) {
      const v = layer[i]!;
      if (v !== v) continue;
      sums[i]! += v;
      counts[i]! += 1;
    }
  for (let i = 0; i < out.length; i++) out[i] = sums[i]! / counts[i]!; // 0 / 0 is NaN
  return out;
}

function extreme(layers: readonly Floats[], out: Floats, sign: 1 | -1): Floats {
  out.fill(NaN);
  for (const layer of layers)
    for (let i = 0; i < out.length; i++) {
      const v = layer[i]!;
      const best = out[i]!;
      if (v === v && !(sign * v <= sign * best)) out[i] = v;
    }
  return out;
}

function first(layers: readonly Floats[], out: Floats): Floats {
  out.set(layers[0]!);
  for (const layer of layers.slice(1)) for (let i = 0; i < out.length; i++) if (out[i] !== out[i]) out[i] = layer[i]!;
  return out;
}

function count(layers: readonly Floats[], out: Floats): Floats {
  out.fill(0);
  for (const layer of layers) for (let i = 0; i < out.length; i++) if (layer[i] === layer[i]) out[i]! += 1;
  return out;
}

/** The same as the network, for double precision: an insertion sort per pixel. */
function sortedMedian(layers: readonly Floats[], out: Floats): Floats {
  const sorted = new Float64Array(layers.length);
  for (let i = 0; i < out.length; i++) {
    let n = 0;
    for (const layer of layers) {
      const v = layer[i]!;
      if (v !== v) continue;
      let at = n++;
      for (; at > 0 && sorted[at - 1]! > v; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = v;
    }
    out[i] = n === 0 ? NaN : sorted[(n - 1) >> 1]! / 2 + sorted[n >> 1]! / 2;
  }
  return out;
}
