/** Text of a pipeline, as somebody sent it, → a Pipeline that every later step may trust. */
import { parseDocument } from 'yaml';
import { PlatformError } from '../core/errors.ts';
import { findMismatch } from './check-argument.ts';
import type { Processes } from './define-process.ts';
import { describeValue, shorten } from './describe.ts';
import type { Argument, Pipeline, PipelineParameter, ProcessGraph, ProcessNode } from './graph.ts';
import { isRecord } from './graph.ts';
import { parseSchema } from './parse-schema.ts';
import { checkPlain } from './plain.ts';
import { graphsIn, references } from './references.ts';
import { validateGraph } from './validate-graph.ts';

/** A pipeline may hold polygons, but a file of them is better named than pasted. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
const MAX_NODES = 1000;

export interface ParseOptions {
  readonly processes: Processes;
  /** How messages call it: a file's name. */
  readonly name?: string;
}

/**
 * Reads a pipeline from JSON or YAML: a process with its graph, a request that has one in it, or a bare graph.
 *
 * @throws {PlatformError} `format-damaged` where it is neither, with the line; `too-large`; `parameter-invalid` for a
 *   graph with a fault: one sentence that names the node, the argument, what was found and what is accepted.
 */
export function parsePipeline(text: string, { processes, name = 'the pipeline' }: ParseOptions): Pipeline {
  if (text.length > MAX_CHARACTERS)
    throw new PlatformError('too-large', `${name} has ${text.length} characters; ${MAX_CHARACTERS} are the most`);
  return toPipeline(parseText(text, name), { processes, name });
}

/** The same for a value that has been parsed already, such as the body of a request. */
export function toPipeline(value: unknown, { processes, name = 'the pipeline' }: ParseOptions): Pipeline {
  try {
    checkPlain(value);
    const pipeline = readPipeline(value);
    validatePipeline(pipeline, processes);
    return pipeline;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(error.code, `${name}: ${error.message}`, { detail: error.detail, cause: error });
  }
}

/** @throws {PlatformError} `parameter-invalid` as `parsePipeline` does; for pipelines made in code. */
export function validatePipeline(pipeline: Pipeline, processes: Processes): void {
  const nodes = countNodes(pipeline.process_graph);
  if (nodes > MAX_NODES) throw invalid(`It has ${nodes} nodes; ${MAX_NODES} are the most`);
  for (const { name, schema, default: fallback } of pipeline.parameters) {
    if (references(fallback).length > 0) throw invalid(`Parameter "${name}": its default refers to something`);
    const mismatch = fallback === undefined ? null : findMismatch(fallback, schema, () => null);
    if (mismatch)
      throw invalid(`Parameter "${name}": its default is ${mismatch.found}; accepted is ${mismatch.accepted}`);
  }
  const parameters = new Map(pipeline.parameters.map(({ name, schema }) => [name, schema]));
  validateGraph(pipeline.process_graph, { processes, parameters, cubes: true, where: '' });
}

function parseText(text: string, name: string): unknown {
  if (/^\s*[{[]/.test(text))
    try {
      return JSON.parse(text);
    } catch {
      // YAML's reader reads JSON too, and says in which line the fault is
    }
  try {
    return parseYaml(text, name);
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    // the reader recurses, and counts what aliases grow to
    throw new PlatformError('too-large', `${name} is nested too deeply or repeats parts of itself too often`, {
      cause,
    });
  }
}

function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, stringKeys: true, version: '1.2' });
  const [error] = [...document.errors, ...document.warnings];
  if (error) {
    const what = error.message.split('\n')[0]!.replace(/:$/, '');
    throw new PlatformError('format-damaged', `${name} is no JSON and no YAML: ${what}`);
  }
  return document.toJS({ maxAliasCount: 100 });
}

function readPipeline(value: unknown): Pipeline {
  if (!isRecord(value)) throw invalid(`A pipeline is an object with a process_graph; this is ${describeValue(value)}`);
  if (isRecord(value['process']))
    return readPipeline({ id: value['id'], summary: value['title'], ...value['process'] });
  if (!('process_graph' in value)) {
    if (Object.values(value).some((node) => isRecord(node) && 'process_id' in node))
      return { parameters: [], process_graph: readGraph(value, '') };
    const keys = Object.keys(value).slice(0, 5).map(shorten).join(', ');
    throw invalid(`A pipeline has a process_graph; this has ${keys === '' ? 'nothing' : keys}`);
  }
  const { parameters, returns } = value;
  return {
    ...texts(value, ['id', 'summary', 'description']),
    parameters: readParameters(parameters),
    process_graph: readGraph(value['process_graph'], ''),
    ...(isRecord(returns) && {
      returns: {
        ...texts(returns, ['description']),
        schema: parseSchema(returns['schema'] ?? {}, 'returns'),
      },
    }),
  };
}

