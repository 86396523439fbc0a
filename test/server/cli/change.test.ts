/** The words of `change`, `polygonize` and `mowing`. */
import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPassport } from '../../../pipelines/passport/read.ts';
import { sidecarOf } from '../../../pipelines/passport/sidecar.ts';
import { command as change } from '../../../server/cli/commands/change.ts';
import { command as mowing } from '../../../server/cli/commands/mowing.ts';
import { command as polygonize } from '../../../server/cli/commands/polygonize.ts';
import { temporaryFolder } from '../../support/archive.ts';
import { putRaster, readValues } from '../../support/rasters.ts';
import { typeCommand } from '../../support/type-command.ts';

const folder = temporaryFolder('change-cli');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const SIDE = 20;
const spec = { width: SIDE, height: SIDE, dtype: 'int16', nodata: -1 } as const;
/** Reflectance × 10000, with a square of 5 × 5 pixels of another one. */
const put = (name: string, value: number, inside: number) =>
  putRaster(
    folder,
    name,
    Int16Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < 5 && i < 5 * SIDE ? inside : value) + (i % 7)),
    spec,
  );

let files: Record<'red1' | 'nir1' | 'red2' | 'nir2', string>;
beforeAll(async () => {
  files = {
    red1: await put('red_20240601', 500, 500),
    nir1: await put('nir_20240601', 4000, 4000),
    red2: await put('red_20240701', 500, 2000),
    nir2: await put('nir_20240701', 4000, 2500),
  };
});

describe('change', () => {
  test('of rasters writes the raster, and polygons beside it', async () => {
    const rule = ['--scale', '10000', '--threshold', '0.1', '--mmu', '0.2ha'];
    const outputs = ['--polygons', at('nir.geojson'), '-o', at('nir.tif')];
    const { value } = await typeCommand(change, [files.nir1, '--after', files.nir2, ...rule, ...outputs], true);
    expect(value).toMatchObject({ before: 1, after: 1, decreased: 25, increased: 0, minPixels: 20 });
    expect(value['polygons']).toMatchObject({ polygons: 1, areas: { '-1': 2500 } });
    expect((await readValues(at('nir.tif'), 0))[0]).toBeCloseTo(-0.15, 5);
    expect(await readFile(at('nir.geojson'), 'utf8')).toContain('"direction":"decrease"');
  });

  test('of an index takes the bands of both dates', async () => {
    const words = ['--index', 'ndvi', '--band', `red=${files.red1}`, '--band', `nir=${files.nir1}`];
    const after = ['--after-band', `red=${files.red2}`, '--after-band', `nir=${files.nir2}`];
    const { text } = await typeCommand(change, [...words, ...after, '--threshold', '0.3', '-o', at('ndvi.tif')]);
    expect(text).toMatch(/1 after against 1 before, by the differences of the scene .* 6\.25 % decreased and 0\.00 %/);
    const { inputs, method } = await readPassport(sidecarOf(at('ndvi.tif')));
    expect(method.formula?.id).toBe('NDVI');
    expect(inputs.map(({ role }) => role)).toEqual([
      'before, 2024-06-01: nir',
      'before, 2024-06-01: red',
      'after, 2024-07-01: nir',
      'after, 2024-07-01: red',
    ]);
  });

  test('is significance alone unless a threshold is given', async () => {
    const requestOf = async (...words: string[]) => {
      await typeCommand(change, [files.nir1, '--after', files.nir2, ...words, '-o', at('rule.tif')]);
      return (await readPassport(sidecarOf(at('rule.tif')))).process.request;
    };
    expect(await requestOf()).toMatchObject({ threshold: null, significance: 0.01, connectedness: 4, minArea: null });
    expect(await requestOf('--threshold', '5')).toMatchObject({ threshold: 5, significance: null });
    expect(await requestOf('--threshold', '5', '--significance', '0.1', '--mmu', '1.5km2')).toMatchObject({
      threshold: 5,
      significance: 0.1,
      minArea: 1_500_000,
    });
  });

  test.each([
    { words: ['--mmu', '3acre'], message: /--mmu is "3acre"; an area is accepted/ },
    { words: ['--connectedness', '6'], message: /--connectedness is "6"; 4 and 8/ },
    { words: ['--polygons', 'x.shp'], message: /must end in one of .csv, .geojson/ },
    { words: ['--band', 'red=x.tif'], message: /--band goes with --index/ },
    { words: ['--mask', 'cloud'], message: /name them with --scl/ },
  ])('refuses $words before anything is read', async ({ words, message }) => {
    await expect(typeCommand(change, ['a.tif', '--after', 'b.tif', ...words, '-o', at('no.tif')])).rejects.toThrow(
      message,
    );
  });

  test('refuses bands that are not given once per date', async () => {
    const words = ['--index', 'ndvi', '--band', 'red=a.tif', '--band', 'red=b.tif', '--band', 'nir=c.tif'];
    const after = ['--after-band', 'nir=d.tif'];
    await expect(typeCommand(change, [...words, ...after, '-o', at('no.tif')])).rejects.toThrow(/once per date/);
  });
});

