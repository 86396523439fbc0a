import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { RUN_STATES } from '../../../pipelines/queue/run-record.ts';
import type { RunState } from '../../../pipelines/queue/run-record.ts';
import type { RunService } from '../../../pipelines/queue/run-service.ts';
import { summarise, summariseProduct } from '../../services/runs.ts';
import type { RunSummary } from '../../services/runs.ts';
import type { Action, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';
import { withRunService } from '../run-service.ts';
import { detailText, runLine } from '../run-text.ts';
import type { DetailWords } from '../run-text.ts';

export interface StatusRequest {
  readonly run: string | null;
  readonly state: RunState | null;
  readonly limit: number;
}

export type StatusLine =
  | { readonly kind: 'run'; readonly run: RunSummary }
  | ({ readonly kind: 'details' } & DetailWords);

/** Newest first; or all about one. */
export async function* tellStatus(
  service: RunService,
  { run, state, limit }: StatusRequest,
): AsyncGenerator<StatusLine> {
  if (run === null) {
    for (const one of await service.list({ state, limit })) yield { kind: 'run', run: summarise(one) };
    return;
  }
  const { run: record, tasks, products } = await service.details(run);
  yield { kind: 'details', run: summarise(record), tasks, products: products.map(summariseProduct) };
}

function define(command: Command): void {
  command
    .argument('[run]', 'id of a run; without it: the newest runs')
    .option('--state <state>', RUN_STATES.join(', '))
    .option('--limit <n>', 'how many', '20')
    .addHelpText('after', '\nExamples:\n  landmeter status\n  landmeter status 20260101-120000-4f3a --json');
}

const run: Action = async (context, [id], options) => {
  const request: StatusRequest = {
    run: id ?? null,
    state: stateOf(options['state'] as string | undefined),
    limit: limitOf(options['limit'] as string),
  };
  const found = onWorkspace<StatusLine>(context, {
    name: 'landmeter status',
    here: (database) => withRunService(context, database, (service) => tellStatus(service, request)),
    there: { path: '/workspace/status', body: request },
  });
  const lines: StatusLine[] = [];
  for await (const line of found) lines.push(line);
  context.progress.done();
  if (context.json) {
    const [first] = lines;
    context.printJson(
      first?.kind === 'details'
        ? { ...first.run, tasks: first.tasks, products: first.products }
        : lines.map(({ run: one }) => one),
    );
  } else if (lines.length === 0) context.print('No run yet; landmeter run starts one');
  else for (const line of lines) context.print(line.kind === 'run' ? runLine(line.run) : detailText(line));
};

function stateOf(word: string | undefined): RunState | null {
  if (word === undefined) return null;
  const state = RUN_STATES.find((one) => one === word.toUpperCase());
  if (state) return state;
  throw new PlatformError('usage', `--state is "${word}"; ${RUN_STATES.join(', ')} are accepted`);
}

function limitOf(word: string): number {
  const limit = Number(word);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new PlatformError('usage', `--limit is "${word}"; a whole number from 1 to 1000 is accepted`);
}

export const command: CommandModule = { define, run };
