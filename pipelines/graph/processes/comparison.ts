import { aBoolean, aNumber, anything, defineProcess, numberOrNull, scalarOrNull } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import type { Schema } from '../schema.ts';
import type { Value } from '../value.ts';
import { equal } from './equal.ts';

const TRUTH: Schema = { type: ['boolean', 'null'] };
const BOOLEAN: Schema = { type: 'boolean' };

/** Numbers alone have an order: openEO's answer for any other pair is false. */
function order(id: string, summary: string, holds: (x: number, y: number) => boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [scalarOrNull('x', 'The first value.'), scalarOrNull('y', 'The second value.')],
    returns: TRUTH,
    evaluate: (x, y) => {
      if (x === null || y === null) return null;
      return typeof x === 'number' && typeof y === 'number' && holds(x, y);
    },
  });
}

/** As `order`, but equal values of any type hold. */
function orderOrEqual(id: string, summary: string, holds: (x: number, y: number) => boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [scalarOrNull('x', 'The first value.'), scalarOrNull('y', 'The second value.')],
    returns: TRUTH,
    evaluate: (x, y) => {
      if (typeof x === 'number' && typeof y === 'number') return holds(x, y);
      return equal(x, y);
    },
  });
}

function equality(id: string, summary: string, negate: boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [
      scalarOrNull('x', 'The first value.'),
      scalarOrNull('y', 'The second value.'),
      numberOrNull('delta', 'Numbers that differ by no more than this are equal.', {}, null),
      aBoolean('case_sensitive', 'Whether texts that differ only in case differ.', {}, true),
    ],
    returns: TRUTH,
    evaluate: (x, y, delta, caseSensitive) => {
      const same = equal(x, y, delta, caseSensitive);
      return same === null ? null : same !== negate;
    },
  });
}

function test(id: string, summary: string, holds: (x: Value) => boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [anything('x', 'The value.')],
    returns: BOOLEAN,
    evaluate: holds,
  });
}

/** Whether a value is neither nodata nor NaN nor infinite. */
export function isValid(x: Value): boolean {
  return x !== null && x !== undefined && (typeof x !== 'number' || Number.isFinite(x));
}

export const comparison: readonly ProcessDefinition[] = [
  order('gt', 'Whether x > y; false for what is no number.', (x, y) => x > y),
  order('lt', 'Whether x < y; false for what is no number.', (x, y) => x < y),
  orderOrEqual('gte', 'Whether x >= y.', (x, y) => x >= y),
  orderOrEqual('lte', 'Whether x <= y.', (x, y) => x <= y),
  equality('eq', 'Whether two values are equal.', false),
  equality('neq', 'Whether two values differ.', true),
  defineProcess({
    id: 'between',
    summary: 'Whether min <= x <= max.',
    parameters: [
      anything('x', 'The value.'),
      aNumber('min', 'The least value.'),
      aNumber('max', 'The greatest value.'),
      aBoolean('exclude_max', 'Whether max itself is outside.', {}, false),
    ],
    returns: TRUTH,
    evaluate: (x, min, max, excludeMax) => {
      if (x === null || x === undefined) return null;
      return typeof x === 'number' && x >= min && (excludeMax ? x < max : x <= max);
    },
  }),
  test('is_nodata', 'Whether the value is missing.', (x) => x === null || x === undefined),
  test('is_nan', 'Whether the value is NaN.', (x) => typeof x === 'number' && Number.isNaN(x)),
  test('is_infinite', 'Whether the value is infinite.', (x) => x === Infinity || x === -Infinity),
  test('is_valid', 'Whether the value is neither nodata nor NaN nor infinite.', isValid),
];
