import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listItemAddresses } from '../../pipelines/catalog/stac-search.ts';
import { findScene } from '../../pipelines/catalog/scenes-repository.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import type { IngestResult } from '../../pipelines/runs/ingest.ts';
import { putRaster } from '../support/rasters.ts';

let root: string;
let server: Server;
let address: string;
const ranges: string[] = [];

function item(day: string, file: string) {
  const asset = (key: string, name: string) => ({
    href: `${address}/files/${file}`,
    type: 'image/tiff',
    'eo:bands': [{ name: key, common_name: name }],
    'raster:bands': [{ nodata: 0, scale: 0.0001, offset: -0.1 }],
  });
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id: `S2A_31UFT_${day}`,
    geometry: null,
    properties: { datetime: `2024-06-${day}T10:46:29Z`, platform: 'sentinel-2a', 'proj:epsg': 32631 },
    assets: { red: asset('B04', 'red'), nir: asset('B08', 'nir') },
    links: [{ rel: 'self', href: `${address}/items/${day}` }],
  };
}

/** What a STAC API answers: one item a page. */
function answer(path: string): object | null {
  const page = (day: string, next: object[]) => ({
    type: 'FeatureCollection',
    features: [item(day, 'b.tif')],
    links: next,
  });
  if (path === '/search?page=1') return page('01', [{ rel: 'next', href: '/search?page=2' }]);
  if (path === '/search?page=2') return page('02', []);
  if (path === '/search?page=post') return page('03', [{ rel: 'next', href: '/search', method: 'POST' }]);
  if (path === '/search?page=none') return { type: 'FeatureCollection', features: [], links: [] };
  const day = /^\/items\/(\d\d)$/.exec(path)?.[1];
  return day === undefined ? null : item(day, 'b.tif');
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'landmeter-search-'));
  const side = 600;
  const data = Uint16Array.from({ length: side * side }, (_, i) => 1200 + (i % 977) + (i % 601));
  const file = await putRaster(root, 'b', data, { width: side, height: side, dtype: 'uint16', nodata: 0 });
  server = createServer((req, res) => {
    if (req.url === `/files/${basename(file)}`) {
      const { size } = statSync(file);
      const match = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '');
      if (!match) return void res.writeHead(200, { 'Content-Length': size }).end();
      ranges.push(req.headers.range!);
      const [from, to] = [Number(match[1]), Math.min(size - 1, Number(match[2] || size - 1))];
      res.writeHead(206, {
        'Content-Range': `bytes ${from}-${to}/${size}`,
        'Content-Length': to - from + 1,
        ETag: '"1"',
      });
      return void createReadStream(file, { start: from, end: to }).pipe(res);
    }
    const found = answer(req.url ?? '');
    res.writeHead(found ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

describe('what a STAC API lists', () => {
  it('is read page after page', async () => {
    expect(await listItemAddresses(`${address}/search?page=1`)).toEqual([`${address}/items/01`, `${address}/items/02`]);
    expect(await listItemAddresses(`${address}/items/01`)).toBeNull();
  });

  it('is refused where its next page must be asked for by POST', async () => {
    await expect(listItemAddresses(`${address}/search?page=post`)).rejects.toThrow(/by POST/);
  });

  it('comes into the catalogue, with bands read by ranges, once', async () => {
    const database = await openDatabase({ workspace: join(root, 'ws'), url: null, command: 'test' });
    const take = async (input: string) => {
      const results: IngestResult[] = [];
      for await (const result of ingest(database, { inputs: [input] })) results.push(result);
      return results.map(({ id, status, reason }) => [id, status, reason]);
    };
    try {
      expect(await take(`${address}/search?page=1`)).toEqual([
        ['S2A_31UFT_01', 'added', null],
        ['S2A_31UFT_02', 'added', null],
      ]);
      expect((await findScene(database, 'S2A_31UFT_02'))?.bands.map(({ path }) => path)).toContain(
        `${address}/files/b.tif`,
      );
      expect(ranges.length).toBeGreaterThan(0);
      expect(await take(`${address}/search?page=1`)).toEqual([
        ['S2A_31UFT_01', 'known', null],
        ['S2A_31UFT_02', 'known', null],
      ]);
      expect(await take(`${address}/search?page=none`)).toEqual([
        [null, 'refused', expect.stringMatching(/finds no item/)],
      ]);
    } finally {
      await database.close();
    }
  }, 60_000);
});