test('polygonize prints how many polygons and how large', async () => {
  const { text } = await typeCommand(polygonize, [files.red2, '--min-area', '1000m2', '-o', at('none.csv')]);
  expect(text).toMatch(/none\.csv: 0 polygons, 0 m²/);
  const { text: all } = await typeCommand(polygonize, [files.red2, '--mean', '1', '-o', at('all.csv')]);
  expect(all).toMatch(/all\.csv: \d+ polygons, 4 ha/);
});

describe('mowing', () => {
  const values = [0.8, 0.82, 0.81, 0.4, 0.5, 0.7, 0.82];
  const days = ['0501', '0511', '0521', '0531', '0610', '0620', '0630'];
  let rasters: string[];
  beforeAll(async () => {
    rasters = [];
    for (const [k, day] of days.entries()) {
      const data = Int16Array.from({ length: SIDE * SIDE }, () => Math.round(values[k]! * 10_000));
      rasters.push(await putRaster(folder, `ndvi_2024${day}`, data, spec));
    }
  });

  test('of rasters over zones keeps the series beside the events', async () => {
    const ring = [
      [4.4683, 52.3409],
      [4.4703, 52.3409],
      [4.4703, 52.3396],
      [4.4683, 52.3396],
      [4.4683, 52.3409],
    ];
    const zone = {
      type: 'Feature',
      properties: { field: 'north' },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
    await writeFile(at('zones.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [zone] }));
    const words = ['--zones', at('zones.geojson'), '--id', 'field', '--scale', '10000', '-o', at('mown.csv')];
    const { text } = await typeCommand(mowing, [...rasters, ...words]);
    expect(text).toMatch(/mown\.csv: 1 mowings, 0 harvests, 0 of unknown kind, in 1 of 1 series/);
    expect(await readFile(at('mown.csv'), 'utf8')).toMatch(/\nnorth,2024-05-26,2024-05-21,2024-05-31,mowing,/);
    const { inputs } = await readPassport(sidecarOf(at('mown.csv')));
    expect(inputs[0]!.place).toContain('mown.series.parquet');
  });

  test('of rasters writes a raster where the output is one', async () => {
    const { value } = await typeCommand(mowing, [...rasters, '--scale', '10000', '-o', at('mown.tif')], true);
    expect(value).toMatchObject({
      dates: ['2024-05-01', expect.anything(), '2024-05-21'].concat(Array(4).fill(expect.anything())),
    });
    expect(new Set(await readValues(at('mown.tif'), 0))).toEqual(new Set([1]));
  });

  test.each([
    { words: ['a.csv', 'b.tif'], message: /name polygons with --zones/ },
    { words: ['a.csv', '--id', 'x'], message: /--id goes with --zones/ },
    { words: ['a.csv', '--season', '02-30/11-01'], message: /--season is "02-30\/11-01"/ },
    { words: ['a.csv', '--quick', '-1'], message: /--quick is -1; 0 or more/ },
  ])('refuses $words', async ({ words, message }) => {
    await expect(typeCommand(mowing, [...words, '-o', at('no.csv')])).rejects.toThrow(message);
  });
});
