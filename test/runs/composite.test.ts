import { readFileSync, rmSync } from 'node:fs';
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
import { splitIntoPeriods, timesOfRasters } from '../../pipelines/runs/composite-periods.ts';
import { planIndex, runIndex } from '../../pipelines/runs/index.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { parseRequest } from '../../pipelines/runs/requests.ts';
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

interface Reference {
  readonly layers: readonly (readonly (number | null)[])[];
  readonly [method: string]: readonly unknown[];
}

describe('a percentile', () => {
  const reference = JSON.parse(
    readFileSync(join(import.meta.dirname, 'reference', 'composite.json'), 'utf8'),
  ) as Reference;
  const width = reference.layers[0]!.length;

  for (const dtype of ['float32', 'float64'] as const)
    it(`is what numpy.nanpercentile says, of ${dtype}`, async () => {
      const paths: string[] = [];
      for (const [k, layer] of reference.layers.entries()) {
        const data = createSamples(dtype, width);
        for (const [i, v] of layer.entries()) data[i] = v ?? NaN;
        paths.push(await putRaster(folder, `numpy-${dtype}-${k}`, data, { width, height: 1, dtype, nodata: NaN }));
      }
      const some = ['p25', 'p90', 'median'] as const;
      const all = ['p1', 'p10', 'p50', 'p99', 'mean', 'count', ...some] as const;
      for (const method of dtype === 'float32' ? all : some) {
        const { values } = await composite(method, paths);
        for (const [i, want] of (reference[method] as readonly (number | null)[]).entries())
          if (want === null) expect(values[i]).toBeNaN();
          else expect(Math.abs(values[i]! - want)).toBeLessThan(dtype === 'float32' ? 1e-7 : 1e-9);
      }
    });

  it('is exact for more dates than a part of whole blocks holds', async () => {
    const random = createRandom(80);
    const [width, height, dates] = [530, 20, 80];
    const layers = Array.from({ length: dates }, () =>
      Uint16Array.from({ length: width * height }, () => (random() < 0.3 ? 0 : 1 + random() * 9000)),
    );
    const spec = { width, height, dtype: 'uint16', nodata: 0 } as const;
    const paths: string[] = [];
    for (const [k, layer] of layers.entries()) paths.push(await putRaster(folder, `many-${k}`, layer, spec));
    const { values } = await composite('p75', paths);
    for (let i = 0; i < width * height; i += 7) {
      const valid = layers.map((layer) => layer[i]!).filter((v) => v !== 0);
      const sorted = valid.toSorted((a, b) => a - b);
      const place = (sorted.length - 1) * 0.75;
      const low = sorted[Math.floor(place)]!;
      const want = low + (place % 1) * ((sorted[Math.floor(place) + 1] ?? low) - low);
      expect(Math.abs(values[i]! - want)).toBeLessThanOrEqual(0.5);
    }
  });
});

