import { rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { lowerGraph } from '../../pipelines/cube/lower.ts';
import type { RasterProduct } from '../../pipelines/cube/products.ts';
import { estimateCube } from '../../pipelines/cube/estimate.ts';
import { planeLabels, readCubeValues } from '../../pipelines/cube/read-values.ts';
import type { ProcessGraph } from '../../pipelines/graph/graph.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { planWarpRun, runWarp } from '../../pipelines/runs/warp.ts';
import { withScratch } from '../../pipelines/tasks/scratch.ts';
import { temporaryFolder } from '../support/archive.ts';
import { northUp, putRaster, readValues } from '../support/rasters.ts';

const folder = temporaryFolder('cube-load');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIDE = 40;
const DAY = '2024-06-0';

/** Digital numbers that tell the tile, the date and the place: value = dn / 10000. */
async function putScene(
  tile: string,
  day: number,
  x: number,
  options: Partial<SceneRecord> & { readonly hole?: number; readonly hour?: number } = {},
): Promise<SceneRecord> {
  const { hole = 0, hour = 10, ...changes } = options;
  const id = `${tile}_2024060${day}_${hour}`;
  const put = (band: string, add: number) =>
    putRaster(
      folder,
      `${id}_${band}`,
      Uint16Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < hole ? 0 : add + 100 * day + (i % SIDE))),
      { width: SIDE, height: SIDE, dtype: 'uint16', nodata: 0, transform: northUp(10, x, 0) },
    );
  const scl = await putRaster(
    folder,
    `${id}_SCL`,
    Uint8Array.from({ length: (SIDE / 2) ** 2 }, (_, i) => (Math.floor(i / (SIDE / 2)) < day ? 9 : 4)),
    { width: SIDE / 2, height: SIDE / 2, dtype: 'uint8', transform: northUp(20, x, 0) },
  );
  const band = (name: string, code: string, path: string) => ({
    name,
    code,
    path,
    index: 0,
    gsd: 10,
    scale: 1e-4,
    offset: 0,
    nodata: 0,
    saturated: null,
  });
  return {
    id,
    collection: 'sentinel-2-l2a',
    platform: 'sentinel-2a',
    level: 'L2A',
    baseline: null,
    tile,
    datetime: `${DAY}${day}T${hour}:00:00.000Z`,
    epsg: 32631,
    bbox: [4.4, 52.2, 4.7, 52.4],
    footprint: { type: 'Polygon', coordinates: [] },
    cloudCover: 10 * day,
    bands: [band('red', 'B04', await put('B04', 1000)), band('nir', 'B08', await put('B08', 3000))],
    classes: [{ path: scl, gsd: 20 }],
    calibration: { quantification: 10000, addOffset: 0, origin: 'none', explanation: '' },
    source: folder,
    digest: '',
    files: [],
    findings: [],
    ...changes,
  };
}

let scenes: SceneRecord[];
beforeAll(async () => {
  scenes = [
    await putScene('31UFT', 1, 0, { hole: 5 }),
    await putScene('31UFT', 2, 0),
    await putScene('31UGT', 1, 200, { hour: 11 }), // 20 columns over 31UFT, of the same pass
    await putScene('31UFT', 3, 0),
  ];
});

const context = { findScenes: async () => scenes };
const from = (node: string) => ({ from_node: node });

function graphOf(load: Readonly<Record<string, unknown>>, more: ProcessGraph = {}, data = 'load'): ProcessGraph {
  return {
    load: {
      process_id: 'load_collection',
      arguments: { id: 'sentinel-2-l2a', spatial_extent: null, temporal_extent: null, bands: ['red'], ...load },
    } as ProcessGraph[string],
    ...more,
    save: { process_id: 'save_result', arguments: { data: from(data), format: 'GTiff' }, result: true },
  };
}

async function productsOf(graph: ProcessGraph): Promise<RasterProduct[]> {
  const { products } = await lowerGraph(graph, context);
  return products.map((product) => {
    if (product.kind !== 'raster') throw new Error(`A product of kind ${product.kind}`);
    return product;
  });
}

let count = 0;
async function make({ program, options }: RasterProduct): Promise<{ path: string; values: number[] }> {
  const path = join(folder, `made-${count++}.tif`);
  await produce('cube', { program, options, output: path }, async () => inlineRunner);
  return { path, values: await readValues(path) };
}

