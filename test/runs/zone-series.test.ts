import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { findZoneSeries, listZoneValues, removeZoneSeries } from '../../pipelines/catalog/zone-values-repository.ts';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { TaskRunner } from '../../pipelines/runner.ts';
import type { RunControls } from '../../pipelines/runs/progress.ts';
import { openBand } from '../../pipelines/runs/align.ts';
import { SAME_GRID } from '../../pipelines/core/raster/align.ts';
import { NO_SPECIAL_VALUES } from '../../pipelines/tasks/layer.ts';
import type { CubeProgram } from '../../pipelines/cube/program.ts';
import { planCubeZones } from '../../pipelines/runs/cube-zones.ts';
import { bandUse } from '../../pipelines/runs/run-facts.ts';
import { parseRequest } from '../../pipelines/runs/requests.ts';
import { storeZoneSeries } from '../../pipelines/runs/store-zone-series.ts';
import { planZonal, runZonal } from '../../pipelines/runs/zonal.ts';
import { ZONAL_LIMITS } from '../../pipelines/runs/zonal-table.ts';
import { planZoneSeries } from '../../pipelines/runs/zone-series.ts';
import { runZoneSeries } from '../../pipelines/runs/zone-series-run.ts';
import type { ZoneSeriesRequest } from '../../pipelines/runs/zone-series.ts';
import { parseStatistics } from '../../pipelines/core/geometry/zonal/statistics.ts';
import { run as runTiles } from '../../pipelines/tasks/zonal-tiles.ts';
import type { ZonalTilesInput } from '../../pipelines/tasks/zonal-tiles.ts';
import { createPool } from '../../workers/pool.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { rectangle, star } from '../support/zones.ts';
import type { Ring } from '../support/zones.ts';

const [WIDTH, HEIGHT] = [600, 500];
const root = mkdtempSync(join(tmpdir(), 'landmeter-zone-series-'));
afterAll(() => rmSync(root, { recursive: true }));

const random = createRandom(8);
const RINGS: Record<string, Ring> = {
  small: star(random, 100, 100, 30, 9),
  large: star(random, 300, 250, 230, 40, 0.2),
  edge: rectangle(-20, 50, 20, 90),
  away: rectangle(900, 900, 950, 950),
};
const zones = join(root, 'zones.geojson');

function writeZones(path: string, rings: Record<string, Ring>): void {
  const features = Object.entries(rings).map(([id, ring]) => ({
    type: 'Feature',
    properties: { id },
    geometry: {
      type: 'Polygon',
      coordinates: [[...ring, ring[0]!].map(([col, row]) => [640_000 + 10 * col, 5_775_000 - 10 * row])],
    },
  }));
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::32631' } };
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', crs, features }));
}

/** A band of one date; one in eleven pixels of its first half is nodata. */
async function writeBand(name: string, seed: number, shift = 0): Promise<string> {
  const path = join(root, name);
  const data = new Int16Array(WIDTH * HEIGHT);
  for (let i = 0; i < data.length; i++)
    data[i] = i < data.length / 2 && i % 11 === 0 ? -1 : 1000 + ((i * 31 + seed * 977) % 3001);
  const transform: Affine = [10, 0, 640_000 + shift, 0, -10, 5_775_000];
  const grid = { width: WIDTH, height: HEIGHT, transform, epsg: 32631 };
  await writeCogFromArray(path, { ...grid, dtype: 'int16', bands: 1, nodata: -1, blockSize: 256 }, [data], [null]);
  return path;
}

let dates: string[] = [];
beforeAll(async () => {
  writeZones(zones, RINGS);
  dates = [
    await writeBand('b_20240612.tif', 1),
    await writeBand('b_20240501.tif', 2),
    await writeBand('b_2024-07-03.tif', 3),
  ];
});

