/** A region of a cut-out of rasters as a GeoTIFF: values as they were measured, on the raster's own pixels. */
import type { Window } from '../core/grid/window.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { computeValues, readLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { withScratch } from './scratch.ts';

export interface RenderCropInput {
  /** Of float32, NaN where there is no value, a band for each layer. */
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** On the grid of `spec`. */
  readonly layers: readonly Layer[];
}

export async function run({ spec, region, layers }: RenderCropInput, { signal }: TaskContext): Promise<EncodedRegion> {
  const bands: Float32Array[] = [];
  for (const layer of layers) {
    const out = new Float32Array(region.width * region.height);
    await withScratch(async (scratch) => computeValues(layer, await readLayer(layer, region, scratch), out));
    checkAborted(signal);
    bands.push(out);
  }
  return encodeRegion({ spec, region, bands });
}
