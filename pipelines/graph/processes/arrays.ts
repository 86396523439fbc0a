import { aCallback, anArray, anInteger, anything, defineProcess, numbers, parameter } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { CallbackParameter, Schema } from '../schema.ts';
import type { ArrayValue, Label } from '../value.ts';
import { isLabeled, itemsOf, labeledArray, labelsOf } from '../value.ts';
import { interpolateLinear } from './interpolate.ts';

const ARRAY: Schema = { type: 'array', items: {} };
/** A graph may multiply its data; this keeps one line from filling the memory. */
const MAX_ITEMS = 1_000_000;

const ITEM_PARAMETERS: readonly CallbackParameter[] = [
  { name: 'x', description: 'The item.', schema: {} },
  { name: 'index', description: 'Its place, from 0.', schema: { type: 'integer' } },
  { name: 'label', description: 'Its label.', schema: {}, optional: true },
  { name: 'context', description: 'What the caller passes on.', schema: {}, optional: true },
];

const optionalLabel = parameter<Label | null>(
  'label',
  'Label of the new item; only for a labelled array.',
  { type: ['number', 'string', 'null'] },
  null,
);

/** One array after the other; labels stay where both have them, or one is empty. */
function joined(...parts: readonly ArrayValue[]): ArrayValue {
  const count = parts.reduce((sum, part) => sum + itemsOf(part).length, 0);
  if (count > MAX_ITEMS)
    throw refusal('ArrayTooLong', `An array of ${count} items is too long; ${MAX_ITEMS} are the most`);
  const items = parts.flatMap(itemsOf);
  const filled = parts.filter((part) => itemsOf(part).length > 0);
  if (filled.length === 0 || !filled.every(isLabeled)) return items;
  const all = filled.flatMap(labelsOf);
  const twice = all.find((label, index) => all.indexOf(label) !== index);
  if (twice !== undefined)
    throw refusal('ArrayLabelConflict', `The label ${twice} is in both arrays; rename one of them`);
  return labeledArray(all, items);
}

function slice(array: ArrayValue, from: number, to?: number): ArrayValue {
  if (!isLabeled(array)) return array.slice(from, to);
  return labeledArray(array.labels.slice(from, to), array.values.slice(from, to));
}

export const arrays: readonly ProcessDefinition[] = [
  defineProcess({
    id: 'array_create',
    summary: 'An array of the given values.',
    parameters: [
      anArray('data', 'Its values.', []),
      anInteger('repeat', 'How often they are repeated.', { minimum: 1 }, 1),
    ],
    returns: ARRAY,
    evaluate: (data, repeat) => {
      const items = itemsOf(data);
      if (!(items.length * repeat <= MAX_ITEMS && repeat <= MAX_ITEMS))
        throw refusal('ArrayTooLong', `array_create makes ${items.length * repeat} items; ${MAX_ITEMS} are the most`);
      return Array.from({ length: repeat }, () => items).flat();
    },
  }),
  defineProcess({
    id: 'array_create_labeled',
    summary: 'An array whose items have labels.',
    experimental: true,
    parameters: [
      anArray('data', 'Its values.'),
      parameter<ArrayValue>('labels', 'As many labels.', { type: 'array', items: { type: ['number', 'string'] } }),
    ],
    returns: ARRAY,
    evaluate: (data, labels) => {
      const items = itemsOf(data);
      const names = itemsOf(labels) as readonly Label[];
      if (items.length !== names.length)
        throw refusal(
          'ArrayLengthMismatch',
          `array_create_labeled has ${items.length} values and ${names.length} labels; it takes as many of both`,
        );
      return labeledArray(names, items);
    },
  }),
  defineProcess({
    id: 'array_append',
    summary: 'The array with one value more.',
    parameters: [anArray('data', 'An array.'), anything('value', 'The value.'), optionalLabel],
    returns: ARRAY,
    evaluate: (data, value, label) => {
      if (!isLabeled(data)) {
        if (label === null) return [...data, value];
        throw refusal('ArrayNotLabeled', `array_append has the label ${label} for an array that has no labels`);
      }
      const own = label ?? data.values.length;
      if (data.labels.includes(own))
        throw refusal('LabelExists', `array_append: the array has the label ${own} already`);
      return labeledArray([...data.labels, own], [...data.values, value]);
    },
  }),
  defineProcess({
    id: 'array_concat',
    summary: 'Two arrays, one after the other; labels stay where both have them.',
    parameters: [anArray('array1', 'The first array.'), anArray('array2', 'The second array.')],
    returns: ARRAY,
    evaluate: (first, second) => joined(first, second),
  }),
  defineProcess({
    id: 'array_modify',
    summary: 'The array with some items removed and others put there.',
    experimental: true,
    parameters: [
      anArray('data', 'An array.'),
      anArray('values', 'The values to put there.'),
      anInteger('index', 'The place, from 0.', { minimum: 0 }),
      anInteger('length', 'How many items are removed there.', { minimum: 0 }, 0),
    ],
    returns: ARRAY,
    evaluate: (data, values, index, length) => {
      const count = itemsOf(data).length;
      if (index > count)
        throw refusal(
          'ArrayElementNotAvailable',
          `array_modify: there is no place ${index} in an array of ${count} items`,
        );
      return joined(slice(data, 0, index), values, slice(data, index + length));
    },
  }),
  defineProcess({
    id: 'array_apply',
    summary: 'The array with a graph applied to each item.',
    parameters: [
      anArray('data', 'An array.'),
      aCallback('process', 'The graph for one item.', ITEM_PARAMETERS),
      anything('context', 'Is passed to the graph.', {}, null),
    ],
    returns: ARRAY,
    evaluate: (data, process, context) => {
      const names = labelsOf(data);
      const items = itemsOf(data).map((x, index) => process(x, index, names[index], context));
      return isLabeled(data) ? labeledArray(names, items) : items;
    },
  }),
  defineProcess({
    id: 'array_filter',
    summary: 'The items for which a graph is true.',
    parameters: [
      anArray('data', 'An array.'),
      aCallback('condition', 'The graph for one item.', ITEM_PARAMETERS),
      anything('context', 'Is passed to the graph.', {}, null),
    ],
    returns: ARRAY,
    evaluate: (data, condition, context) => {
      const names = labelsOf(data);
      const items = itemsOf(data);
      const kept = items.map((x, index) => condition(x, index, names[index], context) === true);
      const values = items.filter((_, index) => kept[index]);
      return isLabeled(data)
        ? labeledArray(
            names.filter((_, index) => kept[index]),
            values,
          )
        : values;
    },
  }),
  defineProcess({
    id: 'array_labels',
    summary: 'The labels of an array; 0, 1, 2 … where it has none.',
    parameters: [anArray('data', 'An array.')],
    returns: { type: 'array', items: { type: ['number', 'string'] } },
    evaluate: labelsOf,
  }),
  defineProcess({
    id: 'array_interpolate_linear',
    summary: 'Missing numbers and NaN between two others, filled by linear interpolation.',
    parameters: [numbers('data', 'Numbers; labels that are numbers or dates are their places.')],
    returns: { type: 'array', items: { type: ['number', 'null'] } },
    evaluate: (data) =>
      isLabeled(data)
        ? labeledArray(data.labels, interpolateLinear(data.values, data.labels))
        : interpolateLinear(data),
  }),
];
