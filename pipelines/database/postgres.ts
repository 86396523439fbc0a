/** A PostgreSQL server, by the address of `LANDMETER_DATABASE_URL`. */
import { Client, Pool, types } from 'pg';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries, Row } from './database.ts';
import { SqlError } from './database.ts';
import { inTransaction } from './embedded.ts';

const INT8 = 20;
/** Connections a process opens at most; a server has 100 by default, for all. */
const POOL_SIZE = 8;
const CONNECT_MS = 10_000;
const LISTEN_AGAIN_MS = 2_000;
/** SQLSTATE of a disk that is full; classes of those that say that the server is not there for us. */
const DISK_FULL = '53100';
const NOT_THERE = /^(08|28|57P|3D000|53300)/;

/** @throws {PlatformError} `unavailable` where the server does not answer or does not let us in */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'landmeter',
    options: '-c TimeZone=UTC',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
    },
  });
  // A connection that breaks while nobody uses it; the next query opens another.
  pool.on('error', () => {});
  const ears = new Set<() => void>();
  const database: Database = {
    kind: 'postgres',
    ...queriesOf(pool, url),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw toError(error, url);
      });
      try {
        const result = await inTransaction(queriesOf(client, url), work);
        client.release();
        return result;
      } catch (error) {
        client.release(error instanceof PlatformError && error.code === 'unavailable');
        throw error;
      }
    },
    listen(channel, hear) {
      const stop = listenOn(url, channel, hear);
      ears.add(stop);
      return () => {
        ears.delete(stop);
        stop();
      };
    },
    async close() {
      for (const stop of ears) stop();
      await pool.end();
    },
  };
  try {
    await database.query('SELECT 1');
    return database;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** A connection of its own, because one of the pool does not stay the same. It does not keep the process alive. */
function listenOn(url: string, channel: string, hear: (payload: string) => void): () => void {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const connect = () => {
    if (isStopped) return;
    const next = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
    client = next;
    let isOver = false;
    const again = () => {
      if (isOver || isStopped) return;
      isOver = true;
      next.end().catch(() => {});
      timer = setTimeout(connect, LISTEN_AGAIN_MS).unref();
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', ({ payload }) => payload !== undefined && hear(payload));
    next
      .connect()
      .then(() => next.query(`LISTEN "${channel}"`))
      .then(() => (next as unknown as { connection: { stream: { unref(): void } } }).connection.stream.unref(), again);
  };
  connect();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    client?.end().catch(() => {}); // it was never open, or is gone
  };
}

function queriesOf(client: Pool | PoolClient, url: string): Queries {
  return {
    async query<T extends Row>(sql: string, params: readonly unknown[] = []) {
      try {
        return (await client.query<T & QueryResultRow>(sql, [...params])).rows;
      } catch (error) {
        throw toError(error, url);
      }
    },
    async script(sql) {
      try {
        // Several statements have a result each.
        const results: unknown = await client.query(sql);
        return [results].flat().flatMap((result) => (result as QueryResult<Row & QueryResultRow>).rows);
      } catch (error) {
        throw toError(error, url);
      }
    },
  };
}

function toError(error: unknown, url: string): Error {
  const { code, message, severity } = error as { code?: string; message: string; severity?: string };
  if (code === DISK_FULL) return new PlatformError('disk-full', `The disk of ${named(url)} is full`, { cause: error });
  // Only what the server itself says has a severity; EPIPE of the system looks like a SQLSTATE.
  const isStatement = severity !== undefined && code !== undefined && !NOT_THERE.test(code);
  if (isStatement) return new SqlError(message, code, { cause: error });
  const why = message || code || 'it does not answer'; // a refused connection on several addresses has no message
  return new PlatformError('unavailable', `${named(url)} cannot be used: ${why}`, { cause: error });
}

/** Without the password. */
function named(url: string): string {
  const parts = URL.parse(url);
  return parts
    ? `The database ${parts.pathname.slice(1) || 'postgres'} on ${parts.host || 'this machine'}`
    : 'The database';
}
