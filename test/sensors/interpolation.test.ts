import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { interpolateGrid } from '../../pipelines/core/interpolation/interpolate-grid.ts';
import { createKriging } from '../../pipelines/core/interpolation/kriging.ts';
import { mergeStations, samePlaceDistance } from '../../pipelines/core/interpolation/stations.ts';
import type { Stations } from '../../pipelines/core/interpolation/stations.ts';
import type { Variogram } from '../../pipelines/core/interpolation/variogram-model.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { InterpolateRequest } from '../../pipelines/runs/interpolate.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { createRandom } from '../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'landmeter-interpolation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VARIOGRAM: Variogram = { model: 'spherical', nugget: 0.4, partialSill: 5, range: 6000 };

function randomStations(n: number, seed = 3): Stations {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: n }, () => 130_000 + 10_000 * random());
  const y = Float64Array.from({ length: n }, () => 462_000 + 8000 * random());
  const values = x.map((v, i) => 20 + 3 * Math.sin(v / 2500) + 2 * Math.cos(y[i]! / 1800) + random());
  return { x, y, values, drift: null };
}

const GRID = { transform: [100, 0, 130_000, 0, -100, 470_000] as const };

function kriged(stations: Stations, window: { col: number; row: number; width: number; height: number }, k = 16) {
  const out = {
    estimate: new Float32Array(window.width * window.height),
    error: new Float32Array(window.width * window.height),
  };
  const kriging = createKriging(stations, VARIOGRAM, samePlaceDistance(stations));
  for (const _ of interpolateGrid(kriging, stations, k, { grid: GRID, window, drift: null }, out));
  return out;
}

async function read(path: string) {
  const raster = await openRaster(path);
  const { width, height } = raster.info;
  const bands = await raster.read({ col: 0, row: 0, width, height });
  await raster.close();
  return { info: raster.info, bands };
}

function request(rows: string, words: Partial<InterpolateRequest> = {}): InterpolateRequest {
  const table = join(folder, `stations-${Math.abs(rows.length)}.csv`);
  writeFileSync(table, `id,x,y,value\n${rows}`);
  return {
    table,
    columns: { x: 'x', y: 'y', value: 'value' },
    epsg: 28992,
    method: 'kriging',
    grid: { bounds: { minX: 130_000, minY: 462_000, maxX: 140_000, maxY: 470_000, epsg: 28992 }, resolution: 100 },
    drift: null,
    neighbours: 16,
    variogram: 'spherical,0.4,5,6000',
    output: join(folder, 'out.tif'),
    ...words,
  };
}

const start = async () => inlineRunner;
const rowsOf = ({ x, y, values }: Stations) => Array.from(x, (v, i) => `s${i},${v},${y[i]},${values[i]}\n`).join('');

