import { aBoolean, anything, defineProcess, parameter, truthOrNull } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import type { Schema } from '../schema.ts';
import { itemsOf } from '../value.ts';
import type { ArrayValue } from '../value.ts';

const TRUTH: Schema = { type: ['boolean', 'null'] };
const PAIR = [truthOrNull('x', 'The first truth value.'), truthOrNull('y', 'The second truth value.')] as const;

/** `and` is decided by false, `or` by true; the other argument is then not computed. */
function shortCircuit(id: string, summary: string, decisive: boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: PAIR,
    returns: TRUTH,
    compile: (x, y) => (frame) => {
      const first = x!(frame);
      if (first === decisive) return decisive;
      const second = y!(frame);
      if (second === decisive) return decisive;
      return first === null || second === null ? null : !decisive;
    },
  });
}

function overArray(id: string, summary: string, decisive: boolean): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [
      parameter<ArrayValue>('data', 'Truth values.', { type: 'array', items: { type: ['boolean', 'null'] } }),
      aBoolean('ignore_nodata', 'Whether missing values are left out.', {}, true),
    ],
    returns: TRUTH,
    evaluate: (data, ignoreNodata) => {
      let missing = false;
      for (const item of itemsOf(data))
        if (item === null) missing = true;
        else if (Boolean(item) === decisive) return decisive; // a raster's truth is 1 or 0
      return missing && !ignoreNodata ? null : !decisive;
    },
  });
}

export const logic: readonly ProcessDefinition[] = [
  shortCircuit('and', 'Whether both are true; nodata where that is open.', false),
  shortCircuit('or', 'Whether one is true; nodata where that is open.', true),
  defineProcess({
    id: 'xor',
    summary: 'Whether exactly one is true.',
    parameters: PAIR,
    returns: TRUTH,
    evaluate: (x, y) => (x === null || y === null ? null : x !== y),
  }),
  defineProcess({
    id: 'not',
    summary: 'Whether x is false.',
    parameters: [truthOrNull('x', 'A truth value.')],
    returns: TRUTH,
    evaluate: (x) => (x === null ? null : !x),
  }),
  overArray('all', 'Whether all are true.', false),
  overArray('any', 'Whether at least one is true.', true),
  defineProcess({
    id: 'if',
    summary: 'One of two values; only the one that is taken is computed.',
    parameters: [
      truthOrNull('value', 'The condition; nodata counts as false.'),
      anything('accept', 'The result where it is true.'),
      anything('reject', 'The result where it is not.', {}, null),
    ],
    returns: {},
    compile: (value, accept, reject) => (frame) => (value!(frame) === true ? accept!(frame) : reject!(frame)),
  }),
];
