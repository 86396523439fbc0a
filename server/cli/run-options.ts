/** What `run` and `schedule` share: a pipeline by name or file, with its parameters. */
import type { Command } from 'commander';
import type { Json } from '../../pipelines/core/passport/passport.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { parseSettings } from '../../pipelines/graph/bind-parameters.ts';
import { bind, loadPipeline } from '../../pipelines/queue/load-pipeline.ts';
import type { CliContext } from './command.ts';

export interface PipelineWords {
  readonly pipeline: string;
  readonly graph: Json;
  readonly parameters: Json;
  readonly priority: number;
  readonly askedBy: string | null;
}

export function definePipelineOptions(command: Command): void {
  command
    .option('--set <key=value>', 'a parameter of the pipeline; may be repeated', collect, [])
    .option('--priority <n>', 'higher is sooner, -100 to 100', '0');
}

function collect(word: string, before: readonly string[]): string[] {
  return [...before, word];
}

/** @throws {PlatformError} `usage`, and what reading the pipeline throws */
export async function readPipelineWords(
  context: CliContext,
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<PipelineWords> {
  const bound = bind(await loadPipeline(name), parseSettings(options['set'] as string[]));
  const { pipeline, graph, values } = bound;
  return { pipeline, graph, parameters: { base: process.cwd(), values }, ...whoAndWhen(context, options) };
}

/** @throws {PlatformError} `usage` */
export function whoAndWhen({ config }: CliContext, options: Readonly<Record<string, unknown>>) {
  const priority = Number(options['priority']);
  if (!Number.isInteger(priority) || Math.abs(priority) > 100)
    throw new PlatformError(
      'usage',
      `--priority is "${String(options['priority'])}"; a whole number from -100 to 100 is accepted`,
    );
  return { priority, askedBy: config.askedBy || null };
}
