/** The language of pipelines: process graphs as openEO writes them, and nothing that belongs to running them. */
import type { Schema } from './schema.ts';

/** The result of another node of the same graph. */
export interface NodeReference {
  readonly from_node: string;
}

/** A parameter of the pipeline, or one that the caller of a callback gives, such as `x` or `data`. */
export interface ParameterReference {
  readonly from_parameter: string;
}

/** A graph as an argument: what `apply` does to each value, how `reduce_dimension` reduces. */
export interface CallbackGraph {
  readonly process_graph: ProcessGraph;
}

/** What an argument may hold; references may stand inside arrays and objects too. */
export type Argument =
  | string
  | number
  | boolean
  | null
  | NodeReference
  | ParameterReference
  | CallbackGraph
  | readonly Argument[]
  | { readonly [key: string]: Argument };

export interface ProcessNode {
  readonly process_id: string;
  readonly namespace?: string | null;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** Exactly one node of a graph is its result. */
  readonly result?: boolean;
  readonly description?: string;
}

/** Node ids → nodes. */
export type ProcessGraph = Readonly<Record<string, ProcessNode>>;

export interface PipelineParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  readonly optional?: boolean;
  readonly default?: Argument;
}

/** A graph with a name and parameters: what openEO calls a user-defined process. */
export interface Pipeline {
  readonly id?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly PipelineParameter[];
  readonly process_graph: ProcessGraph;
  readonly returns?: { readonly description?: string; readonly schema: Schema };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNodeReference(value: unknown): value is NodeReference {
  return isRecord(value) && typeof value['from_node'] === 'string' && Object.keys(value).length === 1;
}

export function isParameterReference(value: unknown): value is ParameterReference {
  return isRecord(value) && typeof value['from_parameter'] === 'string' && Object.keys(value).length === 1;
}

/** A whole process (`{id, parameters, process_graph}`) may stand as a callback too, as openEO's clients send it. */
export function isCallback(value: unknown): value is CallbackGraph {
  return isRecord(value) && isRecord(value['process_graph']);
}
