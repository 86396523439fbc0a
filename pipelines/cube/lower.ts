/**
 * From a process graph to programs: nodes are planned from the sinks upwards, each once. Headers of files are read, no
 * pixel is.
 */
import { PlatformError } from '../core/errors.ts';
import { compileCallback } from '../graph/evaluate.ts';
import type { Argument, ProcessGraph, ProcessNode } from '../graph/graph.ts';
import { isCallback, isNodeReference, isParameterReference, isRecord } from '../graph/graph.ts';
import { VALUE_PROCESSES } from '../graph/processes/registry.ts';
import type { Value } from '../graph/value.ts';
import { Arguments, CubeValue } from './arguments.ts';
import { ProgramBuilder } from './builder.ts';
import type { CubeContext, Planned } from './cube-process.ts';
import { isCube } from './planned.ts';
import { CUBE_PROCESSES, SINK_IDS } from './processes/registry.ts';
import type { CubeProduct } from './products.ts';

export interface LoweredGraph {
  /** In the order of the nodes; a sink of several times gives several. */
  readonly products: readonly CubeProduct[];
  /** What a user should know. */
  readonly notes: readonly string[];
}

/**
 * Plans all that a graph makes.
 * @param graph  Valid, with its parameters filled in.
 * @throws {PlatformError} `parameter-invalid` where processes and data do not fit, naming the node; what opening files
 *   throws
 */
export async function lowerGraph(graph: ProcessGraph, context: CubeContext): Promise<LoweredGraph> {
  const sinks = Object.keys(graph).filter((id) => SINK_IDS.has(graph[id]!.process_id));
  if (sinks.length === 0)
    throw new PlatformError(
      'parameter-invalid',
      `The graph makes nothing: it needs a node of ${[...SINK_IDS].join(', ')}`,
    );
  const planner = new GraphPlanner(graph, context);
  for (const id of sinks) await planner.node(id);
  const products = await planner.builder.later.open(planner.products, planner.notes, context.signal);
  return { products, notes: [...planner.notes] };
}

/** Plans the nodes of one graph into one program, of which each sink takes its part. */
export class GraphPlanner {
  readonly builder = new ProgramBuilder();
  readonly products: CubeProduct[] = [];
  readonly notes = new Set<string>();
  readonly #graph: ProcessGraph;
  readonly #context: CubeContext;
  readonly #known = new Map<string, Promise<Planned>>();
  readonly #open = new Set<string>();

  constructor(graph: ProcessGraph, context: CubeContext) {
    this.#graph = graph;
    this.#context = context;
  }

  async node(id: string): Promise<Planned> {
    const known = this.#known.get(id);
    if (known) return known;
    if (this.#open.has(id)) throw invalid(`Node "${id}" depends on its own result`);
    if (!Object.hasOwn(this.#graph, id)) throw invalid(`There is no node "${id}"`);
    this.#open.add(id);
    const planned = await this.#plan(id, this.#graph[id]!);
    this.#open.delete(id);
    this.#known.set(id, Promise.resolve(planned));
    return planned;
  }

  async #plan(id: string, node: ProcessNode): Promise<Planned> {
    const values: Record<string, unknown> = {};
    for (const [name, argument] of Object.entries(node.arguments)) values[name] = await this.#resolve(argument);
    const process = CUBE_PROCESSES.get(node.process_id);
    try {
      return process
        ? await process.plan(new Arguments(node.process_id, values), { ...this.#shared(), nodeId: id })
        : evaluate(node.process_id, values);
    } catch (error) {
      throw atNode(error, id);
    }
  }

  #shared() {
    return { builder: this.builder, context: this.#context, notes: this.notes, products: this.products };
  }

  async #resolve(argument: Argument): Promise<unknown> {
    if (isNodeReference(argument)) {
      const planned = await this.node(argument.from_node);
      return isCube(planned) ? new CubeValue(planned) : planned;
    }
    if (isParameterReference(argument))
      throw invalid(`The parameter "${argument.from_parameter}" has no value; give it one`);
    if (isCallback(argument)) return argument;
    if (Array.isArray(argument)) {
      const items: unknown[] = [];
      for (const item of argument as readonly Argument[]) items.push(await this.#resolve(item));
      return items;
    }
    if (!isRecord(argument)) return argument;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(argument)) entries.push([key, await this.#resolve(item as Argument)]);
    return Object.fromEntries(entries);
  }
}

/** A process on plain values between cube processes, such as `date_shift`. */
function evaluate(id: string, values: Readonly<Record<string, unknown>>): Value {
  if (!VALUE_PROCESSES.has(id)) throw invalid(`The process ${id} is not offered`);
  if (Object.values(values).some((value) => value instanceof CubeValue))
    throw invalid(`${id} works on values, not on a data cube; use it inside apply or reduce_dimension`);
  const graph = { node: { process_id: id, arguments: values as Record<string, Argument>, result: true } };
  return compileCallback(graph, { processes: VALUE_PROCESSES, parameters: [] })();
}

/** The same failure with the node in its details; the first node that says so is the one. */
function atNode(error: unknown, id: string): unknown {
  if (!(error instanceof PlatformError) || 'node' in error.detail) return error;
  return new PlatformError(error.code, `${error.message} (node "${id}")`, {
    detail: { ...error.detail, node: id },
    cause: error,
  });
}

function invalid(message: string): PlatformError {
  return new PlatformError('parameter-invalid', message);
}
