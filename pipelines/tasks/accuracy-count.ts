/** Counts the classes of a part of a class map. */
import type { ClassCounts } from '../core/accuracy/class-counts.ts';
import { countClasses } from '../core/accuracy/class-counts.ts';
import type { Window } from '../core/grid/window.ts';
import type { PixelGrid } from '../core/raster/polygon-geometry.ts';
import { rowAreas } from '../core/raster/row-areas.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { withSource } from '../io/source-cache.ts';
import type { TaskContext } from '../runner.ts';

export interface AccuracyCountInput {
  readonly ref: SourceRef;
  /** From 0. */
  readonly band: number;
  readonly window: Window;
  readonly grid: PixelGrid;
}

/** @returns null where the part holds no classes. */
export async function run(
  { ref, band, window, grid }: AccuracyCountInput,
  { signal }: TaskContext,
): Promise<ClassCounts | null> {
  return withSource(ref, async (source) => {
    const [block] = await source.read(window, { bands: [band], signal });
    return countClasses(block!.data, block!.mask, rowAreas(grid, window.row, window.height));
  });
}
