/** Change between periods from files to files: raster, least area across regions, polygons, passports. */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import { CHANGE_BANDS } from '../../pipelines/core/raster/change.ts';
import { sieve } from '../../pipelines/core/raster/sieve.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { readPassport } from '../../pipelines/passport/read.ts';
import { sidecarOf } from '../../pipelines/passport/sidecar.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { ChangeRequest } from '../../pipelines/runs/change.ts';
import { planNoiseSample } from '../../pipelines/runs/change-sample.ts';
import { CHANGE_MEASURES } from '../../pipelines/runs/polygon-tables.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';

const folder = temporaryFolder('change');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inline = async () => inlineRunner;
/** Wider than a region of 1024 pixels, so that changes lie across its border. */
const [WIDTH, HEIGHT] = [1100, 120];

let count = 0;
const output = (ending = 'tif') => join(folder, `out-${count++}.${ending}`);

/** Noise with squares of other values; some of them reach over the borders of regions, some are a few pixels. */
function paint(seed: number, squares: readonly (readonly [col: number, row: number, side: number, add: number])[]) {
  const random = createRandom(seed);
  const data = new Float32Array(WIDTH * HEIGHT);
  for (let i = 0; i < data.length; i++) data[i] = 0.5 + 0.04 * (random() + random() + random() - 1.5);
  for (const [col, row, side, add] of squares)
    for (let y = row; y < row + side; y++) for (let x = col; x < col + side; x++) data[y * WIDTH + x]! += add;
  return data;
}

const SQUARES = [
  [1018, 20, 12, 0.3], // half of it in the left region
  [1020, 102, 8, -0.3], // the same
  [1022, 60, 3, 0.3], // small, in two regions
  [40, 40, 3, 0.3], // small, in one
  [600, 60, 30, -0.3],
] as const;

const grid = { width: WIDTH, height: HEIGHT, dtype: 'float32', nodata: NaN } as const;
const put = (name: string, data: Float32Array, spec = {}) => putRaster(folder, name, data, { ...grid, ...spec });

let before: string;
let after: string;
beforeAll(async () => {
  before = await put('ndvi_20240601', paint(1, []));
  after = await put('ndvi_20240611', paint(2, SQUARES));
});

function ask(beforePaths: readonly string[], afterPaths: readonly string[], options: Partial<ChangeRequest> = {}) {
  return produce(
    'change',
    {
      input: {
        rasters: [...beforePaths, ...afterPaths].map((path) => ({ path, classes: null })),
        nodata: null,
        calibration: {},
      },
      before: beforePaths.length,
      threshold: 0.15,
      significance: 0.01,
      minArea: null,
      connectedness: 4,
      output: output(),
      ...options,
    },
    inline,
  );
}

const bandOf = (path: string, name: (typeof CHANGE_BANDS)[number]) => readValues(path, CHANGE_BANDS.indexOf(name));

