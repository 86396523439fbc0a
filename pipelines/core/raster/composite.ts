/** Many layers of one grid to one: what it may be, and the kinds that need all layers at once. NaN is no value. */
import { PlatformError } from '../errors.ts';
import { createMedianStack } from '../kernel/median.ts';
import { quantilePlace } from '../kernel/median-network.ts';

export const COMPOSITE_METHODS = ['median', 'mean', 'max', 'min', 'first', 'last', 'count', 'best'] as const;

/** `p90`: the value that nine tenths of the values do not pass, linear between the two around it. */
export type Percentile = `p${number}`;
export type CompositeMethod = (typeof COMPOSITE_METHODS)[number] | Percentile;

export function isCompositeMethod(text: string): text is CompositeMethod {
  return COMPOSITE_METHODS.some((method) => method === text) || /^p[1-9]\d?$/.test(text);
}

/** @throws {PlatformError} `usage`, naming what is accepted */
export function parseCompositeMethod(text: string): CompositeMethod {
  if (isCompositeMethod(text)) return text;
  throw new PlatformError(
    'usage',
    `--method is "${text}"; ${COMPOSITE_METHODS.join(', ')} and percentiles p1 to p99 are accepted`,
    { detail: { parameter: 'method', value: text, accepted: [...COMPOSITE_METHODS, 'p1…p99'] } },
  );
}

/** 0.5 for `median`, 0.9 for `p90`; null for methods that are no quantile. */
export function quantileOf(method: CompositeMethod): number | null {
  if (method === 'median') return 0.5;
  return /^p\d+$/.test(method) ? Number(method.slice(1)) / 100 : null;
}

/** `first`, `last` and `best` take all bands of a pixel from one date. */
export function takesWholeDates(method: CompositeMethod): method is 'first' | 'last' | 'best' {
  return method === 'first' || method === 'last' || method === 'best';
}

export type Floats = Float32Array | Float64Array;

/** Layers of the same length, to be filled by the caller, and quantiles of them. */
export interface LayerStack {
  readonly layers: readonly Floats[];
  /**
   * One value per pixel; NaN where no layer is valid. Belongs to the stack: the next call overwrites it.
   * @param pixels  How many pixels count, from the first on. Default: all.
   */
  reduce(method: 'median' | Percentile, pixels?: number): Floats;
}

/**
 * A stack of `count` layers of `pixels` numbers. In single precision quantiles run as a SIMD sorting network; numbers
 * that single precision cannot hold (32-bit integers, float64) take `double`, about ten times as slow.
 */
export function createLayerStack(count: number, pixels: number, precision: 'single' | 'double'): LayerStack {
  if (precision === 'single') {
    const stack = createMedianStack(count, pixels);
    return {
      layers: stack.layers,
      reduce: (method, of) => (method === 'median' ? stack.run(of) : stack.runQuantile(quantileOf(method)!, of)),
    };
  }
  const layers = Array.from({ length: count }, () => new Float64Array(pixels));
  const out = new Float64Array(pixels);
  return { layers, reduce: (method, of = pixels) => sortedQuantile(layers, quantileOf(method)!, of, out) };
}

/** The same as the network, for double precision: an insertion sort per pixel. */
function sortedQuantile(layers: readonly Floats[], p: number, pixels: number, out: Floats): Floats {
  const sorted = new Float64Array(layers.length);
  const places = Array.from({ length: layers.length + 1 }, (_, n) => quantilePlace(n, p));
  for (let i = 0; i < pixels; i++) {
    let n = 0;
    for (const layer of layers) {
      const v = layer[i]!;
      if (v !== v) continue;
      let at = n++;
      for (; at > 0 && sorted[at - 1]! > v; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = v;
    }
    const { below, above, share } = places[n]!;
    const low = sorted[below]!;
    if (n === 0) out[i] = NaN;
    else if (share === 0.5) out[i] = low / 2 + sorted[above]! / 2; // no sum that could be too large
    else out[i] = share === 0 ? low : low + share * (sorted[above]! - low);
  }
  return out;
}
