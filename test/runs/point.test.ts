import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describePath } from '../../pipelines/runs/info.ts';
import { readPoint } from '../../pipelines/runs/point.ts';
import { buildTiff } from '../support/tiff-builder.ts';
import type { FieldSpec, TiffImageSpec } from '../support/tiff-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'point-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Cells number themselves: row · 100 + column. */
function raster(name: string, fields: FieldSpec[], image: Partial<TiffImageSpec> = {}): string {
  const path = join(folder, name);
  const full: TiffImageSpec = {
    width: 90,
    height: 50,
    bits: 16,
    value: (_band, col, row) => row * 100 + col,
    fields,
    ...image,
  };
  writeFileSync(path, buildTiff({ images: [full] }));
  return path;
}

const at = (x: number, y: number, size: number): FieldSpec[] => [
  { tag: 33550, type: 12, values: [size, size, 0] },
  { tag: 33922, type: 12, values: [0, 0, 0, x, y, 0] },
];
const crs = (key: 2048 | 3072, code: number): FieldSpec => ({
  tag: 34735,
  type: 3,
  values: [1, 1, 0, 2, 1024, 0, 1, key === 2048 ? 2 : 1, key, 0, 1, code],
});

describe('the value at a place', () => {
  it('is found in a projected raster', async () => {
    // PROJ 9.1: 136783.726, 455860.139
    const path = raster('rd.tif', [...at(136_700, 456_000, 10), crs(3072, 28992)]);
    const { values } = await readPoint(path, 5.1214, 52.0907);
    expect(values).toEqual([1308]);
  });

  it('is found in a geographic raster, also one that runs from 0 to 360 degrees', async () => {
    const path = raster('world.tif', [...at(0, 90, 4), crs(2048, 4326)]);
    expect((await readPoint(path, 6, 80)).values).toEqual([201]);
    expect((await readPoint(path, -2, 80)).values).toEqual([289]);
  });

  it('has scale and offset applied, and is null where the pixel is nodata', async () => {
    const xml =
      '<GDALMetadata><Item name="S" sample="0" role="scale">0.5</Item><Item name="O" sample="0" role="offset">-1</Item></GDALMetadata>';
    const fields: FieldSpec[] = [
      ...at(0, 50, 1),
      crs(2048, 4326),
      { tag: 42112, type: 2, values: xml },
      { tag: 42113, type: 2, values: '2' },
    ];
    const path = raster('scaled.tif', fields, { bands: 2 });
    expect((await readPoint(path, 3.5, 49.5)).values).toEqual([0.5, 3]);
    expect((await readPoint(path, 2.5, 49.5)).values).toEqual([null, null]);
  });

  it('is refused outside, off the Earth, and without a CRS', async () => {
    const path = raster('small.tif', [...at(0, 50, 1), crs(2048, 4326)]);
    await expect(readPoint(path, -10, 20)).rejects.toMatchObject({ code: 'outside' });
    await expect(readPoint(path, 5, 91)).rejects.toMatchObject({ code: 'parameter-invalid' });
    await expect(readPoint(raster('bare.tif', []), 5, 52)).rejects.toMatchObject({ code: 'crs-missing' });
    await expect(readPoint(raster('nocrs.tif', at(0, 50, 1)), 5, 49)).rejects.toMatchObject({ code: 'crs-missing' });
  });
});

describe('info', () => {
  it('has the names of the contract', async () => {
    const path = raster('info.tif', [...at(0, 50, 1), crs(2048, 4326), { tag: 42113, type: 2, values: 'nan' }], {
      bits: 32,
      kind: 'float',
    });
    const { kind, summary } = await describePath(path);
    expect(kind).toBe('raster');
    expect(summary).toMatchObject({
      width: 90,
      height: 50,
      bands: 1,
      dtype: 'float32',
      crs: 'EPSG:4326',
      transform: [0, 1, 0, 50, 0, -1],
      nodata: 'nan',
      scale: 1,
      offset: 0,
      overviews: 0,
      compression: 'none',
      cog: false,
    });
  });
});
