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
    set: path.startsWith('/sta') ? 'Things' : `zones-${level}`,
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

describe('what follows from what', () => {
  const plan = (inputs: readonly string[], series?: string) => ({
    inputs: inputs.map((path) => ({ path, bytes: null, sha256: null, stamp: null })),
    steps: series ? [{ id: 'a', zoneSeries: { set: 'zones-open', series } }] : [],
    notes: [],
  });

  async function putRun(id: string, inputs: readonly string[], series?: string): Promise<void> {
    const database = await server.database();
    await database.query(
      `INSERT INTO runs (id, pipeline, graph, parameters, state, started_by, plan, planned_at)
       VALUES ($1, 'mean', '{}', '{"values": {"collection": "hidden"}}', 'DONE', '{"kind": "api"}', $2::jsonb, now())`,
      [id, JSON.stringify(plan(inputs, series))],
    );
    await putProduct(database, {
      id: `${id}-a`,
      runId: id,
      step: 'a',
      process: 'index',
      kind: 'table',
      title: id,
      path: join(workspace, `${id}.csv`),
      mediaType: 'text/csv',
      bytes: 12,
      sha256: id,
      passport: passport as unknown as Passport,
    });
    if (series)
      await database.query(
        `INSERT INTO zone_series (set_id, name, statistics, objects) VALUES ('zones-open', $1, '{mean}', '{}')`,
        [series],
      );
  }

  const read = async (path: string, role: Role) => (await ask(path, role)).status;

  beforeAll(async () => {
    const scenes = [...manyScenes(3)];
    await putRun('of-open', [scenes[0]!.bands[0]!.path]);
    await putRun('of-internal', [scenes[1]!.classes[0]!.path, scenes[1]!.bands[0]!.path], 'from-internal');
    await putRun('of-folder', [`${scenes[2]!.source}!/B04.tif`]);
    await putRun('of-product', [join(workspace, 'of-internal.csv')]);
    await tell('/workspace/level', { kind: 'zones', id: 'nothing', level: 'open' }); // reads the levels anew
  });

  it.each([
    ['of-open', 'open'],
    ['of-internal', 'internal'],
    ['of-folder', 'confidential'],
    ['of-product', 'internal'],
  ] as const)('the run %s and its product are %s', async (id, level) => {
    for (const role of ROLES) {
      const wanted = decide(role, 'read', level).isAllowed ? 200 : role === 'public' ? 401 : 403;
      for (const path of [`/runs/${id}`, `/products/${id}-a`, `/ogc/jobs/${id}`])
        expect([role, path, await read(path, role)]).toEqual([role, path, wanted]);
      for (const path of ['/runs', '/ogc/jobs', '/stac/search?limit=100', '/ogc/collections/catalogue/items?limit=100'])
        expect([role, path, (await ask(path, role)).body.includes(`"${id}`)]).toEqual([role, path, wanted === 200]);
    }
  });

  it('a series of open zones is as close as what it was measured in', async () => {
    const path = '/zones/zones-open/series/from-internal?zone=1';
    expect([await read(path, 'public'), await read(path, 'viewer')]).toEqual([401, 200]);
    expect((await ask('/zones', 'public')).body).not.toContain('from-internal');
    expect((await ask('/zones', 'viewer')).body).toContain('from-internal');
  });

  it('a product stays closed when its run is gone', async () => {
    await (await server.database()).query(`DELETE FROM runs WHERE id = 'of-folder'`);
    await tell('/workspace/level', { kind: 'zones', id: 'nothing', level: 'open' });
    expect([await read('/products/of-folder-a', 'viewer'), await read('/products/of-folder-a', 'analyst')]).toEqual([
      403, 200,
    ]);
  });

  it('a run that has just begun is judged by what it reads, at once', async () => {
    const now = new Date().toISOString().replace(/[-:T]|\..*$/g, '');
    const id = `${now.slice(0, 8)}-${now.slice(8)}-0abc`;
    const scenes = [...manyScenes(2)];
    await putRun(id, [scenes[1]!.bands[0]!.path]);
    expect([await read(`/runs/${id}`, 'public'), await read(`/runs/${id}`, 'viewer')]).toEqual([401, 200]);
    expect(await read(`/products/${id}-a`, 'public')).toBe(401);
  });
});

describe('purposes', () => {
  const tokenFor = async (role: Role, ...purposes: string[]) =>
    (
      await tell<{ secret: string }>('/workspace/token', {
        action: 'create',
        token: { role, scopes: null, purposes, expiresInMs: null },
      })
    ).secret;
  const level = (purposes: string[], given = 'internal') =>
    tell('/workspace/level', { kind: 'zones', id: 'zones-internal', level: given, purposes });

  afterAll(() => level([]));

  it('are asked of whoever reads what is not open', async () => {
    await level(['inspection', 'works']);
    const status = async (secret: string | null, path = '/zones/zones-internal/features') =>
      (await ask(path, null, 'GET', undefined, secret ?? undefined)).status;
    const inspector = await tokenFor('viewer', 'inspection');
    const other = await tokenFor('analyst', 'research');
    expect(await status(inspector)).toBe(200);
    expect(await status(other)).toBe(403);
    expect(await status(secrets.get('steward')!)).toBe(403);
    expect(await status(secrets.get('operator')!)).toBe(200);
    expect(await status(null)).toBe(401);
    const refusal = await ask('/zones/zones-internal/features', null, 'GET', undefined, other);
    expect(JSON.parse(refusal.body)).toMatchObject({ needs: 'purpose', purposes: ['inspection', 'works'] });
    const listed = async (secret: string) => (await ask('/zones', null, 'GET', undefined, secret)).body;
    expect((await listed(inspector)).includes('zones-internal')).toBe(true);
    expect((await listed(other)).includes('zones-internal')).toBe(false);
  });

  it('decide nothing of what is open', async () => {
    await level(['inspection'], 'open');
    expect((await ask('/zones/zones-internal/features')).status).toBe(200);
    await level([]);
  });
});

describe('pages of other origins', () => {
  const headers = (path: string, asked: string) =>
    fetch(new URL(path, server.address), {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://example.org',
        'Access-Control-Request-Method': asked,
        'Access-Control-Request-Headers': 'authorization, content-type',
      },
    });

  it.each(['/stac/search', '/ogc/collections', '/raster/scene-open/statistics', '/tiles/frame-open/10/526/337.png'])(
    '%s may be asked with a token',
    async (path) => {
      const answer = await headers(path, 'POST');
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/Authorization/);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      const given = await fetch(new URL('/runs', server.address), {
        headers: { Origin: 'https://example.org', Authorization: `Bearer ${secrets.get('viewer')!}` },
      });
      expect([given.status, given.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    },
  );

  it('do not operate the workspace', async () => {
    const answer = await headers('/workspace/token', 'POST');
    expect([answer.ok, answer.headers.get('access-control-allow-headers')]).toEqual([false, null]);
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
