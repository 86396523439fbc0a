import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessGraph } from '../../pipelines/graph/graph.ts';
import { lowerGraph } from '../../pipelines/cube/lower.ts';
import { planCube, runCube } from '../../pipelines/runs/cube.ts';
import { planIndexComposite, runComposite } from '../../pipelines/runs/composite.ts';
import { planIndex, runIndex } from '../../pipelines/runs/index.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';
import { createRandom } from '../support/random.ts';

const WIDTH = 2060; // two regions
const HEIGHT = 120;
const DATES = ['20240601', '20240611', '20240621', '20240701', '20240711'];
const CALIBRATION = { scale: 1e-4, offset: -0.1 };

let folder: string;
const files: { red: string; nir: string; scl: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landmeter-cube-'));
  const random = createRandom(7);
  const numbers = (count: number, most: number) =>
    Uint16Array.from({ length: count }, () => Math.floor(random() * most));
  for (const date of DATES) {
    const spec = { width: WIDTH, height: HEIGHT, dtype: 'uint16', nodata: 0, ...CALIBRATION } as const;
    const scl = numbers((WIDTH / 2) * (HEIGHT / 2), 12);
    files.push({
      red: await putRaster(folder, `${date}_B04`, numbers(WIDTH * HEIGHT, 4000), { ...spec, bandNames: ['red'] }),
      nir: await putRaster(folder, `${date}_B08`, numbers(WIDTH * HEIGHT, 6000), { ...spec, bandNames: ['nir'] }),
      scl: await putRaster(folder, `${date}_SCL`, Uint8Array.from(scl), {
        width: WIDTH / 2,
        height: HEIGHT / 2,
        dtype: 'uint8',
        transform: northUp(20),
      }),
    });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CLOUDS = [0, 1, 3, 8, 9, 10];

function reducer(id: string) {
  return { process_graph: { r: { process_id: id, arguments: { data: { from_parameter: 'data' } }, result: true } } };
}

function graphOf(method: string, dtype: string): ProcessGraph {
  return {
    load: {
      process_id: 'lm_load_files',
      arguments: {
        paths: files.flatMap(({ red, nir }) => [red, nir]),
        classes: files.map(({ scl }) => scl),
      },
    },
    clear: { process_id: 'lm_cloud_mask', arguments: { data: { from_node: 'load' } } },
    index: { process_id: 'ndvi', arguments: { data: { from_node: 'clear' } } },
    reduced: {
      process_id: 'reduce_dimension',
      arguments: { data: { from_node: 'index' }, dimension: 't', reducer: reducer(method) },
    },
    save: {
      process_id: 'save_result',
      arguments: { data: { from_node: 'reduced' }, format: 'GTiff', options: { dtype } },
      result: true,
    },
  };
}

const NOWHERE = { findScenes: async () => [] };

async function make(graph: ProcessGraph, name: string): Promise<string> {
  const { products } = await lowerGraph(graph, NOWHERE);
  expect(products).toHaveLength(1);
  const [product] = products;
  if (product?.kind !== 'raster') throw new Error('no raster');
  const output = join(folder, name);
  // as it comes out of a passport
  const { program, options } = JSON.parse(JSON.stringify(product)) as typeof product;
  await runCube(await planCube({ program, options, output }), inlineRunner);
  return output;
}

describe('a median of masked indices', () => {
  for (const dtype of ['float32', 'int16'] as const)
    for (const method of ['median', 'mean', 'max', 'first'] as const)
      it(`is the ${method} that composite makes, as ${dtype}`, async () => {
        const expected = join(folder, `composite-${method}-${dtype}.tif`);
        const dates = files.map(({ red, nir, scl }) => ({
          bands: [
            { name: 'red', path: red },
            { name: 'nir', path: nir },
          ],
          classes: { path: scl, excluded: CLOUDS },
          notes: [],
        }));
        const plan = await planIndexComposite({
          formula: 'NDVI',
          dates,
          calibration: {},
          dtype,
          method,
          output: expected,
        });
        await runComposite(plan, inlineRunner);
        const cube = await make(graphOf(method, dtype), `cube-${method}-${dtype}.tif`);
        const values = await readValues(cube);
        expect(values.filter(Number.isNaN).length).toBeLessThan(values.length / 2);
        expect(values).toEqual(await readValues(expected));
      });
});

describe('an index of one date', () => {
  for (const dtype of ['float32', 'int16'] as const)
    it(`is what index makes, as ${dtype}`, async () => {
      const [{ red, nir, scl }] = files as [(typeof files)[0]];
      const expected = join(folder, `index-${dtype}.tif`);
      const date = {
        bands: [
          { name: 'red', path: red },
          { name: 'nir', path: nir },
        ],
        classes: { path: scl, excluded: CLOUDS },
        notes: [],
      };
      const plan = await planIndex({ formula: 'NDVI', date, calibration: {}, dtype, output: expected });
      const report = await runIndex(plan, inlineRunner);
      const { load, clear, index } = graphOf('median', dtype);
      const graph: ProcessGraph = {
        load: { ...load!, arguments: { paths: [red, nir], classes: [scl] } },
        clear: clear!,
        index: index!,
        save: {
          process_id: 'save_result',
          arguments: { data: { from_node: 'index' }, format: 'GTiff', options: { dtype } },
          result: true,
        },
      };
      const cube = await make(graph, `cube-index-${dtype}.tif`);
      expect(await readValues(cube)).toEqual(await readValues(expected));
      expect(report.validShare).toBeGreaterThan(0.3);
    });
});
