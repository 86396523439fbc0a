/**
 * Graphs on plain values, compiled once to closures and then run for every pixel: no node is looked up, no argument
 * is checked and no object is made while they run, but for what the processes themselves make.
 */
import { PlatformError } from '../core/errors.ts';
import type { Parameter, ProcessDefinition, Processes, Step } from './define-process.ts';
import type { Argument, ProcessGraph, ProcessNode } from './graph.ts';
import { isCallback, isNodeReference, isParameterReference, isRecord } from './graph.ts';
import { guard, guardCallback } from './guard.ts';
import { nodeReferences, references } from './references.ts';
import { callbackParameters } from './schema.ts';
import type { Callback, Value } from './value.ts';

export interface CallbackOptions {
  readonly processes: Processes;
  /** Names of the values that it is called with, in order: `['data', 'context']` for a reducer. */
  readonly parameters: readonly string[];
}

/**
 * Compiles a graph to a function of its parameters.
 *
 * A process that is not asked for is not computed: `if` computes one branch, `and` stops at the first false.
 *
 * @throws {PlatformError} `parameter-invalid` where the graph has a fault or a process in it is no process on values;
 *   a call throws it where a value has the wrong type or a process refuses it (`detail.exception` is openEO's name).
 */
export function compileCallback(graph: ProcessGraph, options: CallbackOptions): Callback {
  return compileScope(graph, options.processes, options.parameters);
}

/** @param names  Those of the graphs around this one come first, as their values do in a frame. */
function compileScope(graph: ProcessGraph, processes: Processes, names: readonly string[]): Callback {
  const compiler = new GraphCompiler(graph, processes, names);
  const result = compiler.result();
  return (...values) => {
    compiler.calls++;
    return result(values);
  };
}

class GraphCompiler {
  /** Numbers the calls, so that a kept value is known to be of this one. */
  calls = 0;
  readonly #graph: ProcessGraph;
  readonly #processes: Processes;
  readonly #names: readonly string[];
  readonly #uses: ReadonlyMap<string, number>;
  readonly #steps = new Map<string, Step | 'begun'>();

  constructor(graph: ProcessGraph, processes: Processes, names: readonly string[]) {
    this.#graph = graph;
    this.#processes = processes;
    this.#names = names;
    this.#uses = countReferences(graph);
  }

  result(): Step {
    const results = Object.entries(this.#graph).filter(([, node]) => node.result === true);
    if (results.length !== 1) throw invalid(`A callback has ${results.length} nodes with "result: true"; it takes one`);
    return this.#node(results[0]![0]);
  }

  #node(id: string): Step {
    const known = this.#steps.get(id);
    if (known === 'begun') throw invalid(`Node "${id}" depends on its own result`);
    if (known) return known;
    if (!Object.hasOwn(this.#graph, id)) throw invalid(`There is no node "${id}"`);
    this.#steps.set(id, 'begun');
    const step = this.#compile(id, this.#graph[id]!);
    const kept = (this.#uses.get(id) ?? 0) > 1 ? this.#keep(step) : step;
    this.#steps.set(id, kept);
    return kept;
  }

  #compile(id: string, node: ProcessNode): Step {
    const process = this.#processes.get(node.process_id);
    if (!process) throw invalid(`Node "${id}" names the process ${node.process_id}, which is not known`);
    if (!process.evaluate && !process.compile)
      throw invalid(`Node "${id}": ${process.id} works on a data cube and cannot stand in a callback`);
    const steps = process.parameters.map((parameter) => this.#argument(id, node, process, parameter));
    return process.compile ? process.compile(...steps) : apply(process.evaluate!, steps);
  }

  #argument(id: string, node: ProcessNode, process: ProcessDefinition, parameter: Parameter): Step {
    const { name } = parameter;
    if (!Object.hasOwn(node.arguments, name)) {
      if (!parameter.optional) throw invalid(`Node "${id}" (${process.id}) lacks its argument ${name}`);
      const fallback = parameter.default as Value;
      return () => fallback;
    }
    const argument = node.arguments[name]!;
    const takes = callbackParameters(parameter.schema);
    if (takes && isCallback(argument))
      return this.#callback(
        argument.process_graph,
        takes.map((taken) => taken.name),
      );
    const step = this.#value(argument);
    const where = `${process.id} of node "${id}"`;
    if (takes) return guardCallback(step, parameter.schema, where, name);
    return guard(step, parameter.schema, this.#sourceOf(argument), where, name);
  }

  /** The schema of what an argument refers to; undefined where it is not known before it runs. */
  #sourceOf(argument: Argument) {
    if (isNodeReference(argument)) {
      const node = this.#graph[argument.from_node];
      return node && this.#processes.get(node.process_id)?.returns;
    }
    return undefined;
  }

  #callback(graph: ProcessGraph, takes: readonly string[]): Step {
    const outer = this.#names.length;
    const callback = compileScope(graph, this.#processes, [...this.#names, ...takes]);
    return (frame) => {
      // a caller may give fewer values than there are names; the nested frame begins after all of them
      const around = frame.length === outer ? frame : Array.from({ length: outer }, (_, index) => frame[index]);
      return outer === 0 ? callback : (...values: readonly Value[]) => callback(...around, ...values);
    };
  }

  #value(argument: Argument): Step {
    if (isNodeReference(argument)) return this.#node(argument.from_node);
    if (isParameterReference(argument)) return this.#parameter(argument.from_parameter);
    if (Array.isArray(argument)) {
      const steps = (argument as readonly Argument[]).map((item) => this.#value(item));
      if (references(argument).length === 0) return constant(argument as Value);
      return (frame) => steps.map((step) => step(frame));
    }
    if (isRecord(argument) && references(argument).length > 0) {
      const steps = Object.entries(argument).map(([key, item]) => [key, this.#value(item as Argument)] as const);
      return (frame) => Object.fromEntries(steps.map(([key, step]) => [key, step(frame)]));
    }
    return constant(argument as Value);
  }

  #parameter(name: string): Step {
    // the innermost of two with one name is meant
    const index = this.#names.lastIndexOf(name);
    if (index < 0) throw invalid(`There is no parameter "${name}" here; there are ${this.#names.join(', ') || 'none'}`);
    return (frame) => frame[index];
  }

  /** Computes a node that several others use once in a call. */
  #keep(step: Step): Step {
    let call = -1;
    let value: Value;
    return (frame) => {
      if (call !== this.calls) {
        value = step(frame);
        call = this.calls;
      }
      return value;
    };
  }
}

function constant(value: Value): Step {
  return () => value;
}

/** One closure for each number of arguments: a call with a spread array costs several times as much. */
function apply(evaluate: NonNullable<ProcessDefinition['evaluate']>, steps: readonly Step[]): Step {
  const f = evaluate as (...args: readonly Value[]) => Value;
  const [a, b, c, d] = steps as [Step, Step, Step, Step];
  switch (steps.length) {
    case 0:
      return () => f();
    case 1:
      return (frame) => f(a(frame));
    case 2:
      return (frame) => f(a(frame), b(frame));
    case 3:
      return (frame) => f(a(frame), b(frame), c(frame));
    case 4:
      return (frame) => f(a(frame), b(frame), c(frame), d(frame));
    default:
      return (frame) => f(...steps.map((step) => step(frame)));
  }
}

/** How often each node is referred to. */
function countReferences(graph: ProcessGraph): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { arguments: args } of Object.values(graph))
    for (const id of nodeReferences(args)) uses.set(id, (uses.get(id) ?? 0) + 1);
  return uses;
}

function invalid(message: string): PlatformError {
  return new PlatformError('parameter-invalid', message);
}
