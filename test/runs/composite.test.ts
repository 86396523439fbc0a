import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import { createSamples } from '../../pipelines/core/raster/block.ts';
import { COMPOSITE_METHODS } from '../../pipelines/core/raster/composite.ts';
import type { CompositeMethod } from '../../pipelines/core/raster/composite.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import type { BandInfo } from '../../pipelines/io/raster-source.ts';
import type { CogDataType } from '../../pipelines/io/tiff/cog-layout.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planIndexComposite, planRasterComposite, runComposite } from '../../pipelines/runs/composite.ts';
import type { CompositePlan } from '../../pipelines/runs/composite.ts';
import { planIndex, runIndex } from '../../pipelines/runs/index.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';

const folder = temporaryFolder('composite');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What each method is, by its definition, of the valid values in order. */
const DEFINITIONS: Readonly<Record<(typeof COMPOSITE_METHODS)[number], (values: readonly number[]) => number>> = {
  median: (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  },
  mean: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  first: (values) => values[0]!,
  last: (values) => values.at(-1)!,
  best: (values) => values[0]!, // no classes, no dates: all are equally good
  count: (values) => values.length,
};

let count = 0;
const output = () => join(folder, `out-${count++}.tif`);

async function carryOut(plan: CompositePlan): Promise<{ values: number[]; info: BandInfo; notes: readonly string[] }> {
  const { notes } = await runComposite(plan, inlineRunner);
  const source = await openRaster(plan.path);
  const info = source.info.bands[0]!;
  await source.close();
  return { values: await readValues(plan.path), info, notes };
}

async function composite(method: CompositeMethod, paths: readonly string[]) {
  const rasters = paths.map((path) => ({ path, classes: null }));
  return carryOut(await planRasterComposite({ rasters, method, output: output() }));
}

async function putDates(
  dtype: CogDataType,
  dates: number,
  nodata: number,
): Promise<{ paths: string[]; layers: Samples[] }> {
  const random = createRandom(dates);
  const [width, height] = [61, 43];
  const layers: Samples[] = [];
  const paths: string[] = [];
  for (let k = 0; k < dates; k++) {
    const data = createSamples(dtype, width * height);
    const isFloat = dtype.startsWith('float');
    for (let i = 0; i < data.length; i++)
      data[i] = random() < 0.5 ? nodata : isFloat ? random() - 0.5 : Math.floor(random() * 1000);
    layers.push(data);
    paths.push(await putRaster(folder, `${dtype}-${dates}-${k}`, data, { width, height, dtype, nodata }));
  }
  return { paths, layers };
}

