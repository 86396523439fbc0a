import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import type { CubeContext } from '../../pipelines/cube/cube-process.ts';
import { lowerGraph } from '../../pipelines/cube/lower.ts';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import type { CubeProduct } from '../../pipelines/cube/products.ts';
import { bindParameters } from '../../pipelines/graph/bind-parameters.ts';
import { listBuiltins, readBuiltin } from '../../pipelines/graph/builtin/registry.ts';
import type { BuiltinName } from '../../pipelines/graph/builtin/registry.ts';
import { processesOf } from '../../pipelines/graph/define-process.ts';
import { parsePipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planCube, runCube } from '../../pipelines/runs/cube.ts';
import { parseRequest } from '../../pipelines/runs/requests.ts';
import { temporaryFolder } from '../support/archive.ts';
import { readValues } from '../support/rasters.ts';
import { putSmallScene } from './scenes.ts';

const folder = temporaryFolder('cube-builtin');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIDE = 16;
const SIZE = SIDE * SIDE;
/** Greener every year by 0.1, most so in July; the upper half is cloudy in odd months. */
function ndviOf(time: Date): number {
  const years = time.getUTCFullYear() - 2022;
  return 0.3 + 0.1 * years + 0.2 * Math.cos(((time.getUTCMonth() - 6) / 6) * Math.PI);
}

let scenes: SceneRecord[];
beforeAll(async () => {
  scenes = [];
  for (let month = 0; month < 36; month++) {
    const time = new Date(Date.UTC(2022, month, 15, 10));
    const ndvi = ndviOf(time);
    scenes.push(
      await putSmallScene(folder, {
        id: `s${month}`,
        datetime: time.toISOString(),
        side: SIDE,
        red: new Uint16Array(SIZE).fill(Math.round(5000 * (1 - ndvi))),
        nir: new Uint16Array(SIZE).fill(Math.round(5000 * (1 + ndvi))),
        scl: Uint8Array.from({ length: SIZE / 4 }, (_, i) => (month % 2 === 1 && i < SIZE / 8 ? 9 : 4)),
      }),
    );
  }
});

const context: CubeContext = {
  async findScenes(_, { from = '', to = '9' }) {
    return scenes.filter(({ datetime }) => datetime >= from && datetime <= to);
  },
  findZones: async (name) => name,
};

/** What has no default. */
const GIVEN: Readonly<Record<string, string>> = {
  period: '2024',
  years: '2022,2023',
  year: '2023',
  before: '2022',
  after: '2024',
  zones: 'parcels.geojson',
};

const processes = processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS);

async function productsOf(name: BuiltinName): Promise<readonly CubeProduct[]> {
  const pipeline = parsePipeline(await readBuiltin(name), { processes, name });
  const needed = pipeline.parameters.filter(({ optional }) => !optional).map((parameter) => parameter.name);
  const settings = Object.fromEntries(needed.map((key) => [key, GIVEN[key]!]));
  const { process_graph: graph } = bindParameters(pipeline, settings, processes);
  return (await lowerGraph(graph, context)).products;
}

async function valuesOf(product: CubeProduct, band = 0): Promise<number[]> {
  if (product.kind === 'zones') throw new Error('A table has no pixels');
  const options = product.kind === 'raster' ? product.options : product.raster;
  const path = join(folder, `${product.nodeId}-${product.part}.tif`);
  const request = JSON.parse(JSON.stringify({ program: product.program, options })) as unknown;
  await runCube(await planCube(parseRequest('cube', request, path, 'The test')), inlineRunner);
  return readValues(path, band);
}

const LOWER = SIZE - 1;

describe('built-in pipelines', () => {
  it.each(listBuiltins())('%s is planned and carried out', async (name) => {
    const products = await productsOf(name);
    expect(products.length).toBeGreaterThan(0);
    const [first] = products;
    if (first!.kind !== 'zones') expect((await valuesOf(first!)).some((value) => !Number.isNaN(value))).toBe(true);
  });

  it('a monthly composite is the month, nodata under its clouds', async () => {
    const products = (await productsOf('monthly-composites')).filter(({ kind }) => kind === 'raster');
    expect(products.map((product) => product.kind === 'raster' && product.part)).toEqual(
      Array.from({ length: 12 }, (_, k) => `2024-${String(k + 1).padStart(2, '0')}`),
    );
    expect(products[1]).toMatchObject({ time: '2024-02-01T00:00:00.000Z' });
    const february = await valuesOf(products[1]!);
    expect(february[0]).toBeNaN();
    expect(february[LOWER]).toBeCloseTo(ndviOf(new Date(Date.UTC(2024, 1, 15))), 3);
  });

  it('an anomaly is what this year is above the years before', async () => {
    const products = await productsOf('anomaly-map');
    const july = products.find((product) => product.kind === 'raster' && product.part === '2024-07')!;
    // 2024 is 0.2 above 2022 and 0.1 above 2023
    for (const value of await valuesOf(july)) expect(value).toBeCloseTo(0.15, 3);
  });

  it('a table of zones has a plane for each time', async () => {
    const [table] = await productsOf('zone-series');
    if (table?.kind !== 'zones') throw new Error('no table');
    expect(table.times).toHaveLength(12);
    expect(table.program.planes).toHaveLength(12);
    expect(table.zones).toBe('parcels.geojson');
  });
});
