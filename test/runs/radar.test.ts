import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { runRadar } from '../../pipelines/runs/radar.ts';
import type { RadarOperation, RadarRequest } from '../../pipelines/runs/radar.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { createSpeckle, looksOf, meanOf, simulate } from '../core/radar/simulate.ts';
import { temporaryFolder } from '../support/archive.ts';
import { putRaster, readValues } from '../support/rasters.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = temporaryFolder('radar');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [width, height] = [150, 120];
let count = 0;

async function putScene(seed: number, power = 0.05, spec: { unit?: string } = {}): Promise<string> {
  const data = simulate(width, height, () => power, createSpeckle(4.4, seed));
  data.fill(NaN, 0, 20);
  return putRaster(folder, `scene-${count++}`, data, { width, height, dtype: 'float32', nodata: NaN, ...spec });
}

const carryOut = (rasters: readonly string[], operation: RadarOperation, input: RadarRequest['input'] = null) =>
  runRadar({ rasters, input, operation, output: join(folder, `out-${count++}.tif`) }, inlineRunner);

const filter = (part: Partial<Extract<RadarOperation, { kind: 'filter' }>>): RadarOperation => ({
  kind: 'filter',
  method: 'lee',
  window: 7,
  looks: null,
  unit: null,
  ...part,
});

describe('radar db', () => {
  it('is ten times the logarithm of power, and says what it took the numbers for', async () => {
    const path = await putScene(1);
    const { output, notes, inputs } = await carryOut([path], { kind: 'db', noiseFloor: -20 });
    const [power, db] = [await readValues(path), await readValues(output)];
    for (const [i, v] of db.entries()) {
      if (Number.isNaN(power[i])) expect(v).toBeNaN();
      else expect(v).toBeCloseTo(Math.max(-20, 10 * Math.log10(power[i]!)), 4);
    }
    expect(inputs).toEqual([{ path, unit: 'power', guessed: true }]);
    expect(notes.join()).toContain('taken for linear power (--input says otherwise)');
    const source = await openRaster(output);
    expect(source.info.bands[0]).toMatchObject({ unit: 'dB', name: 'backscatter' });
    await source.close();
  });

  it('refuses a unit that the numbers or the file contradict', async () => {
    const path = await putScene(2);
    const { output } = await carryOut([path], { kind: 'db', noiseFloor: null });
    await expect(carryOut([path], { kind: 'db', noiseFloor: null }, 'db')).rejects.toThrow(
      'none of its values is negative',
    );
    await expect(carryOut([output], filter({}), 'power')).rejects.toThrow('declares its unit as dB');
    const { inputs } = await carryOut([output], filter({ looks: 4.4 }));
    expect(inputs[0]).toMatchObject({ unit: 'db', guessed: false });
  });

  it('reads scale and offset, and amplitude as such', async () => {
    const power = simulate(width, height, () => 0.05, createSpeckle(4.4, 3));
    const dn = Uint16Array.from(power, (v) => Math.sqrt(v) * 10000);
    const path = await putRaster(folder, 'amplitude', dn, { width, height, dtype: 'uint16', nodata: 0, scale: 1e-4 });
    const { output } = await carryOut([path], { kind: 'db', noiseFloor: null }, 'amplitude');
    const db = await readValues(output);
    for (let i = 0; i < db.length; i += 97) expect(Math.abs(db[i]! - 10 * Math.log10(power[i]!))).toBeLessThan(0.1);
  });
});

describe('radar filter', () => {
  it('estimates the looks, keeps the unit and the mean', async () => {
    const path = await putScene(4);
    const { output, looks, notes } = await carryOut([path], filter({}));
    expect(looks!.estimated).toBe(true);
    expect(Math.abs(looks!.value / 4.4 - 1)).toBeLessThan(0.15);
    expect(notes.join()).toContain('number of looks is estimated at');
    const values = await readValues(output);
    expect(meanOf(values)).toBeCloseTo(0.05, 3);
    expect(looksOf(values)).toBeGreaterThan(25);
    expect(values.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => NaN));
  });

  it('joins its regions without a seam', async () => {
    // beyond one region of 2048 pixels; a filter that began anew there would differ
    const wide = simulate(2100, 30, (col) => (col < 2050 ? 0.01 : 0.1), createSpeckle(4.4, 5));
    const spec = { width: 2100, height: 30, dtype: 'float32', nodata: NaN } as const;
    const whole = await putRaster(folder, 'wide', wide, spec);
    const part = (start: number, end: number) => wide.filter((_, i) => i % 2100 >= start && i % 2100 < end);
    const middle = await putRaster(folder, 'middle', part(1995, 2100), { ...spec, width: 105 });
    for (const method of ['lee', 'refined-lee'] as const) {
      const { output: a } = await carryOut([whole], filter({ method, looks: 4.4 }));
      const { output: b } = await carryOut([middle], filter({ method, looks: 4.4 }));
      const [all, some] = [await readValues(a), await readValues(b)];
      // 1995 = 7 · 285: sums of windows are grouped alike
      for (let row = 0; row < 30; row++)
        expect(some.slice(row * 105 + 3, (row + 1) * 105)).toEqual(all.slice(row * 2100 + 1998, (row + 1) * 2100));
    }
  });

  it('of several dates has a band for each, in the unit asked for', async () => {
    const paths = [await putScene(6, 0.02), await putScene(7, 0.05), await putScene(8, 0.1)];
    const { output, bands, looks } = await carryOut(paths, filter({ method: 'multitemporal', unit: 'db' }));
    expect(bands).toEqual(paths.map((path) => /scene-\d+/.exec(path)![0]));
    expect(looks).toBeNull();
    for (const [k, power] of [0.02, 0.05, 0.1].entries()) {
      const values = (await readValues(output, k)).map((v) => 10 ** (v / 10));
      expect(Math.abs(10 * Math.log10(meanOf(values) / power))).toBeLessThan(0.1);
      expect(looksOf(values)).toBeGreaterThan(2.5 * 4.4);
    }
  });

  it('needs dates and windows that fit', async () => {
    const path = await putScene(9);
    await expect(carryOut([path], filter({ method: 'multitemporal' }))).rejects.toThrow('two dates or more');
    await expect(carryOut([path], filter({ method: 'refined-lee', window: 5 }))).rejects.toThrow('defined for 7');
    await expect(carryOut([], filter({}))).rejects.toThrow('Name the rasters');
  });
});

