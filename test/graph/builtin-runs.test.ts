import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { MIN_TREND_POINTS } from '../../pipelines/core/series/trend.ts';
import { lowerGraph } from '../../pipelines/cube/lower.ts';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import type { CubeProduct } from '../../pipelines/cube/products.ts';
import { bindParameters } from '../../pipelines/graph/bind-parameters.ts';
import type { BuiltinName } from '../../pipelines/graph/builtin/registry.ts';
import { readBuiltin } from '../../pipelines/graph/builtin/registry.ts';
import { processesOf } from '../../pipelines/graph/define-process.ts';
import { parsePipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planCube, runCube } from '../../pipelines/runs/cube.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';

const processes = processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS);
const WIDTH = 24;
const HEIGHT = 16;
const CLOUDS = [0, 1, 3, 8, 9, 10];
const DATES = [
  '2022-06-05',
  '2022-06-15',
  '2022-07-10',
  '2023-06-05',
  '2023-06-20',
  '2023-07-11',
  '2024-06-01',
  '2024-06-11',
  '2024-06-21',
  '2024-07-02',
  '2024-09-02',
  '2025-01-01',
];
/** Nearly nothing but cloud, so that it is left out. */
const CLOUDY = '2024-06-26';

let folder: string;
const scenes: SceneRecord[] = [];
/** NDVI of each date, null under clouds: the input of the plain formulas that results are compared with. */
const ndvi = new Map<string, (number | null)[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landmeter-builtin-'));
  const random = createRandom(11);
  for (const date of [...DATES, CLOUDY]) await putScene(date, random);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function putScene(date: string, random: () => number): Promise<void> {
  const numbers = () => Uint16Array.from({ length: WIDTH * HEIGHT }, () => 1 + Math.floor(random() * 5000));
  const [red, nir] = [numbers(), numbers()];
  const scl = Uint8Array.from({ length: (WIDTH * HEIGHT) / 4 }, () => Math.floor(random() * 12));
  const spec = { width: WIDTH, height: HEIGHT, dtype: 'uint16', nodata: 0 } as const;
  const paths = {
    red: await putRaster(folder, `${date}_red`, red, spec),
    nir: await putRaster(folder, `${date}_nir`, nir, spec),
    scl: await putRaster(folder, `${date}_scl`, scl, {
      width: WIDTH / 2,
      height: HEIGHT / 2,
      dtype: 'uint8',
      transform: northUp(20),
    }),
  };
  ndvi.set(
    date,
    Array.from(red, (r, i) => {
      const code = scl[(Math.floor(i / WIDTH) >> 1) * (WIDTH / 2) + ((i % WIDTH) >> 1)]!;
      return CLOUDS.includes(code) ? null : (nir[i]! - r) / (nir[i]! + r);
    }),
  );
  scenes.push(sceneOf(date, paths));
}

function sceneOf(date: string, { red, nir, scl }: Record<'red' | 'nir' | 'scl', string>): SceneRecord {
  const common = { index: 0, gsd: 10, scale: 1e-4, offset: 0, nodata: 0, saturated: null };
  return {
    id: `scene ${date}`,
    collection: 'sentinel-2-l2a',
    platform: 'sentinel-2a',
    level: 'L2A',
    baseline: '05.10',
    tile: '31UFT',
    datetime: `${date}T10:30:00Z`,
    epsg: 32631,
    bbox: [4.4, 52.3, 4.5, 52.4],
    footprint: { type: 'Polygon', coordinates: [] },
    cloudCover: date === CLOUDY ? 95 : date === '2024-06-11' ? null : 20,
    bands: [
      { ...common, name: 'red', code: 'B04', path: red },
      { ...common, name: 'nir', code: 'B08', path: nir },
    ],
    classes: [{ path: scl, gsd: 20 }],
    calibration: { quantification: 10_000, addOffset: 0, origin: 'test', explanation: '' },
    source: folder,
    digest: date,
    files: [],
    findings: [],
  };
}

async function plan(name: BuiltinName, settings: Readonly<Record<string, string>>): Promise<readonly CubeProduct[]> {
  const pipeline = parsePipeline(await readBuiltin(name), { processes, name });
  const { process_graph } = bindParameters(pipeline, settings, processes);
  const { products } = await lowerGraph(process_graph, {
    findScenes: async (_, { from, to }) =>
      scenes.filter(({ datetime }) => (!from || datetime >= from) && (!to || datetime <= to)),
  });
  return products;
}

/** Values of each raster or layer that a pipeline makes, by its part. */
async function make(name: BuiltinName, kind: 'raster' | 'archive', settings: Readonly<Record<string, string>>) {
  const made = new Map<string | null, number[]>();
  for (const product of await plan(name, settings)) {
    if (product.kind === 'zones' || product.kind !== kind) continue;
    const options = product.kind === 'raster' ? product.options : product.raster;
    const output = join(folder, `${name}-${kind}-${made.size}.tif`);
    await runCube(await planCube({ program: product.program, options, output }), inlineRunner);
    made.set(product.part, await readValues(output));
  }
  return made;
}

/** What a statistic makes of the valid values of each pixel on some dates; NaN where there are none. */
function expected(dates: readonly string[], statistic: (values: readonly number[]) => number): number[] {
  return Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const values = dates.flatMap((date) => ndvi.get(date)![i] ?? []);
    return values.length === 0 ? Number.NaN : statistic(values);
  });
}

