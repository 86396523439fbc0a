import {
  aBoolean,
  aCallback,
  anArray,
  anInteger,
  anything,
  defineProcess,
  numbers,
  parameter,
  VALUE_PARAMETERS,
} from '../define-process.ts';
import type { Parameter, ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { Schema } from '../schema.ts';
import type { Callback, Numbers, Value } from '../value.ts';
import { itemsOf, numbersOf } from '../value.ts';
import { isValid } from './comparison.ts';
import { quantile, variance } from './moments.ts';

const NUMBER: Schema = { type: ['number', 'null'] };
const NUMBERS: Schema = { type: 'array', items: NUMBER };

const MAX_PARTS = 100_000;

const IGNORE_NODATA = aBoolean('ignore_nodata', 'Whether missing values are left out.', {}, true);

/** The values without the missing ones; null where one is missing and may not be left out. */
function present(data: Numbers, ignoreNodata: boolean): readonly number[] | null {
  const all = numbersOf(data);
  const kept: number[] = [];
  for (const value of all)
    if (value !== null) kept.push(value);
    else if (!ignoreNodata) return null;
  return kept;
}

/** A statistic of numbers; nodata where there is none. */
function reducer(id: string, summary: string, compute: (values: readonly number[]) => number): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [numbers('data', 'Numbers.'), IGNORE_NODATA],
    returns: NUMBER,
    evaluate: (data, ignoreNodata) => {
      const values = present(data, ignoreNodata);
      return values === null || values.length === 0 ? null : compute(values);
    },
  });
}

function fold(combine: (left: number, right: number) => number) {
  return (values: readonly number[]) => {
    let result = values[0]!;
    for (let i = 1; i < values.length; i++) result = combine(result, values[i]!);
    return result;
  };
}

const sum = fold((left, right) => left + right);
const least = fold(Math.min);
const greatest = fold(Math.max);

/** The first or last of any values. */
function end(id: string, summary: string, pick: (items: readonly Value[], missing: boolean) => Value) {
  return defineProcess({
    id,
    summary,
    parameters: [anArray('data', 'Values of any type.'), IGNORE_NODATA],
    returns: {},
    evaluate: (data, ignoreNodata) => pick(itemsOf(data), !ignoreNodata) ?? null,
  });
}

/** The probabilities that are asked for, whichever way. */
function probabilitiesOf(given: Numbers | number | undefined, q: number | undefined): readonly number[] {
  if (given === undefined && q === undefined)
    throw refusal('QuantilesParameterMissing', 'quantiles needs its argument probabilities: a list, or how many parts');
  if (given !== undefined && q !== undefined)
    throw refusal('QuantilesParameterConflict', 'quantiles takes probabilities or q, not both; q is deprecated');
  const wanted = given ?? q!;
  if (typeof wanted === 'number' && wanted > MAX_PARTS)
    throw refusal('TooManyParts', `quantiles are asked for ${wanted} parts; ${MAX_PARTS} are the most`);
  if (typeof wanted === 'number') return Array.from({ length: wanted - 1 }, (_, part) => (part + 1) / wanted);
  const list = numbersOf(wanted) as readonly number[];
  if (list.some((p, i) => i > 0 && p < list[i - 1]!))
    throw refusal(
      'AscendingProbabilitiesRequired',
      `quantiles has the probabilities ${list.join(', ')}; they must rise`,
    );
  return list;
}

export const statistics: readonly ProcessDefinition[] = [
  reducer('sum', 'Sum of the numbers.', sum),
  reducer(
    'product',
    'Product of the numbers.',
    fold((left, right) => left * right),
  ),
  reducer('mean', 'Arithmetic mean.', (values) => sum(values) / values.length),
  reducer('min', 'The least number.', least),
  reducer('max', 'The greatest number.', greatest),
  reducer('median', 'The middle number, or the mean of the middle two.', (values) => quantile(values, [0.5])[0]!),
  reducer('variance', 'Variance of a sample (divided by n - 1).', variance),
  reducer('sd', 'Standard deviation of a sample (divided by n - 1).', (values) => Math.sqrt(variance(values))),
  defineProcess({
    id: 'extrema',
    summary: 'The least and the greatest number.',
    parameters: [numbers('data', 'Numbers.'), IGNORE_NODATA],
    returns: NUMBERS,
    evaluate: (data, ignoreNodata) => {
      const values = present(data, ignoreNodata);
      return values === null || values.length === 0 ? [null, null] : [least(values), greatest(values)];
    },
  }),
  defineProcess({
    id: 'quantiles',
    summary: 'Quantiles by linear interpolation between neighbours (type 7 of Hyndman and Fan).',
    parameters: [
      numbers('data', 'Numbers.'),
      parameter<Numbers | number | undefined>(
        'probabilities',
        'Probabilities in rising order, or the number of parts of equal size.',
        [
          { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 } },
          { type: 'integer', minimum: 2 },
        ],
        undefined,
      ),
      anInteger('q', 'Deprecated: the number of parts.', { minimum: 2 }, undefined) as Parameter<number | undefined>,
      IGNORE_NODATA,
    ],
    returns: NUMBERS,
    evaluate: (data, probabilities, q, ignoreNodata) => {
      const wanted = probabilitiesOf(probabilities, q);
      const values = present(data, ignoreNodata);
      return values === null || values.length === 0 ? wanted.map(() => null) : quantile(values, wanted);
    },
  }),
  end('first', 'The first value.', (items, missing) => (missing ? items[0] : items.find((item) => item !== null))),
  end('last', 'The last value.', (items, missing) =>
    missing ? items.at(-1) : items.findLast((item) => item !== null),
  ),
  defineProcess({
    id: 'count',
    summary: 'How many values are valid, or fulfil a condition.',
    parameters: [
      anArray('data', 'Values of any type.'),
      aCallback(
        'condition',
        'What is counted: null for valid values, true for all, or a graph.',
        VALUE_PARAMETERS,
        [{ type: 'boolean', enum: [true] }, { type: 'null' }],
        null,
      ) as Parameter<Callback | true | null>,
      anything('context', 'Is passed to the condition.', {}, null),
    ],
    returns: { type: 'integer' },
    evaluate: (data, condition, context) => {
      const items = itemsOf(data);
      if (condition === true) return items.length;
      const counts = condition === null ? isValid : (item: Value) => condition(item, context) === true;
      let count = 0;
      for (const item of items) if (counts(item)) count++;
      return count;
    },
  }),
];
