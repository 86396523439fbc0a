/** Backups of the embedded database: one file each in `database/backups`, made, thinned out and brought back. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { EmbeddedDatabase } from './embedded.ts';
import { currentData, newDataFolder, useData } from './embedded.ts';
import { unpackFolder } from './folder-archive.ts';
import type { LockOptions } from './lock.ts';
import { acquireLock } from './lock.ts';
import { ThreadConnection } from './thread-connection.ts';

/** `daily`: by the running server; `asked`: by the command; `migration`: before tables are changed. */
export type BackupReason = 'daily' | 'asked' | 'migration';

export interface Backup {
  readonly path: string;
  readonly reason: BackupReason;
  /** RFC 3339, to the second. */
  readonly time: string;
  readonly sizeBytes: number;
}

/** How many of each kind stay; those that somebody asked for are theirs to remove. */
const KEPT: Readonly<Record<BackupReason, number>> = { daily: 7, migration: 3, asked: Infinity };
const NAME = /^(daily|asked|migration)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.gz$/;
const DAY_MS = 24 * 3600 * 1000;

/** @param folder  `database` of the workspace. @returns newest first */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(join(folder, 'backups')).catch(() => []);
  const found: Backup[] = [];
  for (const name of names) {
    const parts = NAME.exec(name);
    if (!parts) continue;
    const [, reason, y, mo, d, h, mi, s] = parts;
    const path = join(folder, 'backups', name);
    const { size } = await stat(path);
    found.push({ path, reason: reason as BackupReason, time: `${y}-${mo}-${d}T${h}:${mi}:${s}Z`, sizeBytes: size });
  }
  return found.sort((a, b) => b.time.localeCompare(a.time) || b.path.localeCompare(a.path));
}

/** @throws {PlatformError} `disk-full`, `not-writable` */
export async function makeBackup(
  database: EmbeddedDatabase,
  reason: BackupReason,
  options: { readonly path?: string; readonly now?: Date } = {},
): Promise<Backup> {
  const { now = new Date() } = options;
  const stamp = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const path = options.path ?? join(database.folder, 'backups', `${reason}-${stamp}.tar.gz`);
  await database.backup(path);
  const ofReason = (await listBackups(database.folder)).filter((backup) => backup.reason === reason);
  for (const old of ofReason.slice(KEPT[reason])) await rm(old.path, { force: true });
  return { path, reason, time: `${now.toISOString().slice(0, 19)}Z`, sizeBytes: (await stat(path)).size };
}

/** Whether a day has passed since the last backup of any kind. */
export async function isBackupDue(folder: string, now: Date = new Date()): Promise<boolean> {
  const [newest] = await listBackups(folder);
  return !newest || now.getTime() - Date.parse(newest.time) >= DAY_MS;
}

/**
 * Puts a backup in the place of the database. It is unpacked, opened and looked at first; the files that it replaces are
 * kept as `database/replaced` until the next restore.
 * @param archive  Null: the newest of `database/backups`.
 * @returns the backup's path
 * @throws {PlatformError} as `acquireLock`; `not-found`; `format-damaged` where the backup cannot be used, and all stays
 */
export async function restoreBackup(folder: string, archive: string | null, options: LockOptions): Promise<string> {
  const path = archive ?? (await listBackups(folder))[0]?.path;
  if (path === undefined)
    throw new PlatformError('not-found', `There is no backup in ${join(folder, 'backups')}; name the file to restore`);
  if (!(await stat(path).catch(() => null)))
    throw new PlatformError('not-found', `There is no backup ${path}; check the name`);
  const lock = await acquireLock(folder, options);
  try {
    const name = await newDataFolder(folder);
    await unpackFolder(path, join(folder, name));
    await tryOut(join(folder, name), path);
    const old = await currentData(folder).catch(() => null);
    await useData(folder, name);
    if (old !== null) await setAside(folder, old);
    return path;
  } finally {
    await lock.release();
  }
}

async function tryOut(data: string, archive: string): Promise<void> {
  try {
    await mkdir(data, { recursive: true });
    // PGlite makes a new database in a folder that holds none.
    if (!(await stat(join(data, 'PG_VERSION')).catch(() => null))) throw new Error('it holds no database');
    const connection = await ThreadConnection.open(data);
    try {
      await connection.order({ kind: 'script', sql: 'SELECT max(number) FROM landmeter_migrations' });
    } finally {
      await connection.close();
    }
  } catch (cause) {
    await rm(data, { recursive: true, force: true });
    const why = (cause as Error).message.split('\n')[0]!;
    throw new PlatformError('format-damaged', `${archive} cannot be used as a backup: ${why}`, { cause });
  }
}

async function setAside(folder: string, old: string): Promise<void> {
  const replaced = join(folder, 'replaced');
  await rm(replaced, { recursive: true, force: true });
  await rename(join(folder, old), replaced);
}