async function series(
  request: Partial<ZoneSeriesRequest>,
  controls: RunControls = {},
  runner: TaskRunner = inlineRunner,
): Promise<{ path: string; notes: readonly string[]; rows: Record<string, string>[] }> {
  const full: ZoneSeriesRequest = {
    dates: dates.map((raster) => ({ time: null, source: { raster, classes: null } })),
    formula: null,
    calibration: {},
    zones,
    statistics: 'count,mean,median',
    idField: null,
    zonesCrs: null,
    output: join(root, 'series.csv'),
    ...request,
  };
  const limits = { ...ZONAL_LIMITS, threadedPixels: 0 };
  const { notes } = await runZoneSeries(await planZoneSeries(full, null), async () => runner, controls, limits);
  const [header, ...lines] = readFileSync(full.output, 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(header!.split(',').map((name, c) => [name, cells[c]!]));
  });
  return { path: full.output, notes, rows };
}

async function zonalRows(raster: string, statistics: string): Promise<string[]> {
  const output = join(root, 'alone.csv');
  const words = { zones, statistics: parseStatistics(statistics), idField: null, zonesCrs: null, output, rdGrid: null };
  await runZonal(await planZonal({ rasters: [raster], ...words }), async () => inlineRunner);
  return readFileSync(output, 'utf8').trim().split('\n').slice(1);
}

