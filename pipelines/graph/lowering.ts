/** The walk that makes an expression of a graph; what each process becomes, is in `lower-process.ts`. */
import type { Operator } from '../core/expression/graph.ts';
import { GraphBuilder } from '../core/expression/graph.ts';
import type { Argument, ProcessGraph, ProcessNode } from './graph.ts';
import { isNodeReference, isParameterReference } from './graph.ts';
import type { Label, Value } from './value.ts';

export interface LoweringInputs {
  /** Parameters that are one value per pixel: `['x']` for `apply`, `['x', 'y']` for a resolver of overlaps. */
  readonly scalars?: readonly string[];
  /** The parameter that holds the values along a dimension, and the labels of these. */
  readonly array?: { readonly name: string; readonly labels: readonly Label[] };
  /** Parameters with one value for all pixels, such as `context`. */
  readonly constants?: Readonly<Record<string, Value>>;
}

/** Thrown while lowering and caught by `toExpression`: a fault of nobody, just the end of an attempt. */
export const NOT_ARITHMETIC = new Error('not arithmetic');

/** Index of a node of the expression, or of several for an array. */
export type Lowered = number | readonly number[];

/** Lowers one process. @throws NOT_ARITHMETIC where its arguments are more than that */
export type Lower = (to: Lowering, args: ProcessNode['arguments']) => Lowered;

export class Lowering {
  readonly builder = new GraphBuilder();
  /** Whether a missing input makes the result missing. */
  strict = true;
  /** Nodes that can be missing although every input is there. */
  readonly #missing = new Set<number>();
  /** Nodes that are true or false: openEO's comparisons take these for no numbers. */
  readonly #truths = new Set<number>();
  readonly #graph: ProcessGraph;
  readonly #inputs: LoweringInputs;
  readonly #lower: Readonly<Record<string, Lower>>;
  readonly #known = new Map<string, Lowered | 'begun'>();

  constructor(graph: ProcessGraph, inputs: LoweringInputs, lower: Readonly<Record<string, Lower>>) {
    this.#graph = graph;
    this.#inputs = inputs;
    this.#lower = lower;
  }

  scalar(argument: Argument | undefined): number {
    const lowered = this.#value(argument);
    if (typeof lowered !== 'number') throw NOT_ARITHMETIC;
    return lowered;
  }

  array(argument: Argument | undefined): readonly number[] {
    const lowered = this.#value(argument);
    if (typeof lowered === 'number') throw NOT_ARITHMETIC;
    return lowered;
  }

  /** @returns a node that is missing where one of its operands is, as most of openEO's processes are. */
  operation(operator: Operator, operands: readonly number[]): number {
    const node = this.builder.operation(operator, operands);
    if (operands.some((operand) => this.#missing.has(operand))) this.#missing.add(node);
    return node;
  }

  /** Marks a node as true or false. */
  truth(node: number): number {
    this.#truths.add(node);
    return node;
  }

  isTruth(node: number): boolean {
    return this.#truths.has(node);
  }

  /** A number to compare. A truth value is none: `gt(true, 0)` is false in openEO. */
  comparable(argument: Argument | undefined): number {
    const node = this.scalar(argument);
    if (this.isTruth(node)) throw NOT_ARITHMETIC;
    return node;
  }

  /** For a process that does not pass on missing values: it can only be lowered where they come from the inputs alone. */
  lenient(operands: readonly number[]): void {
    this.strict = false;
    if (operands.some((operand) => this.#missing.has(operand))) throw NOT_ARITHMETIC;
  }

  element({ data, index, label }: ProcessNode['arguments']): Lowered {
    const { scalars = [], array } = this.#inputs;
    if (array && isParameterReference(data) && data.from_parameter === array.name) {
      // only the band that is asked for: a kernel has no value where one of its bands has none
      const at = label === undefined ? index : array.labels.indexOf(label as Label);
      if (typeof at !== 'number' || array.labels[at] === undefined) throw NOT_ARITHMETIC; // the closure says what is wrong
      return this.builder.band(String(scalars.length + at));
    }
    const item = label === undefined && typeof index === 'number' ? this.array(data)[index] : undefined;
    if (item === undefined) throw NOT_ARITHMETIC;
    return item;
  }

  #value(argument: Argument | undefined): Lowered {
    if (isNodeReference(argument)) return this.#node(argument.from_node);
    if (isParameterReference(argument)) return this.#parameter(argument.from_parameter);
    if (Array.isArray(argument)) return argument.map((item: Argument) => this.scalar(item));
    return this.#literal(argument);
  }

  #literal(value: unknown): number {
    if (typeof value === 'number' && Number.isFinite(value)) return this.builder.number(value);
    if (typeof value === 'boolean') return this.truth(this.builder.number(Number(value)));
    if (value !== null) throw NOT_ARITHMETIC;
    const node = this.builder.number(Number.NaN);
    this.#missing.add(node);
    return node;
  }

  #node(id: string): Lowered {
    const known = this.#known.get(id);
    if (known === 'begun' || !Object.hasOwn(this.#graph, id)) throw NOT_ARITHMETIC;
    if (known !== undefined) return known;
    this.#known.set(id, 'begun');
    const node = this.#graph[id]!;
    const lower = Object.hasOwn(this.#lower, node.process_id) ? this.#lower[node.process_id] : undefined;
    if (!lower) throw NOT_ARITHMETIC;
    const lowered = lower(this, node.arguments);
    this.#known.set(id, lowered);
    return lowered;
  }

  #parameter(name: string): Lowered {
    const { scalars = [], array, constants = {} } = this.#inputs;
    const scalar = scalars.indexOf(name);
    if (scalar >= 0) return this.builder.band(String(scalar));
    if (array?.name === name) return array.labels.map((_, index) => this.builder.band(String(scalars.length + index)));
    if (Object.hasOwn(constants, name)) return this.#literal(constants[name]);
    throw NOT_ARITHMETIC;
  }
}
