/** Finds the pixels of a part of a class map that were drawn by their rank within their class. */
import { locateRanks } from '../core/accuracy/locate.ts';
import type { RankedClass } from '../core/accuracy/locate.ts';
import type { Window } from '../core/grid/window.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { withSource } from '../io/source-cache.ts';
import type { TaskContext } from '../runner.ts';

export interface AccuracyLocateInput {
  readonly ref: SourceRef;
  /** From 0. */
  readonly band: number;
  readonly window: Window;
  readonly classes: readonly RankedClass[];
}

/** @returns per class, the place of each rank in the window: row · width + col. */
export async function run(
  { ref, band, window, classes }: AccuracyLocateInput,
  { signal }: TaskContext,
): Promise<number[][]> {
  return withSource(ref, async (source) => {
    const [block] = await source.read(window, { bands: [band], signal });
    return locateRanks(block!.data, block!.mask, classes);
  });
}
