/** Composites that take layers one after the other, so that memory does not grow with their number. NaN is no value. */
import type { Floats } from './composite.ts';

/** No layer was taken. */
export const NO_PICK = 65535;

/** Layers may have numbers up to 65534. */
export type Picks = Uint16Array;

export interface MeanSums {
  readonly sums: Float64Array;
  readonly counts: Uint16Array;
}

export function addToMean(layer: Floats, { sums, counts }: MeanSums): void {
  for (let i = 0; i < layer.length; i++) {
    const v = layer[i]!;
    if (v !== v) continue;
    sums[i]! += v;
    counts[i]! += 1;
  }
}

export function finishMean({ sums, counts }: MeanSums, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = sums[i]! / counts[i]!; // 0 / 0 is NaN
}

/** Counts what is valid in all of the layers. */
export function addToCounts(layers: readonly Floats[], counts: Uint16Array): void {
  const [first] = layers;
  const single = layers.length === 1;
  for (let i = 0; i < counts.length; i++)
    counts[i]! += first![i] === first![i] && (single || allValid(layers, i)) ? 1 : 0;
}

/**
 * The greatest or least value, and whence; of equal ones the first.
 * @param sign  1 for the greatest, −1 for the least.
 */
export function takeExtreme(layer: Floats, k: number, sign: 1 | -1, out: Floats, picks: Picks | null): void {
  for (let i = 0; i < out.length; i++) {
    const v = layer[i]!;
    const best = out[i]!;
    if (v !== v || sign * v <= sign * best) continue;
    out[i] = v;
    if (picks) picks[i] = k;
  }
}

/**
 * All bands of a date where they are all valid and nothing was taken before.
 * @returns how many pixels were taken.
 */
export function takeFirst(layers: readonly Floats[], k: number, outs: readonly Floats[], picks: Picks): number {
  let taken = 0;
  const single = layers.length === 1;
  const [first] = layers;
  for (let i = 0; i < picks.length; i++) {
    if (picks[i] !== NO_PICK || first![i] !== first![i] || (!single && !allValid(layers, i))) continue;
    picks[i] = k;
    taken++;
    for (let b = 0; b < layers.length; b++) outs[b]![i] = layers[b]![i]!;
  }
  return taken;
}

/** All bands of a date where they are all valid and its score is higher than that of what was taken before. */
export function takeBest(
  layers: readonly Floats[],
  k: number,
  scores: Float32Array,
  outs: readonly Floats[],
  picks: Picks,
  best: Float32Array,
): void {
  for (let i = 0; i < picks.length; i++) {
    const score = scores[i]!;
    if (!(score > best[i]!) || !allValid(layers, i)) continue;
    best[i] = score;
    picks[i] = k;
    for (let b = 0; b < layers.length; b++) outs[b]![i] = layers[b]![i]!;
  }
}

function allValid(layers: readonly Floats[], i: number): boolean {
  for (let b = 0; b < layers.length; b++) if (layers[b]![i] !== layers[b]![i]) return false;
  return true;
}

/** Which layer's valid value is nearest to each pixel's result; of equally near ones the first. */
export function pickNearest(layers: readonly Floats[], values: Floats, picks: Picks): void {
  const gaps = new Float32Array(picks.length).fill(Infinity);
  picks.fill(NO_PICK);
  for (const [k, layer] of layers.entries())
    for (let i = 0; i < picks.length; i++) {
      const gap = Math.abs(layer[i]! - values[i]!);
      if (!(gap < gaps[i]!)) continue;
      gaps[i] = gap;
      picks[i] = k;
    }
}
