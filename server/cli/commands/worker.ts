import { PlatformError } from '../../../pipelines/core/errors.ts';
import { openDatabase } from '../../../pipelines/database/open.ts';
import type { Action, CommandModule } from '../command.ts';
import { openService } from '../run-service.ts';
import { stopped } from '../serving.ts';

const run: Action = async (context) => {
  const { config, note, signal, print, progress } = context;
  const { workspace, database: url } = config;
  progress.stage('Opening the database');
  const database = await openDatabase({ workspace, url, command: 'landmeter worker', signal }).catch(
    (error: unknown) => {
      throw error instanceof PlatformError && error.code === 'busy' && typeof error.detail['address'] === 'string'
        ? new PlatformError('busy', `${error.message}; that server works on its runs already`)
        : error;
    },
  );
  const service = await openService(context, database, (event) => {
    if (event.kind === 'started') note(`${event.run} started`);
    if (event.kind === 'ended') note(`${event.run} ${event.state}${event.reason === null ? '' : `: ${event.reason}`}`);
  });
  try {
    await service.work();
    progress.done();
    print('Ready for runs; Ctrl-C ends it, and what it has in hand goes on elsewhere or at the next start');
    await stopped(signal);
  } finally {
    await service.close();
    await database.close();
  }
};

export const command: CommandModule = {
  define(command) {
    command.addHelpText(
      'after',
      `
With the database in the workspace there is one worker: this one, or the server. With LANDMETER_DATABASE_URL any number of
them share the runs, on any number of machines that see the same workspace folder.

Example:
  landmeter worker --threads 4`,
    );
  },
  run,
};
