/** Things with datastreams, straight into the tables, and databases of both kinds to have them in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VALUE_FLAGS } from '../../pipelines/core/sensors/quality/flags.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_';

export interface OpenedDatabase {
  readonly database: Database;
  /** Another opening of the same one; of a server only. */
  readonly again: () => Promise<Database>;
  readonly end: () => Promise<void>;
}

async function embedded(): Promise<OpenedDatabase> {
  const workspace = mkdtempSync(join(tmpdir(), 'landmeter-sensors-'));
  const database = await openDatabase({ workspace, url: null, command: 'test' });
  const end = async () => {
    await database.close();
    rmSync(workspace, { recursive: true });
  };
  return { database, again: () => Promise.reject(new Error('it has one process')), end };
}

let server: PostgresServer | null = null;

async function onServer(): Promise<OpenedDatabase> {
  server ??= startPostgres();
  const url = server.createDatabase();
  const again = () => openDatabase({ workspace: '/nowhere', url, command: 'test' });
  const database = await again();
  return { database, again, end: () => database.close() };
}

export function stopServer(): void {
  server?.stop();
  server = null;
}

if (noPostgres) console.warn(`On a server: skipped. ${noPostgres}`);

export const KINDS = [
  { kind: 'embedded', open: embedded, skip: false },
  { kind: 'postgres', open: onServer, skip: noPostgres !== null },
] as const;

export interface DatastreamWish {
  readonly key?: string;
  readonly type?: string;
  readonly ucum?: string | null;
  readonly retentionDays?: number;
}

/** One thing in Utrecht with these datastreams; their numbers in the same order. */
export async function makeDatastreams(database: Database, wishes: readonly DatastreamWish[]): Promise<number[]> {
  const [base] = await database.query<{ thing: number; sensor: number; property: number; location: number }>(
    `WITH t AS (INSERT INTO sta_things (name, description) VALUES ('thing', 'd') RETURNING id),
       s AS (INSERT INTO sta_sensors (name, description, encoding_type, metadata) VALUES ('s', 'd', 't', '"m"') RETURNING id),
       p AS (INSERT INTO sta_observed_properties (name, definition, description) VALUES ('p', 'x', 'd') RETURNING id),
       l AS (INSERT INTO sta_locations (name, description, encoding_type, location, min_lon, min_lat, max_lon, max_lat)
             VALUES ('place', 'd', 'application/geo+json', '{"type":"Point","coordinates":[5.12,52.09]}', 5.12, 52.09, 5.12,
             52.09) RETURNING id)
     SELECT t.id AS thing, s.id AS sensor, p.id AS property, l.id AS location FROM t, s, p, l`,
  );
  const { thing, sensor, property, location } = base!;
  await database.query('INSERT INTO sta_things_locations VALUES ($1, $2)', [thing, location]);
  const ids: number[] = [];
  for (const { key = null, type = 'Measurement', ucum = 'Cel', retentionDays = null } of wishes) {
    const [row] = await database.query<{ id: number }>(
      `INSERT INTO sta_datastreams (key, thing, sensor, observed_property, name, description, observation_type, ucum,
         retention_days) VALUES ($1, $2, $3, $4, 'stream', 'd', $5, $6, $7) RETURNING id`,
      [key, thing, sensor, property, `${OM}${type}`, ucum, retentionDays],
    );
    ids.push(row!.id);
  }
  return ids;
}

/** Every rollup held against the raw rows; the sums to the last digits, which depend on the order. */
export async function differencesOfRollups(database: Database): Promise<unknown[]> {
  const compare = (table: string, part: string) =>
    database.query(
      `WITH raw AS (
         SELECT datastream, date_trunc('${part}', phenomenon_time) AS part, count(*) FILTER (WHERE flags & ${VALUE_FLAGS} = 0) AS count,
           COALESCE(sum(result) FILTER (WHERE flags & ${VALUE_FLAGS} = 0), 0) AS sum, min(result) FILTER (WHERE flags & ${VALUE_FLAGS} = 0) AS min,
           max(result) FILTER (WHERE flags & ${VALUE_FLAGS} = 0) AS max, count(*) FILTER (WHERE flags & ${VALUE_FLAGS} <> 0) AS flagged
         FROM observations WHERE result IS NOT NULL GROUP BY 1, 2)
       SELECT '${table}' AS of, * FROM raw FULL JOIN ${table} AS kept
         ON kept.datastream = raw.datastream AND kept.${part} = raw.part
       WHERE (raw.count, raw.min, raw.max, raw.flagged) IS DISTINCT FROM (kept.count, kept.min, kept.max, kept.flagged)
         OR abs(raw.sum - kept.sum) > 1e-9 * (1 + abs(raw.sum))`,
    );
  const latest = await database.query(
    `WITH raw AS (SELECT DISTINCT ON (datastream) datastream, id, phenomenon_time, result, flags FROM observations
       ORDER BY datastream, phenomenon_time DESC)
     SELECT 'latest' AS of, * FROM raw FULL JOIN latest_observations AS kept USING (datastream)
     WHERE (raw.id, raw.phenomenon_time, raw.result, raw.flags)
       IS DISTINCT FROM (kept.observation, kept.phenomenon_time, kept.result, kept.flags)`,
  );
  return [...(await compare('observation_hours', 'hour')), ...(await compare('observation_days', 'day')), ...latest];
}
