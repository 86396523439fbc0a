import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { FloodRequest } from '../../pipelines/runs/flood.ts';
import { runFlood } from '../../pipelines/runs/flood.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { createSpeckle, simulate } from '../core/radar/simulate.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { putRaster, readValues } from '../support/rasters.ts';

const folder = temporaryFolder('flood');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [width, height] = [512, 512];
const LOOKS = 4.4;
/** A river that winds from top to bottom, a flood beside its middle, fields of many kinds. */
const middle = (row: number) => 250 + 40 * Math.sin(row / 60);
const isRiver = (col: number, row: number) => Math.abs(col - middle(row)) < 12;
const isFlood = (col: number, row: number) =>
  !isRiver(col, row) && ((col - 300) / 110) ** 2 + ((row - 260) / 140) ** 2 < 1;
const fieldRandom = createRandom(77);
const fields = Float32Array.from({ length: 32 * 32 }, () => 10 ** ((-11 + 4 * fieldRandom()) / 10));
const land = (col: number, row: number) => fields[(row >> 4) * 32 + (col >> 4)]!;
const wet = (col: number, row: number) => (isRiver(col, row) ? 0.008 : isFlood(col, row) ? 0.011 : land(col, row));
const normal = (col: number, row: number) => (isRiver(col, row) ? 0.008 : land(col, row));

let count = 0;
const put = (power: (col: number, row: number) => number, seed: number) =>
  putRaster(folder, `scene-${count++}`, simulate(width, height, power, createSpeckle(LOOKS, seed)), {
    width,
    height,
    dtype: 'float32',
    nodata: NaN,
    bandNames: ['vv'],
  });

let [scene, dryScene, river] = ['', '', ''];
beforeAll(async () => {
  scene = await put(wet, 1);
  dryScene = await put(normal, 2);
  const mask = Uint8Array.from({ length: width * height }, (_, i) =>
    isRiver(i % width, Math.floor(i / width)) ? 6 : 4,
  );
  river = await putRaster(folder, 'classes', mask, { width, height, dtype: 'uint8' });
});

const request = (part: Partial<FloodRequest>): FloodRequest => ({
  raster: scene,
  before: [],
  input: 'power',
  threshold: null,
  method: 'kittler-illingworth',
  tile: 128,
  filter: 'refined-lee',
  looks: LOOKS,
  grow: 0,
  minArea: null,
  permanent: null,
  output: join(folder, `out-${count++}.tif`),
  ...part,
});
const flood = (part: Partial<FloodRequest>) => runFlood(request(part), inlineRunner);

/** Intersection over union of a class and what it should be. */
function iou(values: readonly number[], code: number, truth: (col: number, row: number) => boolean): number {
  let [both, either] = [0, 0];
  for (const [i, v] of values.entries()) {
    const expected = truth(i % width, Math.floor(i / width));
    if (expected && v === code) both++;
    if (expected || v === code) either++;
  }
  return both / either;
}

const byClasses = () => ({ path: river, classes: [6], crs: null });

describe('a simulated flood', () => {
  it.each(['kittler-illingworth', 'otsu'] as const)('is found by %s, its permanent river removed', async (method) => {
    const report = await flood({ method, permanent: byClasses(), minArea: 2000 });
    const values = await readValues(report.output);
    expect(iou(values, 1, isFlood)).toBeGreaterThan(0.9);
    expect(iou(values, 2, isRiver)).toBe(1);
    expect(report).toMatchObject({ method, tiles: 16 });
    expect(report.threshold).toBeGreaterThan(-18);
    expect(report.threshold).toBeLessThan(-13);
    expect(report.bimodalTiles).toBeGreaterThan(2);
    expect(report.separation).toBeGreaterThan(2);
    const { dry, flood: wetHa, permanent, nodata } = report.areasHa;
    expect(wetHa).toBeCloseTo(values.filter((v) => v === 1).length / 100, 6);
    expect(dry + wetHa + permanent + nodata).toBeCloseTo((width * height) / 100, 6);
  });

  it('is told from water that was there before', async () => {
    const report = await flood({ before: [dryScene, await put(normal, 3)], minArea: 2000 });
    const values = await readValues(report.output);
    expect(iou(values, 1, isFlood)).toBeGreaterThan(0.9);
    expect(iou(values, 2, isRiver)).toBeGreaterThan(0.8);
  });

  it('without a word on permanent water is all water', async () => {
    const { output, areasHa } = await flood({ minArea: 2000 });
    const values = await readValues(output);
    expect(iou(values, 1, (col, row) => isFlood(col, row) || isRiver(col, row))).toBeGreaterThan(0.9);
    expect(areasHa.permanent).toBe(0);
  });

  it('takes polygons of permanent water, in another CRS', async () => {
    const corner = (col: number, row: number) =>
      createTransform(32631, 4326).point(600000 + 10 * col, 5800000 - 10 * row);
    const box = [corner(100, 100), corner(200, 100), corner(200, 200), corner(100, 200), corner(100, 100)];
    const path = join(folder, 'lake.geojson');
    writeFileSync(
      path,
      JSON.stringify({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [box] } }),
    );
    const { output, areasHa } = await flood({ permanent: { path, classes: null, crs: null } });
    const values = await readValues(output);
    expect(iou(values, 2, (col, row) => col >= 100 && col < 200 && row >= 100 && row < 200)).toBe(1);
    expect(areasHa.permanent).toBeCloseTo(100, 6);
    await expect(flood({ permanent: { path, classes: [6], crs: null } })).rejects.toThrow(
      '--permanent-classes goes with a raster',
    );
  });

  it('takes the threshold that is given', async () => {
    const { areasHa, ...report } = await flood({ threshold: -40 });
    expect(report).toMatchObject({ threshold: -40, method: 'given', tiles: 0 });
    expect(areasHa.flood).toBe(0);
  });

  it('has no flood smaller than the minimum mapping unit, and grows only from water', async () => {
    const plain = await readValues((await flood({ threshold: -17, filter: null })).output);
    const sieved = await readValues((await flood({ threshold: -17, filter: null, minArea: 5000 })).output);
    const grown = await readValues((await flood({ threshold: -17, filter: null, grow: 2, minArea: 5000 })).output);
    const looser = await readValues((await flood({ threshold: -15, filter: null })).output);
    const wetIn = (values: readonly number[]) => values.filter((v) => v === 1).length;
    expect(wetIn(sieved)).toBeLessThan(wetIn(plain));
    expect(wetIn(grown)).toBeGreaterThan(wetIn(sieved));
    for (const [i, v] of sieved.entries()) if (v === 1) expect(plain[i]).toBe(1);
    for (const [i, v] of grown.entries()) if (v === 1) expect(looser[i]).toBe(1);
    expect(wetIn(grown)).toBeLessThan(wetIn(looser)); // isolated pixels between -17 and -15 dB stay dry
  });
});

