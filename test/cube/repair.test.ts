import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lowerGraph } from '../../pipelines/cube/lower.ts';
import type { ProcessGraph } from '../../pipelines/graph/graph.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planCube, runCube } from '../../pipelines/runs/cube.ts';
import { putRaster, readValues } from '../support/rasters.ts';

let folder: string;
let paths: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landmeter-repair-'));
  const put = (name: string, values: readonly number[]) =>
    putRaster(folder, name, Float32Array.from(values), { width: 4, height: 1, dtype: 'float32', nodata: NaN });
  paths = [await put('blue', [10, 20, 30, 40]), await put('red', [1, 2, NaN, 4]), await put('nir', [5, NaN, 7, -1])];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function values(processes: ProcessGraph): Promise<number[]> {
  const load = {
    process_id: 'lm_load_files',
    arguments: { paths, times: paths.map(() => '2024-06-01'), bands: ['blue', 'red', 'nir'] },
  };
  const save = {
    process_id: 'save_result',
    arguments: { data: { from_node: 'made' }, format: 'GTiff' },
    result: true,
  };
  const { products } = await lowerGraph({ load, ...processes, save }, { findScenes: async () => [] });
  const [product] = products;
  if (product?.kind !== 'raster') throw new Error('no raster');
  const output = join(folder, `${Object.keys(processes).length}-${Math.random()}.tif`);
  await runCube(await planCube({ program: product.program, options: product.options, output }), inlineRunner);
  return readValues(output);
}

const data = { from_parameter: 'data' };

it('a condition on a later band keeps the bands apart where one has no value', async () => {
  const reducer = {
    process_graph: {
      nir: { process_id: 'array_element', arguments: { data, label: 'nir' } },
      red: { process_id: 'array_element', arguments: { data, index: 1 } },
      green: { process_id: 'gt', arguments: { x: { from_node: 'nir' }, y: 0 } },
      pick: {
        process_id: 'if',
        arguments: { value: { from_node: 'green' }, accept: { from_node: 'nir' }, reject: { from_node: 'red' } },
        result: true,
      },
    },
  };
  const made = {
    process_id: 'reduce_dimension',
    arguments: { data: { from_node: 'load' }, dimension: 'bands', reducer },
  };
  expect(await values({ made })).toEqual([5, 2, 7, 4]);
});

it('and so does one on the second of two cubes', async () => {
  const band = (name: string) => ({
    process_id: 'reduce_dimension',
    arguments: {
      data: { from_node: 'load' },
      dimension: 'bands',
      reducer: {
        process_graph: { b: { process_id: 'array_element', arguments: { data, label: name }, result: true } },
      },
    },
  });
  const resolver = {
    process_graph: {
      green: { process_id: 'gt', arguments: { x: { from_parameter: 'y' }, y: 0 } },
      pick: {
        process_id: 'if',
        arguments: { value: { from_node: 'green' }, accept: { from_parameter: 'y' }, reject: { from_parameter: 'x' } },
        result: true,
      },
    },
  };
  const made = {
    process_id: 'merge_cubes',
    arguments: { cube1: { from_node: 'red' }, cube2: { from_node: 'nir' }, overlap_resolver: resolver },
  };
  expect(await values({ red: band('red'), nir: band('nir'), made })).toEqual([5, 2, 7, 4]);
});
