import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { fromFile } from 'geotiff';
import { afterAll, describe, expect, it } from 'vitest';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import { toGdal } from '../../pipelines/core/grid/affine.ts';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import { createSamples } from '../../pipelines/core/raster/block.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { cogHeader } from '../../pipelines/io/tiff/cog-header.ts';
import type { CogDataType, CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { cogLevels } from '../../pipelines/io/tiff/cog-layout.ts';
import { predictBlock, predictorOf } from '../../pipelines/io/tiff/encode-block.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';

const folder = temporaryFolder('cog');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE: CogSpec = {
  width: 557,
  height: 391,
  transform: [10, 0, 600000, 0, -10, 5800020],
  epsg: 32631,
  dtype: 'int16',
  bands: 1,
  nodata: -32768,
};

function noise({ width, height, dtype }: CogSpec, seed = 1): Samples {
  const random = createRandom(seed);
  const data = createSamples(dtype, width * height);
  const isFloat = dtype.startsWith('float');
  for (let i = 0; i < data.length; i++) data[i] = isFloat ? random() * 4 - 2 : Math.floor(random() * 200) - 50;
  return data;
}

async function write(spec: CogSpec, bands: readonly Samples[], masks?: readonly Uint8Array[]): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.tif`);
  await writeCogFromArray(path, spec, bands, masks);
  return path;
}

/** All levels of a band by geotiff.js, which knows nothing of our writer. */
async function readBack(path: string, band = 0): Promise<Samples[]> {
  const tiff = await fromFile(path);
  const levels: Samples[] = [];
  for (let n = 0; n < (await tiff.getImageCount()); n++) {
    const image = await tiff.getImage(n);
    levels.push((await image.readRasters({ samples: [band] }))[0] as Samples);
  }
  return levels;
}

/** Much quicker than `toEqual` on large arrays. */
function sameNumbers(a: Samples, b: Samples): boolean {
  return a.constructor === b.constructor && Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}

describe('a COG', () => {
  const TYPES: readonly CogDataType[] = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'];
  for (const dtype of TYPES)
    it(`holds the pixels that were written, ${dtype}`, async () => {
      const spec: CogSpec = { ...BASE, dtype, nodata: null, blockSize: 128 };
      const data = noise(spec);
      const [full] = await readBack(await write(spec, [data]));
      expect(sameNumbers(full!, data)).toBe(true);
    });

  it('keeps bands apart, with their names', async () => {
    const spec: CogSpec = { ...BASE, bands: 3, bandNames: ['red', 'green', 'nir'] };
    const bands = [1, 2, 3].map((seed) => noise(spec, seed));
    const path = await write(spec, bands);
    for (const [b, band] of bands.entries()) expect(sameNumbers((await readBack(path, b))[0]!, band)).toBe(true);
    const source = await openRaster(path);
    expect(source.info.bands.map(({ name }) => name)).toEqual(spec.bandNames);
    await source.close();
  });

  it('escapes texts as GDAL expects it: twice', async () => {
    const path = await write({ ...BASE, width: 16, height: 16, metadata: { FORMULA: 'a < b & "c"' } }, [
      new Int16Array(256),
    ]);
    const text = (await readFile(path)).toString('latin1');
    expect(text).toContain('<Item name="FORMULA">a &amp;lt; b &amp;amp; &amp;quot;c&amp;quot;</Item>');
  });

  it('tells scale, offset, unit and nodata', async () => {
    const path = await write({ ...BASE, scale: 0.0001, offset: -0.1, unit: 'mm', width: 20, height: 20 }, [
      new Int16Array(400),
    ]);
    const source = await openRaster(path);
    expect(source.info.bands[0]).toMatchObject({ nodata: -32768, scale: 0.0001, offset: -0.1, unit: 'mm' });
    await source.close();
  });

  it('has headers first, then overviews from coarse to fine, then the full resolution', async () => {
    const spec: CogSpec = { ...BASE, width: 1250, height: 525, blockSize: 128 };
    const path = await write(spec, [noise(spec)]);
    const tiff = await fromFile(path);
    const sizes: string[] = [];
    let firstBlocks: number[] = [];
    for (let n = 0; n < (await tiff.getImageCount()); n++) {
      const image = await tiff.getImage(n);
      sizes.push(`${image.getWidth()}x${image.getHeight()}`);
      const offsets = (await image.fileDirectory.loadValue('TileOffsets')) as ArrayLike<number>;
      firstBlocks.push(Math.min(...Array.from(offsets, Number)));
    }
    expect(sizes).toEqual(['1250x525', '625x263', '313x132', '157x66', '79x33']);
    expect(firstBlocks).toEqual(firstBlocks.toSorted((a, b) => b - a));
    const head = (await readFile(path)).subarray(0, firstBlocks.at(-1)).toString('latin1');
    expect(head.slice(8, 90)).toMatch(/^GDAL_STRUCTURAL_METADATA_SIZE=\d{6} bytes\nLAYOUT=IFDS_BEFORE_DATA\n/);
    const source = await openRaster(path);
    expect(source.info.cog).toBe(true);
    await source.close();
  });

  it('has overviews across regions that are the mean of the valid pixels below', async () => {
    const spec: CogSpec = { ...BASE, width: 650, height: 555, blockSize: 32, dtype: 'float32', nodata: NaN };
    const data = noise(spec);
    const random = createRandom(9);
    const mask = Uint8Array.from({ length: data.length }, (_, i) => (random() < 0.3 || i % 650 < 70 ? 0 : 1));
    const levels = await readBack(await write(spec, [data.slice()], [mask]));
    expect(levels).toHaveLength(6);
    for (const [n, level] of levels.entries()) {
      const factor = 2 ** n;
      const across = Math.ceil(650 / factor);
      const sums = new Float64Array(level.length);
      const counts = new Uint32Array(level.length);
      for (let i = 0; i < data.length; i++) {
        const to = Math.floor(Math.floor(i / 650) / factor) * across + Math.floor((i % 650) / factor);
        if (mask[i] === 0) continue;
        sums[to]! += data[i]!;
        counts[to]!++;
      }
      for (let i = 0; i < level.length; i++) {
        if (counts[i] === 0 ? !Number.isNaN(level[i]!) : !(Math.abs(level[i]! - sums[i]! / counts[i]!) < 1e-6))
          expect.fail(`level ${n}, pixel ${i}: ${level[i]} is not ${sums[i]! / counts[i]!}`);
      }
    }
  });

  it('is hardly larger than with zlib at level 6, for noise and for classes', async () => {
    const grid = { ...BASE, width: 1024, height: 1024 };
    const classes: CogSpec = { ...grid, dtype: 'uint8', nodata: 0, overviewResampling: 'mode' };
    const fields = Uint8Array.from(
      { length: 1024 * 1024 },
      (_, i) => 1 + ((((i % 1024) >> 4) * 7 + (i >> 14) * 3) % 11),
    );
    const smooth = Int16Array.from({ length: 1024 * 1024 }, (_, i) => 5000 * Math.sin(i / 9e4) + (((i * i) >> 7) % 3));
    for (const [spec, data] of [
      [grid, noise(grid)],
      [grid, smooth],
      [classes, fields],
    ] as const) {
      const image = await (await fromFile(await write(spec, [data]))).getImage();
      const sizes = (await image.fileDirectory.loadValue('TileByteCounts')) as ArrayLike<number>;
      const band = { data, width: 1024, height: 1024 };
      let level6 = 0;
      for (const [col, row] of [
        [0, 0],
        [512, 0],
        [0, 512],
        [512, 512],
      ] as const)
        level6 += deflateSync(predictBlock(band, col, row, 512, predictorOf(spec)), { level: 6 }).length;
      expect(Array.from(sizes, Number).reduce((a, b) => a + b, 0)).toBeLessThan(1.04 * level6);
    }
  });

  const PLACES: Readonly<Record<string, { epsg: number | null; transform: Affine | null; key: string | null }>> = {
    'a UTM zone': { epsg: 32631, transform: [10, 0, 600000, 0, -10, 5800020], key: 'ProjectedCSTypeGeoKey' },
    'RD New': { epsg: 28992, transform: [2.5, 0, 140000, 0, -2.5, 456000], key: 'ProjectedCSTypeGeoKey' },
    degrees: { epsg: 4326, transform: [0.001, 0, 5, 0, -0.001, 52], key: 'GeographicTypeGeoKey' },
    'a turned grid': { epsg: 3035, transform: [8, 3, 4000000, 3, -8, 3200000], key: 'ProjectedCSTypeGeoKey' },
    'a south-up grid': { epsg: 3857, transform: [10, 0, 5e5, 0, 10, 6.8e6], key: 'ProjectedCSTypeGeoKey' },
    'no CRS': { epsg: null, transform: [1, 0, 0, 0, -1, 0], key: null },
    'no georeference': { epsg: null, transform: null, key: null },
  };
  for (const [name, { epsg, transform, key }] of Object.entries(PLACES))
    it(`lies where it should: ${name}`, async () => {
      const path = await write({ ...BASE, width: 30, height: 20, epsg, transform }, [new Int16Array(600)]);
      const source = await openRaster(path);
      expect(source.info.epsg).toBe(epsg);
      expect(source.info.transform && toGdal(source.info.transform)).toEqual(transform && toGdal(transform));
      await source.close();
      const keys = (await (await fromFile(path)).getImage()).getGeoKeys() as Record<string, number> | null;
      if (key) expect(keys?.[key]).toBe(epsg);
      expect(keys?.['GTRasterTypeGeoKey']).toBe(1);
    });

  it('becomes a BigTIFF where it passes 4 GiB', () => {
    const spec: CogSpec = { ...BASE, width: 1000, height: 500 };
    const [full, overview] = cogLevels(spec);
    const levels = [
      { level: full!, starts: Float64Array.of(0, 4.9e9), sizes: Uint32Array.of(10, 20), total: 5e9 },
      { level: overview!, starts: Float64Array.of(0), sizes: Uint32Array.of(30), total: 30 },
    ];
    const header = cogHeader(spec, levels);
    const view = new DataView(header.buffer);
    expect([view.getUint16(2, true), view.getUint16(4, true)]).toEqual([43, 8]);
    const offsets = (ifd: number): number[] => {
      for (let entry = ifd + 8; ; entry += 20)
        if (view.getUint16(entry, true) === 324) {
          const [count, field] = [Number(view.getBigUint64(entry + 4, true)), entry + 12];
          const at = count === 1 ? field : Number(view.getBigUint64(field, true));
          return Array.from({ length: count }, (_, i) => Number(view.getBigUint64(at + 8 * i, true)));
        }
    };
    expect(offsets(Number(view.getBigUint64(8, true)))).toEqual([header.length + 30, header.length + 30 + 4.9e9]);
    const small = cogHeader(spec, [{ ...levels[0]!, total: 5e8 }, levels[1]!]);
    expect(new DataView(small.buffer).getUint16(2, true)).toBe(42);
  });

  it('leaves nothing behind where it cannot be written', async () => {
    const before = await readdir(folder);
    await expect(write({ ...BASE, width: 0 }, [])).rejects.toMatchObject({ code: 'parameter-invalid' });
    await expect(write(BASE, [new Int16Array(3)])).rejects.toMatchObject({ code: 'parameter-invalid' });
    expect(await readdir(folder)).toEqual(before);
  });
});
