/** Several scenes become one picture: pixel by pixel, by a rule. */
import type { MosaicRule } from './render-input.ts';

/** @param found  Of each scene its planes, all of one size; NaN = no value. The first one's memory may be taken. */
export function joinPlanes(found: readonly (readonly Float32Array[])[], rule: MosaicRule): Float32Array[] {
  if (found.length === 1) return [...found[0]!];
  return found[0]!.map((first, p) => {
    const layers = found.map((planes) => planes[p]!);
    if (rule === 'first') fillGaps(first, layers);
    else reduceLayers(first, layers, REDUCERS[rule]);
    return first;
  });
}

function fillGaps(into: Float32Array, layers: readonly Float32Array[]): void {
  for (const layer of layers) for (let i = 0; i < into.length; i++) if (into[i] !== into[i]) into[i] = layer[i]!;
}

/** Of the first `count` numbers, at least one. */
type Reducer = (values: Float64Array, count: number) => number;

function reduceLayers(into: Float32Array, layers: readonly Float32Array[], reduce: Reducer): void {
  const values = new Float64Array(layers.length);
  for (let i = 0; i < into.length; i++) {
    let count = 0;
    for (const layer of layers) {
      const value = layer[i]!;
      if (value === value) values[count++] = value;
    }
    into[i] = count === 0 ? NaN : reduce(values, count);
  }
}

const REDUCERS: Readonly<Record<Exclude<MosaicRule, 'first'>, Reducer>> = {
  mean(values, count) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += values[k]!;
    return sum / count;
  },
  min(values, count) {
    let least = values[0]!;
    for (let k = 1; k < count; k++) if (values[k]! < least) least = values[k]!;
    return least;
  },
  max(values, count) {
    let most = values[0]!;
    for (let k = 1; k < count; k++) if (values[k]! > most) most = values[k]!;
    return most;
  },
  median(values, count) {
    const sorted = values.subarray(0, count).sort();
    const half = count >> 1;
    return count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  },
};
