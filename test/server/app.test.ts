import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putLayer } from '../../pipelines/catalog/layers-repository.ts';
import type { LayerList, TileJson } from '../../pipelines/core/wire.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';

const workspace = temporaryFolder('server');
const web = join(workspace, 'web');
let server: RunningServer;
let token = '';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(server.address);
  return new Promise((done, fail) => {
    const req = request({ hostname, port, path, method, headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => done({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks) }));
    });
    req.on('error', fail);
    req.end();
  });
}

const json = <T>(answer: Answer) => JSON.parse(answer.body.toString()) as T;
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const mvt = gzipSync(Buffer.from('a vector tile'));

beforeAll(async () => {
  await putArchive(
    workspace,
    'ndvi-1',
    [
      { z: 10, x: 526, y: 337, bytes: png },
      { z: 11, x: 1052, y: 674, bytes: png },
    ],
    { metadata: { precision: 8, scale: 0.01, offset: -1, unit: null } },
  );
  await putArchive(workspace, 'base', [{ z: 0, x: 0, y: 0, bytes: mvt }], {
    type: 'mvt',
    compression: 'gzip',
    metadata: { vector_layers: [{ id: 'water', fields: {} }] },
  });
  await mkdir(join(web, 'app'), { recursive: true });
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Landmeter</title>');
  writeFileSync(join(web, 'app', 'main-abc.js'), 'export {};');
  writeFileSync(join(workspace, 'secret.pmtiles'), 'PMTiles not to be served');
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  await putLayer(await server.database(), {
    id: 'ndvi',
    title: { nl: 'Plantengroei', en: 'Plant growth' },
    description: { nl: '', en: '' },
    theme: 'vegetation',
    kind: 'value',
    unit: null,
    range: [-0.2, 1],
    colormap: 'viridis',
    bounds: [5, 52, 5.3, 52.2],
    attribution: 'Test',
    simulated: true,
    order: 1,
    frames: [{ id: 'ndvi-1', datetime: '2024-05-12T10:46:29Z', clearShare: 0.9 }],
  });
  token = await import('node:fs').then(({ readFileSync }) =>
    readFileSync(join(workspace, 'operator.token'), 'utf8').trim(),
  );
});

afterAll(async () => {
  await server.stop();
  rmSync(workspace, { recursive: true });
});

