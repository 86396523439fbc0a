/** A server with stations whose numbers a test can work out itself. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../pipelines/database/database.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';

export type Json = Readonly<Record<string, unknown>>;

export async function serve(workspace: string, database: string | null = null): Promise<RunningServer> {
  mkdirSync(join(workspace, 'web'), { recursive: true });
  return startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: join(workspace, 'web'),
    database,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
}

export function operatorToken(workspace: string): string {
  return readFileSync(join(workspace, 'operator.token'), 'utf8').trim();
}

export interface Reading {
  readonly time: Date;
  readonly result: number;
}

/** Things of a network `open`, the last of `closed`; each with a place, a Datastream and a feature. */
export const THINGS = 12;
export const CLOSED = THINGS;
export const PLACES = Array.from({ length: THINGS }, (_, k): [number, number] => [
  Number((4.9 + ((k * 37) % 40) / 100).toFixed(5)),
  Number((51.9 + ((k * 53) % 40) / 100).toFixed(5)),
]);
export const NAMES = [
  'Brug één',
  'brug twee',
  "Kade O'Brien",
  'Dijk 3 (noord)',
  '100% sluis_a',
  'sluisXa',
  ...Array.from({ length: THINGS - 6 }, (_, k) => `Post ${k}`),
];
/** Of the first Datastream; the others have ten a piece. */
export const READINGS: readonly Reading[] = Array.from({ length: 600 }, (_, k) => ({
  time: new Date(Date.UTC(2024, 0, 1) + k * 34_567_000),
  result: ((k * 7919) % 6001) / 100 - 20,
}));
const OTHERS = 10;

export async function fill(database: Database): Promise<void> {
  const numbers = Array.from({ length: THINGS }, (_, k) => k + 1);
  await database.query(
    `INSERT INTO sta_things (id, name, description, properties)
     SELECT i, name, 'd', jsonb_build_object('n', i - 1, 'owner', jsonb_build_object('name', 'owner ' || i % 3),
       'network', CASE WHEN i = $3::int THEN 'Closed' ELSE 'open' END) FROM unnest($1::int[], $2::text[]) AS t(i, name)`,
    [numbers, NAMES, CLOSED],
  );
  for (const table of ['sta_locations', 'sta_features'])
    await database.query(
      `INSERT INTO ${table} (id, name, description, encoding_type, ${table === 'sta_features' ? 'feature' : 'location'}, min_lon, min_lat, max_lon, max_lat)
       SELECT i, 'place ' || i, 'd', 'application/geo+json', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(x, y)), x, y, x, y
       FROM unnest($1::int[], $2::float8[], $3::float8[]) AS t(i, x, y)`,
      [numbers, PLACES.map(([x]) => x), PLACES.map(([, y]) => y)],
    );
  await database.script(`
    INSERT INTO sta_things_locations SELECT i, i FROM generate_series(1, ${THINGS}) AS i;
    INSERT INTO sta_historical_locations (thing, time) SELECT i, '2024-01-01T00:00:00Z' FROM generate_series(1, ${THINGS}) AS i;
    INSERT INTO sta_historical_locations_locations SELECT id, thing FROM sta_historical_locations;
    INSERT INTO sta_sensors (id, name, description, encoding_type, metadata) VALUES (1, 'S', 'd', 'text/html', '"https://example.org/s"'), (2, 'secret', 'd', 'text/html', '"x"');
    INSERT INTO sta_observed_properties (id, name, definition, description) VALUES (1, 'PM10', 'https://example.org/pm10', 'd'), (2, 'Air temperature', 'https://example.org/t', 'd');
    INSERT INTO sta_datastreams (id, thing, sensor, observed_property, name, description, observation_type, unit_name, unit_symbol, unit_definition, ucum, phenomenon_from, phenomenon_to)
      SELECT i, i, CASE WHEN i = ${CLOSED} THEN 2 ELSE 1 END, 1 + i % 2, 'stream ' || i, 'd', 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
        'unit', 'u', 'https://example.org/u', 'ug/m3', '2024-01-01T00:00:00Z', '2024-08-28T00:00:00Z' FROM generate_series(1, ${THINGS}) AS i;
    CREATE TABLE observations_test PARTITION OF observations FOR VALUES FROM ('2024-01-01T00:00:00Z') TO ('2025-01-01T00:00:00Z');
    INSERT INTO observations (datastream, phenomenon_time, result, feature, flags)
      SELECT i, '2024-02-01T00:00:00Z'::timestamptz + k * interval '1 hour', i * 100 + k, i, CASE WHEN k = 3 THEN 5 ELSE 0 END
      FROM generate_series(2, ${THINGS}) AS i, generate_series(0, ${OTHERS - 1}) AS k;`);
  await database.query(
    `INSERT INTO observations (datastream, phenomenon_time, result, feature)
     SELECT 1, t::timestamptz, r, 1 FROM unnest($1::text[], $2::float8[]) AS x(t, r)`,
    [READINGS.map(({ time }) => time.toISOString()), READINGS.map(({ result }) => result)],
  );
  await database.script(`
    INSERT INTO latest_observations
      SELECT DISTINCT ON (datastream) datastream, id, phenomenon_time, result, result_kind, result_json, flags
      FROM observations ORDER BY datastream, phenomenon_time DESC;
    SELECT setval(pg_get_serial_sequence(t, 'id'), 1000) FROM unnest(ARRAY['sta_things', 'sta_locations', 'sta_sensors', 'sta_observed_properties', 'sta_features', 'sta_datastreams']) AS t`);
}

/** `?$filter=…` out of `{filter: …}`. */
export function query(path: string, options: Readonly<Record<string, string | number>> = {}): string {
  const words = Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`);
  return words.length > 0 ? `${path}?${words.join('&')}` : path;
}