describe('interpolation onto a grid', () => {
  it('gives a cell the same value whatever window it is computed in', () => {
    const stations = randomStations(150);
    const whole = kriged(stations, { col: 0, row: 0, width: 100, height: 80 });
    const part = kriged(stations, { col: 37, row: 21, width: 41, height: 13 });
    for (let r = 0; r < 13; r++)
      for (let c = 0; c < 41; c++) {
        expect(part.estimate[r * 41 + c]).toBe(whole.estimate[(r + 21) * 100 + c + 37]);
        expect(part.error[r * 41 + c]).toBe(whole.error[(r + 21) * 100 + c + 37]);
      }
  });

  it('takes the nearest stations: equal to a system of its own for each cell', () => {
    const stations = randomStations(150);
    const whole = kriged(stations, { col: 0, row: 0, width: 100, height: 80 });
    let worst = 0;
    for (let row = 3; row < 80; row += 11)
      for (let col = 2; col < 100; col += 13) {
        const [x, y] = [130_050 + 100 * col, 469_950 - 100 * row];
        const order = Array.from(stations.x.keys()).sort(
          (a, b) =>
            Math.hypot(stations.x[a]! - x, stations.y[a]! - y) - Math.hypot(stations.x[b]! - x, stations.y[b]! - y),
        );
        const near = order.slice(0, 16);
        const own: Stations = {
          x: Float64Array.from(near, (i) => stations.x[i]!),
          y: Float64Array.from(near, (i) => stations.y[i]!),
          values: Float64Array.from(near, (i) => stations.values[i]!),
          drift: null,
        };
        const one = kriged(own, { col, row, width: 1, height: 1 });
        worst = Math.max(worst, Math.abs(one.estimate[0]! / whole.estimate[row * 100 + col]! - 1));
        worst = Math.max(worst, Math.abs(one.error[0]! / whole.error[row * 100 + col]! - 1));
      }
    expect(worst).toBeLessThan(1e-6);
  });

  it('is exact at a station, with no error', () => {
    const stations = randomStations(40);
    stations.x[7] = 134_050;
    stations.y[7] = 466_950;
    const { estimate, error } = kriged(stations, { col: 40, row: 30, width: 1, height: 1 });
    expect(estimate[0]).toBeCloseTo(stations.values[7]!, 5);
    expect(error[0]).toBe(0);
  });

  it('makes one station of those at one place, with their mean', () => {
    const { x, y, values } = mergeStations({
      x: Float64Array.of(1, 5, 1, 1),
      y: Float64Array.of(2, 9, 2, 3),
      values: Float64Array.of(10, 7, 20, 1),
      drift: null,
    });
    expect([...x]).toEqual([1, 5, 1]);
    expect([...y]).toEqual([2, 9, 3]);
    expect([...values]).toEqual([15, 7, 1]);
  });
});

describe('a run of interpolation', () => {
  it('writes estimate and standard error with a passport that replays', async () => {
    const report = await produce('interpolate', request(rowsOf(randomStations(60)), { variogram: 'auto' }), start);
    expect(report.variogram).toMatchObject({ fitted: true });
    expect(report.leaveOneOut.n).toBe(60);
    const { info, bands } = await read(report.output);
    expect(info).toMatchObject({ width: 100, height: 80, epsg: 28992, cog: true });
    expect(info.bands.map(({ name }) => name)).toEqual(['estimate', 'standard_error']);
    expect(bands[0]!.data.every((value) => value > 10 && value < 30)).toBe(true);
    const passport = JSON.parse(readFileSync(`${report.output}.passport.json`, 'utf8')) as { notes: string[] };
    expect(passport.notes.join('\n')).toMatch(/Variogram: .*range/);
    expect(await replay(report.output, start)).toMatchObject({ outcome: 'identical' });
  });

  it('interpolates values that are all equal', async () => {
    const equal = { ...randomStations(30), values: new Float64Array(30).fill(4) };
    const report = await produce('interpolate', request(rowsOf(equal), { variogram: 'auto' }), start);
    const { bands } = await read(report.output);
    expect(bands[0]!.data.every((value) => value === 4)).toBe(true);
    expect(bands[1]!.data.every((value) => value === 0)).toBe(true);
  });

  it('leaves out stations without a value, and says so', async () => {
    const report = await produce('interpolate', request(`${rowsOf(randomStations(30))}e,131000,463000,\n`), start);
    expect(report.stations).toBe(30);
    expect(report.notes).toEqual(['1 stations have no value and are left out']);
  });

  it.each([
    ['one place', 'a,131000,463000,1\nb,131000,463000,2\n', {}, /Values at 1 place/],
    ['a word for a value', 'a,131000,463000,1\nb,132000,463000,much\n', {}, /row 2: value is "much"/],
    ['metres for degrees', 'a,131000,463000,1\n', { epsg: 4326 }, /row 1: .*--crs/],
    ['no drift', 'a,131000,463000,1\n', { method: 'ked' as const }, /--drift/],
    [
      'too few for a variogram',
      'a,131000,463000,1\nb,132000,463000,3\n',
      { variogram: 'auto' },
      /too few for a variogram/,
    ],
  ])('refuses %s', async (_, rows, words, message) => {
    await expect(produce('interpolate', request(rows, words), start)).rejects.toThrow(message);
  });
});
