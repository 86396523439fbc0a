import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureCollection } from 'geojson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGeography } from '../../data-samples/geography/geography.ts';
import { createVectors } from '../../data-samples/geography/vectors.ts';
import { COVER } from '../../data-samples/landscape/cover.ts';
import { createLandscape } from '../../data-samples/landscape/landscape.ts';
import { greenFraction } from '../../data-samples/landscape/phenology.ts';
import { makeSample, readSample } from '../../data-samples/sample.ts';
import { openScene } from '../../pipelines/catalog/scene.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { temporaryFolder } from '../support/archive.ts';

const folder = temporaryFolder('sample');
beforeAll(() => makeSample(join(folder, 'a'), { size: 'small', dates: 2 }));
afterAll(() => rmSync(folder, { recursive: true }));

it('stops within a step where it is asked to', async () => {
  const controller = new AbortController();
  const onScene = () => void setImmediate(() => controller.abort());
  const at = join(folder, 'stopped');
  await expect(makeSample(at, { size: 'small', signal: controller.signal, onScene })).rejects.toThrow(
    /Stopped as asked/,
  );
  expect(existsSync(join(at, 'scenes'))).toBe(false);
  expect(await readSample(at)).toBe(null);
});

function digests(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((f) => f.isFile());
  return Object.fromEntries(
    files.map((f) => [
      f.name,
      createHash('sha256')
        .update(readFileSync(join(f.parentPath, f.name)))
        .digest('hex'),
    ]),
  );
}

describe('the sample region', () => {
  it('is the same for the same seed and another for another', async () => {
    await makeSample(join(folder, 'b'), { size: 'small', dates: 2 });
    await makeSample(join(folder, 'c'), { size: 'small', dates: 2, seed: 5 });
    expect(digests(join(folder, 'b'))).toEqual(digests(join(folder, 'a')));
    expect(digests(join(folder, 'c'))['B08.tif']).not.toBe(digests(join(folder, 'a'))['B08.tif']);
  });

  it('opens as a scene whose offset is settled by its metadata', async () => {
    const sample = (await readSample(join(folder, 'a')))!;
    const scene = await openScene(join(folder, 'a', sample.scenes[1]!.item));
    expect(scene).toMatchObject({ baseline: '05.11', epsg: 32631, tile: '31UFT' });
    const red = scene.bands.find((b) => b.name === 'red')!;
    expect([red.scale, red.offset]).toEqual([expect.closeTo(1e-4), expect.closeTo(-0.1)]);
    const source = await openRaster(red.path);
    const [block] = await source.read({ col: 0, row: 0, width: 512, height: 512 });
    await source.close();
    let sum = 0;
    for (const dn of block!.data) sum += dn * red.scale + red.offset;
    const mean = sum / block!.data.length;
    expect(mean).toBeGreaterThan(0.02);
    expect(mean).toBeLessThan(0.2);
  });

  it('says of itself that it is simulated', async () => {
    const sample = (await readSample(join(folder, 'a')))!;
    expect(sample.simulated).toBe(true);
    const item = JSON.parse(readFileSync(join(folder, 'a', sample.scenes[0]!.item), 'utf8')) as {
      properties: Record<string, unknown>;
    };
    expect(item.properties['landmeter:simulated']).toBe(true);
  });

  it('a part equals the same part of a larger one', () => {
    const geography = createGeography(31);
    const large = createLandscape({ col: 4200, row: 2400, width: 64, height: 64 }, geography, 31);
    const part = createLandscape({ col: 4210, row: 2420, width: 16, height: 8 }, geography, 31);
    for (let row = 0; row < 8; row++)
      expect([...part.texture.subarray(row * 16, row * 16 + 16)]).toEqual([
        ...large.texture.subarray((row + 20) * 64 + 10, (row + 20) * 64 + 26),
      ]);
  });

  it('paints water where the vectors have it', () => {
    const geography = createGeography(31);
    const grid = { col: 3980, row: 1800, width: 2048, height: 2048 };
    const { cover } = createLandscape(grid, geography, 31);
    const lake = geography.water.find((w) => w.name === 'Maarsseveense Plassen')!;
    const [x, y] = lake.ring.reduce(([a, b], p) => [a + p[0] / lake.ring.length, b + p[1] / lake.ring.length], [0, 0]);
    const col = Math.floor((x - 600000) / 10) - grid.col;
    const row = Math.floor((5800020 - y) / 10) - grid.row;
    expect(cover[row * grid.width + col]).toBe(COVER.lake);
  });

  it('has valid vectors of every layer', () => {
    const vectors = createVectors(createGeography(31));
    expect(Object.keys(vectors).sort()).toEqual(['boundaries', 'landuse', 'places', 'roads', 'water']);
    for (const collection of Object.values(vectors) as FeatureCollection[])
      expect(collection.features.length).toBeGreaterThan(5);
    expect(
      vectors.boundaries.features.filter((f) => f.properties?.['class'] === 'municipality').length,
    ).toBeGreaterThan(10);
  });
});

describe('phenology', () => {
  it('greens crops in their season and yellows grass in a drought', () => {
    const wet = { drought: 0 };
    expect(greenFraction('maize', 110, 0, wet)).toBeLessThan(0.1);
    expect(greenFraction('maize', 215, 0, wet)).toBeGreaterThan(0.85);
    expect(greenFraction('wheat', 140, 0, wet)).toBeGreaterThan(greenFraction('wheat', 230, 0, wet));
    expect(greenFraction('grass', 225, 0, { drought: 0.8 })).toBeLessThan(greenFraction('grass', 225, 0, wet) * 0.75);
  });
});