describe('a series of zones', () => {
  it('has a row per zone and date in the order of time, with the numbers of each date alone', async () => {
    const { rows } = await series({});
    expect(rows.map(({ time }) => time)).toEqual(
      ['2024-05-01', '2024-06-12', '2024-07-03'].flatMap((time) => Object.keys(RINGS).map(() => time)),
    );
    const order = [dates[1]!, dates[0]!, dates[2]!];
    const wanted: string[] = [];
    for (const raster of order)
      wanted.push(...(await zonalRows(raster, 'count,mean,median,valid_share')).map((row) => row.replace(raster, '*')));
    expect(
      rows.map(({ id, count, mean, median, valid_share }) => [id, '*', count, mean, median, valid_share].join()),
    ).toEqual(wanted);
    const share = rows.find(({ id }) => id === 'edge')!['valid_share'];
    expect(Number(share)).toBeGreaterThan(0.44);
    expect(Number(share)).toBeLessThan(0.46); // half of it is off the raster, ten elevenths of the rest valid
  });

  it('evaluates a formula where zones are, as the raster that it would be has it', async () => {
    const [nir, red] = [await writeBand('nir_20240501.tif', 5), await writeBand('red_20240501.tif', 6)];
    const bands = [
      { name: 'nir', path: nir },
      { name: 'red', path: red },
    ];
    const { rows } = await series({
      formula: 'ndvi',
      dates: [{ time: '2024-05-01T10:40:00Z', source: { bands, classes: null, notes: [] } }],
    });
    const { planIndex, runIndex } = await import('../../pipelines/runs/index.ts');
    const raster = join(root, 'ndvi.tif');
    const date = { bands, classes: null, notes: [] };
    await runIndex(
      await planIndex({ formula: 'ndvi', date, calibration: {}, dtype: 'float32', output: raster }),
      inlineRunner,
    );
    const wanted = await zonalRows(raster, 'count,mean,median,valid_share');
    expect(
      rows.map(({ id, count, mean, median, valid_share }) => [id, raster, count, mean, median, valid_share].join()),
    ).toEqual(wanted);
    expect(rows[0]!['time']).toBe('2024-05-01T10:40:00Z');
  });

  it('takes for zones in two rasters of one time the one that has more of them', async () => {
    const beside = await writeBand('beside_20240501.tif', 9, 10 * (WIDTH - 150));
    const rings = {
      left: rectangle(50, 50, 90, 90),
      cut: rectangle(560, 100, 640, 140),
      right: rectangle(700, 50, 740, 90),
    };
    const path = join(root, 'two.geojson');
    writeZones(path, rings);
    const at = (raster: string) => ({ time: '2024-05-01', source: { raster, classes: null } });
    const request = { zones: path, statistics: 'count,mean' };
    const [left, right] = [
      await series({ ...request, dates: [at(dates[1]!)] }),
      await series({ ...request, dates: [at(beside)] }),
    ];
    const both = await series({ ...request, dates: [at(dates[1]!), at(beside)] });
    expect(both.rows).toEqual([left.rows[0], right.rows[1], right.rows[2]]);
    expect(Number(both.rows[1]!['count'])).toBeGreaterThan(Number(left.rows[1]!['count']));
  });

  it('says which date has no time, and what index a scene needs', async () => {
    const nameless = await writeBand('nameless.tif', 1);
    const at = (raster: string) => ({ dates: [{ time: null, source: { raster, classes: null } }] });
    await expect(series(at(nameless))).rejects.toThrow(/nameless.tif does not say when it was taken.*--times/);
    await expect(series({ dates: [] })).rejects.toThrow(/at least one date/);
    await expect(series({ ...at(dates[0]!), formula: 'ndvi' })).rejects.toThrow(/is a raster/);
  });

  it('of a data cube has the rows of the rasters that its planes are, and tasks that know one plane', async () => {
    const operations = [];
    for (const path of dates) {
      const { version, raster, info } = await openBand({ path, name: null });
      const reading = bandUse('raster', { path, band: 0, raster, info }, { placement: 'the same grid' }).reading!;
      operations.push({
        kind: 'source' as const,
        band: { path, version, band: 0, alignment: SAME_GRID, special: NO_SPECIAL_VALUES },
        calibration: { scale: 1, offset: 0 },
        file: { role: path, reading },
        classes: null,
      });
    }
    const times = ['2024-06-12T00:00:00Z', '2024-05-01T00:00:00Z', '2024-07-03T00:00:00Z'];
    const program: CubeProgram = {
      grid: { width: WIDTH, height: HEIGHT, transform: [10, 0, 640_000, 0, -10, 5_775_000], epsg: 32631 },
      dimensions: [{ name: 't', type: 'temporal', labels: times }],
      planes: [0, 1, 2],
      operations,
      expressions: [],
      callbacks: [],
    };
    const output = join(root, 'cube.csv');
    const words = { zones, statistics: 'count,mean,median', idField: null, zonesCrs: null, output };
    const asked: ZonalTilesInput[] = [];
    const watched: TaskRunner = {
      ...inlineRunner,
      run: (name, input, options) => {
        asked.push(input as unknown as ZonalTilesInput);
        return inlineRunner.run(name, input, options);
      },
    };
    const plan = await planCubeZones({ program, times, ...words }, null);
    const limits = { ...ZONAL_LIMITS, threadedPixels: 0 };
    await runZoneSeries(plan, async () => watched, {}, limits);
    const rasters = await series({});
    expect(readFileSync(output, 'utf8')).toBe(readFileSync(rasters.path, 'utf8'));
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const { values } of asked)
      expect(values).toMatchObject({ kind: 'cube', program: { operations: [{}], planes: [0] } });
    const request = { program, times: times.slice(1), ...words };
    await expect(planCubeZones(request, null)).rejects.toThrow(/3 planes/);
    const { output: _output, ...kept } = { ...request, times };
    expect(parseRequest('cube-zones', kept, output, 'x')).toEqual({ ...kept, output });
  });

  it('is a request that a passport can hold', async () => {
    const request = {
      dates: [{ time: null, source: { raster: 'a.tif', classes: { path: 'scl.tif', excluded: [3, 8] } } }],
      formula: null,
      calibration: {},
      zones: 'z.fgb',
      statistics: 'mean',
      idField: null,
      zonesCrs: null,
    };
    expect(parseRequest('zone-series', request, 'o.csv', 'x')).toEqual({ ...request, output: 'o.csv' });
    expect(() => parseRequest('zone-series', { ...request, zones: 5 }, 'o.csv', 'x')).toThrow(/zones/);
  });
});

