/** Pipelines by name or file, with their parameters bound: what the queue is given. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { Json } from '../core/passport/passport.ts';
import { bindParameters } from '../graph/bind-parameters.ts';
import { isBuiltinName, listBuiltins, readBuiltin } from '../graph/builtin/registry.ts';
import { processesOf } from '../graph/define-process.ts';
import type { Processes } from '../graph/define-process.ts';
import type { Argument, Pipeline } from '../graph/graph.ts';
import { parsePipeline, toPipeline } from '../graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../graph/processes/registry.ts';
import { CUBE_DEFINITIONS } from '../cube/processes/registry.ts';
import { FILE_PROCESSES } from './file-processes.ts';

let known: Processes | undefined;

/** Every process that a pipeline may name. */
export function allProcesses(): Processes {
  return (known ??= processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS, FILE_PROCESSES));
}

export interface PipelineInHand {
  /** Its name, or its file's. */
  readonly pipeline: string;
  readonly definition: Pipeline;
}

export interface Bound {
  readonly pipeline: string;
  readonly graph: Json;
  readonly values: Json;
}

/** @throws {PlatformError} `not-found` for a name that is none; what parsing throws */
export async function loadPipeline(nameOrPath: string): Promise<PipelineInHand> {
  const processes = allProcesses();
  if (isBuiltinName(nameOrPath)) {
    const text = await readBuiltin(nameOrPath);
    return { pipeline: nameOrPath, definition: parsePipeline(text, { processes, name: nameOrPath }) };
  }
  if (!/[\\/.]/.test(nameOrPath))
    throw new PlatformError(
      'not-found',
      `There is no pipeline ${nameOrPath}; there are ${listBuiltins().join(', ')}, or name a .json or .yaml file`,
    );
  const text = await readFile(nameOrPath, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new PlatformError('not-found', `There is no file ${nameOrPath}; check the name`);
    throw new PlatformError('not-readable', `Cannot read ${nameOrPath}: ${cause.message}`, { cause });
  });
  const definition = parsePipeline(text, { processes, name: nameOrPath });
  return { pipeline: definition.id ?? basename(nameOrPath).replace(/\.(json|ya?ml)$/i, ''), definition };
}

/** A name, or a process graph as a request brings it. */
export async function toPipelineInHand(nameOrGraph: Json): Promise<PipelineInHand> {
  if (typeof nameOrGraph === 'string') {
    if (isBuiltinName(nameOrGraph)) return loadPipeline(nameOrGraph);
    throw new PlatformError(
      'not-found',
      `There is no pipeline ${nameOrGraph}; there are ${listBuiltins().join(', ')}`,
      {
        detail: { parameter: 'pipeline', accepted: listBuiltins().join(', ') },
      },
    );
  }
  const definition = toPipeline(nameOrGraph, { processes: allProcesses(), name: 'process' });
  return { pipeline: definition.id ?? 'own', definition };
}

/** @param settings  Words of a command line, or values. @throws {PlatformError} as `bindParameters` */
export function bind({ pipeline, definition }: PipelineInHand, settings: Readonly<Record<string, unknown>>): Bound {
  const { values, process_graph } = bindParameters(definition, settings, allProcesses());
  return { pipeline, graph: process_graph as unknown as Json, values: values as unknown as Json };
}

export interface PipelineSummary {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly description: string;
    readonly schema: unknown;
    readonly optional: boolean;
    readonly default: Argument | undefined;
  }[];
}

/** The built-in ones. */
export async function listPipelines(): Promise<PipelineSummary[]> {
  const summaries: PipelineSummary[] = [];
  for (const name of listBuiltins()) {
    const { definition } = await loadPipeline(name);
    const { summary = '', description = '', parameters } = definition;
    const listed = parameters.map((one) => ({ ...one, optional: one.optional === true, default: one.default }));
    summaries.push({ id: name, summary, description, parameters: listed });
  }
  return summaries;
}
