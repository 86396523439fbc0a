import { rmSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPassport } from '../../pipelines/passport/read.ts';
import { sidecarOf } from '../../pipelines/passport/sidecar.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { createPool } from '../../workers/pool.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { putRaster } from '../support/rasters.ts';

const folder = temporaryFolder('replay');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inline = async () => inlineRunner;
const SIDE = 300;

async function makeFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

function noisy(at: string, name: string, seed: number): Promise<string> {
  const random = createRandom(seed);
  const data = Uint16Array.from({ length: SIDE * SIDE }, () => 1 + Math.floor(random() * 9000));
  return putRaster(at, name, data, { width: SIDE, height: SIDE, dtype: 'uint16', nodata: 0 });
}

async function makeNdvi(at: string): Promise<string> {
  const bands = [
    { name: 'red', path: await noisy(at, 'red', 1) },
    { name: 'nir', path: await noisy(at, 'nir', 2) },
  ];
  const output = join(at, 'ndvi.tif');
  const date = { bands, classes: null, notes: [] };
  await produce('index', { formula: 'ndvi', date, calibration: {}, dtype: 'float32', output }, inline);
  return output;
}

describe('replay', () => {
  it('finds every kind of product identical', async () => {
    const at = await makeFolder('kinds');
    const ndvi = await makeNdvi(at);
    const rasters = ['red.tif', 'nir.tif'].map((name) => ({ path: join(at, name), classes: null }));
    const date = (name: string) => ({ bands: [{ name: 'red', path: join(at, name) }], classes: null, notes: [] });
    const out = (name: string) => join(at, name);
    const zones = out('zones.geojson');
    const ring = [
      [4.47, 52.33],
      [4.5, 52.33],
      [4.5, 52.31],
      [4.47, 52.33],
    ];
    await writeFile(
      zones,
      JSON.stringify({ type: 'Feature', id: 'a', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }),
    );
    const table = out('series.csv');
    const months = Array.from(
      { length: 48 },
      (_, i) => `20${20 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, '0')}-15,${Math.sin(i / 2)}`,
    );
    await writeFile(table, `time,value\n${months.join('\n')}\n`);

    await produce('composite', { rasters, method: 'mean', output: out('mean.tif') }, inline);
    await produce(
      'index-composite',
      {
        formula: 'red * 2',
        dates: [date('red.tif'), date('nir.tif')],
        calibration: {},
        dtype: 'int16',
        method: 'max',
        output: out('max.tif'),
      },
      inline,
    );
    await produce(
      'warp',
      { path: ndvi, epsg: 28992, resolution: 20, bounds: null, resampling: 'cubic', output: out('rd.tif') },
      inline,
    );
    await produce('tile', { input: ndvi, output: out('ndvi.pmtiles') }, inline);
    await produce('tile-features', { layers: [{ source: zones }], output: out('zones.pmtiles'), maxZoom: 8 }, inline);
    await produce(
      'zonal',
      {
        rasters: [ndvi],
        names: ['x.tif'],
        zones,
        statistics: 'count,mean,p10',
        idField: null,
        zonesCrs: null,
        output: out('zones.csv'),
      },
      inline,
    );
    const source = date('red.tif');
    await produce(
      'zone-series',
      {
        dates: [{ time: '2024-05-12', source }],
        formula: 'red * 2',
        calibration: {},
        zones,
        statistics: 'mean',
        idField: null,
        zonesCrs: null,
        output: out('zone-series.csv'),
      },
      inline,
      { coverageCache: join(at, 'cache') },
    );
    const columns = { by: null, time: 'time', value: 'value' };
    const choice = { method: 'linear', lambda: 'auto', step: null, maxGapDays: null } as const;
    await produce(
      'series',
      { table, columns, duplicates: 'refuse', analysis: { kind: 'fill', choice }, output: out('filled.csv') },
      inline,
    );

    for (const name of [
      'ndvi.tif',
      'mean.tif',
      'max.tif',
      'rd.tif',
      'ndvi.pmtiles',
      'zones.pmtiles',
      'zones.csv',
      'zone-series.csv',
      'filled.csv',
    ])
      expect([name, await replay(out(name), inline)]).toMatchObject([name, { outcome: 'identical', reasons: [] }]);
    expect(await readFile(out('zones.csv'), 'utf8')).toContain('x.tif');
  });

  it('names the input that changed, and the one that is gone', async () => {
    const at = await makeFolder('changed');
    const ndvi = await makeNdvi(at);
    const original = await readFile(join(at, 'red.tif'));
    await noisy(at, 'red', 3);
    expect(await replay(ndvi, inline)).toMatchObject({
      outcome: 'differs',
      reasons: [`The input red, ${join(at, 'red.tif')}, has changed since`],
      inputs: [
        { role: 'nir', state: 'same' },
        { role: 'red', state: 'changed' },
      ],
    });
    await writeFile(join(at, 'red.tif'), original);
    await rm(join(at, 'nir.tif'));
    expect((await replay(ndvi, inline)).reasons).toEqual([
      `The input nir, ${join(at, 'nir.tif')}, is not there any more, or cannot be read`,
    ]);
  });

  it('notices a product that was changed', async () => {
    const at = await makeFolder('altered');
    const ndvi = await makeNdvi(at);
    const bytes = await readFile(ndvi);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(ndvi, bytes);
    expect((await replay(ndvi, inline)).reasons).toEqual([
      `${ndvi} is not the file that its passport describes: it was changed or replaced since`,
    ]);
  });

  it('follows products that are moved together with their inputs, and those that are moved alone', async () => {
    const at = await makeFolder('home');
    const ndvi = await makeNdvi(at);
    const alone = await makeFolder('alone');
    for (const path of [ndvi, sidecarOf(ndvi)]) await cp(path, join(alone, path.slice(at.length)));
    expect((await replay(join(alone, 'ndvi.tif'), inline)).outcome).toBe('identical');
    await rename(at, join(folder, 'moved'));
    expect((await replay(join(folder, 'moved', 'ndvi.tif'), inline)).outcome).toBe('identical');
  });

  it('says where values part when inputs are the same, and accepts them within a tolerance', async () => {
    const at = await makeFolder('drift');
    const ndvi = await makeNdvi(at);
    const sidecar = sidecarOf(ndvi);
    const passport = JSON.parse(await readFile(sidecar, 'utf8')) as { process: { request: { formula: string } } };
    // As another version of the code would have it
    passport.process.request.formula = '(nir - red) / (nir + red) + 0.001';
    await writeFile(sidecar, JSON.stringify(passport));
    const report = await replay(ndvi, inline);
    expect(report.outcome).toBe('differs');
    expect(report.reasons[0]).toMatch(
      new RegExp(
        `^The inputs are the same, but ${SIDE * SIDE} of ${SIDE * SIDE} values differ, by 0\\.001\\d* at most; the first at column 0, row 0: `,
      ),
    );
    expect(report.largestDifference).toBeCloseTo(0.001, 6);
    expect((await replay(ndvi, inline, { tolerance: 0.002 })).outcome).toBe('within-tolerance');
    expect((await replay(ndvi, inline, { tolerance: 0.0005 })).outcome).toBe('differs');
  });

  it('refuses a request that nobody can have asked for', async () => {
    const at = await makeFolder('forged');
    const ndvi = await makeNdvi(at);
    const text = await readFile(sidecarOf(ndvi), 'utf8');
    await writeFile(sidecarOf(ndvi), text.replace('"dtype": "float32"', '"dtype": "float99"'));
    await expect(replay(ndvi, inline)).rejects.toMatchObject({ code: 'format-damaged' });
    await writeFile(sidecarOf(ndvi), text.replace('"name": "index"', '"name": "constructor"'));
    await expect(replay(ndvi, inline)).rejects.toMatchObject({ code: 'format-unsupported' });
  });

  it('knows a remote input by what its server says', async () => {
    const at = await makeFolder('remote');
    const data = await readFile(await noisy(at, 'red', 5));
    let etag = '"one"';
    const server = createServer((request, response) => {
      const [from, to] = (request.headers.range ?? '').replace('bytes=', '').split('-').map(Number) as [number, number];
      const part = data.subarray(from, to + 1);
      const range = `bytes ${from}-${from + part.length - 1}/${data.length}`;
      response.writeHead(206, { ETag: etag, 'Content-Range': range, 'Content-Length': part.length }).end(part);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const path = `http://127.0.0.1:${(server.address() as AddressInfo).port}/red.tif`;
      const output = join(at, 'out.tif');
      const date = { bands: [{ name: 'red', path }], classes: null, notes: [] };
      await produce('index', { formula: 'red * 2', date, calibration: {}, dtype: 'float32', output }, inline);
      const remote = { etag: '"one"', lastModified: null };
      expect((await readPassport(output)).inputs).toMatchObject([
        { place: path, sha256: null, bytes: data.length, remote },
      ]);
      expect((await replay(output, inline)).outcome).toBe('identical');
      etag = '"two"';
      expect((await replay(output, inline)).reasons).toEqual([`The input red, ${path}, has changed since`]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('products', () => {
  it('are the same bytes whoever makes them, with one thread or two, today or later', async () => {
    const at = await makeFolder('threads');
    const side = 2500; // more than one region
    const data = Uint16Array.from({ length: side * side }, (_, i) => 1 + ((i * 7919) % 9001));
    const path = await putRaster(at, 'red', data, { width: side, height: side, dtype: 'uint16', nodata: 0 });
    const date = { bands: [{ name: 'red', path }], classes: null, notes: [] };
    const made: Buffer[][] = [];
    for (const threads of [1, 2]) {
      const pool = createPool({ threads });
      const start = async () => pool;
      const sub = join(at, 'out');
      await mkdir(sub);
      try {
        await produce(
          'index',
          { formula: 'red / 3', date, calibration: {}, dtype: 'float32', output: join(sub, 'a.tif') },
          start,
        );
        await produce('tile', { input: join(sub, 'a.tif'), output: join(sub, 'a.pmtiles'), maxZoom: 12 }, start);
      } finally {
        await pool.close();
      }
      expect((await readdir(sub)).toSorted()).toEqual(['a.pmtiles', 'a.tif', 'a.tif.passport.json']);
      made.push([await readFile(join(sub, 'a.tif')), await readFile(join(sub, 'a.pmtiles'))]);
      await rm(sub, { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 1100)); // a time within would have changed
    }
    expect(made[0]![0]!.equals(made[1]![0]!)).toBe(true);
    expect(made[0]![1]!.equals(made[1]![1]!)).toBe(true);
  });
});
