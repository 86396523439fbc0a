import { resolve } from 'node:path';
import { listBackups } from '../../../pipelines/database/backup.ts';
import type { Backup } from '../../../pipelines/database/backup.ts';
import { databaseFolder } from '../../../pipelines/database/open.ts';
import { backUp } from '../../services/backup.ts';
import type { Action, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';

const run: Action = async (context, _args, options) => {
  const { config, print, printJson, json, progress } = context;
  if (options['list'] === true) {
    const backups = await listBackups(databaseFolder(config.workspace));
    if (json) return printJson(backups);
    return print(backups.map(describe).join('\n') || 'There is no backup yet');
  }
  const output = options['output'] as string | undefined;
  const path = output === undefined ? undefined : resolve(output);
  const made = onWorkspace<Backup>(context, {
    name: 'landmeter backup',
    here: async function* (database) {
      progress.stage('Backing up');
      yield await backUp(database, path);
    },
    there: { path: '/workspace/backup', body: path === undefined ? {} : { path } },
  });
  for await (const backup of made) {
    progress.done();
    if (json) printJson(backup);
    else print(describe(backup));
  }
};

function describe({ path, reason, time, sizeBytes }: Backup): string {
  return `${time}  ${reason.padEnd(9)} ${(sizeBytes / 1e6).toFixed(1).padStart(7)} MB  ${path}`;
}

export const command: CommandModule = {
  define(command) {
    command
      .option('--list', 'list the backups that there are')
      .option('-o, --output <file>', 'where to (default: database/backups in the workspace)')
      .addHelpText('after', '\nExamples:\n  landmeter backup\n  landmeter backup -o /mnt/usb/landmeter.tar.gz');
  },
  run,
};
