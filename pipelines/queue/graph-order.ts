/** The nodes of a graph, each after those that it needs. */
import { PlatformError } from '../core/errors.ts';
import { isCallback, isNodeReference, isRecord } from '../graph/graph.ts';
import type { ProcessGraph, ProcessNode } from '../graph/graph.ts';

/** @throws {PlatformError} `parameter-invalid` for a reference to no node, and for nodes that need each other */
export function inOrder(graph: ProcessGraph): [string, ProcessNode][] {
  const ordered: [string, ProcessNode][] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, from: string | null): void => {
    if (state.get(id) === 'done') return;
    const node = graph[id];
    if (!node)
      throw new PlatformError('parameter-invalid', `The node ${from} needs the node ${id}, which is not there`);
    if (state.get(id) === 'open')
      throw new PlatformError('parameter-invalid', `The nodes ${from} and ${id} need each other`);
    state.set(id, 'open');
    for (const needed of referencesOf(node.arguments)) visit(needed, id);
    state.set(id, 'done');
    ordered.push([id, node]);
  };
  for (const id of Object.keys(graph)) visit(id, null);
  return ordered;
}

/** Of this graph: callbacks are graphs of their own. */
export function referencesOf(value: unknown): string[] {
  if (isNodeReference(value)) return [value.from_node];
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isRecord(value) || isCallback(value)) return [];
  return Object.values(value).flatMap(referencesOf);
}
