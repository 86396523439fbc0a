/**
 * Callbacks that are plain arithmetic, as an expression of `core/expression`, which compiles to one loop over typed
 * arrays: a hundred times as fast as calling closures for each pixel.
 */
import { countUses } from '../core/expression/analyse.ts';
import type { Expression } from '../core/expression/graph.ts';
import type { ProcessGraph } from './graph.ts';
import { LOWER } from './lower-process.ts';
import type { LoweringInputs } from './lowering.ts';
import { Lowering, NOT_ARITHMETIC } from './lowering.ts';

export interface LoweredCallback {
  readonly expression: Expression;
  /** For each of the expression's bands, which input it is: the scalars come first, then the labels of the array. */
  readonly inputs: readonly number[];
  /**
   * The kernel has no value where one of its bands has none. True: so has the callback. False: there the callback may
   * have a value (`if` takes nodata for false, `max` leaves it out), so it must itself be asked at those pixels.
   */
  readonly exactWhereMasked: boolean;
}

/**
 * Lowers a callback to an expression over its inputs, or null where it is more than arithmetic on at least one of them.
 *
 * The one difference left: a division by zero is infinite in openEO; in an expression, as in every raster we write, it
 * has no value, and nothing computed from it has.
 */
export function toExpression(graph: ProcessGraph, inputs: LoweringInputs): LoweredCallback | null {
  const results = Object.keys(graph).filter((id) => graph[id]!.result === true);
  if (results.length !== 1) return null;
  const lowering = new Lowering(graph, inputs, LOWER);
  try {
    const root = lowering.scalar({ from_node: results[0]! });
    const { nodes, bandNames } = lowering.builder;
    const expression = { text: '', bandNames, nodes, root };
    const uses = countUses(expression);
    // a band that was looked at and dropped would still hide pixels
    const dropped = nodes.some((node, index) => node.kind === 'band' && uses[index] === 0);
    if (bandNames.length === 0 || dropped) return null;
    return {
      expression,
      inputs: bandNames.map(Number),
      exactWhereMasked: lowering.strict,
    };
  } catch (error) {
    if (error === NOT_ARITHMETIC) return null;
    throw error;
  }
}
