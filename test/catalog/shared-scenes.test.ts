/** Real products and items, where they are there. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openScene, selectBands } from '../../pipelines/catalog/scene.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { sharedData, sharedStandards } from '../support/shared-data.ts';

describe.skipIf(!sharedData)('real Sentinel-2 products', () => {
  const find = (pattern: string) => globSync(join(sharedData!, pattern)).sort()[0]!;

  it.each([
    ['s2-safe/*T29UNU*.SAFE', '04.00', '29UNU', 32629, -1000, 59.769726],
    ['s2-metadata/*T07HFE*.SAFE', '02.12', '07HFE', 32707, 0, 51.580326],
    ['s2-metadata/*T01KAB*.SAFE', '05.09', '01KAB', 32701, -1000, 59.050727],
  ])('%s: baseline %s, tile %s', async (pattern, baseline, tile, epsg, addOffset, cloudCover) => {
    const scene = await openScene(find(pattern));
    expect(scene).toMatchObject({ baseline, tile, epsg, cloudCover, level: 'L2A', platform: 'sentinel-2a' });
    expect(scene.calibration).toMatchObject({ addOffset, quantification: 10000, origin: 'metadata' });
  });

  it('reads bands that add up to what GDAL 3.6.2 reads', async () => {
    const { bands } = selectBands(await openScene(find('s2-safe/*T29UNU*.SAFE')), ['nir', 'red']);
    const sums = { nir: 13715367469, red: 11253045467 }; // numpy sum of gdal.Open(...).ReadAsArray()
    for (const [word, want] of Object.entries(sums)) {
      const raster = await openRaster(bands.get(word)!.path);
      expect(raster.info).toMatchObject({
        width: 1830,
        height: 1830,
        epsg: 32629,
        transform: [60, 0, 499980, 0, -60, 5900040],
      });
      const [block] = await raster.read({ col: 0, row: 0, width: 1830, height: 1830 });
      let sum = 0;
      for (const dn of block!.data) sum += dn;
      expect(sum).toBe(want);
      await raster.close();
    }
  });

  it('finds the files that were downloaded with an item', async () => {
    const scene = await openScene(find('s2-bands/earthsearch-29RKH-20200219/S2A_*.json'));
    expect(scene).toMatchObject({ baseline: '02.14', tile: '29RKH', epsg: 32629 });
    expect(scene.calibration).toMatchObject({ addOffset: 0, origin: 'metadata' });
    const raster = await openRaster(selectBands(scene, ['nir']).bands.get('nir')!.path);
    expect(raster.info).toMatchObject({ driver: 'GTiff', width: 1098 });
    await raster.close();
  });
});

describe.skipIf(!sharedStandards)('Earth Search items', () => {
  it.each([
    ['item-sentinel-2-l2a', 0, 'already-applied'],
    ['item-sentinel-2-c1-l2a', -1000, 'metadata'],
  ])('%s: offset %i (%s)', async (name, addOffset, origin) => {
    const scene = await openScene(join(sharedStandards!, `earth-search/${name}.json`));
    expect(scene).toMatchObject({ baseline: '05.11', tile: '32VKL', epsg: 32632, scl: { gsd: 20 } });
    expect(scene.calibration).toMatchObject({ addOffset, origin });
    expect(scene.bands).toHaveLength(12);
    for (const band of scene.bands)
      expect(band).toMatchObject({ offset: addOffset / 10000, path: expect.stringMatching(/^https:.*\.tif$/) });
  });
});