describe('bands behind the values', () => {
  const days = ['2024-05-01', '2024-05-11', '2024-05-21'];
  const [may1, may11, may21] = [19844, 19854, 19864];
  const stored = async (method: CompositeMethod, rasters: readonly string[], extras: readonly ('count' | 'date')[]) => {
    const inputs = rasters.map((path) => ({ path, classes: null }));
    const plan = await planRasterComposite({ rasters: inputs, method, extras, times: days, output: output() });
    await runComposite(plan, inlineRunner);
    const source = await openRaster(plan.path);
    const bands = source.info.bands;
    await source.close();
    const values: number[][] = [];
    for (const b of bands.keys()) values.push(await readValues(plan.path, b));
    return { bands, values };
  };
  const row = (name: string, values: readonly number[], spec: object = {}) =>
    putRaster(folder, name, Int16Array.from(values), { width: values.length, height: 1, dtype: 'int16', ...spec });

  it('tell the date of the value that each method takes', async () => {
    const none = -32768;
    const spec = { nodata: none, scale: 0.001 };
    const paths = [
      await row('e1', [100, none, 300, none, 50], spec),
      await row('e2', [200, 200, none, none, 70], spec),
      await row('e3', [190, 100, 100, none, 90], spec),
    ];
    const want: Readonly<Record<string, readonly number[]>> = {
      max: [may11, may11, may1, NaN, may21],
      min: [may1, may21, may21, NaN, may1],
      first: [may1, may11, may1, NaN, may1],
      last: [may21, may21, may21, NaN, may21],
      median: [may21, may11, may1, NaN, may11], // of two equally near the first
      p99: [may11, may11, may1, NaN, may21],
    };
    for (const [method, dates] of Object.entries(want)) {
      const { values, bands } = await stored(method as CompositeMethod, paths, ['count', 'date']);
      expect([method, values[2]]).toEqual([method, dates]);
      expect(values[1]).toEqual([3, 2, 2, 0, 3]);
      expect(bands.map(({ name, dtype, scale, unit }) => ({ name, dtype, scale, unit }))).toEqual([
        { name: method, dtype: 'int16', scale: 0.001, unit: null },
        { name: 'count', dtype: 'int16', scale: 1, unit: null },
        { name: 'date', dtype: 'int16', scale: 1, unit: 'days since 1970-01-01' },
      ]);
    }
  });

  it('make room for themselves where the type of the values or their nodata is in the way', async () => {
    const bytes = { width: 2, height: 1, dtype: 'uint8', nodata: 2 } as const;
    const paths = [];
    for (const k of [0, 1, 2]) paths.push(await putRaster(folder, `b${k}`, Uint8Array.of(7, k === 0 ? 9 : 2), bytes));
    const { values, bands } = await stored('max', paths, ['count', 'date']);
    expect(bands[0]).toMatchObject({ dtype: 'int16', nodata: -32768 });
    expect(values).toEqual([
      [7, 9],
      [3, 1],
      [may1, may1],
    ]);
    const words = { width: 1, height: 1, dtype: 'uint16', nodata: 3 } as const;
    const wide = [];
    for (const k of [0, 1, 2]) wide.push(await putRaster(folder, `w${k}`, Uint16Array.of(65000 + k), words));
    const counted = await stored('max', wide, ['count']);
    expect(counted.bands[0]!.nodata).not.toBe(3);
    expect(counted.values).toEqual([[65002], [3]]);
  });

  it('are refused where they would mean nothing', async () => {
    const paths = [await row('r1', [1]), await row('r2', [2]), await row('r3', [3])];
    await expect(stored('mean', paths, ['date'])).rejects.toThrow(/no single date/);
    const two = { bands: 2, width: 1, height: 1, dtype: 'int16' } as const;
    const pair = await putRaster(folder, 'pair', Int16Array.of(1, 2), two);
    await expect(stored('max', [pair, pair, pair], ['count'])).rejects.toThrow(/first, last or best/);
    const rasters = paths.map((path) => ({ path, classes: null }));
    const plan = planRasterComposite({ rasters, method: 'last', extras: ['date'], output: output() });
    await expect(plan).rejects.toThrow(/--times/);
  });
});

describe('composites that take whole dates', () => {
  it('keep the bands of a pixel together', async () => {
    const spec = { bands: 2, width: 3, height: 1, dtype: 'int16', nodata: 0 } as const;
    const a = await putRaster(folder, 'whole-a', Int16Array.of(1, 2, 0, 10, 0, 30), spec); // the second lacks a band
    const b = await putRaster(folder, 'whole-b', Int16Array.of(5, 6, 7, 50, 60, 70), spec);
    const rasters = [a, b].map((path) => ({ path, classes: null }));
    const take = async (method: CompositeMethod) => {
      const plan = await planRasterComposite({ rasters, method, output: output() });
      await runComposite(plan, inlineRunner);
      return [await readValues(plan.path, 0), await readValues(plan.path, 1)];
    };
    expect(await take('first')).toEqual([
      [1, 6, 7],
      [10, 60, 70],
    ]);
    expect(await take('last')).toEqual([
      [5, 6, 7],
      [50, 60, 70],
    ]);
  });

  it('find the best pixel by distance to clouds, day and class, across parts', async () => {
    const [width, height, dates] = [530, 12, 4]; // classes of 20 m; bands of 10 m are wider than a part
    const random = createRandom(21);
    const times = ['2024-06-01', '2024-06-16', '2024-06-25', '2024-07-01'];
    const codes = Array.from({ length: dates }, () =>
      Uint8Array.from({ length: width * height }, () => {
        const r = random();
        return r < 0.0005 ? 9 : r < 0.001 ? 3 : r < 0.05 ? 7 : r < 0.1 ? 2 : 4;
      }),
    );
    const fine = { width: 2 * width, height: 2 * height, dtype: 'int16', nodata: -1 } as const;
    const rasters = [];
    for (const [k, scl] of codes.entries()) {
      const path = await putRaster(folder, `best-${k}`, new Int16Array(4 * width * height).fill(k), fine);
      const spec = { width, height, dtype: 'uint8', transform: northUp(20) } as const;
      const classes = { path: await putRaster(folder, `best-scl-${k}`, scl, spec), excluded: [3, 8, 9, 10] };
      rasters.push({ path, classes });
    }
    const period = { first: '2024-06-01', last: '2024-06-30' };
    const plan = await planRasterComposite({ rasters, method: 'best', times, period, output: output() });
    await runComposite(plan, inlineRunner);
    const values = await readValues(plan.path);
    const [first, last] = [19875, 19904];
    let differ = 0;
    for (let i = 0; i < width * height; i += 3) {
      const [col, row] = [i % width, Math.floor(i / width)];
      const scores = codes.map((scl, k) => {
        if (scl[i] === 9 || scl[i] === 3) return -1;
        let metres = 1000;
        for (let y = 0; y < height; y++)
          for (let x = Math.max(0, col - 50); x <= Math.min(width - 1, col + 50); x++)
            if (scl[y * width + x] === 9 || scl[y * width + x] === 3)
              metres = Math.min(metres, 20 * Math.hypot(x - col, y - row));
        const day = 19875 + [0, 15, 24, 30][k]!;
        const bell = Math.exp(-0.5 * ((day - (first + last) / 2) / ((last - first) / 4)) ** 2);
        return (0.5 * metres) / 1000 + 0.3 * bell + 0.2 * (scl[i] === 4 ? 1 : 0.5);
      });
      const best = Math.max(...scores);
      const got = values[2 * row * 2 * width + 2 * col]!;
      if (!(scores[got]! >= best - 1e-5)) differ++;
    }
    expect(differ).toBe(0);
    expect(new Set(values).size).toBeGreaterThan(2);
  });
});

