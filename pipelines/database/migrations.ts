/** The tables, as numbered steps. A step that was released is never changed: what is wrong with it, the next one mends. */
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';
import { CATALOGUE } from './migrations/0001-catalogue.ts';
import { RUNS } from './migrations/0002-runs.ts';
import { ZONE_VALUES } from './migrations/0003-zone-values.ts';
import { STAC_ITEMS } from './migrations/0004-stac-items.ts';
import { POLICY } from './migrations/0005-policy.ts';
import { DATA_VERSIONS } from './migrations/0006-data-versions.ts';
import { SENSORS } from './migrations/0007-sensors.ts';
import { ALERTS } from './migrations/0008-alerts.ts';
import { POLICY_LINEAGE } from './migrations/0009-policy-lineage.ts';
import { SENSOR_LEVELS } from './migrations/0010-sensor-levels.ts';
import { STATION_TILES } from './migrations/0011-station-tiles.ts';
import { FEEDS } from './migrations/0012-feeds.ts';
import { MOTION } from './migrations/0013-motion.ts';
import { ASSETS } from './migrations/0014-assets.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const MIGRATIONS: readonly Migration[] = [
  CATALOGUE,
  RUNS,
  ZONE_VALUES,
  STAC_ITEMS,
  POLICY,
  DATA_VERSIONS,
  SENSORS,
  ALERTS,
  POLICY_LINEAGE,
  SENSOR_LEVELS,
  STATION_TILES,
  FEEDS,
  MOTION,
  ASSETS,
];

const TABLE = `CREATE TABLE IF NOT EXISTS landmeter_migrations (
  number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;
/** Any number will do, as long as it stays: processes that start at once must not migrate at once. */
const ADVISORY_LOCK = 7_306_601;

export interface MigrateOptions {
  /** Called before the tables of a database that holds something are changed. */
  readonly backup?: (from: number) => Promise<void>;
  readonly migrations?: readonly Migration[];
}

/**
 * Brings the tables up to date; each step is a transaction of its own.
 * @throws {PlatformError} `unavailable` where the tables were made by a later version
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<void> {
  const { backup, migrations = MIGRATIONS } = options;
  const latest = migrations.at(-1)!.number;
  const from = await appliedUpTo(database);
  if (from > latest)
    throw new PlatformError(
      'unavailable',
      `The database was made by a later version of Landmeter (its tables are at step ${from}, this version knows ${latest}); use that version`,
    );
  if (from === latest) return;
  if (from > 0) await backup?.(from);
  for (const migration of migrations) await database.transaction((tx) => apply(tx, migration));
}

async function appliedUpTo(queries: Queries): Promise<number> {
  const [found] = await queries.query<{ name: string | null }>(
    "SELECT to_regclass('landmeter_migrations')::text AS name",
  );
  if (!found?.name) return 0;
  const [last] = await queries.query<{ number: number | null }>(
    'SELECT max(number) AS number FROM landmeter_migrations',
  );
  return last?.number ?? 0;
}

async function apply(tx: Queries, { number, name, sql }: Migration): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})::text`);
  await tx.script(TABLE);
  if ((await appliedUpTo(tx)) >= number) return;
  await tx.script(sql);
  await tx.query('INSERT INTO landmeter_migrations (number, name) VALUES ($1, $2)', [number, name]);
}