describe('coverage that is kept', () => {
  const coverageCache = join(root, 'cache');
  afterEach(() => rmSync(coverageCache, { recursive: true, force: true }));
  const files = () => readdirSync(coverageCache).map((name) => join(coverageCache, name));

  it('changes no row, is made once per grid, and by names that say nothing of the place', async () => {
    const wanted = readFileSync((await series({})).path, 'utf8');
    for (let round = 0; round < 2; round++) {
      expect(readFileSync((await series({}, { coverageCache })).path, 'utf8')).toBe(wanted);
      expect(files()).toHaveLength(1);
    }
    const copy = join(root, 'copy.geojson');
    writeFileSync(copy, readFileSync(zones));
    await series({ zones: copy }, { coverageCache });
    expect(files()).toHaveLength(1);
    writeZones(copy, { ...RINGS, small: star(random, 110, 100, 30, 9) });
    await series({ zones: copy }, { coverageCache });
    expect(files()).toHaveLength(2);
  });

  it('is computed anew where it is damaged', async () => {
    const wanted = readFileSync((await series({}, { coverageCache })).path, 'utf8');
    const [file] = files();
    const whole = readFileSync(file!);
    const damaged = Buffer.from(whole);
    damaged[60]! ^= 1;
    writeFileSync(file!, damaged);
    expect(readFileSync((await series({}, { coverageCache })).path, 'utf8')).toBe(wanted);
    expect(readFileSync(file!).equals(whole)).toBe(true);
  });

  it('gives tasks a name instead of arrays, and threads the same rows', async () => {
    const inputs: ZonalTilesInput[] = [];
    const pool = createPool({ threads: 2 });
    const watched: TaskRunner = {
      ...pool,
      run: (name, input, options) => {
        inputs.push(input as unknown as ZonalTilesInput);
        return pool.run(name, input, options);
      },
    };
    const request = { statistics: 'count,mean,median,majority,shares', output: join(root, 'threads.csv') };
    try {
      const wanted = readFileSync((await series({ ...request, output: join(root, 'plain.csv') })).path, 'utf8');
      expect(readFileSync((await series(request, { coverageCache }, watched)).path, 'utf8')).toBe(wanted);
    } finally {
      await pool.close();
    }
    for (const input of inputs) expect(JSON.stringify(input).length).toBeLessThan(2000);
    expect(inputs[0]).toMatchObject({ coverage: { path: files()[0], zones: { path: zones, crs: null } } });
  });

  it('is made again by a task that does not find it, and refused where the zones are others', async () => {
    const inputs: ZonalTilesInput[] = [];
    const watched: TaskRunner = {
      ...inlineRunner,
      run: (name, input, options) => {
        inputs.push(input as unknown as ZonalTilesInput);
        return inlineRunner.run(name, input, options);
      },
    };
    const own = join(root, 'own.geojson');
    writeZones(own, { only: star(random, 300, 250, 200, 30) });
    await series({ zones: own }, { coverageCache }, watched);
    const context = { signal: new AbortController().signal };
    const wanted = await runTiles(inputs[0]!, context);
    // Another process keeps nothing: a copy under another name has not been read by this one
    const stranger = (path: string) => {
      const { coverage } = inputs[0]!;
      if (!('digest' in coverage)) throw new Error('arrays');
      return { ...inputs[0]!, coverage: { ...coverage, path: join(coverageCache, path) } };
    };
    const { clearKeptTiles } = await import('../../pipelines/tasks/zonal-pieces.ts');
    clearKeptTiles();
    expect(await runTiles(stranger('new.coverage'), context)).toEqual(wanted);
    expect(files().map((file) => readFileSync(file))).toHaveLength(2);
    clearKeptTiles();
    writeZones(own, { only: star(random, 300, 250, 100, 30) });
    await expect(runTiles(stranger('third.coverage'), context)).rejects.toThrow(/own.geojson changed/);
  });
});

interface Subject {
  readonly database: Database;
  end(this: void): Promise<void>;
}

