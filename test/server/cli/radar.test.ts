import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command as accuracy } from '../../../server/cli/commands/accuracy.ts';
import { command as flood } from '../../../server/cli/commands/flood.ts';
import { command as radar } from '../../../server/cli/commands/radar.ts';
import { createSpeckle, simulate } from '../../core/radar/simulate.ts';
import { temporaryFolder } from '../../support/archive.ts';
import { putRaster, readValues } from '../../support/rasters.ts';
import { typeCommand as type } from '../../support/type-command.ts';

const folder = temporaryFolder('radar-cli');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

let [scene, before] = ['', ''];
beforeAll(async () => {
  const put = (name: string, power: (col: number) => number, seed: number) =>
    putRaster(folder, name, simulate(256, 256, power, createSpeckle(4.4, seed)), {
      width: 256,
      height: 256,
      dtype: 'float32',
      nodata: NaN,
    });
  scene = await put('scene', (col) => (col < 90 ? 0.008 : 0.1), 1);
  before = await put('before', (col) => (col < 30 ? 0.008 : 0.1), 2);
});

describe('landmeter radar', () => {
  it('carries out each operation', async () => {
    expect((await type(radar, ['db', scene, '-o', at('db.tif')])).text).toMatch(
      /db\.tif: backscatter, 256 × 256 pixels/,
    );
    const filtered = await type(radar, [
      'filter',
      scene,
      '--method',
      'lee',
      '--window',
      '5',
      '--looks',
      '4.4',
      '-o',
      at('f.tif'),
    ]);
    expect(filtered.text).toContain('f.tif: filtered');
    await type(radar, ['mean', scene, before, '--output-unit', 'db', '-o', at('m.tif')]);
    const { value } = await type(radar, ['change', '--before', before, '--after', scene, '-o', at('c.tif')], true);
    expect(value['bands']).toEqual(['change', 'p']);
    expect((await readValues(at('c.tif')))[60]).toBeLessThan(0);
    expect(existsSync(at('c.tif.passport.json'))).toBe(true);
  });

  it.each([
    [['nonsense', 'a.tif'], /The operation is "nonsense"; db, filter, mean, change/],
    [['db', 'a.tif', '--looks', '4'], /--looks goes with filter and change, not with db/],
    [['mean', 'a.tif', '--noise-floor', '-30'], /--noise-floor goes with db/],
    [['change', 'a.tif'], /a\.tif whether it is of --before or of --after/],
    [['change', '--before', 'a.tif'], /one of after with --after/],
    [['filter', 'a.tif', '--before', 'b.tif'], /--before and --after go with change/],
    [['filter', 'a.tif', '--window', 'wide'], /--window is "wide"; a number/],
    [['filter', 'a.tif', '--window', '8'], /refined Lee filter is defined for 7/],
    [['filter', 'a.tif', '--input', 'dB'], /--input is "dB"; power, amplitude, db/],
    [['filter', '--method', 'lee'], /Name the rasters/],
  ])('%o is refused', async (words, message) => {
    await expect(type(radar, [...words, '-o', at('x.tif')])).rejects.toThrow(message);
    expect(existsSync(at('x.tif'))).toBe(false);
  });
});

describe('landmeter flood', () => {
  it('prints threshold, method, separation and areas, and writes polygons', async () => {
    const words = [scene, '--before', before, '--tile', '128', '--mmu', '0.5ha', '--polygons', at('flood.geojson')];
    const { value } = await type(flood, [...words, '-o', at('flood.tif')], true);
    expect(value).toMatchObject({ method: 'kittler-illingworth', tiles: 4, bimodalTiles: 2, bimodalShare: 0.5 });
    expect(value['threshold']).toBeLessThan(-12);
    expect(value['separation']).toBeGreaterThan(2);
    const { flood: wet, permanent } = value['areasHa'] as Record<string, number>;
    expect(Math.abs(wet! / (60 * 256 * 0.01) - 1)).toBeLessThan(0.02);
    expect(Math.abs(permanent! / (30 * 256 * 0.01) - 1)).toBeLessThan(0.02);
    const { features } = JSON.parse(readFileSync(at('flood.geojson'), 'utf8')) as { features: unknown[] };
    expect(features).toHaveLength(2);
    const { text } = await type(flood, [scene, '--threshold', '-15', '-o', at('given.tif')]);
    expect(text).toMatch(/given\.tif: flood 2\d\d\.\d ha, permanent water 0\.0 ha, .*threshold -15\.00 dB \(given\)/);
  });

  it.each([
    [['--permanent-classes', '6'], /--permanent-classes goes with --permanent/],
    [['--permanent', 'a.tif', '--permanent-classes', 'water'], /--permanent-classes is "water"/],
    [['--mmu', 'small'], /--mmu is "small"; an area/],
    [['--filter', 'median'], /--filter is "median"; lee, refined-lee, none/],
  ])('%o is refused', async (words, message) => {
    await expect(type(flood, [scene, ...words, '-o', at('x.tif')])).rejects.toThrow(message);
  });
});

describe('landmeter accuracy', () => {
  it('samples and assesses', async () => {
    const classes = Uint8Array.from({ length: 100 * 100 }, (_, i) => (i % 100 < 30 ? 1 : 2));
    const map = await putRaster(folder, 'classes', classes, { width: 100, height: 100, dtype: 'uint8' });
    const sampled = await type(accuracy, ['sample', map, '--n', '120', '--expected', '1=0.9', '-o', at('points.csv')]);
    expect(sampled.text).toMatch(/points\.csv: 120 points \(1: 50, 2: 70\); expected standard error .* 0\.03/);
    const judged = readFileSync(at('points.csv'), 'utf8').replace(/,(\d),?$/gm, ',$1,$1');
    writeFileSync(at('judged.csv'), judged);
    const { text } = await type(accuracy, ['assess', at('judged.csv'), '--areas', map, '-o', at('report.json')]);
    expect(text).toContain('overall accuracy 100.0 (100.0 to 100.0) % from 120 points');
    expect(text).toContain(
      "class 1: user's 100.0 (100.0 to 100.0) %, producer's 100.0 (100.0 to 100.0) %, area 30 (30 to 30) ha",
    );
  });

  it.each([
    [['sample', 'a.tif', '--areas', 'b.tif'], /--areas goes with accuracy assess/],
    [['assess', 'a.csv', '--seed', '1'], /--seed goes with accuracy sample/],
    [['assess', 'a.csv'], /either --areas with the class map, or --weights/],
    [['sample', 'a.tif'], /either --n, the number of points, or --target-se/],
    [['sample', 'a.tif', '--n', '10', '--expected', '1:0.9'], /--expected has "1:0.9"; class=accuracy/],
    [['sample', 'a.tif', '--n', '10', '--allocation', 'fair'], /--allocation is "fair"; proportional, equal, optimal/],
    [['guess', 'a.tif'], /The step is "guess"; sample, assess/],
  ])('%o is refused', async (words, message) => {
    await expect(type(accuracy, [...words, '-o', at('x.json')])).rejects.toThrow(message);
  });
});
