/**
 * Many planes to one, plane after plane: only the median and quantiles need them all at once. NaN is no value. Sums are
 * kept in double precision, as `core/raster/composite.ts` keeps them, so that a mean here is the mean there.
 */
import type { LayerStack } from '../core/raster/composite.ts';
import { createLayerStack } from '../core/raster/composite.ts';
import type { Reducer } from '../graph/reducer-of.ts';

/** Puts the next plane into `into`. */
export type NextPlane = (index: number, into: Float32Array) => Promise<void>;

/** Planes that a reduction holds beside its result, in single precision. */
export function planesHeld({ kind }: Reducer, count: number): number {
  if (kind === 'median' || kind === 'quantile') return count + 1;
  return kind === 'variance' || kind === 'sd' ? 6 : 4;
}

/** @param count  How many planes there are. */
export async function reducePlanes(reducer: Reducer, count: number, next: NextPlane, out: Float32Array): Promise<void> {
  const { kind } = reducer;
  if (kind === 'count' && reducer.all) return void out.fill(count);
  if ((kind === 'first' || kind === 'last') && !reducer.ignoreNodata)
    return next(kind === 'first' ? 0 : count - 1, out);
  if (kind === 'median' || kind === 'quantile') return reduceStack(reducer, count, next, out);
  const gather = GATHERERS[kind](out);
  const plane = new Float32Array(out.length);
  const missing = kind !== 'count' && !reducer.ignoreNodata ? new Uint8Array(out.length) : null;
  for (let k = 0; k < count; k++) {
    await next(k, plane);
    gather.take(plane);
    if (missing) markMissing(plane, missing);
  }
  gather.finish();
  if (missing) for (let i = 0; i < out.length; i++) if (missing[i] === 1) out[i] = NaN;
}

function markMissing(plane: Float32Array, missing: Uint8Array): void {
  for (let i = 0; i < plane.length; i++) if (plane[i] !== plane[i]) missing[i] = 1;
}

let kept: { key: string; stack: LayerStack } | undefined;

/** The stack of the window before where it has the same shape: memory of this size is not given back and taken anew. */
async function reduceStack(
  reducer: Extract<Reducer, { readonly ignoreNodata: boolean }>,
  count: number,
  next: NextPlane,
  out: Float32Array,
): Promise<void> {
  const key = `${count} ${out.length}`;
  const stack = kept?.key === key ? kept.stack : createLayerStack(count, out.length, 'single');
  kept = undefined; // another reduction of this thread may come in between
  try {
    const layers = stack.layers as readonly Float32Array[];
    for (let k = 0; k < count; k++) await next(k, layers[k]!);
    if (reducer.kind === 'quantile') quantile(layers, reducer.probability, out);
    else out.set(stack.reduce('median'));
    if (!reducer.ignoreNodata)
      for (const layer of layers) for (let i = 0; i < out.length; i++) if (layer[i] !== layer[i]) out[i] = NaN;
  } finally {
    kept = { key, stack };
  }
}

/** Type 7: linear between neighbours. @see Hyndman and Fan 1996, https://doi.org/10.2307/2684934 */
function quantile(layers: readonly Float32Array[], probability: number, out: Float32Array): void {
  const sorted = new Float64Array(layers.length);
  for (let i = 0; i < out.length; i++) {
    let n = 0;
    for (let k = 0; k < layers.length; k++) {
      const v = layers[k]![i]!;
      if (v !== v) continue;
      let at = n++;
      for (; at > 0 && sorted[at - 1]! > v; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = v;
    }
    const place = (n - 1) * probability;
    const low = Math.floor(place);
    const a = sorted[low]!;
    out[i] = n === 0 ? NaN : a + (sorted[Math.min(n - 1, low + 1)]! - a) * (place - low);
  }
}

interface Gatherer {
  take(plane: Float32Array): void;
  finish(): void;
}

/** Loops of their own, not one with a closure per pixel: V8 then keeps each to its arrays. */
const GATHERERS: Readonly<Record<Exclude<Reducer['kind'], 'median' | 'quantile'>, (out: Float32Array) => Gatherer>> = {
  mean(out) {
    const sums = new Float64Array(out.length);
    const counts = new Uint32Array(out.length);
    return {
      take: (plane) => addValid(plane, sums, counts),
      finish() {
        for (let i = 0; i < out.length; i++) out[i] = sums[i]! / counts[i]!; // 0 / 0 is NaN
      },
    };
  },
  sum(out) {
    const sums = new Float64Array(out.length);
    const counts = new Uint32Array(out.length);
    return {
      take: (plane) => addValid(plane, sums, counts),
      finish() {
        for (let i = 0; i < out.length; i++) out[i] = counts[i] === 0 ? NaN : sums[i]!;
      },
    };
  },
  product(out) {
    const products = new Float64Array(out.length).fill(1);
    const counts = new Uint32Array(out.length);
    return {
      take(plane) {
        for (let i = 0; i < plane.length; i++) {
          const v = plane[i]!;
          if (v !== v) continue;
          products[i]! *= v;
          counts[i]! += 1;
        }
      },
      finish() {
        for (let i = 0; i < out.length; i++) out[i] = counts[i] === 0 ? NaN : products[i]!;
      },
    };
  },
  variance: (out) => spread(out, (variance) => variance),
  sd: (out) => spread(out, Math.sqrt),
  min: (out) => extreme(out, -1),
  max: (out) => extreme(out, 1),
  first(out) {
    out.fill(NaN);
    return {
      take(plane) {
        for (let i = 0; i < out.length; i++) if (out[i] !== out[i]) out[i] = plane[i]!;
      },
      finish() {},
    };
  },
  last(out) {
    out.fill(NaN);
    return {
      take(plane) {
        for (let i = 0; i < out.length; i++) if (plane[i] === plane[i]) out[i] = plane[i]!;
      },
      finish() {},
    };
  },
  count(out) {
    out.fill(0);
    return {
      take(plane) {
        for (let i = 0; i < out.length; i++) if (plane[i] === plane[i]) out[i]! += 1;
      },
      finish() {},
    };
  },
};

function addValid(plane: Float32Array, sums: Float64Array, counts: Uint32Array): void {
  for (let i = 0; i < plane.length; i++) {
    const v = plane[i]!;
    if (v !== v) continue;
    sums[i]! += v;
    counts[i]! += 1;
  }
}

function extreme(out: Float32Array, sign: 1 | -1): Gatherer {
  out.fill(NaN);
  return {
    take(plane) {
      for (let i = 0; i < out.length; i++) {
        const v = plane[i]!;
        if (v === v && !(sign * v <= sign * out[i]!)) out[i] = v;
      }
    },
    finish() {},
  };
}

/** Of a sample (n - 1), by Welford's updates. @see Welford 1962, https://doi.org/10.1080/00401706.1962.10490022 */
function spread(out: Float32Array, finish: (variance: number) => number): Gatherer {
  const means = new Float64Array(out.length);
  const squares = new Float64Array(out.length);
  const counts = new Uint32Array(out.length);
  return {
    take(plane) {
      for (let i = 0; i < plane.length; i++) {
        const v = plane[i]!;
        if (v !== v) continue;
        const n = (counts[i]! += 1);
        const off = v - means[i]!;
        means[i]! += off / n;
        squares[i]! += off * (v - means[i]!);
      }
    },
    finish() {
      for (let i = 0; i < out.length; i++) out[i] = counts[i]! < 2 ? NaN : finish(squares[i]! / (counts[i]! - 1));
    },
  };
}
