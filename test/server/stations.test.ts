import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ChartSeries,
  DatastreamAnomalies,
  DatastreamForecast,
  StationList,
} from '../../pipelines/core/wire-sensors.ts';
import { setLevel } from '../../pipelines/policy/levels.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import type { RunningServer } from '../../server/serve.ts';
import { startServer } from '../../server/serve.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { addStations, hour, put } from '../alerts/support/stations.ts';
import { temporaryFolder } from '../support/archive.ts';
import { decodeTile, featuresOf } from '../support/vector-tiles.ts';

const workspace = temporaryFolder('stations');
const HOURS = 24 * 7 * 9;
const START = Date.UTC(2025, 10, 3); // a Monday
const course = (n: number) => 12 + 6 * Math.sin((n * Math.PI) / 12) + ((n * 7919) % 13) / 26;

let server: RunningServer;
let token: string;
const ids: Record<string, number> = {};

async function get<T>(path: string, secret?: string): Promise<{ status: number; body: T }> {
  const headers = secret === undefined ? {} : { Authorization: `Bearer ${secret}` };
  const response = await fetch(new URL(path, server.address), { headers });
  return { status: response.status, body: (await response.json()) as T };
}

describe('stations and alerts, served', () => {
  beforeAll(async () => {
    server = await startServer({
      workspace, host: '127.0.0.1', port: 0, web: join(workspace, 'none'), log: createLog('silent'),
      runner: async () => inlineRunner, threads: 1,
    }); // prettier-ignore
    token = (await readOperatorToken(workspace))!;
    const database = await server.database();
    await addStations(database);
    const rows = Array.from({ length: HOURS }, (_, n) => [hour(n, START), course(n)] as const);
    await put(database, 'west/air_temperature', rows);
    await put(database, 'east/pm10', [[hour(0, START), 12.5]]);
    for (const row of await database.query('SELECT id, key FROM sta_datastreams'))
      ids[row['key'] as string] = row['id'] as number;
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    rmSync(workspace, { recursive: true });
  });

  it('are listed with their latest values, page by page', async () => {
    const { body } = await get<StationList & { links: { href: string }[] }>('/stations?limit=2');
    expect(body.stations.map(({ name }) => name)).toEqual(['Station west', 'Station east']);
    expect(body.stations[0]!.position).toEqual([5.1, 52.1]);
    const temperature = body.stations[0]!.datastreams.find(({ property }) => property === 'air_temperature')!;
    expect(temperature.latest).toEqual({ time: hour(HOURS - 1, START), value: course(HOURS - 1), flags: [] });
    expect(temperature.unit).toBe('°C');
    const next = await get<StationList & { links: unknown[] }>(body.links[0]!.href);
    expect(next.body.stations.map(({ name }) => name)).toEqual(['Station far']);
    expect(next.body.links).toEqual([]);
    const boxed = await get<StationList>('/stations?bbox=6,52,7,54&property=pm10');
    expect(boxed.body.stations.map(({ datastreams }) => datastreams.length)).toEqual([1]);
  });

  it('draw each value of a short time, and buckets of a long one', async () => {
    const id = ids['west/air_temperature']!;
    const week = await get<ChartSeries>(`/datastreams/${id}/series`);
    expect(week.body.resolution).toBe('raw');
    expect(week.body.values.at(-1)).toBe(course(HOURS - 1));
    expect(week.body.times).toHaveLength(7 * 24 + 1);
    const all = await get<ChartSeries>(
      `/datastreams/${id}/series?points=400&from=${hour(0, START)}&to=${hour(HOURS - 1, START)}`,
    );
    expect(all.body.resolution).toBe(4 * 3600);
    expect(all.body.times).toHaveLength(HOURS / 4);
    const first = [0, 1, 2, 3].map(course);
    expect(all.body.values[0]).toBeCloseTo(first.reduce((a, b) => a + b) / 4, 9);
    expect([all.body.min![0], all.body.max![0]]).toEqual([Math.min(...first), Math.max(...first)]);
    const days = await get<ChartSeries>(
      `/datastreams/${id}/series?points=50&from=${hour(0, START)}&to=${hour(HOURS - 1, START)}`,
    );
    expect(days.body.resolution).toBe(2 * 86_400);
  });

  it('forecast their next hours, with an interval that holds', async () => {
    const { body } = await get<DatastreamForecast>(`/datastreams/${ids['west/air_temperature']}/forecast?hours=24`);
    expect(body.times[0]).toBe(hour(HOURS, START));
    const truth = body.times.map((_, k) => course(HOURS + k));
    expect(truth.every((value, k) => Math.abs(value - body.values[k]!) < 1)).toBe(true);
    const inside = truth.filter((value, k) => value >= body.lower[k]! && value <= body.upper[k]!).length;
    expect(inside).toBeGreaterThanOrEqual(20);
    expect(body.backtests[0]!.method).toBe(body.method);
    const short = await get<{ detail: string }>(`/datastreams/${ids['east/pm10']}/forecast`);
    expect(short.status).toBe(400);
    expect(short.body.detail).toMatch(/cannot be forecast: it needs some days of hourly values/);
  });

  it('tell what is not usual', async () => {
    const { body } = await get<DatastreamAnomalies>(`/datastreams/${ids['west/air_temperature']}/anomalies`);
    expect(body.times).toHaveLength(7 * 24 + 1);
    expect(Math.max(...body.z.map((z) => Math.abs(z ?? 0)))).toBeLessThan(4);
    expect(body.usual[0]).not.toBeNull();
  });

  it('are drawn as tiles with their latest values, under a version that each new value changes', async () => {
    const tileJson = () =>
      get<{ tiles: string[]; vector_layers: { fields: object }[] }>('/tiles/stations/tilejson.json');
    const before = (await tileJson()).body;
    expect(before.vector_layers[0]!.fields).toMatchObject({ pm10: 'Number', air_temperature: 'Number' });
    const stations = async (template: string) => {
      const url = template.replace('{z}/{x}/{y}', '10/526/337');
      const response = await fetch(new URL(url, server.address));
      const features = featuresOf(decodeTile(new Uint8Array(await response.arrayBuffer())), 'stations');
      const values = features.map(({ properties: { name, pm10 = null } }) => [name, pm10]);
      return { caching: response.headers.get('cache-control'), values };
    };
    const first = await stations(before.tiles[0]!);
    expect(first.caching).toContain('immutable');
    expect(first.values).toContainEqual(['Station east', 12.5]);
    await put(await server.database(), 'east/pm10', [[hour(1, START), 40.5]]);
    const after = (await tileJson()).body;
    expect(after.tiles).not.toEqual(before.tiles);
    expect((await stations(after.tiles[0]!)).values).toContainEqual(['Station east', 40.5]);
  });

  it('refuse what is wrong', async () => {
    expect((await get('/datastreams/999999/series')).status).toBe(404);
    expect((await get('/datastreams/abc/series')).status).toBe(404);
    const { status, body } = await get<{ detail: string }>(`/datastreams/${ids['west/pm10']}/series?points=3`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('points')]);
    expect((await get('/stations?bbox=1,2,3')).status).toBe(400);
  });

  it('are not there for those who may not see their network, and neither are their alerts', async () => {
    const database = await server.database();
    const rule = {
      title: 'Warm',
      source: { kind: 'datastreams', property: 'air_temperature' },
      condition: { operator: 'above', level: 17 },
    };
    await database.query(`UPDATE sta_things SET properties = '{"network": "Closed"}' WHERE name = 'Station west'`);
    const made = await fetch(new URL('/alert-rules/warm', server.address), {
      method: 'PUT', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(rule),
    }); // prettier-ignore
    expect(made.status).toBe(201);
    await database.query("UPDATE alert_rules SET created_at = '2025-11-04T00:00:00Z'");
    await put(database, 'far/pm10', [[hour(0, START), 1]]); // a nudge
    const alerts = () => get<{ alerts: { id: number }[] }>('/alerts');
    await expect.poll(async () => (await alerts()).body.alerts.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const [alert] = (await alerts()).body.alerts;
    const response = await fetch(new URL('/workspace/level', server.address), {
      method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'sensors', id: 'Closed', level: 'internal' }),
    }); // prettier-ignore
    expect(response.status).toBe(200);
    expect((await get<StationList>('/stations')).body.stations.map(({ name }) => name)).toEqual([
      'Station east',
      'Station far',
    ]);
    expect((await get(`/datastreams/${ids['west/pm10']}/series`)).status).toBe(404);
    expect((await get('/tiles/stations-closed/tilejson.json')).status).toBe(401);
    expect((await get('/tiles/stations-closed/tilejson.json', token)).status).toBe(200);
    expect((await alerts()).body.alerts).toEqual([]);
    expect((await get('/tiles/alerts/tilejson.json')).status).toBe(404);
    expect((await get(`/alerts/${alert!.id}`)).status).toBe(404);
    expect((await get(`/alerts/${alert!.id}`, token)).status).toBe(200);
    const judged = await fetch(new URL(`/alerts/${alert!.id}`, server.address), {
      method: 'PATCH', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ state: 'rejected' }),
    }); // prettier-ignore
    expect([judged.status, ((await judged.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('reason'),
    ]);
    await setLevel(database, { kind: 'sensors', id: 'Closed', level: 'open', purposes: [] });
  });
});
