import { restoreBackup } from '../../../pipelines/database/backup.ts';
import { databaseFolder } from '../../../pipelines/database/open.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Action, CommandModule } from '../command.ts';

/** A server that is running holds the database and would go on with files that are no longer it: it is stopped first. */
const run: Action = async ({ config, json, print, printJson, progress, signal }, [archive]) => {
  if (config.database !== null)
    throw new PlatformError('unavailable', 'The catalogue is on a PostgreSQL server; restore it there with pg_restore');
  progress.stage('Restoring');
  const folder = databaseFolder(config.workspace);
  const restored = await restoreBackup(folder, archive ?? null, { command: 'landmeter restore', waitMs: 5000, signal });
  progress.done();
  if (json) printJson({ restored });
  else print(`${restored} is the database now; what it replaced is kept in ${folder}/replaced until the next restore`);
};

export const command: CommandModule = {
  define(command) {
    command
      .argument('[backup]', 'file that landmeter backup made (default: the newest in the workspace)')
      .addHelpText('after', '\nExamples:\n  landmeter restore\n  landmeter restore /mnt/usb/landmeter.tar.gz');
  },
  run,
};
