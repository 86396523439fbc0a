/**
 * PostgreSQL inside the workspace (PGlite), for one process at a time.
 *
 *     database/lock          taken before anything else is touched: a second opener would destroy the files
 *     database/holder.json   who has it
 *     database/current       names the folder of files in use; written last, so that it only ever names a whole one
 *     database/data-…/       PostgreSQL's files
 *     database/backups/      see backup.ts
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import { writeError, writeOutputFile } from '../io/output-file.ts';
import type { Database, Queries, Row } from './database.ts';
import { packFolder } from './folder-archive.ts';
import type { Lock, LockOptions } from './lock.ts';
import { acquireLock } from './lock.ts';
import { syncFolder } from './sync-folder.ts';
import { ThreadConnection } from './thread-connection.ts';

export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded';
  /** The folder `database` of the workspace. */
  readonly folder: string;
  /** Writes all of it into one file, which appears whole or not at all. Queries wait meanwhile. */
  backup(path: string): Promise<void>;
}

export function isEmbedded(database: Database): database is EmbeddedDatabase {
  return database.kind === 'embedded';
}

export interface EmbeddedOptions extends LockOptions {
  /** Told when files are made for the first time, which takes seconds. */
  readonly onCreate?: () => void;
}

const CURRENT = 'current';
/** A folder's name, and nothing that could lead elsewhere. */
const DATA_FOLDER = /^data-[\w-]+$/;

/** @throws {PlatformError} as `acquireLock`; `format-damaged` where the files cannot be opened; `disk-full` */
export async function openEmbedded(folder: string, options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const lock = await acquireLock(folder, options);
  try {
    const data = await currentData(folder);
    if (data === null) return await createDatabase(folder, options, lock);
    return toDatabase(folder, data, await ThreadConnection.open(join(folder, data)), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The folder in use; null where there is none yet. */
export async function currentData(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, CURRENT), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const name = text?.trim() ?? null;
  if (name !== null && !DATA_FOLDER.test(name))
    throw new PlatformError('format-damaged', `${join(folder, CURRENT)} does not name a folder of the database`);
  return name;
}

/** Makes a folder for files that are not in use yet; what others left unfinished is removed. The lock must be held. */
export async function newDataFolder(folder: string): Promise<string> {
  const used = await currentData(folder).catch(() => null);
  for (const name of await readdir(folder))
    if (DATA_FOLDER.test(name) && name !== used) await rm(join(folder, name), { recursive: true, force: true });
  const name = `data-${randomBytes(4).toString('hex')}`;
  await mkdir(join(folder, name), { mode: 0o700 });
  return name;
}

/** From here on these files are the database, whatever happens to the machine. */
export async function useData(folder: string, name: string): Promise<void> {
  await syncFolder(join(folder, name));
  await writeOutputFile(join(folder, CURRENT), (file) => file.handle.writeFile(`${name}\n`));
}

async function createDatabase(folder: string, { onCreate }: EmbeddedOptions, lock: Lock): Promise<EmbeddedDatabase> {
  onCreate?.();
  try {
    const name = await newDataFolder(folder);
    const connection = await ThreadConnection.open(join(folder, name));
    await useData(folder, name);
    return toDatabase(folder, name, connection, lock);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw writeError(folder, error);
  }
}

function toDatabase(folder: string, data: string, connection: ThreadConnection, lock: Lock): EmbeddedDatabase {
  // One connection: whatever consists of several statements has it for itself.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
  const queries: Queries = {
    query: async <T extends Row>(sql: string, params: readonly unknown[] = []) =>
      (await connection.order({ kind: 'query', sql, params: params as [] })) as T[],
    script: (sql) => connection.order({ kind: 'script', sql }),
  };
  return {
    kind: 'embedded',
    folder,
    query: <T extends Row>(sql: string, params?: Parameters<Queries['query']>[1]) =>
      alone(() => queries.query<T>(sql, params)),
    script: (sql) => alone(() => queries.script(sql)),
    transaction: (work) => alone(() => inTransaction(queries, work)),
    backup: (path) =>
      alone(async () => {
        await queries.script('CHECKPOINT');
        await mkdir(dirname(path), { recursive: true });
        await writeOutputFile(path, ({ handle }) => packFolder(join(folder, data), handle));
      }),
    async close() {
      await alone(() => connection.close());
      await lock.release();
    },
  };
}

/** @throws what `work` throws, after all was taken back */
export async function inTransaction<T>(queries: Queries, work: (tx: Queries) => Promise<T>): Promise<T> {
  await queries.script('BEGIN');
  try {
    const result = await work(queries);
    await queries.script('COMMIT');
    return result;
  } catch (error) {
    await queries.script('ROLLBACK').catch(() => {}); // the connection is gone, and the transaction with it
    throw error;
  }
}
