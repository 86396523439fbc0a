import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStatistics } from '../../pipelines/core/geometry/zonal/statistics.ts';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { createSamples } from '../../pipelines/core/raster/block.ts';
import type { CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { TaskRunner } from '../../pipelines/runner.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { planZonal, runZonal } from '../../pipelines/runs/zonal.ts';
import type { ZonalReport, ZonalRequest } from '../../pipelines/runs/zonal.ts';
import type { ZonalLimits } from '../../pipelines/runs/zonal-table.ts';
import { createPool } from '../../workers/pool.ts';
import { createRandom } from '../support/random.ts';
import { areaOf, coverageOf, rectangle, star } from '../support/zones.ts';
import type { Ring } from '../support/zones.ts';

const WIDTH = 700;
const HEIGHT = 600;
const TRANSFORM: Affine = [10, 0, 640_000, 0, -10, 5_775_000];
let folder = '';
let zones = '';

/** Rings in pixels: one within a tile, one over several, one half outside, one away. */
const random = createRandom(5);
const RINGS: Record<string, Ring> = {
  small: star(random, 100, 100, 30, 9),
  large: star(random, 350, 300, 280, 40, 0.2),
  half: rectangle(-20.5, 50, 20.5, 90),
  away: rectangle(900, 900, 950, 950),
};

const place = ([col, row]: readonly [number, number]) => [640_000 + 10 * col, 5_775_000 - 10 * row];
const feature = (naam: string, ring: Ring, properties: object = {}) => ({
  type: 'Feature',
  properties: { naam, ...properties },
  geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!].map(place)] },
});

async function zonesFile(name: string, features: readonly unknown[], epsg: number | null = 32631): Promise<string> {
  const path = join(folder, name);
  const crs = epsg === null ? {} : { crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } } };
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', ...crs, features }));
  return path;
}

const value = (col: number, row: number) => 1 + ((row * 31 + col * 17) % 1009);