describe('a scene without water', () => {
  it.each([
    ['one level', () => 0.1],
    ['fields', land],
  ])('of %s is refused', async (_, power) => {
    const path = await put(power, 9);
    await expect(flood({ raster: path })).rejects.toThrow(/no bimodal tile: a threshold would be a guess.*--threshold/);
  });
});

describe('regions', () => {
  it('meet without a seam: floods across them count as one', async () => {
    // Beyond one region of 2048 pixels; a channel of 3 pixels runs across the border, specks lie on it
    const [w, h] = [2100, 40];
    const isWater = (col: number, row: number) =>
      (row >= 20 && row < 23 && col > 2000 && col < 2090) || (row === 5 && (col === 2047 || col === 2048));
    const power = Float32Array.from({ length: w * h }, (_, i) => (isWater(i % w, Math.floor(i / w)) ? 0.005 : 0.1));
    const path = await putRaster(folder, 'wide', power, { width: w, height: h, dtype: 'float32', nodata: NaN });
    const { output, minPixels, areasHa } = await flood({ raster: path, threshold: -15, filter: null, minArea: 20000 });
    expect(minPixels).toBe(200);
    const values = await readValues(output);
    for (const [i, v] of values.entries()) {
      const [col, row] = [i % w, Math.floor(i / w)];
      expect(v).toBe(row > 10 && isWater(col, row) ? 1 : 0);
    }
    expect(areasHa.flood).toBeCloseTo((89 * 3) / 100, 9);
  });
});

describe('what cannot be a flood map', () => {
  it('is refused with one sentence', async () => {
    const nowhere = await putRaster(folder, 'radar-geometry', new Float32Array(400).fill(0.1), {
      width: 20,
      height: 20,
      dtype: 'float32',
      transform: null,
      epsg: null,
    });
    await expect(flood({ raster: nowhere })).rejects.toThrow('terrain-correct it before');
    await expect(flood({ grow: -1 })).rejects.toThrow('--grow is -1 dB');
    await expect(flood({ tile: 10 })).rejects.toThrow('--tile is 10');
    await expect(flood({ threshold: 200 })).rejects.toThrow('--threshold is 200 dB');
    const far = await putRaster(folder, 'far', new Uint8Array(4), {
      width: 2,
      height: 2,
      dtype: 'uint8',
      transform: [10, 0, 100000, 0, -10, 100000],
    });
    await expect(flood({ permanent: { path: far, classes: null, crs: null } })).rejects.toThrow('no ground in common');
  });
});

describe('the passport of a flood map', () => {
  it('says the threshold, and lets the map be made again', async () => {
    const asked = request({ permanent: byClasses(), before: [dryScene], minArea: 2000 });
    const { threshold } = await produce('flood', asked, async () => inlineRunner);
    const passport = JSON.parse(readFileSync(`${asked.output}.passport.json`, 'utf8')) as {
      method: { summary: string };
      inputs: { role: string }[];
    };
    expect(passport.method.summary).toContain(`backscatter below ${threshold.toFixed(2)} dB`);
    expect(passport.inputs.map(({ role }) => role)).toEqual(['raster 1', 'raster 2', 'permanent']);
    expect(await replay(asked.output, async () => inlineRunner)).toMatchObject({ outcome: 'identical' });
  });
});
