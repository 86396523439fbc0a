import { readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parseClassRule } from '../../pipelines/core/raster/mask-category.ts';
import { findMaskPreset } from '../../pipelines/core/raster/mask-preset.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planIndex, runIndex } from '../../pipelines/runs/index.ts';
import { planMask, runMask } from '../../pipelines/runs/mask.ts';
import type { MaskRequest } from '../../pipelines/runs/mask.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';
import { join } from 'node:path';

const folder = temporaryFolder('mask');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { rules } = findMaskPreset('scl');
let count = 0;

async function make(request: Partial<MaskRequest> & Pick<MaskRequest, 'input'>) {
  const output = join(folder, `mask-${count++}.tif`);
  const plan = await planMask({ rules, guards: [], shadows: null, ...request, output });
  return { ...(await runMask(plan, inlineRunner)), values: await readValues(output) };
}

describe('a mask', () => {
  it('names the classes of a raster, and says how much there is of each', async () => {
    const scl = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    const path = await putRaster(folder, 'scl', scl, { width: 12, height: 1, dtype: 'uint8', nodata: 0 });
    const { values, shares } = await make({ input: { raster: path } });
    expect(values).toEqual([NaN, NaN, 6, 2, 0, 0, 5, 7, 1, 1, 3, 4]);
    expect(shares).toMatchObject({ nodata: 2 / 12, clear: 2 / 12, cloud: 2 / 12, snow: 1 / 12 });
  });

  it('reads flags of bits, of 16 and of 32', async () => {
    const flags = [parseClassRule('bits', 'cloud:10=1'), parseClassRule('bits', 'shadow:20=1')];
    for (const dtype of ['uint16', 'uint32'] as const) {
      const data = dtype === 'uint16' ? Uint16Array.of(0, 1024, 1, 1025) : Uint32Array.of(0, 1024, 1 << 20, 3 << 20);
      const path = await putRaster(folder, dtype, data, { width: 4, height: 1, dtype });
      const { values } = await make({ input: { raster: path }, rules: flags });
      expect(values).toEqual(dtype === 'uint16' ? [0, 1, 0, 1] : [0, 1, 2, 2]);
    }
  });

  it('has no seams where regions meet', async () => {
    const [width, height] = [2100, 90]; // a region is 2048 pixels wide
    const random = createRandom(4);
    const scl = Uint8Array.from({ length: width * height }, () => (random() < 0.002 ? 9 : random() < 0.3 ? 2 : 4));
    const path = await putRaster(folder, 'wide', scl, { width, height, dtype: 'uint8', transform: northUp(20) });
    const guards = [
      { category: 'cloud', metres: 100 },
      { category: 'shadow', metres: 40 },
    ] as const;
    const shadows = { heights: { low: 100, high: 900 }, sun: { azimuth: 250, elevation: 35 }, darkBelow: 0.15 };
    const { values, notes } = await make({ input: { raster: path }, guards, shadows });
    expect(notes).toHaveLength(1); // there is no near infrared
    const left = 2000;
    const narrow = Uint8Array.from(
      { length: 100 * height },
      (_, i) => scl[Math.floor(i / 100) * width + left + (i % 100)]!,
    );
    const part = await putRaster(folder, 'narrow', narrow, {
      width: 100,
      height,
      dtype: 'uint8',
      transform: northUp(20, 20 * left),
    });
    // the same pixels as a raster of their own: equal where the halo lies within
    const { values: alone } = await make({ input: { raster: part }, guards });
    const { values: whole } = await make({ input: { raster: path }, guards });
    for (let row = 0; row < height; row++)
      for (let col = 10; col < 90; col++) expect(alone[row * 100 + col]).toBe(whole[row * width + left + col]);
    expect(values.filter((v) => v === 2).length).toBeGreaterThan(whole.filter((v) => v === 2).length);
  });

  it('asks where the sun stood where nobody says', async () => {
    const path = await putRaster(folder, 'dark', Uint8Array.of(4), { width: 1, height: 1, dtype: 'uint8' });
    const shadows = { heights: { low: 0, high: 100 }, sun: null, darkBelow: 0.15 };
    await expect(make({ input: { raster: path }, shadows })).rejects.toThrow(/where the sun stood.*--sun/);
  });

  it('has colours, is of classes in its overviews, and can be made again from its passport', async () => {
    const scl = Uint8Array.from({ length: 700 * 600 }, (_, i) => (i % 3 === 0 ? 9 : 4));
    const path = await putRaster(folder, 'replayed', scl, { width: 700, height: 600, dtype: 'uint8' });
    const output = join(folder, 'replayed-mask.tif');
    const request: MaskRequest = { input: { raster: path }, rules, guards: [], shadows: null, output };
    await produce('mask', request, async () => inlineRunner);
    const source = await openRaster(output);
    const [block] = await source.read({ col: 0, row: 0, width: 300, height: 250 }, { level: 1 });
    await source.close();
    expect(new Set(block!.data)).toEqual(new Set([0]));
    const { outcome } = await replay(output, async () => inlineRunner);
    expect(outcome).toBe('identical');
    expect(readFileSync(`${output}.passport.json`, 'utf8')).toContain('"mask of classes"');
  });
});

describe('an index with a margin around clouds', () => {
  it('loses what scipy finds within the distance, on a finer grid and across regions', async () => {
    const [width, height] = [1100, 40];
    const random = createRandom(11);
    const scl = Uint8Array.from({ length: width * height }, () => {
      const r = random();
      return r < 0.001 ? 9 : r < 0.002 ? 3 : r < 0.003 ? 10 : 4;
    });
    const classes = await putRaster(folder, 'fine-scl', scl, { width, height, dtype: 'uint8', transform: northUp(20) });
    const fine = { width: 2 * width, height: 2 * height, dtype: 'uint16' } as const;
    const one = await putRaster(folder, 'fine', new Uint16Array(4 * width * height).fill(5), fine);
    const output = join(folder, 'margin.tif');
    const guards = [
      { codes: [9, 10], metres: 65 },
      { codes: [3], metres: 110 },
    ];
    const date = {
      bands: [{ name: 'red', path: one }],
      classes: { path: classes, excluded: [9, 10, 3], guards },
      notes: [],
    };
    const request = { formula: 'red', date, calibration: {}, dtype: 'float32', output } as const;
    const { validShare } = await runIndex(await planIndex(request), inlineRunner);
    const values = await readValues(output);
    const members = [...scl.keys()].filter((i) => scl[i] !== 4);
    const isMasked = new Uint8Array(width * height);
    for (const i of members) {
      const metres = scl[i] === 3 ? 110 : 65;
      const [col, row] = [i % width, Math.floor(i / width)];
      for (let y = Math.max(0, row - 5); y <= Math.min(height - 1, row + 5); y++)
        for (let x = Math.max(0, col - 5); x <= Math.min(width - 1, col + 5); x++)
          if (20 * Math.hypot(x - col, y - row) <= metres) isMasked[y * width + x] = 1;
    }
    let wrong = 0;
    for (let row = 0; row < 2 * height; row++)
      for (let col = 0; col < 2 * width; col++) {
        const masked = isMasked[(row >> 1) * width + (col >> 1)] === 1;
        if (Number.isNaN(values[row * 2 * width + col]!) !== masked) wrong++;
      }
    expect(wrong).toBe(0);
    expect(validShare).toBeCloseTo(1 - isMasked.reduce((a, b) => a + b, 0) / isMasked.length, 12);
  });
});
