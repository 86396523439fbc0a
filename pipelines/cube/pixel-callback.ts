/** Process graphs for every pixel: the way of callbacks that no kernel can do. */
import { PlatformError } from '../core/errors.ts';
import { compileCallback } from '../graph/evaluate.ts';
import type { Callback, Value } from '../graph/value.ts';
import { isLabeled, itemsOf, labeledArray } from '../graph/value.ts';
import type { PixelCallback } from './program.ts';
import { VALUE_PROCESSES } from '../graph/processes/registry.ts';

export interface PixelRun {
  /** Values of the inputs → results, one plane each; several results are those of an array. */
  run(inputs: readonly Float32Array[], outputs: readonly Float32Array[]): void;
  /** Asks again where an input has no value. */
  repair(inputs: readonly Float32Array[], out: Float32Array): void;
}

const PARAMETERS = { x: ['x', 'context'], xy: ['x', 'y', 'context'], data: ['data', 'context'] } as const;

/** @throws {PlatformError} `parameter-invalid` as `compileCallback` does */
export function compileOf({ graph, form }: PixelCallback): Callback {
  return compileCallback(graph, { processes: VALUE_PROCESSES, parameters: PARAMETERS[form] });
}

export function compilePixelCallback(callback: PixelCallback): PixelRun {
  const call = callerOf(callback);
  return {
    run(inputs, outputs) {
      const pixels = outputs[0]!.length;
      if (outputs.length === 1) for (let i = 0; i < pixels; i++) outputs[0]![i] = toNumber(call(inputs, i));
      else for (let i = 0; i < pixels; i++) store(call(inputs, i), outputs, i);
    },
    repair(inputs, out) {
      for (let i = 0; i < out.length; i++) {
        if (out[i] === out[i]) continue;
        if (inputs.some((input) => input[i] !== input[i])) out[i] = toNumber(call(inputs, i));
      }
    },
  };
}

type Call = (inputs: readonly Float32Array[], pixel: number) => Value;

function callerOf(callback: PixelCallback): Call {
  const run = compileOf(callback);
  const context = callback.context as Value;
  switch (callback.form) {
    case 'x':
      return ([x], i) => run(valueAt(x!, i), context);
    case 'xy': {
      const valuesAt = gathererOf(callback.places, 2);
      return (inputs, i) => {
        const [x, y] = valuesAt(inputs, i);
        return run(x, y, context);
      };
    }
    case 'data': {
      const { labels, places } = callback;
      const valuesAt = gathererOf(places, labels?.length ?? 0);
      return (inputs, i) => {
        const values = valuesAt(inputs, i);
        return run(labels ? labeledArray(labels, values) : values, context);
      };
    }
  }
}

/** Values of a pixel in the order in which the callback expects them. */
function gathererOf(places: readonly number[] | null, count: number) {
  if (places === null)
    return (inputs: readonly Float32Array[], pixel: number) => inputs.map((input) => valueAt(input, pixel));
  return (inputs: readonly Float32Array[], pixel: number) => {
    const values = Array.from<number | null>({ length: count }).fill(null);
    for (let k = 0; k < places.length; k++) values[places[k]!] = valueAt(inputs[k]!, pixel);
    return values;
  };
}

function valueAt(plane: Float32Array, pixel: number): number | null {
  const value = plane[pixel]!;
  return value === value ? value : null;
}

function store(value: Value, outputs: readonly Float32Array[], pixel: number): void {
  const items = Array.isArray(value) || isLabeled(value) ? itemsOf(value) : [value];
  if (items.length !== outputs.length)
    throw new PlatformError(
      'parameter-invalid',
      `The process along a dimension returned ${items.length} values for one pixel and ${outputs.length} for another; it must always return as many`,
    );
  for (let k = 0; k < outputs.length; k++) outputs[k]![pixel] = toNumber(items[k]);
}

/** Truth is 1 and 0; what is no finite number is no value. */
function toNumber(value: Value): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || value === undefined) return NaN;
  const items = Array.isArray(value) || isLabeled(value) ? itemsOf(value) : null;
  if (items?.length === 1) return toNumber(items[0]);
  throw new PlatformError(
    'parameter-invalid',
    `A process for pixels returned ${JSON.stringify(value).slice(0, 60)}; a raster can hold numbers and truth values only`,
  );
}
