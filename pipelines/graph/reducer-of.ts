import type { ProcessGraph, ProcessNode } from './graph.ts';
import { isNodeReference, isParameterReference } from './graph.ts';

/** Reductions that a raster kernel may know; all others are computed value by value. */
const KINDS = ['mean', 'median', 'min', 'max', 'sum', 'product', 'sd', 'variance', 'first', 'last', 'count'] as const;

/** A reduction of all values along a dimension. `ignoreNodata: false`: one missing value makes the result missing. */
export type Reducer =
  | { readonly kind: Exclude<(typeof KINDS)[number], 'count'>; readonly ignoreNodata: boolean }
  /** How many values are valid, or with `all` how many there are. */
  | { readonly kind: 'count'; readonly all: boolean }
  /** By linear interpolation between neighbours (type 7); `probability` 0 to 1. */
  | { readonly kind: 'quantile'; readonly probability: number; readonly ignoreNodata: boolean };

/**
 * What a reducer computes, where it is one known statistic of `data`; null where it is more than that.
 *
 * A quantile is `quantiles` of one probability, taken out of its array by `array_element` or left in it.
 */
export function reducerOf(graph: ProcessGraph): Reducer | null {
  const nodes = Object.values(graph);
  const result = nodes.find((node) => node.result === true);
  if (!result) return null;
  if (nodes.length === 1) return statistic(result);
  return nodes.length === 2 && result.process_id === 'array_element' ? elementOfQuantiles(graph, result) : null;
}

function elementOfQuantiles(graph: ProcessGraph, element: ProcessNode): Reducer | null {
  const { data, index, ...others } = element.arguments;
  if (!isNodeReference(data) || typeof index !== 'number' || Object.keys(others).length > 0) return null;
  const source = graph[data.from_node];
  return source && source.process_id === 'quantiles' ? quantile(source, index) : null;
}

function statistic(node: ProcessNode): Reducer | null {
  if (node.process_id === 'quantiles') return quantile(node, null);
  if (node.process_id === 'count') return count(node);
  const kind = KINDS.find((known) => known === node.process_id);
  if (!kind || kind === 'count' || !readsData(node, ['ignore_nodata'])) return null;
  const ignoreNodata = ignores(node);
  return ignoreNodata === null ? null : { kind, ignoreNodata };
}

function count(node: ProcessNode): Reducer | null {
  if (!readsData(node, ['condition', 'context'])) return null;
  const { condition = null } = node.arguments;
  return condition === null || condition === true ? { kind: 'count', all: condition === true } : null;
}

/** @param index  Which of several probabilities is taken; null: there must be one. */
function quantile(node: ProcessNode, index: number | null): Reducer | null {
  if (!readsData(node, ['probabilities', 'ignore_nodata'])) return null;
  const { probabilities } = node.arguments;
  const ignoreNodata = ignores(node);
  if (!Array.isArray(probabilities) || ignoreNodata === null || (index === null && probabilities.length !== 1))
    return null;
  const probability: unknown = probabilities[index ?? 0];
  return typeof probability === 'number' ? { kind: 'quantile', probability, ignoreNodata } : null;
}

/** Whether its data is all of `data`, and it has no argument but those named. */
function readsData(node: ProcessNode, others: readonly string[]): boolean {
  const { data } = node.arguments;
  if (!isParameterReference(data) || data.from_parameter !== 'data') return false;
  return Object.keys(node.arguments).every((name) => name === 'data' || others.includes(name));
}

/** Null where it is known only when the graph runs. */
function ignores(node: ProcessNode): boolean | null {
  const { ignore_nodata: value = true } = node.arguments;
  return typeof value === 'boolean' ? value : null;
}
