/** Callbacks of processes while they are planned: the fastest way that computes them, per plane. */
import type { ProcessGraph } from '../graph/graph.ts';
import { reducerOf } from '../graph/reducer-of.ts';
import { toExpression } from '../graph/to-expression.ts';
import type { Label, Value } from '../graph/value.ts';
import { isLabeled, itemsOf, labeledArray } from '../graph/value.ts';
import type { ProgramBuilder } from './builder.ts';
import { compileOf } from './pixel-callback.ts';
import type { PixelCallback } from './program.ts';

/** Per-pixel arrays longer than this go through closures as whole: an expression of so many terms is no gain. */
const MOST_TERMS = 64;

/** The process over one value, or over two (`x`, `y`). @returns the plane of its results */
export function planValues(
  builder: ProgramBuilder,
  graph: ProcessGraph,
  inputs: readonly [number] | readonly [number, number],
  context: unknown,
): number {
  const form = inputs.length === 1 ? 'x' : 'xy';
  const callback: PixelCallback = { graph, form, labels: null, places: null, context };
  const scalars = inputs.length === 1 ? ['x'] : ['x', 'y'];
  const lowered = toExpression(graph, { scalars, constants: { context: context as Value } });
  if (lowered)
    return builder.formula(
      lowered.expression,
      lowered.inputs.map((input) => inputs[input]!),
      lowered.exactWhereMasked ? null : { ...callback, places: lowered.inputs },
    );
  compileOf(callback); // says what is wrong with it before anything is read
  return builder.add({ kind: 'callback', callback: builder.callback(callback), inputs, outputs: null });
}

/** The reducer over the planes of a line. @returns the plane of its results */
export function planReducer(
  builder: ProgramBuilder,
  graph: ProcessGraph,
  inputs: readonly number[],
  labels: readonly Label[],
  context: unknown,
): number {
  const reducer = reducerOf(graph);
  const callback: PixelCallback = { graph, form: 'data', labels, places: null, context };
  if (reducer && inputs.length > 0) return builder.add({ kind: 'reduce', reducer, inputs });
  const array = { name: 'data', labels };
  const few = inputs.length <= MOST_TERMS;
  const lowered = few ? toExpression(graph, { array, constants: { context: context as Value } }) : null;
  if (lowered)
    return builder.formula(
      lowered.expression,
      lowered.inputs.map((input) => inputs[input]!),
      lowered.exactWhereMasked ? null : { ...callback, places: lowered.inputs },
    );
  compileOf(callback);
  return builder.add({ kind: 'callback', callback: builder.callback(callback), inputs, outputs: null });
}

/** A process from an array to an array, over the planes of a line. @returns the planes of its results */
export function planArray(
  builder: ProgramBuilder,
  graph: ProcessGraph,
  inputs: readonly number[],
  labels: readonly Label[],
  context: unknown,
): number[] {
  const callback: PixelCallback = { graph, form: 'data', labels, places: null, context };
  const outputs = countResults(callback, inputs.length);
  const index = builder.callback(callback);
  if (outputs === 1) return [builder.add({ kind: 'callback', callback: index, inputs, outputs: null })];
  const all = builder.add({ kind: 'callback', callback: index, inputs, outputs });
  return Array.from({ length: outputs }, (_, k) => builder.add({ kind: 'part', input: all, index: k }));
}

/** How many values it returns: it is asked once, with numbers of no meaning. */
function countResults(callback: PixelCallback, length: number): number {
  const values = Array.from({ length }, (_, k) => 0.25 + k / 16);
  const data = callback.labels ? labeledArray(callback.labels, values) : values;
  const result = compileOf(callback)(data, callback.context as Value);
  return Array.isArray(result) || isLabeled(result) ? itemsOf(result).length : 1;
}
