/** Every route of the API, as every role, on data of every level, against the table of decisions. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putLayer } from '../../pipelines/catalog/layers-repository.ts';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import type { Passport } from '../../pipelines/core/passport/passport.ts';
import { LEVELS } from '../../pipelines/policy/levels.ts';
import type { Level } from '../../pipelines/policy/levels.ts';
import { ROLES, TOKEN_ROLES } from '../../pipelines/policy/roles.ts';
import type { Role } from '../../pipelines/policy/roles.ts';
import { putProduct } from '../../pipelines/queue/products-repository.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { describeApi } from '../../server/openapi/document.ts';
import { actionOf } from '../../server/policy/actions.ts';
import { readAudit } from '../../server/policy/audit.ts';
import { decide } from '../../server/policy/decide.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';
import { manyScenes } from '../support/many-scenes.ts';

const workspace = temporaryFolder('policy');
let server: RunningServer;
const secrets = new Map<Role, string>();

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Ends with the head of an answer that has no end of its own, such as events. */
function ask(path: string, role: Role | null = null, method = 'GET', body?: object, token?: string): Promise<Answer> {
  const { hostname, port } = new URL(server.address);
  const secret = token ?? (role === null ? undefined : secrets.get(role));
  const headers = {
    ...(secret !== undefined && { Authorization: `Bearer ${secret}` }),
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(JSON.stringify(body)) }),
  };
  return new Promise((done, fail) => {
    const req = request({ hostname, port, path, method, headers }, (res) => {
      const chunks: Buffer[] = [];
      const finish = () =>
        done({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks).toString() });
      if (res.headers['content-type']?.startsWith('text/event-stream')) {
        finish();
        return void req.destroy();
      }
      res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', finish);
    });
    req.on('error', fail);
    req.end(body && JSON.stringify(body));
  });
}

async function tell<T>(path: string, body: object): Promise<T> {
  const answer = await ask(path, 'operator', 'POST', body);
  expect([path, answer.status, answer.body.includes('"error"')]).toEqual([path, 200, false]);
  return JSON.parse(answer.body.split('\n')[0]!) as T;
}

const makeToken = (role: string, scopes: string[] | null = null, expiresInMs: number | null = null) =>
  tell<{ id: string; secret: string }>('/workspace/token', { action: 'create', token: { role, scopes, expiresInMs } });

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47]);
const passport = { product: { name: 'p.tif', folder: '/secret' }, method: {}, software: {}, result: {} };

beforeAll(async () => {
  const web = join(workspace, 'web');
  await mkdir(web);
  writeFileSync(join(web, 'index.html'), '<!doctype html>');
  writeFileSync(join(workspace, 'product.csv'), 'id,mean\n1,2\n');
  for (const level of LEVELS) {
    await putArchive(workspace, `frame-${level}`, [{ z: 10, x: 526, y: 337, bytes: png }]);
    await putArchive(workspace, `loose-${level}`, [{ z: 10, x: 526, y: 337, bytes: png }]);
  }
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  secrets.set('operator', readFileSync(join(workspace, 'operator.token'), 'utf8').trim());
  const database = await server.database();
  const scenes = [...manyScenes(LEVELS.length)];
  for (const [k, level] of LEVELS.entries()) {
    await putScene(database, { ...scenes[k]!, id: `scene-${level}`, collection: `collection-${level}` });
    await putZoneSet(database, {
      id: `zones-${level}`,
      name: `zones-${level}`,
      idField: null,
      epsg: 4326,
      bbox: [5, 52, 6, 53],
      source: 'test',
      digest: level,
      zones: [],
    });
    await putLayer(database, {
      id: `layer-${level}`,
      title: { nl: level, en: level },
      description: { nl: '', en: '' },
      theme: 'vegetation',
      kind: 'picture',
      unit: null,
      range: null,
      colormap: null,
      bounds: [5, 52, 5.3, 52.2],
      attribution: 'Test',
      simulated: true,
      order: k,
      frames: [{ id: `frame-${level}`, datetime: null, clearShare: null }],
    });
    await putProduct(database, {
      id: `product-${level}`,
      runId: null,
      step: null,
      process: 'zonal',
      kind: 'table',
      title: `product-${level}`,
      path: join(workspace, 'product.csv'),
      mediaType: 'text/csv',
      bytes: 12,
      sha256: '00',
      passport: passport as unknown as Passport,
    });
    for (const [kind, id] of [
      ['collection', `collection-${level}`],
      ['zones', `zones-${level}`],
      ['layer', `layer-${level}`],
      ['archive', `loose-${level}`],
      ['product', `product-${level}`],
    ] as const)
      await tell('/workspace/level', { kind, id, level });
  }
  for (const role of TOKEN_ROLES.filter((one) => one !== 'operator')) secrets.set(role, (await makeToken(role)).secret);
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(workspace, { recursive: true });
});

