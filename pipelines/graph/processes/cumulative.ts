import { aBoolean, defineProcess, numbers } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import type { Value } from '../value.ts';
import { isLabeled, labeledArray, numbersOf } from '../value.ts';

/** Each value combined with all before it; a missing value stays missing. */
function running(id: string, summary: string, combine: (left: number, right: number) => number): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    experimental: true,
    parameters: [
      numbers('data', 'Numbers.'),
      aBoolean('ignore_nodata', 'If not, all values after a missing one are missing.', {}, true),
    ],
    returns: { type: 'array', items: { type: ['number', 'null'] } },
    evaluate: (data, ignoreNodata) => {
      let sofar: number | undefined;
      let ended = false;
      const result = numbersOf(data).map((value): Value => {
        if (value === null) ended ||= !ignoreNodata;
        if (value === null || ended) return null;
        sofar = sofar === undefined ? value : combine(sofar, value);
        return sofar;
      });
      return isLabeled(data) ? labeledArray(data.labels, result) : result;
    },
  });
}

export const cumulative: readonly ProcessDefinition[] = [
  running('cumsum', 'Running sum.', (left, right) => left + right),
  running('cumproduct', 'Running product.', (left, right) => left * right),
  running('cummin', 'The least number so far.', Math.min),
  running('cummax', 'The greatest number so far.', Math.max),
];
