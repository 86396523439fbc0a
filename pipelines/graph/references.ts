import type { NodeReference, ParameterReference, ProcessGraph } from './graph.ts';
import { isCallback, isNodeReference, isParameterReference } from './graph.ts';

/** All references in an argument, at any depth; graphs inside it have their own. */
export function references(argument: unknown): readonly (NodeReference | ParameterReference)[] {
  const found: (NodeReference | ParameterReference)[] = [];
  collect(argument, [], (value) => {
    if (isNodeReference(value) || isParameterReference(value)) found.push(value);
    else return isCallback(value);
    return true;
  });
  return found;
}

/** All graphs in an argument, at any depth, and where: empty for the argument itself, else `.key` or `[0]`. */
export function graphsIn(argument: unknown): readonly { readonly at: string; readonly graph: ProcessGraph }[] {
  const found: { at: string; graph: ProcessGraph }[] = [];
  collect(argument, [], (value, path) => {
    if (!isCallback(value)) return false;
    found.push({
      at: path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join(''),
      graph: value.process_graph,
    });
    return true;
  });
  return found;
}

type Path = (string | number)[];

/**
 * Shows all objects in an argument to a visitor, which answers true for those that are not looked into. Polygons in an
 * argument have 100,000s of numbers, so nothing is made for what is no object.
 */
function collect(value: unknown, path: Path, isEnd: (value: object, path: Path) => boolean): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item !== 'object') continue;
      path.push(index);
      collect(item, path, isEnd);
      path.pop();
    }
    return;
  }
  if (isEnd(value, path)) return;
  for (const [key, member] of Object.entries(value)) {
    path.push(key);
    collect(member, path, isEnd);
    path.pop();
  }
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