/** Addresses of data by what the path of an operation calls it; what is not named here is of no level. */
function addressOf(path: string, level: string, method = 'GET'): { path: string; isOfLevel: boolean } {
  const names: Readonly<Record<string, string>> = {
    layer: path.startsWith('/wmts') ? `layer-${level}` : `frame-${level}`,
    name: `frame-${level}`,
    item: `scene-${level}`,
    set: `zones-${level}`,
    collectionId: path.startsWith('/ogc') ? `zones-${level}` : `collection-${level}`,
    // What would be removed is not there.
    itemId: method === 'DELETE' ? 'none' : `scene-${level}`,
    id: path.startsWith('/products') ? `product-${level}` : path.startsWith('/scenes') ? `scene-${level}` : 'none',
    z: '10',
    x: '526',
    y: '337',
    format: 'png',
    tileMatrixSetId: 'WebMercatorQuad',
    lon: '5',
    lat: '52',
    key: 'none',
  };
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => names[name] ?? 'none');
  return { path: filled, isOfLevel: filled.includes(`-${level}`) };
}

/** What the table lets happen: who may not, is told so, or finds nothing. */
function expected(role: Role, method: string, path: string, level: Level): 'let in' | 401 | 403 {
  const action = actionOf(method, path);
  if (decide(role, action, level).isAllowed) return 'let in';
  return role === 'public' ? 401 : 403;
}

const operations = Object.entries(describeApi().paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
);

describe.each(operations)('$method $path', ({ path: template, method }) => {
  it.each(ROLES)('as %s', async (role) => {
    for (const level of LEVELS) {
      const { path, isOfLevel } = addressOf(template, level, method);
      // What would be carried out is sent a body that no route takes: it is let in when it says so.
      const body = method === 'GET' ? undefined : { nothing: 'of the kind' };
      const { status, headers, body: said } = await ask(path, role, method, body);
      // There are other grounds to refuse, such as a server that rasters are not read from.
      const isRefused = status === 401 || (status === 403 && said.includes('"needs"'));
      const wanted = expected(role, method, path, isOfLevel ? level : 'open');
      if (wanted === 'let in') expect([path, level, isRefused]).toEqual([path, level, false]);
      // A catalogue may answer as it does for what is not there, rather than that it may not be seen.
      else if (/^\/(stac|ogc|wmts)\//.test(path) && method === 'GET') {
        const nothing = await ask(addressOf(template, 'nothing', method).path, role);
        expect([path, level, status >= 400]).toEqual([path, level, true]);
        expect([nothing.status, wanted]).toContain(status);
      } else expect([path, level, status]).toEqual([path, level, wanted]);
      if (status === 401) expect(headers['www-authenticate']).toMatch(/^Bearer /);
      expect([path, status < 500 || status === 503]).toEqual([path, true]);
      if (!isOfLevel) break;
    }
  });

  it('refuses a wrong token', async () => {
    const { path } = addressOf(template, 'open');
    const { status } = await ask(path, null, method, undefined, 'wrong');
    expect(status).toBe(401);
  });
});

