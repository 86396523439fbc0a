/** Small rasters for tests of runs: written by the project's writer, read back by its reader. */
import { join } from 'node:path';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import type { CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';

/** North-up grid of EPSG:32631 with its upper left corner at (600000, 5800000), moved by `x` and `y` metres. */
export function northUp(cell: number, x = 0, y = 0): Affine {
  return [cell, 0, 600000 + x, 0, -cell, 5800000 + y];
}

/** @returns the path of the raster. */
export async function putRaster(
  folder: string,
  name: string,
  data: Samples,
  spec: Partial<CogSpec> & Pick<CogSpec, 'width' | 'height' | 'dtype'>,
): Promise<string> {
  const path = join(folder, `${name}.tif`);
  const bands = spec.bands ?? 1;
  const size = spec.width * spec.height;
  await writeCogFromArray(
    path,
    { transform: northUp(10), epsg: 32631, nodata: null, ...spec, bands },
    Array.from({ length: bands }, (_, b) => data.slice(b * size, (b + 1) * size)),
  );
  return path;
}

/** Values of a band at full resolution, scale and offset applied, NaN where invalid. */
export async function readValues(path: string, band = 0): Promise<number[]> {
  const source = await openRaster(path);
  const { width, height, bands } = source.info;
  const [block] = await source.read({ col: 0, row: 0, width, height }, { bands: [band] });
  await source.close();
  const { scale, offset } = bands[band]!;
  return Array.from(block!.data, (dn, i) => (block!.mask?.[i] === 0 ? NaN : dn * scale + offset));
}