describe('rasters of two polarisations', () => {
  it('are worked on band by band, results first, then polarisations', async () => {
    const put = async (name: string, vv: number, vh: number) => {
      const data = new Float32Array(2 * width * height).fill(vv, 0, width * height).fill(vh, width * height);
      const bandNames = ['vv', 'vh'];
      return putRaster(folder, name, data, { width, height, dtype: 'float32', bands: 2, nodata: NaN, bandNames });
    };
    const rasters = [await put('first', 0.1, 0.01), await put('second', 0.3, 0.03)];
    const mean = await carryOut(rasters, { kind: 'mean', unit: null });
    expect(mean.bands).toEqual(['vv mean', 'vh mean', 'vv count', 'vh count']);
    const middle = async (path: string, band: number) => (await readValues(path, band))[width * 50 + 50];
    const means = [];
    for (const band of [0, 1, 2, 3]) means.push(await middle(mean.output, band));
    expect(means.map((v) => Math.round(v! * 1e6) / 1e6)).toEqual([0.2, 0.02, 2, 2]);
    const stack = await carryOut(rasters, filter({ method: 'multitemporal' }));
    expect(stack.bands).toEqual(['vv first', 'vh first', 'vv second', 'vh second']);
    expect(await middle(stack.output, 2)).toBeCloseTo(0.3, 6);
    expect(await middle(stack.output, 1)).toBeCloseTo(0.01, 6);
    const one = await carryOut([`${rasters[1]!}#vh`], filter({ looks: 4 }));
    expect([one.bands, await middle(one.output, 0)]).toEqual([['vh'], Math.fround(0.03)]);
    const vvOnly = await putScene(30);
    await expect(carryOut([rasters[0]!, vvOnly], { kind: 'mean', unit: null })).rejects.toThrow('pick one of each');
  });
});

describe('radar mean and change', () => {
  it('means are of power, whatever the unit', async () => {
    const paths = [await putScene(10, 0.01), await putScene(11, 0.1)];
    const { output, bands } = await carryOut(paths, { kind: 'mean', unit: 'db' });
    expect(bands).toEqual(['mean', 'count']);
    const [a, b] = [await readValues(paths[0]!), await readValues(paths[1]!)];
    const [mean, dates] = [await readValues(output, 0), await readValues(output, 1)];
    expect(mean[500]).toBeCloseTo(10 * Math.log10((a[500]! + b[500]!) / 2), 4);
    expect([mean[0], dates[0], dates[500]]).toEqual([NaN, 0, 2]);
  });

  it('a change is one where speckle does not explain it', async () => {
    const before = [await putScene(12), await putScene(13)];
    const changed = simulate(width, height, (col) => (col < 75 ? 0.05 : 0.005), createSpeckle(4.4, 14));
    const after = await putRaster(folder, 'after', changed, { width, height, dtype: 'float32', nodata: NaN });
    const { output, bands } = await carryOut([...before, after], { kind: 'change', before: 2, looks: 4.4 });
    expect(bands).toEqual(['change', 'p']);
    const [db, p] = [await readValues(output, 0), await readValues(output, 1)];
    const share = (isIn: (col: number) => boolean) => {
      const inside = p.filter((v, i) => isIn(i % width) && v === v);
      return inside.filter((v) => v < 0.01).length / inside.length;
    };
    expect(share((col) => col < 75)).toBeCloseTo(0.01, 2);
    expect(share((col) => col >= 75)).toBeGreaterThan(0.8);
    expect(meanOf(db.filter((_, i) => i % width >= 75))).toBeCloseTo(-10, 0);
  });
});

describe('the passport of a radar product', () => {
  it('lets it be made again', async () => {
    const path = await putScene(15);
    const output = join(folder, 'again.tif');
    const request = { rasters: [path], input: null, operation: filter({ method: 'refined-lee' }), output };
    await produce('radar', request, async () => inlineRunner);
    expect(await replay(output, async () => inlineRunner)).toMatchObject({ outcome: 'identical', reasons: [] });
  });
});

describe.skipIf(!sharedData)('a GRD product in radar geometry', () => {
  it('is filtered, with the word that it is neither calibrated nor on the ground', async () => {
    const path = join(
      sharedData!,
      's1/grd-gcp-vv-vh/S1A_IW_GRDH_1SDV_20180716T004042_20180716T004107_022812_02792A_FD5B/measurement/iw-vv.tiff',
    );
    const { notes, inputs } = await carryOut([path], filter({}));
    expect(inputs[0]).toMatchObject({ unit: 'amplitude', guessed: true });
    expect(notes.join('\n')).toMatch(/terrain-correct it before[^]*is not calibrated/);
  });
});