describe('lists and searches', () => {
  const LISTS = [
    '/tiles',
    '/scenes',
    '/zones',
    '/stac',
    '/stac/collections',
    '/stac/search?limit=100',
    '/ogc/collections',
  ];
  it.each(LISTS)('%s tells nobody of what they may not see', async (path) => {
    for (const role of ROLES) {
      const { body, status } = await ask(path, role);
      expect(status).toBe(200);
      for (const level of LEVELS) {
        const isShown = new RegExp(`(scene|zones|layer|frame|loose|product|collection)-${level}`).test(body);
        const may = decide(role, 'read', level).isAllowed;
        if (!may) expect([path, role, level, isShown]).toEqual([path, role, level, false]);
        else if (path !== '/ogc/collections') expect([path, role, level, isShown]).toEqual([path, role, level, true]);
      }
    }
  });

  it('counts only what may be seen', async () => {
    const total = async (role: Role) => (JSON.parse((await ask('/scenes', role)).body) as { total: number }).total;
    expect([await total('public'), await total('viewer'), await total('analyst')]).toEqual([1, 2, 3]);
    expect((await ask('/stac/search', 'public')).body).not.toContain('numberMatched');
  });
});

describe('a mosaic', () => {
  it('is as close as the closest of its scenes', async () => {
    const path = '/raster/scene-open/preview.png?with=scene-open,scene-confidential';
    expect([(await ask(path)).status, (await ask(path, 'viewer')).status]).toEqual([401, 403]);
  });
});

describe('caches', () => {
  it('are told to keep what is not open to themselves, and give no hint by a tag', async () => {
    const path = '/tiles/frame-internal/10/526/337.png';
    const seen = await ask(path, 'viewer');
    expect([seen.status, seen.headers['cache-control']]).toEqual([200, 'private, max-age=0, must-revalidate']);
    const hidden = await ask(path);
    expect([hidden.status, hidden.headers.etag, hidden.headers['cache-control']]).toEqual([401, undefined, 'no-store']);
    expect((await ask('/tiles/frame-open/10/526/337.png')).headers['cache-control']).toContain('public');
  });
});

describe('tokens', () => {
  it('are refused as soon as they are revoked, or have expired', async () => {
    const { id, secret } = await makeToken('viewer');
    expect((await ask('/stac', null, 'GET', undefined, secret)).status).toBe(200);
    await tell('/workspace/token', { action: 'revoke', id });
    expect((await ask('/stac', null, 'GET', undefined, secret)).status).toBe(401);
    const brief = await makeToken('viewer', null, 1);
    expect((await ask('/stac', null, 'GET', undefined, brief.secret)).status).toBe(401);
  });

  it('are good for their scopes alone', async () => {
    const { secret } = await makeToken('analyst', ['stac', 'tiles']);
    expect((await ask('/stac', null, 'GET', undefined, secret)).status).toBe(200);
    expect((await ask('/scenes', null, 'GET', undefined, secret)).status).toBe(403);
  });

  it('are listed and kept without their secret', async () => {
    const { secret } = await makeToken('steward');
    const listed = await ask('/workspace/token', 'operator', 'POST', { action: 'list' });
    expect(listed.body).toContain('"steward"');
    expect(listed.body).not.toContain(secret);
    const rows = await (await server.database()).query('SELECT * FROM tokens');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('the audit log', () => {
  it('has writes, refused ones too, and reads of what is not open, by the id of the token', async () => {
    const { id, secret } = await makeToken('viewer');
    await ask('/zones/zones-internal/features?q=typed', null, 'GET', undefined, secret);
    await ask('/zones/zones-open/features', null, 'GET', undefined, secret);
    await ask('/runs', null, 'POST', {}, secret);
    await expect
      .poll(async () => (await readAudit(workspace, id, 10)).map((e) => [e.action, e.level, e.path, e.status]))
      .toEqual([
        ['read', 'internal', '/zones/zones-internal/features', 200],
        ['start', 'open', '/runs', 403],
      ]);
    const whole = JSON.stringify(await readAudit(workspace, null, 10_000));
    expect(whole).not.toMatch(/127\.0\.0\.1|typed/);
    expect(whole).not.toContain(secret);
  });
});