describe('a composite', () => {
  const INPUTS: readonly (readonly [CogDataType, number, number])[] = [
    ['float32', 5, NaN],
    ['float64', 4, -9999],
    ['int16', 6, -32768],
    ['uint16', 1, 0],
    ['int32', 3, -1],
  ];
  for (const [dtype, dates, nodata] of INPUTS)
    it(`is what its method says of the valid values, for ${dates} rasters of ${dtype}`, async () => {
      const { paths, layers } = await putDates(dtype, dates, nodata);
      for (const method of COMPOSITE_METHODS) {
        const { values, info } = await composite(method, paths);
        expect(info.dtype).toBe(method === 'count' ? 'uint8' : dtype);
        const tolerance = dtype === 'float32' ? 1e-7 : dtype === 'float64' ? 1e-12 : method === 'count' ? 0 : 0.5;
        for (let i = 0; i < values.length; i++) {
          const valid = layers.map((layer) => layer[i]!).filter((v) => !Object.is(v, nodata));
          const want = valid.length === 0 && method !== 'count' ? NaN : DEFINITIONS[method](valid);
          const [got, gap] = [values[i]!, Math.abs(values[i]! - want)];
          if (Number.isNaN(want) ? !Number.isNaN(got) : !(gap <= tolerance))
            expect.fail(`${method}, pixel ${i}: ${got} is not ${want}`);
        }
      }
    });

  const row = (name: string, values: readonly number[], spec: object = {}) =>
    putRaster(folder, name, Int16Array.from(values), { width: values.length, height: 1, dtype: 'int16', ...spec });

  it('keeps the type, scale and offset that all files share', async () => {
    const spec = { scale: 0.0001, nodata: -32768 };
    const paths = [await row('s1', [1000, 2001], spec), await row('s2', [2000, 2002], spec)];
    const { values, info } = await composite('mean', paths);
    expect(info).toMatchObject({ dtype: 'int16', scale: 0.0001, nodata: -32768 });
    expect(values[0]).toBeCloseTo(0.15, 9);
    expect(values[1]).toBeCloseTo(0.2002, 9); // half a step is rounded away from zero
  });

  it('meets in float values where files store them differently', async () => {
    const paths = [await row('ten', [10, 20], { scale: 0.1 }), await row('one', [3, 4])];
    const { values, info } = await composite('max', paths);
    expect(info).toMatchObject({ dtype: 'float32', scale: 1 });
    expect(values).toEqual([3, 4]);
  });

  it('keeps a valid mean apart from nodata', async () => {
    const paths = [await row('minus', [-5], { nodata: 0 }), await row('plus', [5], { nodata: 0 })];
    expect((await composite('mean', paths)).values).toEqual([1]);
  });

  it('reduces band by band', async () => {
    const spec = { bands: 2, width: 2, height: 1, dtype: 'int16' } as const;
    const a = await putRaster(folder, 'two-a', Int16Array.of(1, 2, 30, 40), spec);
    const b = await putRaster(folder, 'two-b', Int16Array.of(5, 0, 50, 10), spec);
    const rasters = [a, b].map((path) => ({ path, classes: null }));
    const plan = await planRasterComposite({ rasters, method: 'max', output: output() });
    await runComposite(plan, inlineRunner);
    expect(await readValues(plan.path, 0)).toEqual([5, 2]);
    expect(await readValues(plan.path, 1)).toEqual([50, 40]);
  });

  it('takes the classes of each raster', async () => {
    const paths = [await row('c1', [1, 2, 3]), await row('c2', [7, 8, 9])];
    const scl = [await row('k1', [4, 8, 8]), await row('k2', [4, 4, 8])];
    const rasters = paths.map((path, k) => ({ path, classes: { path: scl[k]!, excluded: [8] } }));
    const { values } = await carryOut(await planRasterComposite({ rasters, method: 'min', output: output() }));
    expect(values).toEqual([1, 8, NaN]);
  });

  it('brings rasters onto the finest grid and refuses what has none in common', async () => {
    const fine = await row('fine', [1, 2, 3, 4]);
    const coarse = await row('coarse', [10, 20], { transform: northUp(20) });
    const { values, notes } = await composite('max', [coarse, fine]);
    expect(values).toEqual([10, 10, 20, 20]);
    expect(notes).toHaveLength(1);
    const far = await row('far', [1], { transform: northUp(10, 9000) });
    await expect(composite('max', [fine, far])).rejects.toMatchObject({ code: 'grid-mismatch' });
    const two = await putRaster(folder, 'two', Int16Array.of(1, 2), { width: 1, height: 1, dtype: 'int16', bands: 2 });
    await expect(composite('max', [fine, two])).rejects.toThrow(/2 bands/);
    await expect(composite('max', [])).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a composite of an index', () => {
  it('is that of the index files, without the rounding in between', async () => {
    const random = createRandom(8);
    const [width, height] = [70, 50];
    const dates = await Promise.all(
      [0, 1, 2, 3].map(async (k) => {
        const band = async (name: string) => ({
          name,
          path: await putRaster(
            folder,
            `${name}-${k}`,
            Uint16Array.from({ length: width * height }, () => random() * 5000),
            { width, height, dtype: 'uint16', nodata: 0 },
          ),
        });
        const scl = Uint8Array.from({ length: width * height }, () => random() * 12);
        const classes = await putRaster(folder, `scl-${k}`, scl, { width, height, dtype: 'uint8' });
        return {
          bands: [await band('red'), await band('nir')],
          classes: { path: classes, excluded: [3, 8, 9, 10] },
          notes: [],
        };
      }),
    );
    const request = { formula: 'ndvi', calibration: {}, dtype: 'float32' } as const;
    const paths: string[] = [];
    for (const date of dates) {
      const path = output();
      await runIndex(await planIndex({ ...request, date, output: path }), inlineRunner);
      paths.push(path);
    }
    const { values: want } = await composite('median', paths);
    const plan = await planIndexComposite({ ...request, dates, method: 'median', output: output() });
    expect((await carryOut(plan)).values).toEqual(want);
    const stored = { ...request, dtype: 'int16', dates, method: 'median', output: output() } as const;
    const { values, info } = await carryOut(await planIndexComposite(stored));
    expect(info).toMatchObject({ dtype: 'int16', nodata: -32768, scale: 0.0001, name: 'NDVI' });
    for (const [i, value] of values.entries())
      if (Number.isNaN(want[i]!)) expect(value).toBeNaN();
      else expect(Math.abs(value - want[i]!)).toBeLessThan(0.500001e-4);
    expect(want.some(Number.isNaN)).toBe(true);
  });
});