describe('the request of a composite', () => {
  it('is kept in the passport with margins, period and times, and makes the same product again', async () => {
    const row = (name: string, values: readonly number[], dtype: 'int16' | 'uint8' = 'int16') =>
      putRaster(folder, name, dtype === 'uint8' ? Uint8Array.from(values) : Int16Array.from(values), {
        width: values.length,
        height: 1,
        dtype,
      });
    const classes = { path: await row('kept-scl', [4, 9, 4, 4, 4], 'uint8'), excluded: [9] };
    const guarded = { ...classes, guards: [{ codes: [9], metres: 10 }] };
    const rasters = [
      { path: await row('kept-1', [1, 2, 3, 4, 5]), classes: guarded },
      { path: await row('kept-2', [6, 7, 8, 9, 10]), classes: null },
    ];
    const request = {
      rasters,
      method: 'first',
      extras: ['count', 'date'],
      times: ['2024-06-01', '2024-06-11T10:00:00Z'],
      period: { first: '2024-06-01', last: '2024-06-30' },
      output: output(),
    } as const;
    await produce('composite', request, async () => inlineRunner);
    expect(await readValues(request.output, 0)).toEqual([6, 7, 8, 4, 5]);
    expect(await readValues(request.output, 1)).toEqual([1, 1, 1, 2, 2]);
    expect(await readValues(request.output, 2)).toEqual([19885, 19885, 19885, 19875, 19875]);
    expect((await replay(request.output, async () => inlineRunner)).outcome).toBe('identical');
  });

  it('of older passports, without these words, is still understood', () => {
    const older = { rasters: [{ path: 'a.tif', classes: { path: 's.tif', excluded: [8] } }], method: 'median' };
    expect(parseRequest('composite', older, 'out.tif', 'out.tif')).toEqual({ ...older, output: 'out.tif' });
    const wrong = { ...older, method: 'p100' };
    expect(() => parseRequest('composite', wrong, 'out.tif', 'out.tif')).toThrow(/no method of composites/);
  });
});

describe('the dates of a composite', () => {
  it('are split into periods, by the names of files or by what is stated', () => {
    const paths = ['/data/20240115/B04.tif', 'ndvi_2024-02-03.tif#2', 'x/S2A_20240104T105431.tif'];
    const periods = splitIntoPeriods(timesOfRasters(paths), null, 'month');
    expect(periods.map(({ label, members, times }) => ({ label, members, times }))).toEqual([
      { label: '2024-01', members: [2, 0], times: ['2024-01-04T10:54:31Z', '2024-01-15'] },
      { label: '2024-02', members: [1], times: ['2024-02-03'] },
    ]);
    const stated = ['2023-01-01', '2023-01-02', '2024-01-01'];
    expect(splitIntoPeriods(timesOfRasters(paths), stated, 'year').map(({ label }) => label)).toEqual(['2023', '2024']);
    expect(() => splitIntoPeriods(timesOfRasters(['plain.tif']), null, 'year')).toThrow(/plain.tif.*--times/);
    const june = { first: '2024-06-01', last: '2024-06-30' };
    expect(() => splitIntoPeriods(timesOfRasters(paths), null, june)).toThrow(/No date lies in 2024-06-01/);
  });
});
