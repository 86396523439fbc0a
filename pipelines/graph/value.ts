/** What flows along the edges of a graph that works on plain values. */
import { isRecord } from './graph.ts';

export type Label = string | number;

/** An array whose items have names, as the bands or dates of a pixel have. */
export interface LabeledArray {
  readonly kind: 'labeled-array';
  /** As many as `values`. */
  readonly labels: readonly Label[];
  readonly values: readonly Value[];
}

/** A compiled graph; it takes its parameters in the order in which the process that calls it declares them. */
export type Callback = (...parameters: readonly Value[]) => Value;

/** `null` is nodata; `undefined` an optional argument without a default that was not given. */
export type Value =
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Value[]
  | LabeledArray
  | Callback
  | { readonly [key: string]: Value };

export type ArrayValue = readonly Value[] | LabeledArray;
export type Numbers = readonly (number | null)[] | (LabeledArray & { readonly values: readonly (number | null)[] });

export function labeledArray(labels: readonly Label[], values: readonly Value[]): LabeledArray {
  return { kind: 'labeled-array', labels, values };
}

export function isLabeled(value: Value): value is LabeledArray {
  return isRecord(value) && value['kind'] === 'labeled-array';
}

export function itemsOf(array: ArrayValue): readonly Value[] {
  return isLabeled(array) ? array.values : array;
}

export function numbersOf(array: Numbers): readonly (number | null)[] {
  return isLabeled(array) ? (array.values as readonly (number | null)[]) : (array as readonly (number | null)[]);
}

/** Labels of an array without any are 0, 1, 2 … */
export function labelsOf(array: ArrayValue): readonly Label[] {
  return isLabeled(array) ? array.labels : array.map((_, index) => index);
}