describe('two dates', () => {
  test('differ where they were painted', async () => {
    const report = await ask([before], [after]);
    expect(report.noise.kind).toBe('scene');
    expect(report.noise.sigma / (0.04 * Math.sqrt(3 / 12) * Math.SQRT2)).toBeCloseTo(1, 1);
    const [difference, z, classes] = [
      await bandOf(report.output, 'difference'),
      await bandOf(report.output, 'z'),
      await bandOf(report.output, 'class'),
    ];
    const at = (col: number, row: number) => row * WIDTH + col;
    expect(difference[at(610, 70)]).toBeCloseTo(-0.3, 0);
    expect(z[at(610, 70)]).toBeLessThan(-5);
    expect(classes[at(610, 70)]).toBe(-1);
    expect(classes[at(1023, 25)]).toBe(1);
    const changed = SQUARES.reduce((sum, [, , side]) => sum + side * side, 0);
    expect(report.decreased + report.increased).toBeGreaterThan(0.97 * changed);
    expect(report.decreased + report.increased).toBeLessThan(1.03 * changed);
    const source = await openRaster(report.output);
    expect(source.info.bands.map(({ name }) => name)).toEqual([...CHANGE_BANDS]);
    await source.close();
  });

  test('have no change below the least area, in whatever regions it lies', async () => {
    const all = await ask([before], [after], { threshold: null, significance: 0.2 });
    const classes = Int8Array.from(await bandOf(all.output, 'class'));
    sieve(classes, WIDTH, HEIGHT, 7, 8);
    const report = await ask([before], [after], {
      threshold: null,
      significance: 0.2,
      minArea: 650, // seven pixels of 100 m²
      connectedness: 8,
    });
    expect(report.minPixels).toBe(7);
    expect(await bandOf(report.output, 'class')).toEqual([...classes]);
    expect(classes.some((value) => value !== 0)).toBe(true);
    expect(report.increased).toBe(classes.filter((value) => value > 0).length);
    expect(report.increased).toBeLessThan(all.increased);
  });

  test('become polygons that say how much changed, and where', async () => {
    const { output: raster } = await ask([before], [after], { minArea: 2000 });
    const file = output('geojson');
    const report = await produce(
      'polygonize',
      {
        raster: `${raster}#class`,
        measures: CHANGE_MEASURES,
        table: 'change',
        minArea: null,
        connectedness: 4,
        output: file,
      },
      inline,
    );
    interface Collection {
      readonly features: readonly {
        readonly geometry: { readonly type: string; readonly coordinates: number[][][] };
        readonly properties: Readonly<Record<string, number | string>>;
      }[];
    }
    const { features } = JSON.parse(await readFile(file, 'utf8')) as Collection;
    expect(features).toHaveLength(3);
    expect(report.polygons).toBe(3);
    const [first, second, third] = features.map(({ properties }) => properties);
    expect(first).toMatchObject({ id: 1, direction: 'increase', pixels: 144, area_m2: 14_400, valid_share: 1 });
    expect(second).toMatchObject({ direction: 'decrease', pixels: 900 });
    expect(third).toMatchObject({ direction: 'decrease', pixels: 64 });
    expect(first!['difference']).toBeCloseTo(0.3, 1);
    expect(first!['z']).toBeGreaterThan(5);
    expect(first!['confidence']).toBeGreaterThan(0.999);
    expect(report.areas).toEqual({ '-1': 96_400, '1': 14_400 });
    expect(report.area.scale).toBeCloseTo(0.9995, 3);
    const ring = features[2]!.geometry.coordinates[0]!;
    expect(ring).toHaveLength(4 + 2 + 1); // a square that two of its neighbours would share corners with, at column 1024
    expect(ring[0]).toEqual(ring.at(-1));
  });

  test('that are the same differ nowhere', async () => {
    const report = await ask([before], [before], { threshold: null, significance: 1 });
    expect(report).toMatchObject({ decreased: 0, increased: 0, validShare: 1 });
    expect(new Set(await bandOf(report.output, 'z'))).toEqual(new Set([0]));
    expect(new Set(await bandOf(report.output, 'p'))).toEqual(new Set([expect.closeTo(1, 6)]));
  });
});

describe('two periods', () => {
  test('are taken in the order of time, and a pixel is held against its own noise', async () => {
    const paths: string[] = [];
    for (const [k, day] of ['0601', '0606', '0611', '0616', '0621'].entries())
      paths.push(await put(`series_2023${day}`, paint(10 + k, [])));
    const shuffled = [2, 0, 4, 1, 3].map((k) => paths[k]!);
    const [inOrder, outOfOrder] = [await ask(paths, [after]), await ask(shuffled, [after])];
    expect(inOrder.noise.kind).toBe('series');
    expect(inOrder.noise.sigma / 0.02).toBeCloseTo(1, 0.6);
    expect(outOfOrder.noise).toEqual(inOrder.noise);
    expect(await readFile(outOfOrder.output)).toEqual(await readFile(inOrder.output));
    expect(inOrder.notes).toEqual([]);
    const { inputs } = await readPassport(sidecarOf(inOrder.output));
    expect(inputs.map(({ role }) => role).at(-1)).toBe('after, 2024-06-11: value');
  });

  test('that are swapped, or overlap, are told', async () => {
    expect((await ask([after], [before])).notes.join()).toMatch(/is later than the one after .*swap them/);
    expect((await ask([before, after], [before])).notes.join()).toMatch(/periods overlap/);
  });
});

