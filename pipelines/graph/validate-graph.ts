import { PlatformError } from '../core/errors.ts';
import { nearestWords } from '../core/nearest.ts';
import { findMismatch } from './check-argument.ts';
import { findCycle, graphsIn, references } from './references.ts';
import type { ProcessDefinition, Processes } from './define-process.ts';
import { describeSchema, shorten } from './describe.ts';
import type { ProcessGraph, ProcessNode } from './graph.ts';
import { isNodeReference } from './graph.ts';
import type { Schema } from './schema.ts';
import { alternatives, callbackParameters } from './schema.ts';

export interface Scope {
  readonly processes: Processes;
  /** What `from_parameter` may name here, and what it is. */
  readonly parameters: ReadonlyMap<string, Schema>;
  /** Whether processes on cubes may stand here; in most callbacks they may not. */
  readonly cubes: boolean;
  /** Where the graph stands, as the end of a sentence: empty, or ` in reducer of node "x"`. */
  readonly where: string;
}

/**
 * Checks a graph against the processes that it may name: everything that can be known before it runs.
 *
 * @throws {PlatformError} `parameter-invalid`, one sentence that names the node, the argument, what was found and what
 *   is accepted; `detail` has `node`, `argument` and `process`.
 */
export function validateGraph(graph: ProcessGraph, scope: Scope): void {
  const ids = Object.keys(graph);
  const results = ids.filter((id) => graph[id]!.result === true);
  if (results.length !== 1)
    throw fault(
      `The graph${scope.where} has ${results.length === 0 ? 'no node' : `${results.length} nodes (${results.map(shorten).join(', ')})`} with "result: true"; exactly one is needed`,
    );
  for (const id of ids) new NodeCheck(graph, id, scope).run();
  const cycle = findCycle(graph);
  if (cycle)
    throw fault(`The nodes ${cycle.map((id) => `"${shorten(id)}"`).join(' → ')}${scope.where} wait for each other`, {
      node: cycle[0],
    });
}

class NodeCheck {
  readonly #graph: ProcessGraph;
  readonly #id: string;
  readonly #node: ProcessNode;
  readonly #scope: Scope;

  constructor(graph: ProcessGraph, id: string, scope: Scope) {
    this.#graph = graph;
    this.#id = id;
    this.#node = graph[id]!;
    this.#scope = scope;
  }

  run(): void {
    const process = this.#process();
    this.#names(process);
    for (const parameter of process.parameters)
      if (Object.hasOwn(this.#node.arguments, parameter.name))
        this.#argument(process, parameter.name, parameter.schema);
  }

  #process(): ProcessDefinition {
    const { processes, cubes } = this.#scope;
    const { process_id: id, namespace } = this.#node;
    if (namespace !== undefined && namespace !== null && namespace !== 'backend')
      throw this.#fault(`the namespace "${shorten(namespace)}" is not known; leave it out`);
    const process = processes.get(id);
    if (!process) {
      const nearest = nearestWords(id, [...processes.keys()], 3);
      throw this.#fault(`there is no process "${shorten(id)}"; the nearest are ${nearest.join(', ')}`);
    }
    if (!cubes && !process.evaluate && !process.compile)
      throw this.#fault(`${id} works on a data cube; a graph for single values or arrays cannot contain it`);
    return process;
  }

  /** Arguments that are not known, or not there. */
  #names({ id, parameters }: ProcessDefinition): void {
    const known = parameters.map(({ name }) => name);
    const given = Object.keys(this.#node.arguments);
    const unknown = given.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw this.#fault(
        `${id} has no argument "${shorten(unknown)}"; ${known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`}`,
        unknown,
      );
    const missing = parameters.find(({ name, optional }) => !optional && !given.includes(name));
    if (missing)
      throw this.#fault(`${id} lacks its argument ${missing.name} (${describeSchema(missing.schema)})`, missing.name);
  }

  #argument(process: ProcessDefinition, name: string, schema: Schema): void {
    const argument = this.#node.arguments[name]!;
    for (const reference of references(argument))
      if (isNodeReference(reference)) this.#known('node', reference.from_node, Object.keys(this.#graph), name);
      else this.#known('parameter', reference.from_parameter, [...this.#scope.parameters.keys()], name);
    const mismatch = findMismatch(argument, schema, (reference) => this.#schemaOf(reference));
    if (mismatch)
      throw this.#fault(
        `${name}${mismatch.at} of ${process.id} is ${mismatch.found}; accepted is ${mismatch.accepted}`,
        name,
      );
    const takes = callbackParameters(schema);
    if (!takes) return;
    const own = takes.map((parameter) => [parameter.name, parameter.schema] as const);
    for (const { at, graph } of graphsIn(argument))
      validateGraph(graph, {
        ...this.#scope,
        parameters: new Map([...this.#scope.parameters, ...own]),
        cubes: own.some(([, taken]) => alternatives(taken).some(({ subtype }) => subtype === 'datacube')),
        where: ` in ${name}${shorten(at)} of node "${shorten(this.#id)}"${this.#scope.where}`,
      });
  }

  #schemaOf(reference: { from_node: string } | { from_parameter: string }): Schema | null {
    if (!isNodeReference(reference)) return this.#scope.parameters.get(reference.from_parameter) ?? null;
    const process = this.#scope.processes.get(this.#graph[reference.from_node]!.process_id);
    return process?.returns ?? null;
  }

  #known(kind: 'node' | 'parameter', name: string, known: readonly string[], argument: string): void {
    if (known.includes(name)) return;
    const nearest = nearestWords(name, known, 3).map(shorten).join(', ');
    const there = nearest === '' ? 'there are none here' : `the nearest are ${nearest}`;
    throw this.#fault(`${argument} refers to a ${kind} "${shorten(name)}" that is not there; ${there}`, argument);
  }

  #fault(what: string, argument?: string): PlatformError {
    const detail = { node: this.#id, process: this.#node.process_id, ...(argument !== undefined && { argument }) };
    return fault(`Node "${shorten(this.#id)}"${this.#scope.where}: ${what}`, detail);
  }
}

function fault(message: string, detail: Readonly<Record<string, unknown>> = {}): PlatformError {
  return new PlatformError('parameter-invalid', message, { detail });
}