describe('load_collection', () => {
  it('makes one picture of the tiles of a pass, and a file of each date', async () => {
    const products = await productsOf(graphOf({}));
    expect(products.map(({ part }) => part)).toEqual([
      '2024-06-01T100000Z',
      '2024-06-02T100000Z',
      '2024-06-03T100000Z',
    ]);
    const { grid } = products[0]!.program;
    expect([grid.width, grid.height]).toEqual([60, 40]);
    const { values } = await make(products[0]!);
    const row = values.slice(0, 60).map((value) => (Number.isNaN(value) ? null : Math.round(value * 10000)));
    const expected = Array.from({ length: 60 }, (_, col) => (col < 5 ? null : col < 40 ? 1100 + col : 1100 + col - 20));
    expect(row).toEqual(expected); // the first tile where it has a value
    const second = await make(products[1]!);
    expect(second.values.slice(40, 60).every(Number.isNaN)).toBe(true);
  });

  it('reads bands by any of their names, and all of them where none is asked for', async () => {
    const named = await productsOf(graphOf({ bands: ['B08', 'red'] }));
    expect(named[0]!.options.bandNames).toEqual(['B08', 'red']);
    const all = await productsOf(graphOf({ bands: null }));
    expect(all[0]!.options.bandNames).toEqual(['red', 'nir']);
  });

  it('keeps scenes of the interval whose end is not part of it, and that meet the properties', async () => {
    const times = async (load: Readonly<Record<string, unknown>>) => (await productsOf(graphOf(load))).length;
    expect(await times({ temporal_extent: ['2024-06-01', '2024-06-03T10:00:00Z'] })).toBe(2);
    const below = {
      process_graph: {
        p: { process_id: 'lt', arguments: { x: { from_parameter: 'value' }, y: 25 }, result: true },
      },
    };
    expect(await times({ properties: { 'eo:cloud_cover': below } })).toBe(2);
  });

  it('cuts to a box, whose pixels are those with their centres in it', async () => {
    const extent = { west: 600_025, south: 5_799_900, east: 600_055, north: 5_799_930, crs: 'EPSG:32631' };
    const products = await productsOf(graphOf({ spatial_extent: extent }));
    const { grid } = products[1]!.program;
    expect(grid).toMatchObject({ width: 4, height: 3, transform: [10, 0, 600_020, 0, -10, 5_799_930] });
    const { values } = await make(products[1]!);
    expect(values.slice(0, 4).map((value) => Math.round(value * 10000))).toEqual([1202, 1203, 1204, 1205]);
  });

  it('opens only the bands that a product needs, and cuts coarser ones as finer ones', async () => {
    const swir = await putRaster(
      folder,
      'swir',
      Uint16Array.from({ length: (SIDE / 2) ** 2 }, (_, i) => 2000 + i),
      { width: SIDE / 2, height: SIDE / 2, dtype: 'uint16', nodata: 0, transform: northUp(20) },
    );
    const [first] = scenes;
    const band = first!.bands[0]!;
    const bands = [
      ...first!.bands,
      { ...band, name: 'swir16', code: 'B11', gsd: 20, path: swir },
      { ...band, name: 'blue', code: 'B02', path: join(folder, 'nowhere.tif') },
    ];
    const one = { findScenes: async () => [{ ...first!, bands }] };
    const index = (formula: string) => ({
      index: { process_id: 'lm_index', arguments: { data: from('load'), index: formula } },
    });
    const extent = { west: 600_030, south: 5_799_900, east: 600_070, north: 5_799_950, crs: 32631 };
    const graph = graphOf({ bands: null, spatial_extent: extent }, index('swir16 - red'), 'index');
    const { products } = await lowerGraph(graph, one);
    const product = products[0] as RasterProduct;
    expect(product.program.grid).toMatchObject({ width: 4, height: 5 });
    const { values } = await make(product);
    // The first pixel is (3, 5), nodata in red; the one below is (3, 6)
    const expected = (col: number, row: number) => 2000 + (row >> 1) * (SIDE / 2) + (col >> 1) - (1100 + col);
    expect(values[0]).toBeNaN();
    expect(Math.round(values[2]! * 10000)).toBe(expected(5, 5));
    expect(Math.round(values[4 * 4 + 3]! * 10000)).toBe(expected(6, 9));
    await expect(lowerGraph(graphOf({ bands: null }, index('blue - red'), 'index'), one)).rejects.toThrow(
      /nowhere\.tif/,
    );
  });

  it('masks each tile by its own classes, before or after an index', async () => {
    const clear = { process_id: 'lm_cloud_mask', arguments: { data: from('load') } };
    const index = { process_id: 'ndvi', arguments: { data: from('clear') } };
    const before = await productsOf(graphOf({ bands: ['red', 'nir'] }, { clear, index }, 'index'));
    const after = await productsOf(
      graphOf(
        { bands: ['red', 'nir'] },
        {
          index: { ...index, arguments: { data: from('load') } },
          clear: { ...clear, arguments: { data: from('index') } },
        },
        'clear',
      ),
    );
    expect(JSON.stringify(after[0]!.program)).toBe(JSON.stringify(before[0]!.program));
    const { values } = await make(before[0]!);
    expect(values.slice(0, 120).every(Number.isNaN)).toBe(true); // a row of classes is two of pixels
    expect(values[2 * 60 + 30]).toBeCloseTo(2000 / (1130 + 3130), 6);
  });

  it('grows what it masks by metres', async () => {
    const clear = { process_id: 'lm_cloud_mask', arguments: { data: from('load'), dilation_metres: 40 } };
    const products = await productsOf(graphOf({}, { clear }, 'clear'));
    const { values } = await make(products[1]!); // two rows of cloud, and two more of 20 m
    expect(values.slice(0, 8 * 60).every(Number.isNaN)).toBe(true);
    expect(values[8 * 60]).toBeCloseTo(0.12, 6);
  });

  it.each([
    ['nothing there', { temporal_extent: ['2030-01-01', '2031-01-01'] }, /no scene|None of/],
    ['a band that is missing', { bands: ['swir22'] }, /no band swir22: it holds red \(B04\), nir \(B08\).*node "load"/],
    ['a property that is not known', { properties: { sun: {} } }, /no property sun/],
    ['a box elsewhere', { spatial_extent: { west: 0, south: 0, east: 1, north: 1 } }, /no pixel/],
  ])('says what is wrong: %s', async (_, load, message) => {
    const nothing = { findScenes: async () => ('temporal_extent' in load ? [] : scenes) };
    await expect(lowerGraph(graphOf(load), nothing)).rejects.toThrow(message);
  });

  it('refuses scenes of two zones', async () => {
    const other = { ...scenes[2]!, id: 'other', tile: '32ULC' };
    const path = await putRaster(folder, 'zone32', new Uint16Array(SIDE * SIDE), {
      width: SIDE,
      height: SIDE,
      dtype: 'uint16',
      epsg: 32632,
    });
    const moved = { ...other, bands: other.bands.map((band) => ({ ...band, path })) };
    const both = { findScenes: async () => [scenes[0]!, moved] };
    await expect(lowerGraph(graphOf({}), both)).rejects.toThrow(/EPSG:32632.*one UTM zone/);
  });
});

