import { aBoolean, anArray, anInteger, anything, defineProcess, parameter } from '../define-process.ts';
import type { Parameter, ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { Schema } from '../schema.ts';
import type { ArrayValue, Label, Value } from '../value.ts';
import { isLabeled, itemsOf, labeledArray } from '../value.ts';
import { equal } from './equal.ts';
import { sortedPlaces } from './sorted-places.ts';

const ARRAY: Schema = { type: 'array', items: {} };
const PLACE: Schema = { type: ['integer', 'null'], minimum: 0 };
const ASCENDING = aBoolean('asc', 'Least first; if not, greatest first.', {}, true);
const WHERE_NODATA = parameter<boolean | null>(
  'nodata',
  'Missing values: null to drop them, true to put them last, false to put them first.',
  { type: ['boolean', 'null'] },
  null,
);

/** The place of an item that is asked for by place or by label; -1 where it is not there. */
function placeOf(data: ArrayValue, index: number | undefined, label: Label | undefined): number {
  if (index === undefined && label === undefined)
    throw refusal('ArrayElementParameterMissing', 'array_element needs an index or a label');
  if (index !== undefined && label !== undefined)
    throw refusal('ArrayElementParameterConflict', 'array_element takes an index or a label, not both');
  if (index !== undefined) return index;
  if (!isLabeled(data))
    throw refusal('ArrayNotLabeled', `array_element has the label ${label} for an array that has no labels; use index`);
  return data.labels.indexOf(label!);
}

function find(data: ArrayValue, value: Value, reverse: boolean): number | null {
  const matches = (item: Value) => equal(item, value) === true;
  const items = itemsOf(data);
  const place = reverse ? items.findLastIndex(matches) : items.findIndex(matches);
  return place < 0 ? null : place;
}

/** The items at some places, with their labels. */
function pick(data: ArrayValue, order: readonly number[]): ArrayValue {
  const items = itemsOf(data);
  const places = itemsOf(order) as readonly number[];
  const beyond = places.find((place) => !Number.isInteger(place) || place < 0 || place >= items.length);
  if (beyond !== undefined)
    throw refusal('ArrayElementNotAvailable', `There is no place ${beyond} in an array of ${items.length} items`);
  const values = places.map((place) => items[place]);
  return isLabeled(data)
    ? labeledArray(
        places.map((place) => data.labels[place]!),
        values,
      )
    : values;
}

export const arraySearch: readonly ProcessDefinition[] = [
  defineProcess({
    id: 'array_element',
    summary: 'One item, by its place or its label.',
    parameters: [
      anArray('data', 'An array.'),
      anInteger('index', 'Its place, from 0.', { minimum: 0 }, undefined) as Parameter<number | undefined>,
      parameter<Label | undefined>('label', 'Its label.', { type: ['number', 'string'] }, undefined),
      aBoolean('return_nodata', 'Whether an item that is not there is nodata, not an error.', {}, false),
    ],
    returns: {},
    evaluate: (data, index, label, returnNodata) => {
      const items = itemsOf(data);
      const place = placeOf(data, index, label);
      if (place >= 0 && place < items.length) return items[place];
      if (returnNodata) return null;
      throw refusal(
        'ArrayElementNotAvailable',
        `There is no item ${label ?? index}; ${isLabeled(data) ? `labels are ${data.labels.join(', ')}` : `the array has ${items.length}`}`,
      );
    },
  }),
  defineProcess({
    id: 'array_contains',
    summary: 'Whether a value is among the items.',
    parameters: [anArray('data', 'An array.'), anything('value', 'The value.')],
    returns: { type: 'boolean' },
    evaluate: (data, value) => find(data, value, false) !== null,
  }),
  defineProcess({
    id: 'array_find',
    summary: 'The place of a value, or nodata.',
    parameters: [
      anArray('data', 'An array.'),
      anything('value', 'The value.'),
      aBoolean('reverse', 'Whether the last of several is meant.', {}, false),
    ],
    returns: PLACE,
    evaluate: find,
  }),
  defineProcess({
    id: 'array_find_label',
    summary: 'The place of a label, or nodata.',
    experimental: true,
    parameters: [anArray('data', 'An array.'), parameter<Label>('label', 'The label.', { type: ['number', 'string'] })],
    returns: PLACE,
    evaluate: (data, label) => {
      const place = isLabeled(data) ? data.labels.indexOf(label) : -1;
      return place < 0 ? null : place;
    },
  }),
  defineProcess({
    id: 'order',
    summary: 'The places of the items as they would be sorted.',
    parameters: [anArray('data', 'Numbers, or dates as texts.'), ASCENDING, WHERE_NODATA],
    returns: { type: 'array', items: { type: 'integer', minimum: 0 } },
    evaluate: (data, asc, nodata) => sortedPlaces(itemsOf(data), asc, nodata),
  }),
  defineProcess({
    id: 'sort',
    summary: 'The items sorted.',
    parameters: [anArray('data', 'Numbers, or dates as texts.'), ASCENDING, WHERE_NODATA],
    returns: ARRAY,
    evaluate: (data, asc, nodata) => pick(data, sortedPlaces(itemsOf(data), asc, nodata)),
  }),
  defineProcess({
    id: 'rearrange',
    summary: 'The items at the given places, in that order.',
    parameters: [
      anArray('data', 'An array.'),
      parameter<readonly number[]>('order', 'Places, from 0.', {
        type: 'array',
        items: { type: 'integer', minimum: 0 },
      }),
    ],
    returns: ARRAY,
    evaluate: pick,
  }),
];
