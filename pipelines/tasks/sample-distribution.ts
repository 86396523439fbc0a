/** Counts the samples of a part of a band: ranges and statistics are exact because every pixel is seen. */
import type { Window } from '../core/grid/window.ts';
import { addSamples, emptyDistribution } from '../core/raster/distribution.ts';
import type { Distribution } from '../core/raster/distribution.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { withSource } from '../io/source-cache.ts';
import type { TaskContext } from '../runner.ts';

export interface DistributionInput {
  readonly ref: SourceRef;
  /** From 0. */
  readonly band: number;
  readonly window: Window;
}

export async function run({ ref, band, window }: DistributionInput, { signal }: TaskContext): Promise<Distribution> {
  return withSource(ref, async (source) => {
    const [block] = await source.read(window, { bands: [band], signal });
    const distribution = emptyDistribution(source.info.bands[band]!.dtype);
    addSamples(distribution, block!.data, block!.mask);
    return distribution;
  });
}