function texts<K extends string>(value: Readonly<Record<string, unknown>>, keys: readonly K[]): { [P in K]?: string } {
  const found = keys.map((key) => [key, value[key]] as const).filter(([, text]) => text !== undefined && text !== null);
  for (const [key, text] of found)
    if (typeof text !== 'string') throw invalid(`${key} is ${describeValue(text)}; a text is accepted`);
  return Object.fromEntries(found) as { [P in K]?: string };
}

function readParameters(value: unknown): readonly PipelineParameter[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw invalid(`parameters is ${describeValue(value)}; accepted is a list of {name, schema}`);
  const parameters = value.map(readParameter);
  const twice = parameters.find(({ name }, index) => parameters.findIndex((other) => other.name === name) < index);
  if (twice) throw invalid(`There are two parameters with the name "${twice.name}"`);
  return parameters;
}

function readParameter(value: unknown): PipelineParameter {
  if (!isRecord(value))
    throw invalid(`A parameter is ${describeValue(value)}; accepted is {name, description, schema}`);
  const { name, description, schema, optional, default: fallback } = value;
  if (typeof name !== 'string' || !/^\w+$/.test(name) || name.length > 64)
    throw invalid(`A parameter has the name ${describeValue(name)}; letters, digits and _ are accepted, at most 64`);
  if (optional !== undefined && typeof optional !== 'boolean')
    throw invalid(`optional of parameter "${name}" is ${describeValue(optional)}; true or false is accepted`);
  return {
    name,
    description: typeof description === 'string' ? description : '',
    schema: parseSchema(schema ?? {}, `schema of parameter "${name}"`),
    ...(optional !== undefined && { optional }),
    ...(fallback !== undefined && {
      optional: true,
      default: toArgument(fallback, ` in the default of parameter "${name}"`),
    }),
  };
}

function readGraph(value: unknown, where: string): ProcessGraph {
  if (!isRecord(value))
    throw invalid(`process_graph${where} is ${describeValue(value)}; accepted is an object of nodes`);
  const nodes = Object.entries(value).map(([id, node]) => [id, readNode(id, node, where)] as const);
  if (nodes.length === 0) throw invalid(`process_graph${where} has no node`);
  return Object.fromEntries(nodes);
}

function readNode(id: string, value: unknown, where: string): ProcessNode {
  const node = `Node "${shorten(id)}"${where}`;
  if (!isRecord(value)) throw invalid(`${node} is ${describeValue(value)}; accepted is {process_id, arguments}`);
  const { process_id, namespace, arguments: args = {}, result, description } = value;
  if (typeof process_id !== 'string')
    throw invalid(`${node}: process_id is ${describeValue(process_id)}; accepted is the name of a process`);
  if (!isRecord(args)) throw invalid(`${node}: arguments is ${describeValue(args)}; accepted is an object`);
  if (result !== undefined && result !== null && typeof result !== 'boolean')
    throw invalid(`${node}: result is ${describeValue(result)}; true or false is accepted`);
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string')
    throw invalid(`${node}: namespace is ${describeValue(namespace)}; a text is accepted`);
  const within = (name: string) => ` in ${shorten(name)} of node "${shorten(id)}"${where}`;
  return {
    process_id,
    ...(namespace && { namespace }),
    arguments: Object.fromEntries(Object.entries(args).map(([key, item]) => [key, toArgument(item, within(key))])),
    ...(result === true && { result }),
    ...(typeof description === 'string' && { description }),
  };
}

/**
 * Reads an argument. Only graphs have a shape of their own; what else one may be, its process says.
 *
 * @param where  Where it stands, for messages: ` in reducer of node "x"`.
 * @throws {PlatformError} `parameter-invalid`
 */
export function toArgument(value: unknown, where: string): Argument {
  if (Array.isArray(value)) return value.map((item) => toArgument(item, where));
  if (!isRecord(value)) return value as Argument;
  if ('process_graph' in value) return { process_graph: readGraph(value['process_graph'], where) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toArgument(item, where)]));
}

function countNodes(graph: ProcessGraph): number {
  let count = 0;
  for (const { arguments: args } of Object.values(graph)) {
    count++;
    for (const inner of graphsIn(args)) count += countNodes(inner.graph);
  }
  return count;
}

function invalid(message: string): PlatformError {
  return new PlatformError('parameter-invalid', message);
}