const of = (start: string) => DATES.filter((date) => date.startsWith(start));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Type 7. */
const quantile = (p: number) => (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place % 1);
};
const median = quantile(0.5);

function expectClose(actual: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  const wrong = wanted.filter((value, i) => {
    const got = actual![i]!;
    return Number.isNaN(value) !== Number.isNaN(got) || Math.abs(got - value) > 1e-5;
  });
  expect(wrong).toEqual([]);
  expect(wanted.some((value) => !Number.isNaN(value))).toBe(true);
}

describe('built-in pipelines', () => {
  it.each([
    ['median', median],
    ['p90', quantile(0.9)],
    ['mean', mean],
    ['max', (values: readonly number[]) => Math.max(...values)],
  ])('ndvi-composite makes the %s of the clear dates of a period', async (method, statistic) => {
    const made = await make('ndvi-composite', 'raster', { period: '2024', method });
    expect([...made.keys()]).toEqual([null]);
    expectClose(made.get(null), expected(of('2024'), statistic));
    expect((await plan('ndvi-composite', { period: '2024' })).map(({ kind }) => kind)).toEqual(['raster', 'archive']);
  });

  it('ndvi-composite leaves cloudy scenes out, and only those', async () => {
    const made = await make('ndvi-composite', 'raster', { period: '2024-06', max_cloud: '100', method: 'last' });
    const june = [...of('2024-06'), CLOUDY];
    expectClose(
      made.get(null),
      expected(june, (values) => values.at(-1)!),
    );
  });

  it('ndvi-composite takes any expression and any classes', async () => {
    const made = await make('ndvi-composite', 'raster', {
      period: '2024',
      index: '2 * (nir - red) / (nir + red)',
      method: 'mean',
    });
    expectClose(
      made.get(null),
      expected(of('2024'), (values) => 2 * mean(values)),
    );
  });

  it('ndvi-composite widens clouds by a margin', async () => {
    const valid = async (margin: string) => {
      const made = await make('ndvi-composite', 'raster', { period: '2024-07', margin, classes: 'cloud' });
      return made.get(null)!.filter((value) => !Number.isNaN(value)).length;
    };
    expect(await valid('30')).toBeLessThan(await valid('0'));
  });

  it('monthly-composites makes one for each month, empty where no scene was', async () => {
    const made = await make('monthly-composites', 'raster', { period: '2024' });
    expect([...made.keys()]).toEqual(['2024-06', '2024-07', '2024-08', '2024-09']);
    expectClose(made.get('2024-06'), expected(of('2024-06'), median));
    expectClose(made.get('2024-07'), expected(of('2024-07'), median));
    expect(made.get('2024-08')!.every(Number.isNaN)).toBe(true);
  });

  it('filled-months interpolates between months', async () => {
    const made = await make('filled-months', 'archive', { period: '2024' });
    const [july, september] = [expected(of('2024-07'), median), expected(of('2024-09'), median)];
    const june = expected(of('2024-06'), median);
    const august = july.map((value, i) => {
      if (!Number.isNaN(value)) return (value + september[i]!) / 2;
      return june[i]! + ((september[i]! - june[i]!) * 2) / 3;
    });
    expectClose(made.get('2024-08'), august);
  });

  it('share-above counts the valid dates above a threshold', async () => {
    const made = await make('share-above', 'raster', { period: '2024', threshold: '0.2' });
    expectClose(
      made.get(null),
      expected(of('2024'), (values) => mean(values.map((value) => Number(value > 0.2)))),
    );
  });

  it('anomaly-map subtracts the normal of the month', async () => {
    const made = await make('anomaly-map', 'raster', { period: '2024-06-01/2024-08-01', years: '2022,2023' });
    expect([...made.keys()]).toEqual(['2024-06', '2024-07']);
    for (const month of ['06', '07']) {
      const normal = expected([...of(`2022-${month}`), ...of(`2023-${month}`)], mean);
      const now = expected(of(`2024-${month}`), median);
      expectClose(
        made.get(`2024-${month}`),
        now.map((value, i) => value - normal[i]!),
      );
    }
  });

  it('trend-map finds the slopes, and shows those that are significant', async () => {
    const settings = { period: '2022-01-01/2025-01-01', level: '0.3' };
    const slopes = (await make('trend-map', 'raster', settings)).get(null)!;
    const dates = DATES.filter((date) => date < '2025');
    const theilSen = Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
      const points = dates.flatMap((date) => {
        const value = ndvi.get(date)![i] ?? null;
        return value === null ? [] : [[Date.parse(date) / (365.2425 * 86_400_000), value] as const];
      });
      const pairs = points.flatMap(([t, v], k) => points.slice(k + 1).map(([u, w]) => (w - v) / (u - t)));
      return points.length < MIN_TREND_POINTS ? Number.NaN : median(pairs);
    });
    expectClose(slopes, theilSen);
    const shown = (await make('trend-map', 'archive', settings)).get(null)!;
    const hidden = shown.filter(Number.isNaN).length;
    expect(hidden).toBeGreaterThan(slopes.filter(Number.isNaN).length);
    expect(hidden).toBeLessThan(shown.length);
    for (const [i, value] of shown.entries()) if (!Number.isNaN(value)) expect(value).toBe(slopes[i]);
  });

  it('phenology-map makes one file and three layers', async () => {
    const products = await plan('phenology-map', { year: '2024' });
    const names = products.map((one) => (one.kind === 'archive' ? one.layer : one.kind));
    expect(names.sort()).toEqual(['phenology-map-end', 'phenology-map-peak', 'phenology-map-start', 'raster']);
    const [start] = (await make('phenology-map', 'raster', { year: '2024' })).values();
    for (const day of start!.filter((value) => !Number.isNaN(value))) expect(Math.abs(day - 180)).toBeLessThan(400);
  });

  it('change is the later minus the earlier', async () => {
    const made = await make('change', 'raster', { before: '2023', after: '2024' });
    const before = expected(of('2023'), median);
    expectClose(
      made.get(null),
      expected(of('2024'), median).map((value, i) => value - before[i]!),
    );
  });

  it('zone-series is one table, index-archive a layer for each date', async () => {
    const [table, ...none] = await plan('zone-series', { period: '2024', zones: '/parcels.geojson', format: 'csv' });
    expect(none).toEqual([]);
    expect(table).toMatchObject({
      kind: 'zones',
      format: 'csv',
      zones: '/parcels.geojson',
      statistics: 'count,mean,std,median,p10,p90',
    });
    const one = await plan('index-archive', { scene: 'scene 2024-06-11' });
    expect(one).toMatchObject([{ kind: 'archive', layer: 'index-archive', part: null }]);
    const layers = await plan('index-archive', { period: '2024-06', layer: 'green' });
    expect(layers.map((layer) => layer.kind === 'archive' && `${layer.layer} ${layer.part?.slice(0, 10)}`)).toEqual(
      of('2024-06').map((date) => `green ${date}`),
    );
  });
});
