/** From ranks within a class to pixels: the n-th pixel of a class, row by row. */
import type { Samples } from '../raster/block.ts';

export interface RankedClass {
  readonly value: number;
  /** Ascending, from 0. */
  readonly ranks: readonly number[];
}

/**
 * @param mask  1 = valid; null: all are.
 * @returns per class, the index into `data` of each of its ranks that the data reach.
 */
export function locateRanks(data: Samples, mask: Uint8Array | null, classes: readonly RankedClass[]): number[][] {
  return classes.map(({ value, ranks }) => {
    const places: number[] = [];
    let seen = 0;
    for (let i = 0; i < data.length && places.length < ranks.length; i++) {
      if (data[i] !== value || (mask !== null && mask[i] === 0)) continue;
      if (seen === ranks[places.length]) places.push(i);
      seen++;
    }
    return places;
  });
}

/** The ranks of a whole that fall into each of its parts, counted from the part's start. */
export function ranksByPart(ranks: readonly number[], sizes: readonly number[]): number[][] {
  let [start, at] = [0, 0];
  return sizes.map((size) => {
    const inside: number[] = [];
    for (; at < ranks.length && ranks[at]! < start + size; at++) inside.push(ranks[at]! - start);
    start += size;
    return inside;
  });
}
