import { inlineRunner } from '../../../pipelines/runner.ts';
import { makeVectorBase } from '../../../pipelines/runs/vector-base.ts';
import type { VectorBaseReport } from '../../../pipelines/runs/vector-base.ts';
import type { Action, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';

const run: Action = async (context, [layer], _options) => {
  const { config, signal, progress } = context;
  const made = onWorkspace<VectorBaseReport>(context, {
    name: 'landmeter base',
    here: async function* (database) {
      const parts = { database, workspace: config.workspace, startRunner: async () => inlineRunner };
      yield await makeVectorBase(parts, layer!, { signal, progress });
    },
    there: { path: '/workspace/base', body: { layer } },
  });
  for await (const report of made) {
    progress.done();
    if (context.json) context.printJson(report);
    else context.print(describe(report));
    for (const note of report.notes) context.note(note);
  }
};

function describe({ layer, version, features, tiles, bytes, output }: VectorBaseReport): string {
  return `${layer}: ${features} features at version ${version}, ${tiles} tiles, ${(bytes / 1e6).toFixed(1)} MB, in ${output}`;
}

export const command: CommandModule = {
  define(command) {
    command.argument('<layer>', 'a set of zones').addHelpText(
      'after',
      `
A layer that is drawn from the database is quick where a tile holds hundreds of features, and takes its time where it holds
a hundred thousand. With an archive under it those tiles are read; what changes afterwards is merged into them, so that the
archive need not be made again for it. Make it anew when thousands of features have changed.

Example:
  landmeter base parcels`,
    );
  },
  run,
};