async function raster(name: string, spec: Partial<CogSpec> = {}): Promise<string> {
  const path = join(folder, name);
  const full: CogSpec = {
    width: WIDTH,
    height: HEIGHT,
    transform: TRANSFORM,
    epsg: 32631,
    dtype: 'int16',
    bands: 1,
    nodata: -1,
    ...spec,
  };
  const data = createSamples(full.dtype, full.width * full.height);
  for (let row = 0; row < full.height; row++)
    for (let col = 0; col < full.width; col++) data[row * full.width + col] = value(col, row);
  await writeCogFromArray(path, full, [data], [null]);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonal-'));
  zones = await zonesFile(
    'zones.geojson',
    Object.entries(RINGS).map(([naam, ring]) => feature(naam, ring)),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function zonal(
  request: Partial<Omit<ZonalRequest, 'statistics'>> & Pick<ZonalRequest, 'rasters'> & { stats?: string },
  runner: TaskRunner = inlineRunner,
  limits: ZonalLimits = { threadedPixels: 0, waitingValues: 1e7 },
): Promise<ZonalReport> {
  const { stats = 'count,mean', ...rest } = request;
  const plan = await planZonal({
    zones,
    statistics: parseStatistics(stats),
    idField: 'naam',
    zonesCrs: null,
    output: join(folder, 'out.json'),
    rdGrid: null,
    ...rest,
  });
  return runZonal(plan, async () => runner, {}, limits);
}

type Row = Record<string, unknown>;
async function rows(request: Parameters<typeof zonal>[0]): Promise<Row[]> {
  const { output } = await zonal(request);
  return JSON.parse(await readFile(output, 'utf8')) as Row[];
}

/** From the dense coverage of a ring, and a sort. */
function expected(ring: Ring) {
  const shares = coverageOf([[ring]], WIDTH, HEIGHT);
  const cells = [...shares.keys()].filter((i) => shares[i]! > 0);
  const cell = cells.map((i) => [value(i % WIDTH, Math.floor(i / WIDTH)), shares[i]!] as const);
  cell.sort((a, b) => a[0] - b[0]);
  const count = cell.reduce((sum, [, share]) => sum + share, 0);
  const mean = cell.reduce((sum, [v, share]) => sum + v * share, 0) / count;
  const std = Math.sqrt(cell.reduce((sum, [v, share]) => sum + (v - mean) ** 2 * share, 0) / count);
  let below = 0;
  const median = cell.find(([, share]) => (below += share) >= count / 2)![0];
  return {
    count,
    mean,
    std,
    min: cell[0]![0],
    max: cell.at(-1)![0],
    median,
    variety: new Set(cell.map(([v]) => v)).size,
  };
}

describe('zonal', () => {
  it.each(['int16', 'float32'] as const)(
    'finds the statistics of zones in one and in several tiles (%s)',
    async (dtype) => {
      const path = await raster(`${dtype}.tif`, { dtype });
      const found = await rows({ rasters: [path], stats: 'count,mean,std,min,max,median,variety,valid_share' });
      expect(found.map((row) => row['naam'])).toEqual(['small', 'large', 'half', 'away']);
      for (const row of found.slice(0, 3)) {
        const wanted = expected(RINGS[row['naam'] as string]!);
        expect(row['raster']).toBe(path);
        for (const [name, number] of Object.entries(wanted))
          expect(Math.abs((row[name] as number) / number - 1), `${name} of ${String(row['naam'])}`).toBeLessThan(1e-8);
      }
      expect(found[2]!['valid_share']).toBeCloseTo(0.5, 9);
      expect(found[3]).toMatchObject({ count: 0, valid_share: 0, mean: null, std: null, median: null, variety: null });
    },
  );

  it('gives each raster the rows it has alone, whatever grids there are', async () => {
    const a = await raster('a.tif');
    const b = await raster('b.tif', { transform: [10, 0, 640_005, 0, -10, 5_775_000], scale: 0.01, offset: 5 });
    const c = await raster('c.tif', { blockSize: 128, dtype: 'uint16' });
    const stats = 'count,mean,p10,majority,histogram';
    const together = await rows({ rasters: [a, b, c, a], stats });
    const alone = [];
    for (const path of [a, b, c, a]) alone.push(...(await rows({ rasters: [path], stats })));
    expect(together).toEqual(alone);
    expect(together).toHaveLength(16);
    expect(together[4]!['mean']).not.toBe(together[0]!['mean']);
    expect(together.slice(8, 12).map((row) => row['mean'])).toEqual(together.slice(0, 4).map((row) => row['mean']));
  });

  it('gives the same on threads', async () => {
    const path = await raster('threads.tif');
    const rasters = Array.from({ length: 12 }, () => path);
    const request = { rasters, stats: 'count,mean,median,std' };
    const pool = createPool({ threads: 2 });
    const names: string[] = [];
    const watched: TaskRunner = { ...pool, run: (name, ...task) => (names.push(name), pool.run(name, ...task)) };
    try {
      const output = join(folder, 'threads.csv');
      await zonal({ ...request, output }, watched);
      const alone = await zonal({ ...request, output: join(folder, 'alone.csv') });
      expect(await readFile(output, 'utf8')).toBe(await readFile(alone.output, 'utf8'));
      expect(names).toEqual(Array.from({ length: 12 }, () => 'zonal-tiles'));
    } finally {
      await pool.close();
    }
  });

  it('starts threads only for a run that is worth them', async () => {
    const path = await raster('few.tif');
    const never: TaskRunner = { ...inlineRunner, run: () => Promise.reject(new Error('asked for')) };
    const pixels = WIDTH * HEIGHT;
    const limits = { waitingValues: 1e7, threadedPixels: pixels };
    await expect(zonal({ rasters: [path] }, never, limits)).resolves.toMatchObject({ rows: 4 });
    await expect(zonal({ rasters: [path, path] }, never, limits)).rejects.toThrow('asked for');
  });

  it.each(['uint8', 'float32'] as const)('finds percentiles of large zones in several passes (%s)', async (dtype) => {
    const wide: Record<string, Ring> = {
      first: star(random, 340, 300, 250, 30, 0.1),
      second: star(random, 360, 310, 280, 30, 0.1),
      third: star(random, 350, 290, 200, 9, 0.1),
    };
    const path = await raster(`passes-${dtype}.tif`, { dtype, nodata: null });
    const file = await zonesFile(
      'wide.geojson',
      Object.entries({ ...wide, ...RINGS }).map(([naam, ring]) => feature(naam, ring)),
    );
    const request = { rasters: [path, path], zones: file, stats: 'count,sum,median,p9,variety,shares' };
    const asked: number[] = [];
    const watched: TaskRunner = {
      ...inlineRunner,
      run: (name, input, options) => (asked.push(1), inlineRunner.run(name, input, options)),
    };
    const once = await readFile((await zonal(request)).output, 'utf8');
    const limits = { threadedPixels: 0, waitingValues: 1 };
    const often = await readFile((await zonal(request, watched, limits)).output, 'utf8');
    expect(often).toBe(once);
    expect(asked.length).toBeGreaterThanOrEqual(2 * 4);
  });

  it('writes the same rows in every format', async () => {
    const path = await raster('f.tif');
    const wanted = await rows({ rasters: [path], stats: 'count,mean,shares' });
    const csv = (await zonal({ rasters: [path], output: join(folder, 'f.csv') })).output;
    expect((await readFile(csv, 'utf8')).split('\n').slice(0, 2)).toEqual([
      'naam,raster,count,mean',
      `small,${path},${String(wanted[0]!['count'])},${String(wanted[0]!['mean'])}`,
    ]);
    expect((await readFile(csv, 'utf8')).split('\n')[4]).toBe(`away,${path},0,`);
    const parquet = (await zonal({ rasters: [path], output: join(folder, 'f.parquet') })).output;
    const [first] = await parquetReadObjects({ file: await asyncBufferFromFile(parquet) });
    expect(first).toMatchObject({ naam: 'small', raster: path });
    expect(first!['mean']).toBeCloseTo(wanted[0]!['mean'] as number, 9);
    const geojson = (await zonal({ rasters: [path], output: join(folder, 'f.geojson') })).output;
    const { features } = JSON.parse(await readFile(geojson, 'utf8')) as {
      features: { geometry: { coordinates: [number, number][][] }; properties: Row }[];
    };
    expect(features[0]!.properties).toEqual({
      naam: 'small',
      raster: path,
      count: wanted[0]!['count'],
      mean: wanted[0]!['mean'],
    });
    const ring = features[0]!.geometry.coordinates[0]!;
    const back = ring.map(([lon, lat]) => createTransform(4326, 32631).point(lon, lat));
    expect(areaOf(back) / 100 / areaOf(RINGS['small']!)).toBeCloseTo(1, 4);
  });

  it('reads zones as GeoJSON lines, and as a table with well-known text', async () => {
    const path = await raster('g.tif');
    const wanted = await rows({ rasters: [path] });
    const lines = join(folder, 'z.geojsonl');
    await writeFile(
      lines,
      Object.entries(RINGS)
        .map(([naam, ring]) => JSON.stringify(feature(naam, ring)))
        .join('\n'),
    );
    expect(await rows({ rasters: [path], zones: lines, zonesCrs: 'EPSG:32631' })).toEqual(wanted);
    const table = join(folder, 'z.csv');
    const wkt = (ring: Ring) => `"POLYGON((${[...ring, ring[0]!].map((p) => place(p).join(' ')).join(',')}))"`;
    await writeFile(
      table,
      `naam,wkt\n${Object.entries(RINGS)
        .map(([naam, ring]) => `${naam},${wkt(ring)}`)
        .join('\n')}\n`,
    );
    expect(await rows({ rasters: [path], zones: table, zonesCrs: 'EPSG:32631' })).toEqual(wanted);
  });

  it('names zones by the field, the feature’s id, a property id, or their number', async () => {
    const path = await raster('h.tif');
    const ring = RINGS['small']!;
    const ids = async (features: readonly unknown[], idField: string | null = null) =>
      (await rows({ rasters: [path], zones: await zonesFile('ids.geojson', features), idField })).map(
        (row) => Object.entries(row)[0],
      );
    expect(await ids([feature('a', ring), feature('b', ring)])).toEqual([
      ['id', 1],
      ['id', 2],
    ]);
    expect(await ids([feature('a', ring, { id: 'x7' }), feature('b', ring, { id: 8 })])).toEqual([
      ['id', 'x7'],
      ['id', '8'],
    ]);
    expect(await ids([{ ...feature('a', ring, { id: 3 }), id: 40 }])).toEqual([['id', 40]]);
    expect(await ids([feature('a', ring, { nr: 1.5 })], 'nr')).toEqual([['nr', 1.5]]);
  });

  it('tells of zones without polygon, of ids that repeat, of overlaps, and of rasters that no zone meets', async () => {
    const path = await raster('i.tif');
    const far = await raster('far.tif', { transform: [10, 0, 0, 0, -10, 100_000] });
    const bowTie: Ring = [
      [10, 10],
      [60, 60],
      [60, 10],
      [10, 60],
    ];
    const mixed = await zonesFile('mixed.geojson', [
      feature('a', bowTie),
      { type: 'Feature', properties: { naam: 'p' }, geometry: { type: 'Point', coordinates: [1, 2] } },
      feature('a', RINGS['small']!),
      { type: 'Feature', properties: { naam: 'none' }, geometry: null },
    ]);
    const report = await zonal({ rasters: [path, far], zones: mixed });
    expect(report).toMatchObject({ zones: 3, rasters: 2, rows: 6 });
    expect(report.notes).toEqual([
      `1 of 4 features of ${mixed} are no zones, the first is feature 2: it is a Point, and a zone is a polygon`,
      `1 ids of ${mixed} come more than once, such as a; each zone keeps rows of its own`,
      '1 zones cross or overlap themselves, such as a: each place in them counts once',
      `No zone meets ${far}: the zones are in EPSG:32631, the raster in EPSG:32631; is --zones-crs right?`,
    ]);
    const found = JSON.parse(await readFile(report.output, 'utf8')) as Row[];
    expect(found.map((row) => row['count'])).toEqual([1250, expect.any(Number), 0, 0, 0, 0]);
  });

  it.each<[string, (path: string) => Partial<ZonalRequest> | Promise<Partial<ZonalRequest>>, string]>([
    ['a field that a zone lacks', () => ({ idField: 'code' }), '--id is code, which must name each zone'],
    ['an output without a known end', () => ({ output: 'out.txt' }), 'its name must end in one of'],
    ['a CRS that is none', () => ({ zonesCrs: 'EPSG:1' }), 'EPSG:1 is not a CRS'],
    ['zones that are not there', () => ({ zones: join(folder, 'no.geojson') }), 'no.geojson'],
    ['a raster for zones', (path) => ({ zones: path }), 'cannot be read as GeoJSON'],
    [
      'no polygons',
      async () => ({
        zones: await zonesFile('p.geojson', [
          {
            type: 'Feature',
            properties: {},
            geometry: {
              type: 'LineString',
              coordinates: [
                [1, 2],
                [3, 4],
              ],
            },
          },
        ]),
        idField: null,
      }),
      'has no polygons to use as zones: the first is feature 1: it is a LineString',
    ],
    [
      'an empty collection',
      async () => ({ zones: await zonesFile('e.geojson', []), idField: null }),
      'has no polygons to use as zones',
    ],
    [
      'an id that is another column',
      async () => ({
        zones: await zonesFile('c.geojson', [feature('a', RINGS['small']!, { count: 1 })]),
        idField: 'count',
      }),
      'the name of another column',
    ],
    ['a raster without CRS', async () => ({ rasters: [await raster('nocrs.tif', { epsg: null })] }), 'has no CRS'],
    ['a folder that is not there', () => ({ output: join(folder, 'no/out.csv') }), 'its folder does not exist'],
  ])('refuses %s in one sentence and writes nothing', async (_, change, message) => {
    const path = await raster('j.tif');
    const request = { rasters: [path], ...(await change(path)) };
    const before = await readdir(folder);
    await expect(zonal(request)).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(before);
  });

  it('leaves nothing behind where a raster is damaged', async () => {
    const path = await raster('k.tif');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const output = join(folder, 'damaged.csv');
    await expect(zonal({ rasters: [path], output })).rejects.toThrow('k.tif');
    expect((await readdir(folder)).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});
