import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { putLayer } from '../../pipelines/catalog/layers-repository.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { colorAt } from '../../pipelines/core/color/ramp.ts';
import { COLORMAPS } from '../../pipelines/core/color/colormaps.ts';
import { encodeImage } from '../../pipelines/io/encode/registry.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';

const root = temporaryFolder('ogc');
const RD = 'http://www.opengis.net/def/crs/EPSG/0/28992';
const WGS84 = 'http://www.opengis.net/def/crs/EPSG/0/4326';
let server: RunningServer;

/** Squares of 100 m in RD New, 200 m apart, eastwards from Amersfoort's tower. */
function square(k: number) {
  const [x, y] = [155_000 + 200 * k, 463_000];
  const ring = [
    [x, y],
    [x + 100, y],
    [x + 100, y + 100],
    [x, y + 100],
    [x, y],
  ];
  return { type: 'Polygon', coordinates: [ring] } as const;
}

const COUNT = 25;
/** Degrees of EPSG:28992 155000, 463000 by PROJ (osr.CoordinateTransformation); 200 m on are STEP degrees. */
const [LON, LAT] = [5.3872035, 52.1551723];
const STEP = 0.0029225;

beforeAll(async () => {
  mkdirSync(join(root, 'web'), { recursive: true });
  server = await startServer({
    workspace: root,
    host: '127.0.0.1',
    port: 0,
    web: join(root, 'web'),
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  const zones = Array.from({ length: COUNT }, (_, k) => ({
    id: `z${k}`,
    properties: { name: `Field ${k}, "north"`, area: k * 1.5, isWet: k % 2 === 0, note: k === 3 ? "it's" : null },
    geometry: square(k),
    bbox: [LON + k * STEP, LAT, LON + k * STEP + STEP / 2, LAT + 0.0009] as const,
  }));
  const bbox = [LON, LAT, LON + COUNT * STEP, LAT + 0.0009] as const;
  const database = await server.database();
  const set = { id: 'fields', name: 'Fields', idField: 'id', epsg: 28992, source: '/secret/folder/fields.geojson' };
  await putZoneSet(database, { ...set, digest: 'd', bbox, zones });
  // Left half of the tile 0.2, right half 0.8, by codes of value = (code − 1) / 254
  const pixels = Uint8Array.from({ length: 256 * 256 }, (_, i) => (i % 256 < 128 ? 52 : 204));
  const bytes = await encodeImage('png', { kind: 'grey', width: 256, height: 256, pixels });
  const metadata = { tileSize: 256, precision: 8, scale: 1 / 254, offset: -1 / 254 };
  for (const day of ['20240501', '20240601'])
    await putArchive(root, `green-${day}`, [{ z: 8, x: 131, y: 84, bytes }], { metadata });
  const text = (word: string) => ({ nl: word, en: word });
  const frame = (id: string, datetime: string) => ({ id, datetime, clearShare: null });
  await putLayer(database, {
    id: 'green',
    title: text('Green'),
    description: text('How green'),
    theme: 'vegetation',
    kind: 'value',
    unit: null,
    range: [0, 1],
    colormap: 'viridis',
    bounds: [5, 52, 5.3, 52.2],
    attribution: 'Tester, CC-BY',
    simulated: false,
    order: 1,
    frames: [frame('green-20240501', '2024-05-01T10:00:00Z'), frame('green-20240601', '2024-06-01T10:00:00Z')],
  });
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(new URL(path, server.address), { headers, redirect: 'manual', ...init });

interface Feature {
  readonly id: string;
  readonly geometry: { readonly coordinates: number[][][] };
  readonly properties: Record<string, unknown>;
}

type Document = Readonly<Record<string, unknown>>;

async function json(path: string): Promise<Document> {
  const answer = await ask(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as Document;
}

const items = (query: string) => json(`/ogc/collections/fields/items?${query}`);
const idsOf = (document: Document) => (document['features'] as Feature[]).map(({ id }) => id);

describe('OGC API Features', () => {
  it('pages through all features once by next links', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/ogc/collections/fields/items?limit=10';
    while (path) {
      const page: Document = await json(path);
      expect(page['numberMatched']).toBe(COUNT);
      seen.push(...idsOf(page));
      path = (page['links'] as { rel: string; href: string }[]).find(({ rel }) => rel === 'next')?.href;
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, k) => `z${k}`));
  });

  it('gives degrees by default, RD New as stored and EPSG:4326 latitude first, each named in Content-Crs', async () => {
    const first = async (crs: string) => {
      const answer = await ask(`/ogc/collections/fields/items/z0${crs && `?crs=${encodeURIComponent(crs)}`}`);
      const { geometry } = (await answer.json()) as Feature;
      return [answer.headers.get('content-crs'), geometry.coordinates[0]![0]!] as const;
    };
    const [usual, [lon, lat]] = await first('');
    expect(usual).toBe('<http://www.opengis.net/def/crs/OGC/1.3/CRS84>');
    expect(lon).toBeCloseTo(LON, 5);
    expect(lat).toBeCloseTo(LAT, 5);
    expect(await first(RD)).toEqual([`<${RD}>`, [155_000, 463_000]]);
    expect((await first(WGS84))[1][0]).toBeCloseTo(LAT, 5);
  });

  it('finds what meets a box, in degrees, in RD New and with latitude first', async () => {
    const degrees = [LON - 1e-4, LAT - 1e-4, LON + STEP * 1.2, LAT + 1e-4];
    expect(idsOf(await items(`bbox=${degrees.join(',')}`))).toEqual(['z0', 'z1']);
    expect(idsOf(await items(`bbox=155150,463000,155450,463100&bbox-crs=${RD}`))).toEqual(['z1', 'z2']);
    const turned = [degrees[1], degrees[0], degrees[3], degrees[2]];
    expect(idsOf(await items(`bbox=${turned.join(',')}&bbox-crs=${WGS84}`))).toEqual(['z0', 'z1']);
    expect(idsOf(await items('bbox=-150,-60,-149,-59'))).toEqual([]);
  });

  it('filters by CQL2 in text and JSON, by geometry in a CRS, and by properties as parameters', async () => {
    const filter = (text: string, more = '') => items(`filter=${encodeURIComponent(text)}${more}`);
    expect(idsOf(await filter('area > 33 AND isWet = TRUE'))).toEqual(['z24']);
    expect(idsOf(await filter("name LIKE 'Field 1,%'"))).toEqual(['z1']);
    expect(idsOf(await filter("note = 'it''s'"))).toEqual(['z3']);
    expect(idsOf(await filter('{"op":"<","args":[{"property":"area"},2]}', '&filter-lang=cql2-json'))).toEqual([
      'z0',
      'z1',
    ]);
    const near = 'S_INTERSECTS(geometry, POINT(155250 463050))';
    expect(idsOf(await filter(near, `&filter-crs=${encodeURIComponent(RD)}`))).toEqual(['z1']);
    const wet = await items('isWet=true&limit=5');
    expect([wet['numberMatched'], idsOf(wet)]).toEqual([13, ['z0', 'z2', 'z4', 'z6', 'z8']]);
  });

  it.each([
    ['bbox=1,2', 'bbox'],
    ['limit=many', 'limit'],
    ['limit=0', 'limit'],
    ['datetime=yesterday', 'datetime'],
    ['crs=nonsense', 'crs'],
    ['bbox-crs=nonsense', 'bbox-crs'],
    ['zzz9=1', 'zzz9'],
    ['filter=area+%3E+%3E+2', 'filter'],
    ['filter=zzz9+%3D+2', 'filter'],
    ['area=much', 'area'],
    ['f=docx', 'f'],
  ])('refuses %s and names the parameter', async (query, parameter) => {
    const answer = await ask(`/ogc/collections/fields/items?${query}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ parameter });
  });

  it('tells nobody the folder that a set came from', async () => {
    expect(await (await ask('/ogc/collections')).text()).not.toContain('secret');
  });

  it('sends CSV whose cells are quoted where they must be', async () => {
    const answer = await ask(`/ogc/collections/fields/items?f=csv&limit=2&crs=${encodeURIComponent(RD)}`);
    const [head, first] = (await answer.text()).split('\r\n');
    expect(new Set(head!.split(','))).toEqual(new Set(['id', 'name', 'area', 'isWet', 'note', 'geometry']));
    expect(first).toContain('"Field 0, ""north"""');
    expect(first).toContain('POLYGON ((155000 463000, 155100 463000');
    expect(answer.headers.get('content-disposition')).toContain('fields.csv');
    // A CSV has no place for it: how to cite it stands in a header (RFC 8574)
    expect(answer.headers.get('link')).toMatch(
      /<[^>]+\/ogc\/collections\/fields>; rel="cite-as"; title\*=UTF-8''fields\.geojson/,
    );
  });

  it('sends GeoParquet with its geometry described', async () => {
    const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
    const file = await (await ask('/ogc/collections/fields/items?f=parquet')).arrayBuffer();
    const { key_value_metadata: words } = parquetMetadata(file);
    const geo = JSON.parse(words!.find(({ key }) => key === 'geo')!.value!);
    expect(geo).toMatchObject({ version: '1.1.0', primary_column: 'geometry' });
    expect(geo.columns.geometry).toMatchObject({ encoding: 'WKB', geometry_types: ['Polygon'] });
    // The reader takes the column for a geometry by that description alone.
    const rows = (await parquetReadObjects({ file })) as unknown as (Feature & Record<string, unknown>)[];
    expect(rows.length).toBe(COUNT);
    expect(rows[3]).toMatchObject({ id: 'z3', area: 4.5, isWet: false, note: "it's" });
    expect(rows[0]!.geometry.coordinates[0]![0]![0]).toBeCloseTo(LON, 5);
    expect((await ask(`/ogc/collections/fields/items?f=parquet&crs=${RD}`)).status).toBe(400);
  });

  it('sends FlatGeobuf that its own package reads', async () => {
    const { deserialize } = await import('flatgeobuf/lib/mjs/geojson.js');
    const answer = await ask(`/ogc/collections/fields/items?f=fgb&crs=${encodeURIComponent(RD)}`);
    const found: { readonly properties: Record<string, unknown> | null }[] = [];
    for await (const feature of deserialize(new Uint8Array(await answer.arrayBuffer()))) found.push(feature);
    expect(found.length).toBe(COUNT);
    expect(found.find(({ properties }) => properties?.['id'] === 'z3')).toMatchObject({
      properties: { id: 'z3', area: 4.5, isWet: false, note: "it's" },
      geometry: square(3),
    });
  });

  it('answers browsers with pages that need no script, and escapes what is in them', async () => {
    for (const path of ['/ogc', '/ogc/collections', '/ogc/collections/fields', '/ogc/collections/fields/items']) {
      const answer = await ask(path, { Accept: 'text/html' });
      const html = await answer.text();
      expect([path, answer.headers.get('content-type')]).toEqual([path, 'text/html; charset=utf-8']);
      expect(html).not.toMatch(/<script/);
      if (path.endsWith('items')) expect(html).toContain('Field 0, &#34;north&#34;');
    }
  });
});

describe('OGC API Tiles, Maps and WMTS', () => {
  const ramp = (t: number) => colorAt(COLORMAPS.viridis, t);

  async function colours(path: string, places: readonly (readonly [number, number])[]) {
    const answer = await ask(path);
    expect([path, answer.status]).toEqual([path, 200]);
    const { data, info } = await sharp(await answer.arrayBuffer())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return places.map(([x, y]) => [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)]);
  }

  it('draws a value layer in its first colours, on the tile it is stored on', async () => {
    const path = '/ogc/collections/green/map/tiles/WebMercatorQuad/8/84/131?f=png';
    const [left, right] = await colours(path, [
      [40, 100],
      [200, 100],
    ]);
    for (const [pixel, t] of [[left!, (52 - 1) / 254] as const, [right!, (204 - 1) / 254] as const]) {
      expect(pixel[3]).toBe(255);
      ramp(t).forEach((level, k) => expect(Math.abs(pixel[k]! - level)).toBeLessThanOrEqual(2));
    }
  });

  it('draws the same layer in RD New', async () => {
    const { tileMatrixSetLimits } = await json('/ogc/collections/green/map/tiles/NetherlandsRDNewQuad');
    const { tileMatrix, minTileRow, minTileCol } = (
      tileMatrixSetLimits as { tileMatrix: string; minTileRow: number; minTileCol: number }[]
    )[0]!;
    const path = `/ogc/collections/green/map/tiles/NetherlandsRDNewQuad/${tileMatrix}/${minTileRow}/${minTileCol}`;
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect((await sharp(await answer.arrayBuffer()).metadata()).width).toBe(256);
  });

  it('draws a map of any box, size and CRS', async () => {
    const answer = await ask(`/ogc/collections/green/map?bbox=5,52,5.2,52.1&width=300&height=200&f=png`);
    const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
    expect([width, height]).toEqual([300, 200]);
    const rd = await ask(`/ogc/collections/green/map?width=100&crs=${encodeURIComponent(RD)}`);
    expect(rd.headers.get('content-crs')).toBe(`<${RD}>`);
  });

  it('chooses the frame by its time, and says where there is none', async () => {
    const tile = '/ogc/collections/green/map/tiles/WebMercatorQuad/8/84/131';
    const etags = await Promise.all(
      ['2024-05-01', '2024-06-01', '../2024-05-20'].map(async (at) =>
        (await ask(`${tile}?datetime=${at}`)).headers.get('etag'),
      ),
    );
    expect(etags[0]).not.toBe(etags[1]);
    expect(etags[2]).toBe(etags[0]);
    expect((await ask(`${tile}?datetime=2020-01-01`)).status).toBe(404);
  });

  it('answers 304 to a client that has the tile, and 400 where the grid has none', async () => {
    const tile = '/ogc/collections/green/map/tiles/WebMercatorQuad/8/84/131';
    const etag = (await ask(tile)).headers.get('etag')!;
    expect((await ask(tile, { 'If-None-Match': etag })).status).toBe(304);
    expect((await ask('/ogc/collections/green/map/tiles/WebMercatorQuad/2/9/0')).status).toBe(400);
  });

  it('has WMTS tiles by key-value pairs and by path, the same bytes', async () => {
    const capabilities = await (await ask('/wmts?SERVICE=WMTS&REQUEST=GetCapabilities')).text();
    expect(capabilities).toContain('<ows:Identifier>green</ows:Identifier>');
    expect(capabilities).toContain('<Default>2024-06-01T10:00:00Z</Default>');
    const byKey = await ask(
      '/wmts?service=WMTS&request=GetTile&layer=green&style=default&format=image/png&TileMatrixSet=WebMercatorQuad&tilematrix=8&tilerow=84&tilecol=131&time=2024-05-01T10:00:00Z',
    );
    const byPath = await ask('/wmts/1.0.0/green/default/2024-05-01T10:00:00Z/WebMercatorQuad/8/84/131.png');
    expect([byKey.status, byPath.status]).toEqual([200, 200]);
    expect(Buffer.from(await byPath.arrayBuffer()).equals(Buffer.from(await byKey.arrayBuffer()))).toBe(true);
  });

  it('answers faults of WMTS with OWS reports', async () => {
    const fault = async (query: string) => {
      const answer = await ask(`/wmts?service=WMTS&${query}`);
      const text = await answer.text();
      return [answer.status, /exceptionCode="(\w+)"/.exec(text)?.[1], /locator="(\w+)"/.exec(text)?.[1]];
    };
    expect(await fault('request=GetTile')).toEqual([400, 'MissingParameterValue', 'layer']);
    expect(await fault('request=GetTile&layer=zzz9')).toEqual([404, 'InvalidParameterValue', 'layer']);
    expect(await fault('request=GetNothing')).toEqual([400, 'InvalidParameterValue', 'request']);
  });
});

describe('OGC API Processes and Records', () => {
  it('describes every built-in pipeline with its inputs', async () => {
    const { processes } = await json('/ogc/processes');
    const { pipelines } = await json('/pipelines');
    expect((processes as { id: string }[]).map(({ id }) => id)).toEqual(
      (pipelines as { id: string }[]).map(({ id }) => id),
    );
    const { inputs, outputs } = await json('/ogc/processes/ndvi-composite');
    expect(inputs).toMatchObject({ period: { minOccurs: 1 }, collection: { minOccurs: 0 } });
    expect(outputs).toHaveProperty('products');
  });

  it('starts nothing without a token, and says which job and process there is not', async () => {
    const init = { method: 'POST', body: '{}' };
    const answer = await ask('/ogc/processes/ndvi-composite/execution', { 'Content-Type': 'application/json' }, init);
    expect(answer.status).toBe(401);
    expect((await ask('/ogc/processes/zzz9')).status).toBe(404);
    expect((await ask('/ogc/jobs/zzz9')).status).toBe(404);
    expect((await ask('/ogc/jobs?status=zzz9')).status).toBe(400);
    expect((await json('/ogc/jobs'))['jobs']).toEqual([]);
  });

  it('has a record for each collection, which can be searched', async () => {
    const all = await json('/ogc/collections/catalogue/items');
    expect(idsOf(all)).toEqual(['fields', 'green']);
    expect(idsOf(await json("/ogc/collections/catalogue/items?filter=title%20LIKE%20'Gr%25'"))).toEqual(['green']);
  });
});

it('declares conformance with nothing that has no address', async () => {
  const { conformsTo } = await json('/ogc/conformance');
  expect(new Set(conformsTo as string[]).size).toBe((conformsTo as string[]).length);
  expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs');
});