describe('files', () => {
  const value = (name: string, number: number, bands = 1, bandNames: readonly string[] = ['ndvi']) =>
    putRaster(folder, name, new Float32Array(9 * bands).fill(number), {
      width: 3,
      height: 3,
      dtype: 'float32',
      nodata: NaN,
      bands,
      bandNames,
    });
  const filesGraph = (args: Readonly<Record<string, unknown>>, save: Readonly<Record<string, unknown>> = {}) =>
    ({
      load: { process_id: 'lm_load_files', arguments: args },
      save: {
        process_id: 'save_result',
        arguments: { data: from('load'), format: 'GTiff', options: save },
        result: true,
      },
    }) as ProcessGraph;

  it('of a cube are read back with the times that stand in them', async () => {
    const paths = [await value('a_20240105', 1), await value('b_20240220', 2)];
    const products = await productsOf(filesGraph({ paths }));
    expect(products.map(({ time }) => time)).toEqual(['2024-01-05T00:00:00.000Z', '2024-02-20T00:00:00.000Z']);
    const made = [await make(products[0]!), await make(products[1]!)]; // their names say nothing of a time
    const again = await productsOf(filesGraph({ paths: made.map(({ path }) => path) }, { per_date: false }));
    expect(again[0]!.options.bandNames).toEqual(['2024-01-05', '2024-02-20']);
    const { path } = await make(again[0]!);
    const split = await productsOf(filesGraph({ paths: [path] }));
    expect(split.map(({ part, options }) => [part, options.bandNames])).toEqual([
      ['2024-01-05', ['value']],
      ['2024-02-20', ['value']],
    ]);
    expect((await make(split[1]!)).values[0]).toBe(2);
  });

  it.each(['near', 'bilinear', 'cubic', 'average'] as const)(
    'are brought to another grid as warp does: %s',
    async (method) => {
      const [width, height] = [61, 43];
      const data = Float32Array.from({ length: width * height }, (_, i) =>
        i % 13 === 0 ? NaN : Math.sin(i / 9) + i / 500,
      );
      const path = await putRaster(folder, `warped_20240101_${method}`, data, {
        width,
        height,
        dtype: 'float32',
        nodata: NaN,
      });
      const resample = { data: from('load'), projection: 28992, resolution: 14, method };
      const [product] = await productsOf({
        load: { process_id: 'lm_load_files', arguments: { paths: [path] } },
        other: { process_id: 'resample_spatial', arguments: resample },
        save: { process_id: 'save_result', arguments: { data: from('other'), format: 'GTiff' }, result: true },
      });
      const { grid } = product!.program;
      const [cell, , minX, , , maxY] = grid.transform;
      const bounds = { minX, maxY, maxX: minX + cell * grid.width, minY: maxY - cell * grid.height, epsg: 28992 };
      const output = join(folder, `warp-${method}.tif`);
      const resampling = method === 'near' ? 'nearest' : method;
      const request = { path, epsg: 28992, resolution: 14, bounds, resampling, output } as const;
      await runWarp(await planWarpRun(request), inlineRunner);
      const { values } = await make(product!);
      expect(values.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(900);
      expect(values).toEqual(await readValues(output));
    },
  );

  it('say what is wrong with them', async () => {
    const path = await value('undated', 1);
    await expect(productsOf(filesGraph({ paths: [path] }))).rejects.toThrow(/Nothing tells when .*undated/);
    await expect(productsOf(filesGraph({ paths: [path], times: ['2024-01-01', '2024-01-02'] }))).rejects.toThrow(
      /one time for each of the 1 paths/,
    );
    const twice = { paths: [path, path], times: ['2024-01-01', '2024-01-01'] };
    await expect(productsOf(filesGraph(twice))).rejects.toThrow(/Two bands of 2024-01-01 are called ndvi/);
  });

  it('of a STAC item are a cube of one date', async () => {
    const [scene] = scenes;
    const asset = (path: string) => ({ href: path });
    const item = {
      type: 'Feature',
      stac_version: '1.0.0',
      id: 'S2A_31UFT_20240601_0_L2A',
      properties: {
        datetime: scene!.datetime,
        platform: 'sentinel-2a',
        'proj:epsg': 32631,
        's2:processing_baseline': '02.14',
      },
      geometry: null,
      links: [],
      assets: {
        red: asset(scene!.bands[0]!.path),
        nir: asset(scene!.bands[1]!.path),
        scl: asset(scene!.classes[0]!.path),
      },
    };
    const path = join(folder, 'item.json');
    await writeFile(path, JSON.stringify(item));
    const load = (process_id: string, args: Readonly<Record<string, unknown>>) =>
      ({
        load: { process_id, arguments: args },
        index: { process_id: 'ndvi', arguments: { data: from('load') } },
        save: { process_id: 'save_result', arguments: { data: from('index'), format: 'GTiff' }, result: true },
      }) as ProcessGraph;
    const [stac] = await productsOf(load('load_stac', { url: path }));
    expect(stac!.time).toBe(scene!.datetime);
    const { values } = await make(stac!);
    expect(values[30]).toBeCloseTo(2000 / (1130 + 3130), 6);
    const [ours] = await productsOf(load('lm_load_scenes', { paths: [path], bands: ['B04', 'B08'] }));
    expect((await make(ours!)).values).toEqual(values);
  });
});

describe('aggregate_spatial', () => {
  const statistic = (id: string, more = {}) => ({
    process_graph: { r: { process_id: id, arguments: { data: { from_parameter: 'data' }, ...more }, result: true } },
  });
  const graph = (reducer: unknown, bands = ['red']) =>
    ({
      load: {
        process_id: 'load_collection',
        arguments: { id: 'sentinel-2-l2a', spatial_extent: null, temporal_extent: null, bands },
      },
      zones: { process_id: 'aggregate_spatial', arguments: { data: from('load'), geometries: 'parcels', reducer } },
      save: { process_id: 'save_result', arguments: { data: from('zones'), format: 'Parquet' }, result: true },
    }) as ProcessGraph;
  const withZones = {
    ...context,
    findScenes: async () => scenes,
    findZones: async (name: string) => `/zones/${name}.geojson`,
  };

  it.each([
    ['mean', {}, 'mean'],
    ['sd', {}, 'std'],
    ['quantiles', { probabilities: [0.1] }, 'p10'],
  ])('%s becomes a column of a table', async (id, more, column) => {
    const { products } = await lowerGraph(graph(statistic(id, more)), withZones);
    expect(products).toMatchObject([
      { kind: 'zones', statistics: column, zones: '/zones/parcels.geojson', format: 'parquet' },
    ]);
    expect(products[0]!.program.planes).toHaveLength(3);
  });

  it('refuses what has no column, and several bands', async () => {
    await expect(lowerGraph(graph(statistic('product')), withZones)).rejects.toThrow(/reducer.*node "zones"/);
    await expect(lowerGraph(graph(statistic('mean'), ['red', 'nir']), withZones)).rejects.toThrow(/3 t × 2 bands/);
  });
});

describe('a program', () => {
  it('is replayed from its passport, also where everything has moved', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    const paths = [1, 2].map((day) => join(home, `ndvi_2024060${day}.tif`));
    for (const [k, path] of paths.entries())
      await rename(
        await putRaster(
          home,
          `n${k}`,
          Float32Array.from({ length: 100 }, (_, i) => (i % 7 === k ? NaN : i / 100)),
          {
            width: 10,
            height: 10,
            dtype: 'float32',
            nodata: NaN,
          },
        ),
        path,
      );
    const graph: ProcessGraph = {
      load: { process_id: 'lm_load_files', arguments: { paths } },
      mean: {
        process_id: 'reduce_dimension',
        arguments: {
          data: from('load'),
          dimension: 't',
          reducer: {
            process_graph: { m: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } }, result: true } },
          },
        },
      },
      save: { process_id: 'save_result', arguments: { data: from('mean'), format: 'GTiff' }, result: true },
    };
    const [product] = await productsOf(graph);
    const output = join(home, 'mean.tif');
    await produce('cube', { program: product!.program, options: product!.options, output }, async () => inlineRunner);
    expect(await replay(output, async () => inlineRunner)).toMatchObject({ outcome: 'identical' });
    const away = join(folder, 'away');
    await rename(home, away);
    const again = await replay(join(away, 'mean.tif'), async () => inlineRunner);
    expect(again).toMatchObject({ outcome: 'identical', reasons: [] });
    expect(again.inputs.map(({ role, state }) => [role, state])).toEqual([
      ['2024-06-01 band1', 'same'],
      ['2024-06-02 band1', 'same'],
    ]);
  });

  it('gives numbers without a file, and tells what they are of', async () => {
    const { products } = await lowerGraph(
      {
        load: {
          process_id: 'load_collection',
          arguments: { id: 'sentinel-2-l2a', spatial_extent: null, temporal_extent: null, bands: ['red', 'nir'] },
        },
        index: { process_id: 'ndvi', arguments: { data: from('load') } },
        table: {
          process_id: 'lm_zone_series',
          arguments: { data: from('index'), zones: 'parcels.geojson', statistics: 'mean,p90' },
          result: true,
        },
      },
      context,
    );
    const [product] = products;
    expect(product).toMatchObject({ kind: 'zones', zones: 'parcels.geojson', statistics: 'mean,p90', format: 'csv' });
    const { program } = product!;
    expect(planeLabels(program).map(({ t }) => t)).toEqual([1, 2, 3].map((day) => `${DAY}${day}T10:00:00.000Z`));
    const window = { col: 4, row: 7, width: 3, height: 1 };
    await withScratch(async (scratch) => {
      const { data, mask } = await readCubeValues(program, 0, window, scratch, new AbortController().signal);
      expect([...mask!]).toEqual([0, 1, 1]);
      expect(data[1]).toBeCloseTo(2000 / (1105 + 3105), 6);
    });
    expect(await estimateCube(program)).toMatchObject({ regions: 1, megapixelDates: (4 * 2 * 1600) / 1e6 });
  });
});
