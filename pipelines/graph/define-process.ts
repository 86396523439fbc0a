import type { CallbackParameter, JsonSchema, Schema, TypeName } from './schema.ts';
import type { ArrayValue, Callback, Numbers, Value } from './value.ts';

declare const TYPE: unique symbol;

/** A parameter of a process. `T` is the type of the value that a process gets for it. */
export interface Parameter<T = unknown> {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  /** An optional parameter without a default is `undefined` when it is not given. */
  readonly optional?: true;
  readonly default?: unknown;
  readonly [TYPE]?: T;
}

type Values<P extends readonly Parameter[]> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** Computes a value from a frame: the parameters of the callback it belongs to, those around it first. */
export type Step = (frame: readonly Value[]) => Value;

/** What is known of a process without running it; a cube process has no `evaluate`. */
export interface ProcessDefinition {
  readonly id: string;
  /** One sentence, in our own words. */
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Schema;
  /** openEO's proposal, which may still change; or our own when the id begins with `lm_`. */
  readonly experimental?: true;
  /** What of the openEO process is not offered here, for the documentation. */
  readonly limits?: string;
  /** Takes the arguments in the order of `parameters`. Pure. */
  readonly evaluate?: (...args: readonly never[]) => Value;
  /** Instead of `evaluate`, where an argument may not be computed unless it is needed. */
  readonly compile?: (...args: readonly Step[]) => Step;
}

/** The processes that a graph may name. The validator is given them: it knows none itself. */
export type Processes = ReadonlyMap<string, ProcessDefinition>;

/** A process on plain values, whose `evaluate` is typed after its parameters. */
export function defineProcess<const P extends readonly Parameter[]>(
  process: Omit<ProcessDefinition, 'parameters' | 'evaluate'> & {
    readonly parameters: P;
    readonly evaluate?: (...args: Values<P>) => Value;
  },
): ProcessDefinition {
  return process as unknown as ProcessDefinition;
}

/** One list out of several; an id stands in it once. */
export function processesOf(...lists: readonly (readonly ProcessDefinition[])[]): Processes {
  const processes = new Map<string, ProcessDefinition>();
  for (const process of lists.flat()) {
    if (processes.has(process.id)) throw new Error(`Two processes have the id ${process.id}`);
    processes.set(process.id, process);
  }
  return processes;
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | number)[];
}

/**
 * Makes a parameter of any type.
 *
 * @param fallback  Makes it optional: its default, or `undefined` for none.
 */
export function parameter<T>(
  name: string,
  description: string,
  schema: Schema,
  ...fallback: readonly [unknown?]
): Parameter<T> {
  if (fallback.length === 0) return { name, description, schema };
  if (fallback[0] === undefined) return { name, description, schema, optional: true };
  return { name, description, schema, optional: true, default: fallback[0] };
}

function maker<T>(type: TypeName | readonly TypeName[] | undefined) {
  const base: JsonSchema = type === undefined ? {} : { type };
  return (name: string, description: string, limits: Limits = {}, ...fallback: readonly [unknown?]): Parameter<T> =>
    parameter<T>(name, description, { ...base, ...limits }, ...fallback);
}

export const aNumber = maker<number>('number');
export const numberOrNull = maker<number | null>(['number', 'null']);
export const anInteger = maker<number>('integer');
export const aBoolean = maker<boolean>('boolean');
export const truthOrNull = maker<boolean | null>(['boolean', 'null']);
export const aText = maker<string>('string');
export const textOrNull = maker<string | null>(['string', 'null']);
export const scalarOrNull = maker<number | boolean | string | null>(['number', 'boolean', 'string', 'null']);
export const anything = maker<Value>(undefined);

export function numbers(name: string, description: string): Parameter<Numbers> {
  return parameter(name, description, { type: 'array', items: { type: ['number', 'null'] } });
}

export function anArray(name: string, description: string, ...fallback: readonly [unknown?]): Parameter<ArrayValue> {
  return parameter(name, description, { type: 'array', items: {} }, ...fallback);
}

/** A graph as an argument. @param takes  What its caller gives it, in order. */
export function aCallback(
  name: string,
  description: string,
  takes: readonly CallbackParameter[],
  returns: readonly JsonSchema[] = [],
  ...fallback: readonly [unknown?]
): Parameter<Callback> {
  const graph: JsonSchema = { type: 'object', subtype: 'process-graph', parameters: takes };
  return parameter(name, description, returns.length > 0 ? [graph, ...returns] : graph, ...fallback);
}

/** A data cube as an argument of a cube process. */
export function aCube(name: string, description: string): Parameter {
  return parameter(name, description, { type: 'object', subtype: 'datacube' });
}

export const CUBE: Schema = { type: 'object', subtype: 'datacube' };

const ANY: JsonSchema = {};

/** What `apply` and its kin give a callback for each value. */
export const VALUE_PARAMETERS: readonly CallbackParameter[] = [
  { name: 'x', description: 'The value.', schema: ANY },
  { name: 'context', description: 'What the caller passes on.', schema: ANY, optional: true },
];

/** What a reducer is given: the values along the dimension, labelled. */
export const REDUCER_PARAMETERS: readonly CallbackParameter[] = [
  { name: 'data', description: 'The values to reduce.', schema: { type: 'array', items: ANY } },
  { name: 'context', description: 'What the caller passes on.', schema: ANY, optional: true },
];

/** Conditions on the properties of scenes, by the properties' names. */
export const METADATA_FILTER: JsonSchema = {
  type: 'object',
  subtype: 'metadata-filter',
  additionalProperties: {
    type: 'object',
    subtype: 'process-graph',
    parameters: [{ name: 'value', description: 'The value of the property.', schema: ANY }],
  },
};

/** What `merge_cubes` gives its resolver. */
export const PAIR_PARAMETERS: readonly CallbackParameter[] = [
  { name: 'x', description: 'The value of the first cube.', schema: ANY },
  { name: 'y', description: 'The value of the second cube.', schema: ANY },
  { name: 'context', description: 'What the caller passes on.', schema: ANY, optional: true },
];
