/**
 * The thread of the embedded database: PGlite computes where it is called, and a query of seconds must not stop a server
 * from answering. Messages are plain records with an id; they are carried out in the order in which they come.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { Row, SqlValue } from './database.ts';
import { DURABLE_START, DurableFiles } from './durable-files.ts';

export type Order =
  | { readonly id: number; readonly kind: 'query'; readonly sql: string; readonly params: readonly SqlValue[] }
  | { readonly id: number; readonly kind: 'script'; readonly sql: string }
  | { readonly id: number; readonly kind: 'close' };

export type Reply =
  | { readonly id: number; readonly rows: readonly Row[] }
  | { readonly id: number; readonly message: string; readonly sqlState: string | null };

/** The id of the reply that tells whether the database could be opened. */
export const OPENED = 0;

const INT8 = 20;

const port = parentPort!;

async function open(folder: string): Promise<PGlite> {
  const database = new PGlite({
    fs: new DurableFiles(folder),
    startParams: DURABLE_START,
    parsers: { [INT8]: Number },
  });
  await database.waitReady;
  // A server speaks the time zone of its machine; results must not depend on it.
  await database.exec("SET TIME ZONE 'UTC'");
  return database;
}

async function carryOut(database: PGlite, order: Order): Promise<readonly Row[]> {
  switch (order.kind) {
    case 'query':
      return (await database.query<Row>(order.sql, [...order.params])).rows;
    case 'script':
      return (await database.exec(order.sql)).flatMap(({ rows }) => rows as Row[]);
    case 'close':
      await database.close();
      return [];
  }
}

function failure(id: number, error: unknown): Reply {
  const { message = String(error), code } = error as { message?: string; code?: unknown };
  return { id, message, sqlState: typeof code === 'string' ? code : null };
}

try {
  const database = await open((workerData as { folder: string }).folder);
  let last: Promise<void> = Promise.resolve();
  port.on('message', (order: Order) => {
    last = last.then(async () => {
      try {
        port.postMessage({ id: order.id, rows: await carryOut(database, order) } satisfies Reply);
      } catch (error) {
        port.postMessage(failure(order.id, error));
      }
      if (order.kind === 'close') port.close();
    });
  });
  port.postMessage({ id: OPENED, rows: [] } satisfies Reply);
} catch (error) {
  port.postMessage(failure(OPENED, error));
}
