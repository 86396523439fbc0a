import { PlatformError } from '../../pipelines/core/errors.ts';
import { makeBackup } from '../../pipelines/database/backup.ts';
import type { Backup } from '../../pipelines/database/backup.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { isEmbedded } from '../../pipelines/database/embedded.ts';

/** A backup that somebody asked for. @throws {PlatformError} `unavailable` for a database on a server */
export async function backUp(database: Database, path?: string): Promise<Backup> {
  if (isEmbedded(database)) return makeBackup(database, 'asked', path === undefined ? {} : { path });
  throw new PlatformError(
    'unavailable',
    'The catalogue is on a PostgreSQL server; back it up there: pg_dump --format=custom --file=landmeter.dump "$LANDMETER_DATABASE_URL"',
  );
}
