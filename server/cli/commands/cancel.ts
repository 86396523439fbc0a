import { summarise } from '../../services/runs.ts';
import type { RunSummary } from '../../services/runs.ts';
import type { Action, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';
import { withRunService } from '../run-service.ts';
import { runLine } from '../run-text.ts';

const run: Action = async (context, [id]) => {
  const lines = onWorkspace<RunSummary>(context, {
    name: 'landmeter cancel',
    here: (database) =>
      withRunService(context, database, async function* (service) {
        yield summarise(await service.cancel(id!));
      }),
    there: { path: '/workspace/cancel', body: { run: id } },
  });
  for await (const line of lines) {
    context.progress.done();
    if (context.json) context.printJson(line);
    else context.print(runLine(line));
  }
};

export const command: CommandModule = {
  define(command) {
    command
      .argument('<run>', 'id of the run')
      .addHelpText(
        'after',
        '\nFinished tasks are kept for a week.\n\nExample:\n  landmeter cancel 20260101-120000-4f3a',
      );
  },
  run,
};
