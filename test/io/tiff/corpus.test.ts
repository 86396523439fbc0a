/** Real and awkward TIFFs against the numbers that GDAL reads in them (`../reference/tiff-corpus.py`). */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import { toGdal } from '../../../pipelines/core/grid/affine.ts';
import type { BandBlock } from '../../../pipelines/core/raster/block.ts';
import { openRaster } from '../../../pipelines/io/open-raster.ts';
import type { RasterSource } from '../../../pipelines/io/raster-source.ts';
import { sharedData } from '../../support/shared-data.ts';

interface Reference {
  readonly size: readonly [number, number, number];
  readonly transform: readonly number[] | null;
  readonly epsg: number | null;
  readonly overviews: number;
  readonly cog: boolean;
  readonly nodata: number | string | null;
  readonly bands: readonly (readonly number[])[];
}

const REFERENCE = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../reference/tiff-corpus.json'), 'utf8'),
) as Readonly<Record<string, Reference | 'large' | null>>;

/** What we refuse although GDAL reads it: fax, SGI log, old JPEG, and colours that are not RGB. */
const REFUSED = new Set(
  `image-tiff/images/big_g4.tif image-tiff/images/fax4.tiff image-tiff/images/imagemagick_group4.tiff
   image-tiff/images/seq/seq-1c-1b-fax3-71f6a21a.tiff image-tiff/images/seq/seq-1c-1b-fax3-fillbits-71f6a21a.tiff
   image-tiff/images/seq/seq-1c-1b-fax3-lsb-71f6a21a.tiff image-tiff/libtiffpic/fax2d.tif image-tiff/libtiffpic/g3test.tif
   image-tiff/images/logluv-3c-16b.tiff image-tiff/libtiffpic/off_l16.tif image-tiff/libtiffpic/off_luv32.tif
   image-tiff/libtiffpic/smallliz.tif image-tiff/libtiffpic/zackthecat.tif image-tiff/libtiffpic/ycbcr-cat.tif
   image-tiff/images/cmyk-3c-8b.tiff image-tiff/images/cmyk-4c-8b.tiff image-tiff/images/seq/seq-4c-8b-cmyk-352ac1da.tiff
   image-tiff/libtiffpic/depth/flower-separated-contig-08.tif image-tiff/libtiffpic/depth/flower-separated-planar-08.tif`.split(
    /\s+/,
  ),
);

function statistics({ data, mask }: BandBlock): number[] {
  let [count, min, max, sum, weighted] = [0, Infinity, -Infinity, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if (mask?.[i] === 0) continue;
    const v = data[i]!;
    count++;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    weighted += v * (i % 97);
  }
  return count === 0 ? [0, 0, 0, 0, 0] : [count, min, max, sum, weighted];
}

function isClose(a: number, b: number, relative: number): boolean {
  return Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b), 1);
}

/** Differences from GDAL, in words. */
async function differences(raster: RasterSource, want: Reference): Promise<string[]> {
  const { info } = raster;
  const wrong: string[] = [];
  if ([info.width, info.height, info.bands.length].join() !== want.size.join()) wrong.push('size');
  const transform = info.transform && toGdal(info.transform);
  const places = want.transform?.every((v, i) => isClose(v, transform?.[i] ?? NaN, 1e-12)) ?? transform === null;
  if (!places) wrong.push(`transform ${transform?.join()}`);
  // Where there are only control points, GDAL keeps their CRS elsewhere.
  if (info.epsg !== want.epsg && want.transform) wrong.push(`EPSG ${info.epsg}`);
  if (info.levels.length - 1 !== want.overviews) wrong.push(`${info.levels.length - 1} overviews`);
  if (info.cog !== want.cog) wrong.push(`cog ${info.cog}`);
  if (`${info.bands[0]!.nodata}`.toLowerCase() !== `${want.nodata}`) wrong.push(`nodata ${info.bands[0]!.nodata}`);
  const relative = ['jpeg', 'webp'].includes(info.compression) ? 2e-3 : 1e-9;
  for (const [band, numbers] of want.bands.entries()) {
    const [block] = await raster.read({ col: 0, row: 0, width: info.width, height: info.height }, { bands: [band] });
    const got = statistics(block!);
    if (!numbers.every((v, i) => isClose(v, got[i]!, relative))) wrong.push(`band ${band + 1}: ${got.join()}`);
  }
  return wrong;
}

describe.skipIf(!sharedData)('the corpus', () => {
  it('is read with GDAL’s numbers, or refused in one sentence where that is known', async () => {
    const wrong: string[] = [];
    let read = 0;
    for (const [name, want] of Object.entries(REFERENCE)) {
      const path = join(sharedData!, 'tiff-corpus', name);
      try {
        const raster = await openRaster(path);
        if (want === null) wrong.push(`${name}: GDAL refuses it`);
        else if (want !== 'large') wrong.push(...(await differences(raster, want)).map((what) => `${name}: ${what}`));
        await raster.close();
        read++;
      } catch (error) {
        if (!isPlatformError(error)) throw error;
        const isKnown = REFUSED.has(name) && error.code === 'format-unsupported' && error.message.startsWith(path);
        if (want !== null && !isKnown) wrong.push(error.message);
      }
    }
    expect(wrong).toEqual([]);
    expect(read).toBe(Object.keys(REFERENCE).length - REFUSED.size);
  }, 60_000);
});
