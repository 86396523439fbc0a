/** Removes observations that are older than their datastream keeps them, and partitions that hold nothing any more. */
import type { Database, Queries } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import { partitionNames } from './partitions.ts';
import { lockDatastreams } from './rollups.ts';

export interface Maintained {
  readonly observations: number;
  readonly partitions: readonly string[];
}

/** Rows of one transaction: others have their turn in between. */
const ROWS = 20_000;

/**
 * Whole days go, so that the hours and days that stay tell of all that there was. Hours and days go along where
 * `keep_rollups` is false. The latest observation of a datastream stays in its table, however old.
 * @param now  Milliseconds since 1970.
 */
export async function maintainObservations(database: Database, now: number, signal?: AbortSignal): Promise<Maintained> {
  const streams = await database.query<{ id: number; until: Date; keep_rollups: boolean }>(
    `SELECT id, date_trunc('day', to_timestamp($1::float8) - retention_days * interval '1 day') AS until, keep_rollups
     FROM sta_datastreams WHERE retention_days IS NOT NULL AND phenomenon_from <
       date_trunc('day', to_timestamp($1::float8) - retention_days * interval '1 day') ORDER BY id`,
    [now / 1000],
  );
  let observations = 0;
  for (const { id, until, keep_rollups } of streams) {
    signal?.throwIfAborted();
    observations += await removeOld(database, id, until.toISOString(), keep_rollups);
  }
  return { observations, partitions: observations === 0 ? [] : await dropEmpty(database) };
}

async function removeOld(database: Database, datastream: number, until: string, keepRollups: boolean): Promise<number> {
  let removed = 0;
  for (;;) {
    const [row] = await database.query<{ n: number }>(
      `WITH old AS (DELETE FROM observations WHERE datastream = $1 AND phenomenon_time < $2 AND phenomenon_time <= (
           SELECT max(phenomenon_time) FROM (SELECT phenomenon_time FROM observations
             WHERE datastream = $1 AND phenomenon_time < $2 ORDER BY phenomenon_time LIMIT ${ROWS}) AS first)
         RETURNING 1)
       SELECT count(*)::integer AS n FROM old`,
      [datastream, until],
    );
    removed += row!.n;
    if (row!.n < ROWS) break;
  }
  await database.transaction(async (tx) => {
    await lockDatastreams(tx, [datastream]);
    if (!keepRollups)
      for (const part of ['hour', 'day'])
        await tx.query(`DELETE FROM observation_${part}s WHERE datastream = $1 AND ${part} < $2`, [datastream, until]);
    await tx.query(
      `UPDATE sta_datastreams SET phenomenon_from = COALESCE(
         (SELECT min(phenomenon_time) FROM observations WHERE datastream = $1), phenomenon_to) WHERE id = $1`,
      [datastream],
    );
  });
  return removed;
}

async function dropEmpty(database: Database): Promise<string[]> {
  const dropped: string[] = [];
  for (const name of await partitionNames(database)) {
    const isGone = await dropWhereEmpty(database, name).catch((error: unknown) => {
      if (error instanceof SqlError && error.sqlState === LOCK_NOT_AVAILABLE) return false; // next time
      throw error;
    });
    if (isGone) dropped.push(name);
  }
  return dropped;
}

/** SQLSTATE of a lock that did not come in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Looked into again under lock: nothing comes in between. While we wait for the lock, everybody waits for us: not long. */
function dropWhereEmpty(database: Database, name: string): Promise<boolean> {
  const isEmpty = async (tx: Queries) => (await tx.query(`SELECT 1 FROM ${name} LIMIT 1`)).length === 0;
  return database.transaction(async (tx) => {
    if (!(await isEmpty(tx))) return false;
    await tx.script("SET LOCAL lock_timeout = '1s'; LOCK TABLE observations IN ACCESS EXCLUSIVE MODE");
    if (!(await isEmpty(tx))) return false;
    await tx.script(`DROP TABLE ${name}`);
    return true;
  });
}
