import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, invert } from '../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { lonLatToMercator, tileRange } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { findTileMatrixSet, tileBoundsIn, tileGrid } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { RasterGrid } from '../../pipelines/core/raster/warp-plan.ts';
import type { Resampling } from '../../pipelines/core/raster/resample.ts';
import { RENDERER_VERSION } from '../../pipelines/render/render-input.ts';
import type { RenderTileInput, RenderValues } from '../../pipelines/render/render-input.ts';
import { renderValues } from '../../pipelines/render/values.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { temporaryFolder } from '../support/archive.ts';

const folder = temporaryFolder('render');
const SIDE = 900;
const UTM: RasterGrid = {
  transform: [10, 0, 640_000, 0, -10, 5_780_000],
  epsg: 32631,
  width: SIDE,
  height: SIDE,
};
const webMercator = findTileMatrixSet('WebMercatorQuad');
const signal = new AbortController().signal;

/** Numbers that tell their pixel: 1 + column in one band, 1 + row in the other; the first row has none. */
beforeAll(async () => {
  const cols = new Uint16Array(SIDE * SIDE);
  const rows = new Uint16Array(SIDE * SIDE);
  for (let row = 0, i = 0; row < SIDE; row++)
    for (let col = 0; col < SIDE; col++, i++) [cols[i], rows[i]] = [row === 0 ? 0 : col + 1, row === 0 ? 0 : row + 1];
  const spec = { ...UTM, dtype: 'uint16', bands: 1, nodata: 0, overviewResampling: 'nearest' } as const;
  await writeCogFromArray(join(folder, 'cols.tif'), spec, [cols]);
  await writeCogFromArray(join(folder, 'rows.tif'), spec, [rows]);
  const classes = new Uint8Array(SIDE * SIDE).map((_, i) => (i % SIDE < SIDE / 2 ? 4 : 9));
  await writeCogFromArray(join(folder, 'classes.tif'), { ...spec, dtype: 'uint8', nodata: 0 }, [classes]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const band = (name: string) => ({
  path: join(folder, name),
  version: '1',
  band: 0,
  scale: 1,
  offset: 0,
  nodata: null,
  saturated: null,
});

function valuesOf(
  expression: string | null,
  resampling: Resampling,
  mask: readonly number[] | null = null,
): RenderValues {
  const bands = expression === 'nir' ? [band('rows.tif')] : [band('cols.tif'), band('rows.tif')];
  const masked = mask && { path: join(folder, 'classes.tif'), version: '1', excluded: mask };
  return { scenes: [{ bands, mask: masked }], rule: 'first', expression, resampling };
}

/** The tile over a place of the raster, in pixels of the raster. */
function tileOver(z: number, col: number, row: number) {
  const [x, y] = apply(UTM.transform, col, row);
  const [lon, lat] = createTransform(UTM.epsg, 4326).point(x, y);
  const [mx, my] = lonLatToMercator(lon, lat);
  const { minX, minY } = tileRange({ minX: mx, maxX: mx + 1, minY: my, maxY: my + 1, epsg: 3857 }, z);
  return { z, x: minX, y: minY };
}

/** Source column and row under the centre of each pixel of a picture, by an exact transform each. */
function positions({ transform, epsg, width, height }: RasterGrid): { col: number; row: number }[] {
  const toUtm = createTransform(epsg, UTM.epsg);
  const inverse = invert(UTM.transform)!;
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = toUtm.point(...apply(transform, (i % width) + 0.5, Math.floor(i / width) + 0.5));
    const [col, row] = apply(inverse, x, y);
    return { col, row };
  });
}

describe('renderValues', () => {
  it.each([
    ['WebMercatorQuad', tileOver(15, 450, 450)],
    ['WebMercatorQuad', tileOver(14, 200, 10)],
  ])('finds the pixel under each pixel of a tile of %s, to a hundredth', async (id, tile) => {
    const target = tileGrid(findTileMatrixSet(id), tile, 256);
    const [cols, rows] = (await renderValues(valuesOf(null, 'nearest'), target, signal))!;
    let [valid, aside] = [0, 0];
    for (const [i, { col, row }] of positions(target).entries()) {
      const isInside = col >= 0 && row >= 1 && col < SIDE && row < SIDE;
      const edge = Math.min(Math.abs(col - Math.round(col)), Math.abs(row - Math.round(row)));
      if (edge < 0.05) continue; // the bound of the warp's error
      expect(Number.isNaN(cols![i]!), `pixel ${i} at ${col}, ${row}`).toBe(!isInside);
      if (!isInside) continue;
      valid++;
      if (cols![i] !== Math.floor(col) + 1 || rows![i] !== Math.floor(row) + 1) aside++;
    }
    expect(valid).toBeGreaterThan(10_000);
    expect(aside).toBe(0);
  });

  it('is linear between pixels, and the same from either side of the edge of two tiles', async () => {
    const tile = tileOver(15, 450, 450);
    for (const x of [tile.x, tile.x + 1]) {
      const target = tileGrid(webMercator, { ...tile, x }, 256);
      const [plane] = (await renderValues(valuesOf('nir+red', 'bilinear'), target, signal))!;
      const at = positions(target);
      for (let i = 0; i < at.length; i += 97) {
        const { col, row } = at[i]!;
        expect(Math.abs(plane![i]! - (col + 0.5 + row + 0.5))).toBeLessThan(1.1); // each band is rounded to its codes
      }
    }
  });

  it('takes an overview for low zooms: no more is read than the picture needs', async () => {
    const tile = tileOver(10, 450, 450);
    const target = tileGrid(webMercator, tile, 256);
    const [cols] = (await renderValues(valuesOf(null, 'nearest'), target, signal))!;
    const found = positions(target).flatMap(({ col, row }, i) =>
      col > 16 && row > 16 && col < SIDE - 16 && row < SIDE - 16 ? [Math.abs(cols![i]! - col)] : [],
    );
    expect(found.length).toBeGreaterThan(100);
    expect(Math.max(...found)).toBeLessThan(12); // within a pixel of the overview of 8
  });

  it('leaves out what the mask names, and only that', async () => {
    const target = tileGrid(webMercator, tileOver(14, 450, 450), 256);
    const [plane] = (await renderValues(valuesOf('nir', 'nearest', [9]), target, signal))!;
    const [all] = (await renderValues(valuesOf('nir', 'nearest'), target, signal))!;
    let hidden = 0;
    for (const [i, { col }] of positions(target).entries()) {
      if (Math.abs(col - SIDE / 2) < 0.05 || Math.abs(col) < 0.05) continue;
      if (all![i] === all![i] && plane![i] !== plane![i]) hidden++;
      expect(plane![i] === plane![i]).toBe(all![i] === all![i] && col < SIDE / 2);
    }
    expect(hidden).toBeGreaterThan(1000);
  });

  it('lays scenes over each other: gaps are filled, or a statistic is taken', async () => {
    const target = tileGrid(webMercator, tileOver(14, 450, 450), 256);
    const masked = valuesOf('nir', 'nearest', [9]).scenes[0]!;
    const scenes = [masked, { ...masked, mask: null, bands: [{ ...band('rows.tif'), scale: 2 }] }];
    const base = { ...valuesOf('nir', 'nearest'), scenes };
    const [first] = (await renderValues(base, target, signal))!;
    const [mean] = (await renderValues({ ...base, rule: 'mean' }, target, signal))!;
    let both = 0;
    for (const [i, { col, row }] of positions(target).entries()) {
      if (!(col > 1 && row > 2 && col < SIDE - 1 && row < SIDE - 1) || Math.abs(col - SIDE / 2) < 0.1) continue;
      if (Math.abs(row - Math.round(row)) < 0.05) continue;
      const value = Math.floor(row) + 1;
      const isSeen = col < SIDE / 2;
      if (isSeen) both++;
      expect(first![i]).toBe(isSeen ? value : 2 * value);
      expect(mean![i]).toBe(isSeen ? 1.5 * value : 2 * value);
    }
    expect(both).toBeGreaterThan(100);
  });

  it('has nothing far away', async () => {
    expect(
      await renderValues(valuesOf('nir', 'bilinear'), tileGrid(webMercator, { z: 14, x: 5, y: 9000 }, 256), signal),
    ).toBeNull();
  });
});

describe('render-tile', () => {
  const target = tileGrid(webMercator, tileOver(14, 450, 450), 256);
  const ramp = { kind: 'ramp', colors: 'viridis', rescale: { min: 1, max: SIDE } } as const;
  const input: RenderTileInput = {
    ...valuesOf('nir', 'nearest'),
    version: RENDERER_VERSION,
    target,
    relief: null,
    look: ramp,
    format: 'png',
  };

  it('gives the same bytes for the same record', async () => {
    const [a, b] = [await inlineRunner.run('render-tile', input), await inlineRunner.run('render-tile', input)];
    expect(a.bytes).toEqual(b.bytes);
  });

  it('says so where nothing has a value', async () => {
    const far = { ...input, target: tileGrid(webMercator, { z: 14, x: 5, y: 9000 }, 256) };
    expect((await inlineRunner.run('render-tile', far)).bytes).toBeNull();
  });

  it.each(['png', 'webp', 'jpg', 'avif'] as const)('writes %s that is read again', async (format) => {
    const { bytes } = await inlineRunner.run('render-tile', { ...input, format });
    const { width, height, format: read } = await sharp(bytes!).metadata();
    expect([width, height]).toEqual([256, 256]);
    expect(read).toBe({ png: 'png', webp: 'webp', jpg: 'jpeg', avif: 'heif' }[format]);
  });

  it.each([8, 16] as const)('holds numbers in %s bits that come out again', async (precision) => {
    const most = precision === 8 ? 254 : 65534;
    const coding = { precision, scale: (SIDE - 1) / most, offset: 1 - (SIDE - 1) / most };
    for (const format of ['png', 'webp'] as const) {
      const { bytes } = await inlineRunner.run('render-tile', { ...input, look: { kind: 'value', coding }, format });
      const { data, info } = await sharp(bytes!).raw().toBuffer({ resolveWithObject: true });
      let seen = 0;
      for (const [i, { row, col }] of positions(target).entries()) {
        if (Math.abs(row - Math.round(row)) < 0.05 || Math.abs(col - Math.round(col)) < 0.05) continue;
        const at = i * info.channels;
        const code = precision === 8 ? data[at]! : 256 * data[at]! + data[at + 1]!;
        const isInside = col >= 0 && row >= 1 && col < SIDE && row < SIDE;
        expect(code === 0).toBe(!isInside);
        if (!isInside) continue;
        seen++;
        expect(Math.abs(coding.offset + coding.scale * code - (Math.floor(row) + 1))).toBeLessThanOrEqual(
          coding.scale / 2 + 1e-6,
        );
      }
      expect(seen).toBeGreaterThan(1000);
    }
  });

  it('has the slope of a plane over the whole of a tile, to its edges', async () => {
    const scene = { bands: [band('cols.tif')], mask: null };
    const coding = { precision: 16, scale: 45 / 65534, offset: -45 / 65534 } as const;
    const middle = tileGrid(webMercator, tileOver(16, 450, 450), 256);
    const look = { kind: 'value', coding } as const;
    const of = { ...input, scenes: [scene], expression: null, target: middle, look, resampling: 'cubic' } as const;
    const { bytes } = await inlineRunner.run('render-tile', { ...of, relief: { kind: 'slope' } });
    const { data, info } = await sharp(bytes!).raw().toBuffer({ resolveWithObject: true });
    // a rise of 1 in 10 m of UTM, whose scale here is within a thousandth of the ground's
    const wanted = (Math.atan(0.1) * 180) / Math.PI;
    for (let i = 0; i < info.width * info.height; i++) {
      const code = 256 * data[i * info.channels]! + data[i * info.channels + 1]!;
      expect(Math.abs(coding.offset + coding.scale * code - wanted)).toBeLessThan(0.15);
    }
  });

  it('colours classes and nothing else', async () => {
    const classes: RenderTileInput['look'] = { kind: 'classes', classes: [[9, '#ff000080']] };
    const scene = { bands: [band('classes.tif')], mask: null };
    const { bytes } = await inlineRunner.run('render-tile', {
      ...input,
      scenes: [scene],
      expression: null,
      look: classes,
    });
    const { data, info } = await sharp(bytes!).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (const [i, { col, row }] of positions(target).entries()) {
      if (
        Math.abs(col - SIDE / 2) < 0.05 ||
        Math.abs(col - SIDE) < 0.05 ||
        Math.abs(row) < 0.05 ||
        Math.abs(row - SIDE) < 0.05
      )
        continue;
      const isClass = col >= SIDE / 2 && col < SIDE && row >= 0 && row < SIDE;
      expect([...data.subarray(i * info.channels, i * info.channels + 4)]).toEqual(
        isClass ? [255, 0, 0, 128] : [0, 0, 0, 0],
      );
    }
  });
});

describe('tile matrix sets', () => {
  // corners from Geonovum's definition of NetherlandsRDNewQuad
  it('knows the Dutch grid', () => {
    const dutch = findTileMatrixSet('NetherlandsRDNewQuad');
    const { minX, minY, maxX, maxY } = tileBoundsIn(dutch, { z: 0, x: 0, y: 0 });
    expect([minX, minY, maxX, maxY].map((v) => Number(v.toFixed(2)))).toEqual([
      -285401.92, 22598.08, 595401.92, 903401.92,
    ]);
    expect(tileGrid(dutch, { z: 0, x: 0, y: 0 }, 256).transform[0]).toBeCloseTo(3440.64, 9);
    expect(tileGrid(dutch, { z: 14, x: 0, y: 0 }, 256).transform[0]).toBeCloseTo(0.21, 9);
  });

  it('refuses others by name', () => {
    expect(() => findTileMatrixSet('Mars')).toThrow(/"Mars".*WebMercatorQuad, NetherlandsRDNewQuad/);
  });
});
