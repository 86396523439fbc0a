import type { Command } from 'commander';
import type { RunLine, RunSummary } from '../../services/runs.ts';
import { carryOut, endingOf } from '../../services/runs.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';
import { definePipelineOptions, readPipelineWords } from '../run-options.ts';
import { withRunService } from '../run-service.ts';
import { estimateText, planText, productLine } from '../run-text.ts';

function define(command: Command): void {
  command.argument('<pipeline>', 'name of a built-in pipeline, or a .json or .yaml file with a process graph');
  definePipelineOptions(command);
  command
    .option('--dry-run', 'say what would be read and made, and what it would cost')
    .option('--detach', 'do not wait: a worker or the server carries it out')
    .addHelpText(
      'after',
      `
A run that was stopped or killed goes on where it was when the same pipeline is run again.

Examples:
  landmeter run ndvi-composite --set collection=sentinel-2-l2a --set period=2024-05-01/2024-09-01 --dry-run
  landmeter run my-pipeline.yaml --set zones=parcels.geojson`,
    );
}

const run: Action = async (context, [name], options) => {
  const words = await readPipelineWords(context, name!, options);
  const request = { ...words, isDryRun: options['dryRun'] === true, isDetached: options['detach'] === true };
  const lines = onWorkspace<RunLine>(context, {
    name: 'landmeter run',
    here: (database) =>
      withRunService(context, database, (service) =>
        carryOut(service, request, { isOurs: true, signal: context.signal }),
      ),
    there: { path: '/workspace/run', body: request },
  });
  const seen = await follow(context, lines);
  context.progress.done();
  if (context.json) context.printJson(seen.plan ?? { ...seen.run, products: seen.products });
  for (const sentence of seen.run?.notes ?? []) context.note(sentence);
  const failure = seen.run && !request.isDetached ? endingOf(seen.run) : null;
  if (failure) throw failure;
};

interface Seen {
  plan?: Extract<RunLine, { kind: 'plan' }>['plan'];
  run?: RunSummary;
  products: Extract<RunLine, { kind: 'products' }>['products'];
}

async function follow(context: CliContext, lines: AsyncIterable<RunLine>): Promise<Seen> {
  const { json, print, note } = context;
  const seen: Seen = { products: [] };
  const draw = createDrawing(context);
  for await (const line of lines)
    switch (line.kind) {
      case 'plan':
        seen.plan = line.plan;
        if (!json) print(planText(line.plan));
        break;
      case 'run':
        if (!seen.run) {
          if (!json) print(line.run.id);
          if (line.isContinued) note('Goes on where an earlier attempt was');
          else if (line.run.estimate) note(estimateText(line.run.estimate));
        }
        seen.run = line.run;
        draw(line.run);
        break;
      case 'products':
        seen.products = line.products;
        if (!json) for (const product of line.products) print(productLine(product));
    }
  return seen;
}

/** What the database tells, as the progress of a command. */
function createDrawing({ progress }: CliContext): (run: RunSummary) => void {
  let stage = '';
  let done = 0;
  return ({ progress: now }) => {
    if (!now) return;
    const label = now.steps > 1 ? `${now.stepIndex + 1} of ${now.steps}: ${now.stage}` : now.stage;
    if (label !== stage) {
      progress.stage(label, now.total ?? undefined);
      stage = label;
      done = 0;
    }
    if (now.done > done) progress.advance(now.done - done);
    done = now.done;
  };
}

export const command: CommandModule = { define, run };
