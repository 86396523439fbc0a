import { PlatformError } from '../core/errors.ts';
import { nearestWords } from '../core/nearest.ts';
import { canonicalJson, toJson } from '../core/passport/canonical.ts';
import { findMismatch } from './check-argument.ts';
import type { Processes } from './define-process.ts';
import { describeSchema, shorten } from './describe.ts';
import type { Argument, Pipeline, PipelineParameter, ProcessGraph, ProcessNode } from './graph.ts';
import { isCallback, isParameterReference, isRecord } from './graph.ts';
import { toArgument, validatePipeline } from './parse-pipeline.ts';
import { parseWord } from './parse-word.ts';
import { checkPlain } from './plain.ts';
import { references } from './references.ts';
import type { Schema } from './schema.ts';
import { callbackParameters } from './schema.ts';

export interface BoundPipeline {
  /** Of every parameter that has a value, given or by default. */
  readonly values: Readonly<Record<string, Argument>>;
  /** Without a reference to a parameter of the pipeline. */
  readonly process_graph: ProcessGraph;
  /** The graph as canonical JSON without its descriptions: equal for equal work, so that digests may be made of it. */
  readonly canonical: string;
}

/**
 * Gives the parameters of a pipeline their values and puts them into its graph.
 *
 * @param settings  Texts are read after the parameter's schema, as words of a command line; other values are taken as
 *   they are.
 * @throws {PlatformError} `parameter-invalid` for a value that does not fit, a parameter that is not known, or those
 *   that lack a value, all of them in one sentence.
 */
export function bindParameters(
  pipeline: Pipeline,
  settings: Readonly<Record<string, unknown>>,
  processes: Processes,
): BoundPipeline {
  const name = pipeline.id ?? 'The pipeline';
  const known = pipeline.parameters.map((parameter) => parameter.name);
  for (const key of Object.keys(settings))
    if (!known.includes(key)) {
      const nearest = nearestWords(key, known, 3).join(', ');
      throw invalid(
        `${name} has no parameter "${shorten(key)}"; ${nearest === '' ? 'it has none' : `the nearest are ${nearest}`}`,
        key,
      );
    }
  const values: Record<string, Argument> = {};
  for (const parameter of pipeline.parameters) {
    const value = Object.hasOwn(settings, parameter.name)
      ? valueOf(settings[parameter.name], parameter)
      : parameter.default;
    if (value !== undefined) values[parameter.name] = value;
  }
  checkMissing(name, pipeline.parameters, values);
  const process_graph = bindGraph(pipeline.process_graph, new Map(Object.entries(values)), new Set(known), processes);
  validatePipeline({ parameters: [], process_graph }, processes);
  return { values, process_graph, canonical: canonicalJson(toJson(withoutDescriptions(process_graph))) };
}

/**
 * Words of the command line: `--set key=value`.
 *
 * @throws {PlatformError} `usage` for a word without `=` or a key that is given twice
 */
export function parseSettings(words: readonly string[]): Readonly<Record<string, string>> {
  const settings = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new PlatformError('usage', `--set takes key=value, not "${shorten(word)}"`);
    const key = word.slice(0, at);
    if (settings.has(key)) throw new PlatformError('usage', `--set gives ${shorten(key)} twice`);
    settings.set(key, word.slice(at + 1));
  }
  return Object.fromEntries(settings);
}

function valueOf(given: unknown, { name, schema }: PipelineParameter): Argument {
  const value = checkedValue(typeof given === 'string' ? parseWord(given, schema, name) : given, schema, name);
  if (references(value).length > 0) throw invalid(`${name} refers to a node or parameter; it takes a value`, name);
  return value;
}

function checkedValue(given: unknown, schema: Schema, name: string): Argument {
  checkPlain(given);
  const mismatch = findMismatch(given, schema, () => null);
  if (mismatch) throw invalid(`${name}${mismatch.at} is ${mismatch.found}; accepted is ${mismatch.accepted}`, name);
  return toArgument(given, ` in ${name}`);
}

function checkMissing(
  name: string,
  parameters: readonly PipelineParameter[],
  values: Readonly<Record<string, Argument>>,
): void {
  const missing = parameters.filter((parameter) => !parameter.optional && !Object.hasOwn(values, parameter.name));
  if (missing.length === 0) return;
  const wanted = missing.map((parameter) => `${parameter.name} (${describeSchema(parameter.schema)})`);
  throw new PlatformError(
    'parameter-invalid',
    `${name} needs ${wanted.join(', ')}; give ${missing.length === 1 ? 'it' : 'each'} as --set ${missing[0]!.name}=…`,
    { detail: { missing: missing.map((parameter) => parameter.name) } },
  );
}

/** @param open  The pipeline's parameters that a graph inside has not got a parameter of its own for. */
function bindGraph(
  graph: ProcessGraph,
  values: ReadonlyMap<string, Argument>,
  open: ReadonlySet<string>,
  processes: Processes,
): ProcessGraph {
  const bindNode = (node: ProcessNode): ProcessNode => {
    const process = processes.get(node.process_id);
    const bound: [string, Argument][] = [];
    for (const [name, argument] of Object.entries(node.arguments)) {
      // an argument that is a parameter without a value is not given: the process has its own default
      if (isParameterReference(argument) && open.has(argument.from_parameter) && !values.has(argument.from_parameter))
        continue;
      const schema = process?.parameters.find((parameter) => parameter.name === name)?.schema;
      const own = (schema && callbackParameters(schema)?.map((parameter) => parameter.name)) ?? [];
      bound.push([name, bindArgument(argument, values, open, new Set(own), processes)]);
    }
    return { ...node, arguments: Object.fromEntries(bound) };
  };
  return Object.fromEntries(Object.entries(graph).map(([id, node]) => [id, bindNode(node)]));
}

/** @param own  What a graph in this argument gets from its caller: it hides parameters of the same name. */
function bindArgument(
  argument: Argument,
  values: ReadonlyMap<string, Argument>,
  open: ReadonlySet<string>,
  own: ReadonlySet<string>,
  processes: Processes,
): Argument {
  if (isParameterReference(argument))
    return open.has(argument.from_parameter) ? (values.get(argument.from_parameter) ?? null) : argument;
  if (Array.isArray(argument))
    return (argument as readonly Argument[]).map((item) => bindArgument(item, values, open, own, processes));
  if (isCallback(argument))
    return {
      process_graph: bindGraph(
        argument.process_graph,
        values,
        new Set([...open].filter((name) => !own.has(name))),
        processes,
      ),
    };
  if (!isRecord(argument)) return argument;
  const members = Object.entries(argument) as [string, Argument][];
  return Object.fromEntries(members.map(([key, item]) => [key, bindArgument(item, values, open, own, processes)]));
}

/** Also inside callbacks, which are arguments. */
function withoutDescriptions(graph: ProcessGraph): ProcessGraph {
  const strip = (argument: Argument): Argument =>
    isCallback(argument) ? { process_graph: withoutDescriptions(argument.process_graph) } : argument;
  return Object.fromEntries(
    Object.entries(graph).map(([id, { process_id, arguments: args, result }]) => [
      id,
      {
        process_id,
        arguments: Object.fromEntries(Object.entries(args).map(([name, argument]) => [name, strip(argument)])),
        ...(result && { result }),
      },
    ]),
  );
}

function invalid(message: string, parameter: string): PlatformError {
  return new PlatformError('parameter-invalid', message, { detail: { parameter } });
}
