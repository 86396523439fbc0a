/** The workspace's database as a server holds it: opened when it is first needed, then held until the end. */
import type { Database } from '../../pipelines/database/database.ts';
import { databaseFolder, openDatabase } from '../../pipelines/database/open.ts';
import type { Log } from '../http/log.ts';

export interface ServedDatabase {
  /** @throws {PlatformError} `busy` where a command holds it and does not end soon; `unavailable`, `format-damaged` */
  open(): Promise<Database>;
  /** Null where nothing was ever kept: a database is not made only to find it empty. */
  openExisting(): Promise<Database | null>;
  /** Backs up what there is, once a day. */
  watch(): void;
  close(): Promise<void>;
}

export interface ServedDatabaseOptions {
  readonly workspace: string;
  readonly url: string | null;
  /** Where commands find this server. */
  readonly address: () => string;
  readonly log: Log;
}

/** A request does not wait as long as a person at a terminal. */
const WAIT_MS = 20_000;
const LOOK_MS = 3600 * 1000;

export function createServedDatabase(options: ServedDatabaseOptions): ServedDatabase {
  const { workspace, url, address, log } = options;
  let opening: Promise<Database> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const open = () => {
    opening ??= openDatabase({
      workspace,
      url,
      command: 'the running server',
      address: address(),
      waitMs: WAIT_MS,
    }).catch((error: unknown) => {
      opening = null; // the next request may have more luck
      throw error;
    });
    return opening;
  };

  async function openExisting(): Promise<Database | null> {
    if (opening !== null || url !== null) return open();
    const { currentData } = await import('../../pipelines/database/embedded.ts');
    return (await currentData(databaseFolder(workspace))) === null ? null : open();
  }

  async function backUpWhereDue(): Promise<void> {
    const { isEmbedded } = await import('../../pipelines/database/embedded.ts');
    const { isBackupDue, makeBackup } = await import('../../pipelines/database/backup.ts');
    if (!(await isBackupDue(databaseFolder(workspace)))) return;
    const database = await openExisting();
    if (!database || !isEmbedded(database)) return;
    const { path, sizeBytes } = await makeBackup(database, 'daily');
    log.info({ path, sizeBytes }, 'database:backup');
  }

  return {
    open,
    openExisting,
    watch() {
      if (url !== null) return; // a server's backups are its operator's
      const look = () =>
        backUpWhereDue().catch((error: unknown) => log.error({ err: error }, 'database:backup-failed'));
      timer = setInterval(() => void look(), LOOK_MS).unref();
      void look();
    },
    async close() {
      clearInterval(timer);
      await opening?.then((database) => database.close()).catch(() => {}); // it was never open
    },
  };
}
