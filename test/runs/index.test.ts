import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { BandInput, CalibrationWords, ClassInput } from '../../pipelines/runs/band-inputs.ts';
import { planIndex, runIndex } from '../../pipelines/runs/index.ts';
import type { IndexReport } from '../../pipelines/runs/index.ts';
import { createPool } from '../../workers/pool.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';

const folder = temporaryFolder('index');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Request {
  readonly formula: string;
  readonly bands: Readonly<Record<string, string>>;
  readonly classes?: ClassInput;
  readonly calibration?: CalibrationWords;
  readonly dtype?: 'int16' | 'float32';
}

let count = 0;
async function compute(request: Request): Promise<IndexReport & { readonly values: number[] }> {
  const { formula, bands, classes = null, calibration = {}, dtype = 'float32' } = request;
  const output = join(folder, `out-${count++}.tif`);
  const inputs = Object.entries(bands).map(([name, path]): BandInput => ({ name, path }));
  const plan = await planIndex({
    formula,
    date: { bands: inputs, classes, notes: [] },
    calibration,
    dtype,
    output,
  });
  const report = await runIndex(plan, inlineRunner);
  return { ...report, values: await readValues(output) };
}

const row = (name: string, values: readonly number[], spec: object = {}) =>
  putRaster(folder, name, Uint16Array.from(values), { width: values.length, height: 1, dtype: 'uint16', ...spec });

describe('an index', () => {
  it('is the formula of the values, nodata where a band has none', async () => {
    const red = await row('red', [1000, 2000, 0, 500], { nodata: 0 });
    const nir = await row('nir', [3000, 2000, 900, 0], { nodata: 0 });
    const { values, validShare } = await compute({ formula: 'ndvi', bands: { red, nir } });
    expect(values).toEqual([0.5, 0, NaN, NaN]);
    expect(validShare).toBe(0.5);
  });

  it('takes bands by their Sentinel code, and either name for the other', async () => {
    const [red, nir] = [await row('B04', [1, 1]), await row('B08', [3, 1])];
    expect((await compute({ formula: 'NDVI', bands: { B04: red, B08: nir } })).values).toEqual([0.5, 0]);
    expect((await compute({ formula: 'B08 - B04', bands: { red, nir } })).values).toEqual([2, 0]);
  });

  it('calibrates by the tags of the file unless told otherwise, and never the classes', async () => {
    const red = await row('tagged', [1500, 2500], { scale: 0.0001, offset: -0.1 });
    const close = (values: number[], wanted: number[]) =>
      values.forEach((v, i) => expect(v).toBeCloseTo(wanted[i]!, 6));
    close((await compute({ formula: 'red', bands: { red } })).values, [0.05, 0.15]);
    close((await compute({ formula: 'red', bands: { red }, calibration: { scale: 1000 } })).values, [1.5, 2.5]);
    close(
      (await compute({ formula: 'red', bands: { red }, calibration: { scale: 1000, offset: 500 } })).values,
      [2, 3],
    );
    close((await compute({ formula: 'red', bands: { red }, calibration: { offset: -1500 } })).values, [0, 0.1]);
    const scl = await row('classes', [4, 8]);
    const request = { formula: 'where(scl == 8, 1, red)', bands: { red, scl }, calibration: { scale: 10000 } };
    close((await compute(request)).values, [0.15, 1]);
  });

  it('stores int16 in ten-thousandths and says what did not fit', async () => {
    const red = await row('wide', [1, 4, 3, 20000], { nodata: 20000 });
    const { values, notes, output } = await compute({ formula: 'red', bands: { red }, dtype: 'int16' });
    expect(values).toEqual([1, NaN, 3, NaN]);
    expect(notes.join()).toMatch(/^1 values beyond/);
    const source = await openRaster(output);
    expect(source.info.bands[0]).toMatchObject({ dtype: 'int16', nodata: -32768, scale: 0.0001, name: 'expression' });
    await source.close();
  });

  it('repeats coarser bands on the finest grid, and is invalid beyond them', async () => {
    const red = await putRaster(
      folder,
      'fine',
      Uint16Array.from({ length: 24 }, (_, i) => i),
      { width: 6, height: 4, dtype: 'uint16' },
    );
    const swir16 = await putRaster(folder, 'coarse', Uint16Array.of(100, 200, 300, 400), {
      width: 2,
      height: 2,
      dtype: 'uint16',
      transform: northUp(20),
    });
    const { values, notes } = await compute({ formula: 'swir16 + red', bands: { red, swir16 } });
    expect(values).toEqual([
      100,
      101,
      202,
      203,
      NaN,
      NaN,
      106,
      107,
      208,
      209,
      NaN,
      NaN,
      312,
      313,
      414,
      415,
      NaN,
      NaN,
      318,
      319,
      420,
      421,
      NaN,
      NaN,
    ]);
    expect(notes.join()).toMatch(/coarse\.tif is coarser than .*fine\.tif/);
  });

  it('masks by classes of another resolution; without a class the pixel has no data', async () => {
    const red = await putRaster(folder, 'ground', new Uint16Array(12).fill(5), {
      width: 6,
      height: 2,
      dtype: 'uint16',
    });
    const scl = await putRaster(folder, 'scl', Uint8Array.of(4, 8), {
      width: 2,
      height: 1,
      dtype: 'uint8',
      transform: northUp(20),
      nodata: 0,
    });
    const line = async (excluded: number[]) =>
      (await compute({ formula: 'red', bands: { red }, classes: { path: scl, excluded } })).values.slice(0, 6);
    expect(await line([8, 9])).toEqual([5, 5, NaN, NaN, 5, 5]);
    expect(await line([0])).toEqual([5, 5, 5, 5, NaN, NaN]);
  });

  it('reads one band of several', async () => {
    const stack = await putRaster(folder, 'stack', Uint16Array.of(1, 2, 30, 40), {
      width: 2,
      height: 1,
      dtype: 'uint16',
      bands: 2,
      bandNames: ['red', 'nir'],
    });
    const both = await compute({ formula: 'nir - red', bands: { red: stack, nir: stack } });
    expect(both.values).toEqual([29, 38]);
    expect(both.notes).toEqual([]);
    expect((await compute({ formula: 'red', bands: { red: `${stack}#2` } })).values).toEqual([30, 40]);
    expect((await compute({ formula: 'green', bands: { green: stack } })).notes.join()).toMatch(
      /has 2 bands; the first/,
    );
    await expect(compute({ formula: 'red', bands: { red: `${stack}#3` } })).rejects.toThrow(/2 bands \(1 red, 2 nir\)/);
  });

  it('keeps grids that are turned, south-up or without a CRS', async () => {
    const grids = [
      { transform: [8, 3, 5e5, 3, -8, 5e6] as const, epsg: 32631 },
      { transform: [10, 0, 5e5, 0, 10, 5e6] as const, epsg: 32631 },
      { transform: northUp(10), epsg: null },
      { transform: null, epsg: null },
    ];
    for (const [i, grid] of grids.entries()) {
      const red = await row(`grid-red-${i}`, [1, 2], grid);
      const nir = await row(`grid-nir-${i}`, [10, 20], grid);
      const { values, output } = await compute({ formula: 'nir - red', bands: { red, nir } });
      expect(values).toEqual([9, 18]);
      const source = await openRaster(output);
      expect(source.info).toMatchObject(grid);
      await source.close();
    }
  });

  it('is the same from threads as from one', async () => {
    const random = createRandom(3);
    const size = { width: 2100, height: 2060, dtype: 'uint16', nodata: 0 } as const;
    const bands: BandInput[] = [];
    for (const name of ['red', 'nir'])
      bands.push({
        name,
        path: await putRaster(
          folder,
          `big-${name}`,
          Uint16Array.from({ length: size.width * size.height }, () => random() * 4000),
          size,
        ),
      });
    const pool = createPool({ threads: 2 });
    const files: Buffer[] = [];
    for (const runner of [inlineRunner, pool]) {
      const output = join(folder, `big-${files.length}.tif`);
      const date = { bands, classes: null, notes: [] };
      await runIndex(await planIndex({ formula: 'ndvi', date, calibration: {}, dtype: 'int16', output }), runner);
      files.push(await readFile(output));
    }
    await pool.close();
    expect(Buffer.compare(files[0]!, files[1]!)).toBe(0);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const red = await row('stopped', [1, 2]);
    const output = join(folder, 'stopped-out.tif');
    const date = { bands: [{ name: 'red', path: red }], classes: null, notes: [] };
    const plan = await planIndex({ formula: 'red', date, calibration: {}, dtype: 'int16', output });
    const signal = AbortSignal.abort(new PlatformError('aborted', 'Stopped as asked'));
    await expect(runIndex(plan, inlineRunner, { signal })).rejects.toMatchObject({ code: 'aborted' });
    expect((await readdir(folder)).filter((name) => name.includes('stopped-out'))).toEqual([]);
  });
});

