/** The workspace's database, wherever it is, with its tables up to date. */
import { join } from 'node:path';
import type { Database } from './database.ts';
import type { EmbeddedDatabase, EmbeddedOptions } from './embedded.ts';
import { migrate } from './migrations.ts';
import type { MigrateOptions } from './migrations.ts';

export interface OpenDatabaseOptions extends EmbeddedOptions {
  readonly workspace: string;
  /** `postgres://…`; null: embedded in the workspace. */
  readonly url: string | null;
}

export function databaseFolder(workspace: string): string {
  return join(workspace, 'database');
}

/**
 * Nothing of either database is loaded before it is asked for.
 * @throws {PlatformError} `busy` where another process holds the workspace; `unavailable`, `format-damaged`, `not-writable`
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { workspace, url } = options;
  if (url !== null) return migrated(await (await import('./postgres.ts')).openPostgres(url), {});
  const embedded = await (await import('./embedded.ts')).openEmbedded(databaseFolder(workspace), options);
  return migrated(embedded, { backup: () => backUp(embedded) });
}

async function migrated<T extends Database>(database: T, options: MigrateOptions): Promise<T> {
  try {
    await migrate(database, options);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function backUp(database: EmbeddedDatabase): Promise<void> {
  const { makeBackup } = await import('./backup.ts');
  await makeBackup(database, 'migration');
}