describe('layers', () => {
  it('lists records with the addresses of their frames, and archives without a record', async () => {
    const list = json<LayerList>(await ask('/tiles'));
    expect(list.layers.map((l) => [l.id, l.kind])).toEqual([
      ['ndvi', 'value'],
      ['base', 'vector'],
    ]);
    expect(list.layers[0]!.frames[0]).toEqual({
      id: 'ndvi-1',
      datetime: '2024-05-12T10:46:29Z',
      clearShare: 0.9,
      tilejson: '/tiles/ndvi-1/tilejson.json',
      archive: '/archives/ndvi-1.pmtiles',
    });
  });

  it('describes a layer as TileJSON with a versioned address and the encoding of its values', async () => {
    const document = json<TileJson>(await ask('/tiles/ndvi-1/tilejson.json'));
    expect(document).toMatchObject({
      tilejson: '3.0.0',
      minzoom: 10,
      maxzoom: 11,
      precision: 8,
      scale: 0.01,
      offset: -1,
      attribution: 'Test',
    });
    expect(document.tiles[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/tiles\/ndvi-1\/\{z\}\/\{x\}\/\{y\}\.png\?v=\w+$/);
    expect(json<TileJson>(await ask('/tiles/base/tilejson.json')).vector_layers).toEqual([{ id: 'water', fields: {} }]);
  });
});

describe('tiles', () => {
  it('come immutable with their version, to be revalidated without it, and 304 for their own tag', async () => {
    const template = json<TileJson>(await ask('/tiles/ndvi-1/tilejson.json')).tiles[0]!;
    const versioned = new URL(template).search;
    const tile = await ask(`/tiles/ndvi-1/10/526/337.png${versioned}`);
    expect(tile.status).toBe(200);
    expect(tile.body).toEqual(Buffer.from(png));
    expect(tile.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
    });
    expect((await ask('/tiles/ndvi-1/10/526/337.png')).headers['cache-control']).toBe(
      'public, max-age=0, must-revalidate',
    );
    expect((await ask('/tiles/ndvi-1/10/526/337.png?v=old')).headers['cache-control']).toBe(
      'public, max-age=0, must-revalidate',
    );
    const again = await ask(`/tiles/ndvi-1/10/526/337.png${versioned}`, { 'If-None-Match': tile.headers.etag! });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await ask('/tiles/ndvi-1/10/526/337.png', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('say why they are blank', async () => {
    const reason = async (path: string) => {
      const answer = await ask(path);
      expect(answer.status).toBe(204);
      return String(answer.headers['x-blank-reason']).split(';')[0];
    };
    expect(await reason('/tiles/ndvi-1/10/526/338.png')).toBe('no-data');
    expect(await reason('/tiles/ndvi-1/10/1/1.png')).toBe('outside');
    expect(await reason('/tiles/ndvi-1/3/4/2.png')).toBe('zoom');
  });

  it('are unpacked for clients that do not take gzip', async () => {
    const packed = await ask('/tiles/base/0/0/0.mvt', { 'Accept-Encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe('a vector tile');
    const plain = await ask('/tiles/base/0/0/0.mvt');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe('a vector tile');
  });

  it.each([
    ['/tiles/ndvi-1/1/5/0.png', 400],
    ['/tiles/ndvi-1/99/0/0.png', 400],
    ['/tiles/ndvi-1/10/526/337.webp', 404],
    ['/tiles/none/0/0/0.png', 404],
    ['/tiles/none/tilejson.json', 404],
    ['/tiles/ndvi-1/10/526/x.png', 404],
  ])('%s is refused with %i and a problem document', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = json<Record<string, unknown>>(answer);
    expect(problem).toMatchObject({ status, instance: path });
    expect(problem['detail']).toBeTruthy();
  });
});

describe('archives', () => {
  it('come by byte range with a strong tag', async () => {
    const whole = await ask('/archives/base.pmtiles');
    expect(whole.body.subarray(0, 7).toString()).toBe('PMTiles');
    expect(whole.headers).toMatchObject({ 'content-type': 'application/vnd.pmtiles', 'accept-ranges': 'bytes' });
    const part = await ask('/archives/base.pmtiles', { Range: 'bytes=7-7', 'If-Range': whole.headers.etag! });
    expect([part.status, part.body[0], part.headers['content-range']]).toEqual([
      206,
      3,
      `bytes 7-7/${whole.body.length}`,
    ]);
    expect((await ask('/archives/base.pmtiles', { Range: 'bytes=7-7', 'If-Range': '"other"' })).status).toBe(200);
    expect((await ask('/archives/base.pmtiles', { 'If-None-Match': whole.headers.etag! })).status).toBe(304);
    const beyond = await ask('/archives/base.pmtiles', { Range: 'bytes=9999999-' });
    expect([beyond.status, beyond.headers['content-type']]).toEqual([416, 'application/problem+json']);
    expect(beyond.headers['content-range']).toMatch(/^bytes \*\/\d+$/);
  });

  it.each([
    '/archives/none.pmtiles',
    '/archives/secret.pmtiles',
    '/archives/..%2fsecret.pmtiles',
    '/archives/%2e%2e/secret.pmtiles',
    '/archives/base',
    '/archives/..%2foperator.token',
    '/operator.token',
  ])('%s is not there', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).not.toContain(token);
  });
});

describe('the rest', () => {
  it('carries a request id of its own and security headers everywhere', async () => {
    const answers = await Promise.all(
      [
        '/',
        '/healthz',
        '/readyz',
        '/tiles',
        '/docs',
        '/openapi.json',
        '/nothing',
        '/tiles/ndvi-1/10/526/337.png',
        '/archives/base.pmtiles',
      ].map((p) => ask(p)),
    );
    expect(new Set(answers.map((a) => a.headers['x-request-id'])).size).toBe(answers.length);
    for (const { headers } of answers) {
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-powered-by']).toBeUndefined();
    }
    expect(answers[0]!.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answers.slice(0, 6).map((a) => a.status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('keeps hashed assets for good and asks again for the page', async () => {
    expect((await ask('/app/main-abc.js')).headers['cache-control']).toContain('immutable');
    expect((await ask('/')).headers['cache-control']).toContain('must-revalidate');
  });

  it('asks for a token to write, refuses a wrong one everywhere, and knows the right one', async () => {
    const none = await ask('/tiles', {}, 'POST');
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="landmeter"']);
    expect((await ask('/tiles', { Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('/tiles/ndvi-1/10/526/337.png', { Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('/tiles/ndvi-1/10/526/337.png', { Authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask('/tiles', { Authorization: `Bearer ${token}` }, 'POST')).status).toBe(405);
  });

  it('counts what it does', async () => {
    const { headers, body } = await ask('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body.toString()).toMatch(/landmeter_tiles_total\{outcome="sent"\} [1-9]/);
    expect(body.toString()).toContain('# TYPE landmeter_http_seconds histogram');
  });

  it('answers HEAD like GET without a body', async () => {
    for (const path of ['/', '/healthz', '/tiles', '/docs', '/tiles/ndvi-1/10/526/337.png', '/archives/base.pmtiles']) {
      const answer = await ask(path, {}, 'HEAD');
      expect([path, answer.status, answer.body.length]).toEqual([path, 200, 0]);
    }
  });

  it('answers under its major version as without it, and tells its version in full', async () => {
    const answers = [await ask('/v1/tiles/ndvi-1/10/526/337.png'), await ask('/v1/tiles'), await ask('/tiles')];
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      expect(headers['api-version']).toMatch(/^\d+\.\d+\.\d+$/);
    }
    expect((await ask('/v1/workspace/token', {}, 'POST')).status).toBe(401);
  });

  it('describes every route in OpenAPI', async () => {
    const { openapi, paths } = json<{ openapi: string; paths: Record<string, unknown> }>(await ask('/openapi.json'));
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toMatchInlineSnapshot(`
      [
        "/healthz",
        "/readyz",
        "/metrics",
        "/tiles",
        "/tiles/{layer}/tilejson.json",
        "/tiles/{layer}/{z}/{x}/{y}.{format}",
        "/archives/{name}.pmtiles",
        "/workspace/ingest",
        "/workspace/backup",
        "/workspace/base",
        "/openapi.json",
        "/scenes",
        "/scenes/{id}",
        "/zones",
        "/zones/{set}/features",
        "/zones/{set}/series/{name}",
        "/raster/{item}/tiles/{tileMatrixSetId}/{z}/{x}/{y}.{format}",
        "/raster/{item}/tilejson.json",
        "/raster/{item}/preview.{format}",
        "/raster/{item}/crop.{format}",
        "/raster/{item}/crop.tif",
        "/raster/{item}/contours/{tileMatrixSetId}/{z}/{x}/{y}.mvt",
        "/raster/{item}/contours.geojson",
        "/raster/{item}/statistics",
        "/raster/{item}/point/{lon},{lat}",
        "/raster/{item}/series/{lon},{lat}",
        "/pipelines",
        "/runs",
        "/runs/{id}",
        "/runs/{id}/cancel",
        "/schedules",
        "/products/{id}",
        "/products/{id}/passport",
        "/products/{id}/file",
        "/live",
        "/workspace/run",
        "/workspace/status",
        "/workspace/cancel",
        "/workspace/product",
        "/workspace/schedule",
        "/workspace/token",
        "/workspace/level",
        "/stations",
        "/datastreams/{id}/series",
        "/datastreams/{id}/forecast",
        "/datastreams/{id}/anomalies",
        "/observations",
        "/workspace/export",
        "/feeds",
        "/workspace/feeds",
        "/workspace/simulate",
        "/alerts",
        "/alerts/{id}",
        "/alert-rules",
        "/alert-rules/{id}",
        "/workspace/alerts",
        "/alert-trials",
        "/assets",
        "/assets/ranking",
        "/assets/{id}",
        "/assets/{id}/inspections",
        "/asset-types",
        "/workspace/assets",
        "/sta/v1.1",
        "/sta/v1.1/{set}",
        "/sta/v1.1/{set}/$count",
        "/sta/v1.1/{set}({id})",
        "/sta/v1.1/{set}({id})/{relation}",
        "/sta/v1.1/{set}({id})/{relation}/$ref",
        "/sta/v1.1/CreateObservations",
        "/sta/v1.1/$batch",
        "/stac",
        "/stac/conformance",
        "/stac/collections",
        "/stac/collections/{collectionId}",
        "/stac/collections/{collectionId}/queryables",
        "/stac/collections/{collectionId}/items",
        "/stac/collections/{collectionId}/items/{itemId}",
        "/stac/collections/{collectionId}/items/{itemId}/assets/{key}",
        "/stac/queryables",
        "/stac/search",
        "/stac/aggregations",
        "/stac/aggregate",
        "/ogc",
        "/ogc/conformance",
        "/ogc/api",
        "/ogc/collections",
        "/ogc/collections/{collectionId}",
        "/ogc/collections/{collectionId}/queryables",
        "/ogc/collections/{collectionId}/items",
        "/ogc/collections/{collectionId}/items/{featureId}",
        "/ogc/tileMatrixSets",
        "/ogc/tileMatrixSets/{tileMatrixSetId}",
        "/ogc/collections/{collectionId}/tiles",
        "/ogc/collections/{collectionId}/tiles/{tileMatrixSetId}",
        "/ogc/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        "/ogc/collections/{collectionId}/map/tiles",
        "/ogc/collections/{collectionId}/map/tiles/{tileMatrixSetId}",
        "/ogc/collections/{collectionId}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        "/ogc/collections/{collectionId}/map",
        "/ogc/processes",
        "/ogc/processes/{processId}",
        "/ogc/processes/{processId}/execution",
        "/ogc/jobs",
        "/ogc/jobs/{jobId}",
        "/ogc/jobs/{jobId}/results",
        "/wmts",
        "/wmts/1.0.0/WMTSCapabilities.xml",
        "/wmts/1.0.0/{layer}/legend.png",
        "/wmts/1.0.0/{layer}/{style}/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.{format}",
        "/wmts/1.0.0/{layer}/{style}/{time}/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.{format}",
        "/ogc/collections/sensors/position",
        "/ogc/collections/sensors/radius",
        "/ogc/collections/sensors/area",
        "/ogc/collections/sensors/cube",
        "/ogc/collections/sensors/locations",
        "/ogc/collections/sensors/locations/{locationId}",
      ]
    `);
  });
});

describe('starting', () => {
  it('refuses a taken port and an open address without a token with one sentence', async () => {
    const port = Number(new URL(server.address).port);
    const again = {
      workspace,
      host: '127.0.0.1',
      port,
      web,
      log: createLog('silent'),
      runner: async () => inlineRunner,
      threads: 1,
    };
    await expect(startServer(again)).rejects.toThrow(`Port ${port} is taken`);
    const fresh = temporaryFolder('open');
    await expect(startServer({ ...again, workspace: fresh, host: '0.0.0.0', port: 0 })).rejects.toThrow(
      'without a token',
    );
    rmSync(fresh, { recursive: true });
  });
});