let server: PostgresServer | null = null;
if (noPostgres) console.warn(`On a server: skipped. ${noPostgres}`);
afterAll(() => server?.stop());

const KINDS = [
  {
    kind: 'embedded',
    skip: false,
    open: async (): Promise<Subject> => {
      const workspace = mkdtempSync(join(root, 'workspace-'));
      const database = await openDatabase({ workspace, url: null, command: 'test' });
      return { database, end: () => database.close() };
    },
  },
  {
    kind: 'postgres',
    skip: noPostgres !== null,
    open: async (): Promise<Subject> => {
      const url = (server ??= startPostgres()).createDatabase();
      const database = await openDatabase({ workspace: '/nowhere', url, command: 'test' });
      return { database, end: () => database.close() };
    },
  },
] as const;

describe.each(KINDS)('a series in the database, $kind', ({ skip, open }) => {
  let subject: Subject | null = null;
  const database = () => subject!.database;
  beforeAll(async () => {
    if (skip) return;
    subject = await open();
    const set = { id: 'fields', name: 'Fields', idField: null, epsg: 32631, source: zones, digest: 'd', zones: [] };
    await putZoneSet(database(), { ...set, bbox: [0, 0, 1, 1] });
  });
  afterAll(() => subject?.end());

  it.skipIf(skip)('has the rows of the table, once, however often it is stored', async () => {
    const key = { setId: 'fields', name: 'ndvi' };
    const { path, rows } = await series({ statistics: 'count,mean' });
    expect(await storeZoneSeries(database(), key, path)).toBe(12);
    expect(await storeZoneSeries(database(), key, path)).toBe(12);
    const stored = (await findZoneSeries(database(), key))!;
    expect(stored).toMatchObject({ statistics: ['count', 'mean', 'valid_share'], objects: [] });
    const found = await listZoneValues(database(), stored.number);
    expect(found).toHaveLength(12);
    const asked = await listZoneValues(database(), stored.number, { zoneId: 'small', from: '2024-05-02T00:00:00Z' });
    const wanted = rows.filter(({ id, time }) => id === 'small' && time !== '2024-05-01');
    expect(asked.map(({ time, numbers }) => [time.toISOString().slice(0, 10), ...numbers])).toEqual(
      wanted.map(({ time, count, mean, valid_share }) => [time, Number(count), Number(mean), Number(valid_share)]),
    );
    const away = await listZoneValues(database(), stored.number, { zoneId: 'away' });
    expect(away[0]!.numbers).toEqual([0, null, 0]);
  });

  it.skipIf(skip)('changes with its statistics, keeps objects, and goes with its name', async () => {
    const key = { setId: 'fields', name: 'classes' };
    await storeZoneSeries(database(), key, (await series({ statistics: 'count' })).path);
    const output = join(root, 'objects.parquet');
    const plan = await planZoneSeries(
      {
        dates: [{ time: '2024-05-01', source: { raster: dates[1]!, classes: null } }],
        formula: null,
        calibration: {},
        zones,
        statistics: 'histogram,mean',
        idField: null,
        zonesCrs: null,
        output,
      },
      null,
    );
    await runZoneSeries(plan, async () => inlineRunner);
    await storeZoneSeries(database(), key, output);
    const stored = (await findZoneSeries(database(), key))!;
    expect(stored).toMatchObject({ statistics: ['mean', 'valid_share'], objects: ['histogram'] });
    const all = await listZoneValues(database(), stored.number);
    expect(all.map(({ zoneId }) => zoneId)).toEqual(['away', 'edge', 'large', 'small']);
    expect(all[3]!.objects!['histogram']).toHaveLength(64);
    expect(all[0]!.numbers).toEqual([null, 0]);
    await removeZoneSeries(database(), key);
    expect(await findZoneSeries(database(), key)).toBeNull();
    expect(await listZoneValues(database(), stored.number)).toEqual([]);
  });
});