describe('an index is refused', () => {
  it('where a band is missing, with what is missing and what is accepted', async () => {
    const red = await row('lone', [1]);
    await expect(compute({ formula: 'ndvi', bands: { red } })).rejects.toThrow(
      'NDVI needs the bands nir, red; missing: nir or B08 (given: red)',
    );
    await expect(compute({ formula: 'ndvi', bands: { red, NIR: red } })).rejects.toMatchObject({
      code: 'band-missing',
    });
  });

  it('where the bands do not meet on one grid, with the reason', async () => {
    const red = await row('here', [1, 2]);
    const other = async (name: string, spec: object) => {
      const nir = await row(name, [1, 2], spec);
      return compute({ formula: 'ndvi', bands: { red, nir } });
    };
    await expect(other('rd', { epsg: 28992 })).rejects.toThrow(/EPSG:32631, .*rd\.tif in EPSG:28992/);
    await expect(other('bare', { epsg: null })).rejects.toThrow(/EPSG:32631/);
    await expect(other('far', { transform: northUp(10, 5000) })).rejects.toThrow(/far\.tif .*no ground in common/);
    await expect(other('turned', { transform: [8, 3, 6e5, 3, -8, 58e5] })).rejects.toThrow(/turned/);
  });

  it('where a scale is no scale', async () => {
    const red = await row('scaled', [1]);
    await expect(compute({ formula: 'red', bands: { red }, calibration: { scale: 0 } })).rejects.toMatchObject({
      code: 'calibration-invalid',
    });
  });
});