describe('what cannot be compared is refused', () => {
  test('with one sentence', async () => {
    const small = { width: 40, height: 40 };
    const piece = (add: number) => new Float32Array(1600).fill(add);
    const one = await put('small-a', piece(1), small);
    const elsewhere = await put('elsewhere', piece(1), { ...small, transform: northUp(10, 90_000) });
    const empty = await put('empty', piece(NaN), small);
    const noCrs = await put('no-crs', piece(1), { ...small, epsg: null, transform: null });
    await expect(ask([one], [elsewhere])).rejects.toThrow(/have no ground in common/);
    await expect(ask([one], [empty])).rejects.toThrow(/No pixel has a value both before and after/);
    await expect(ask([one], [])).rejects.toThrow(/after the change with --after/);
    await expect(ask([], [one])).rejects.toThrow(/before the change/);
    await expect(ask([one], [one], { significance: 2 })).rejects.toThrow(/--significance is 2/);
    await expect(ask([noCrs], [noCrs], { minArea: 500 })).rejects.toThrow(/no CRS to count square metres in/);
    const small100 = await ask([one], [one], { minArea: 60 });
    expect(small100.notes.join()).toMatch(/60 m² is no larger than a pixel \(100 m²\): all stay/);
  });

  test('and so are polygons of values that are no classes', async () => {
    const request = { measures: [], table: 'classes', minArea: null, connectedness: 4 } as const;
    await expect(
      produce('polygonize', { ...request, raster: before, output: output('geojson') }, inline),
    ).rejects.toThrow(/classes, which are whole numbers/);
  });
});

test('polygons of classes have means of other bands, and places in tables without outlines', async () => {
  const transform: Affine = [10, 0, 120_000, 0, -10, 480_000];
  const data = Int16Array.from([1, 1, 0, 2, -9, 2, 10, 20, 30, 40, 50, -9]);
  const raster = await putRaster(folder, 'classes', data, {
    width: 3,
    height: 2,
    dtype: 'int16',
    bands: 2,
    nodata: -9,
    transform,
    epsg: 28992,
    bandNames: ['class', 'height'],
  });
  const file = output('csv');
  await produce(
    'polygonize',
    {
      raster: `${raster}#class`,
      measures: ['height'],
      table: 'classes',
      minArea: null,
      connectedness: 4,
      output: file,
    },
    inline,
  );
  expect((await readFile(file, 'utf8')).split('\n')).toEqual([
    'id,value,pixels,area_m2,height,lon,lat',
    expect.stringMatching(/^1,1,2,200,15,4\.8740\d+,52\.306\d+$/),
    expect.stringMatching(/^2,2,1,100,40,/),
    expect.stringMatching(/^3,2,1,100,,/),
    '',
  ]);
});

test('products are made again from their passports, byte by byte', async () => {
  const at = (name: string) => join(folder, name);
  const rasters = [before, after].map((path) => ({ path, classes: null }));
  await produce(
    'change',
    {
      input: { rasters, nodata: null, calibration: {} },
      before: 1,
      threshold: 0.2,
      significance: null,
      minArea: 500,
      connectedness: 8,
      output: at('replayed.tif'),
    },
    inline,
  );
  await produce(
    'polygonize',
    {
      raster: `${at('replayed.tif')}#class`,
      measures: CHANGE_MEASURES,
      table: 'change',
      minArea: null,
      connectedness: 8,
      output: at('replayed.geojson'),
    },
    inline,
  );
  for (const name of ['replayed.tif', 'replayed.geojson'])
    expect(await replay(at(name), inline)).toMatchObject({ outcome: 'identical', reasons: [] });
});

test('the sample of the noise is spread over the raster, and reads all of a small one', () => {
  const small = planNoiseSample({ width: 700, height: 300 });
  expect(small).toMatchObject({ step: 1 });
  expect(small.windows.reduce((sum, w) => sum + w.width * w.height, 0)).toBe(210_000);
  const large = planNoiseSample({ width: 10_980, height: 10_980 });
  expect(large.windows.length).toBeGreaterThan(45);
  expect(large.windows.length).toBeLessThanOrEqual(64);
  expect(new Set(large.windows.map(({ col }) => col)).size).toBeGreaterThan(10);
  expect(new Set(large.windows.map(({ row }) => row)).size).toBeGreaterThan(10);
});
