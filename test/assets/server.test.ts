import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLevel } from '../../pipelines/policy/levels.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import type { RunningServer } from '../../server/serve.ts';
import { startServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';

const workspace = temporaryFolder('assets');
let server: RunningServer;
let token: string;

type Json = Readonly<Record<string, unknown>>;

async function ask(
  path: string,
  body?: unknown,
  secret: string | null = token,
): Promise<{ status: number; body: Json; text: string }> {
  const response = await fetch(new URL(path, server.address), {
    headers: { ...(secret === null ? {} : { Authorization: `Bearer ${secret}` }), 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: Json = {};
  try {
    parsed = JSON.parse(text.split('\n')[0]!) as Json;
  } catch {}
  return { status: response.status, body: parsed, text };
}

const idsOf = ({ features }: Json) => (features as { id: string }[]).map(({ id }) => id);

describe('assets, served', () => {
  beforeAll(async () => {
    server = await startServer({
      workspace, host: '127.0.0.1', port: 0, web: join(workspace, 'none'), log: createLog('silent'),
      runner: async () => inlineRunner, threads: 1,
    }); // prettier-ignore
    token = (await readOperatorToken(workspace))!;
    const features = [1, 2, 3].map((n) => ({ type: 'Feature', id: `A${n}`, properties: { name: `Asset ${n}`, type: n === 3 ? 'quay' : 'bridge', built: 2015 + n }, geometry: { type: 'Point', coordinates: [5 + n / 10, 52] } })); // prettier-ignore
    writeFileSync(join(workspace, 'a.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
    const { body } = await ask('/workspace/assets', { action: 'import', path: join(workspace, 'a.geojson') });
    expect(body).toMatchObject({ kind: 'imported', told: { added: 3, refused: [] } });
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    rmSync(workspace, { recursive: true });
  });

  it('say what to do before they are assessed', async () => {
    const { status, body } = await ask('/assets/ranking');
    expect([status, body['detail']]).toEqual([404, 'No asset has been assessed yet; run landmeter assets assess']);
  });

  it('take an inspection with its defects, for a token alone', async () => {
    const inspection = {
      date: '2025-05-01',
      defects: [{ part: 'deck', seriousness: 'critical', extent: 4, intensity: 3 }],
      sound: [{ part: 'rail' }],
    };
    expect((await ask('/assets/A1/inspections', inspection, null)).status).toBe(401);
    const made = await ask('/assets/A1/inspections', inspection);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ score: 4, worstPart: 'deck', worstDefect: 'critical, extent 4, intensity 3' });
    expect((await ask('/assets/A1/inspections', inspection)).status).toBe(200);
    expect((await ask('/assets/ZZ/inspections', inspection)).status).toBe(404);
    const wrong = { ...inspection, defects: [{ ...inspection.defects[0], extent: 9 }] };
    expect((await ask('/assets/A1/inspections', wrong)).body['detail']).toMatch(/^defects.0.extent/);
    expect((await ask('/assets/A1/inspections', { date: '2025-05-01' })).status).toBe(400);
  });

  it('are listed, filtered and paged', async () => {
    const first = await ask('/assets?limit=2', undefined, null);
    expect(idsOf(first.body)).toEqual(['A1', 'A2']);
    expect(first.body['numberMatched']).toBe(3);
    const [next] = first.body['links'] as { href: string }[];
    const second = await ask(next!.href);
    expect([idsOf(second.body), second.body['links']]).toEqual([['A3'], []]);
    expect(idsOf((await ask('/assets?type=Kademuur')).body)).toEqual(['A3']);
    expect(idsOf((await ask('/assets?bbox=5.15,51,5.25,53')).body)).toEqual(['A2']);
    expect((await ask('/assets?type=spaceship')).body['detail']).toContain('"spaceship" is no type');
    expect(first.text).not.toContain(workspace);
  });

  it('are ranked, with weights that somebody tries and within a budget', async () => {
    await ask('/workspace/assets', { action: 'assess', at: '2026-01-01' });
    const { body } = await ask('/assets/ranking?limit=1', undefined, null);
    const [top] = body['assets'] as { asset: string }[];
    expect(top!.asset).toBe('A1');
    expect(body).toMatchObject({ numberMatched: 3, budget: null, horizon: 5 });
    expect(((await ask((body['links'] as { href: string }[])[0]!.href)).body['assets'] as unknown[]).length).toBe(1);
    const within = await ask('/assets/ranking?budget=60000&safety=1&availability=0&cost=0');
    expect(within.body).toMatchObject({ budget: { euros: 60_000, cost: 60_000, isExact: true } });
    expect((await ask('/assets/ranking?safety=0&availability=0&cost=0')).status).toBe(400);
  });

  it('are told one by one, with all contributions', async () => {
    const { body } = await ask('/assets/A1', undefined, null);
    expect(body).toMatchObject({ id: 'A1', condition: { forecast: [{ years: 1 }, {}, {}, {}, {}] } });
    expect((await ask('/assets/ZZ')).body['detail']).toBe('There is no asset ZZ in the register');
  });

  it('are features of /ogc, by filters too', async () => {
    const all = await ask('/ogc/collections/assets/items?f=json&limit=2', undefined, null);
    expect(idsOf(all.body)).toEqual(['A1', 'A2']);
    const next = (all.body['links'] as { rel: string; href: string }[]).find(({ rel }) => rel === 'next')!;
    expect(idsOf((await ask(next.href)).body)).toEqual(['A3']);
    const old = await ask(
      `/ogc/collections/assets/items?filter=${encodeURIComponent("built > 2016 AND type = 'bridge'")}`,
    );
    expect(idsOf(old.body)).toEqual(['A2']);
    expect((await ask('/ogc/collections/assets/items/A3')).body).toMatchObject({
      id: 'A3',
      properties: { type: 'quay' },
    });
    expect((await fetch(new URL('/tiles/assets/8/131/84.mvt', server.address))).status).toBe(200);
  });

  it('are closed by a level at every door', async () => {
    await ask('/workspace/level', { kind: 'assets', id: 'assets', level: 'internal' });
    for (const path of ['/assets', '/assets/A1', '/assets/ranking', '/tiles/assets/8/131/84.mvt'])
      expect([path, (await ask(path, undefined, null)).status]).toEqual([path, 401]);
    expect((await ask('/ogc/collections/assets/items', undefined, null)).status).toBe(404);
    expect((await ask('/ogc/collections?f=json', undefined, null)).text).not.toContain('"assets"');
    expect((await ask('/assets/A1')).status).toBe(200);
    await setLevel(await server.database(), { kind: 'assets', id: 'assets', level: 'open', purposes: [] });
  });
});
