/** The runs of a band of classes in a window, with sums of other bands: what polygons are made of. */
import type { Window } from '../core/grid/window.ts';
import type { Samples } from '../core/raster/block.ts';
import type { RunTable } from '../core/raster/runs.ts';
import { findRuns } from '../core/raster/runs.ts';
import { withSource } from '../io/source-cache.ts';
import type { SourceRef } from '../io/source-cache.ts';

export interface RegionRunsInput extends SourceRef {
  /** From 0. */
  readonly band: number;
  /** Bands that are summed, as stored: of each the sum of its valid pixels and their number. */
  readonly measures: readonly number[];
  readonly window: Window;
}

export async function run({ window, band, measures, ...source }: RegionRunsInput): Promise<RunTable> {
  return withSource(source, async (raster) => {
    const [classes, ...values] = await raster.read(window, { bands: [band, ...measures] });
    clearInvalid(classes!.data, classes!.mask);
    const everywhere = new Uint8Array(window.width * window.height).fill(1);
    const summed = values.flatMap(({ data, mask }) => {
      clearInvalid(data, mask);
      return [data, mask ?? everywhere];
    });
    return findRuns(classes!.data, window, summed);
  });
}

function clearInvalid(data: Samples, mask: Uint8Array | null): void {
  if (mask) for (let i = 0; i < data.length; i++) if (mask[i] === 0) data[i] = 0;
}
