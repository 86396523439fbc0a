import type { NodeReference, ParameterReference, ProcessGraph } from './graph.ts';
import { isCallback, isNodeReference, isParameterReference, isRecord } from './graph.ts';

/** All references in an argument, at any depth; graphs inside it have their own. */
export function references(argument: unknown): readonly (NodeReference | ParameterReference)[] {
  if (isNodeReference(argument) || isParameterReference(argument)) return [argument];
  if (Array.isArray(argument)) return argument.flatMap(references);
  if (!isRecord(argument) || isCallback(argument)) return [];
  return Object.values(argument).flatMap(references);
}

/** All graphs in an argument, at any depth, and where: empty for the argument itself, else `.key`. */
export function graphsIn(argument: unknown, at = ''): readonly { readonly at: string; readonly graph: ProcessGraph }[] {
  if (isCallback(argument)) return [{ at, graph: argument.process_graph }];
  if (Array.isArray(argument)) return argument.flatMap((item, index) => graphsIn(item, `${at}[${index}]`));
  if (!isRecord(argument)) return [];
  return Object.entries(argument).flatMap(([key, item]) => graphsIn(item, `${at}.${key}`));
}

/** Ids of the nodes that the arguments of one refer to; one that is referred to twice is there twice. */
export function nodeReferences(args: unknown): readonly string[] {
  return references(args)
    .filter(isNodeReference)
    .map(({ from_node: id }) => id);
}

/** Nodes that depend on each other in a circle, the first again at the end; null where there are none. */
export function findCycle(graph: ProcessGraph): readonly string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): readonly string[] | null => {
    if (done.has(id)) return null;
    const begun = path.indexOf(id);
    if (begun >= 0) return [...path.slice(begun), id];
    path.push(id);
    for (const next of nodeReferences(graph[id]!.arguments)) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(id);
    return null;
  };
  for (const id of Object.keys(graph)) {
    const cycle = visit(id);
    if (cycle) return cycle;
  }
  return null;
}
