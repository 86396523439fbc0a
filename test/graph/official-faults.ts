/** Official cases that contradict openEO's own definitions, and what they mean: each is tried in its corrected form. */
import { isRecord } from '../../pipelines/graph/graph.ts';
import { isLabeled, labeledArray } from '../../pipelines/graph/value.ts';
import type { OfficialCase } from './official-cases.ts';

export interface Fault {
  readonly id: string;
  /** Place in the process's list of cases. */
  readonly index: number;
  readonly reason: string;
  readonly correct: (test: OfficialCase) => OfficialCase;
}

const returns = (value: unknown) => (test: OfficialCase) => ({ ...test, returns: value });

/** Renames keys wherever they stand in the arguments. */
function rename(from: string, to: string) {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isRecord(value) || isLabeled(value as never)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, walk(item)]));
  };
  return (test: OfficialCase): OfficialCase => ({
    ...test,
    arguments: walk(test.arguments) as OfficialCase['arguments'],
  });
}

/** Changes a word in the text of a graph. */
function replaceWord(graph: unknown, from: string, to: string): unknown {
  return JSON.parse(JSON.stringify(graph).replaceAll(`"${from}"`, `"${to}"`));
}

function chain(...steps: readonly ((test: OfficialCase) => OfficialCase)[]) {
  return (test: OfficialCase) => steps.reduce((changed, step) => step(changed), test);
}

const fromParameter = rename('from_argument', 'from_parameter');
const asCondition = chain(fromParameter, rename('process', 'condition'));
const asGraph = (test: OfficialCase): OfficialCase => ({
  ...test,
  arguments: {
    ...test.arguments,
    condition: { process_graph: replaceWord(test.arguments['condition'], 'element', 'x') },
  },
});

const ARGUMENT = '"from_argument" is no word of a process graph: "from_parameter" is meant';
const CONDITION = `${ARGUMENT}; and the parameter is called condition, not process`;

export const OFFICIAL_FAULTS: readonly Fault[] = [
  {
    id: 'lte',
    index: 15,
    reason: 'infinity equals infinity after eq and IEEE 754, and the same pair is true for gte',
    correct: returns(true),
  },
  {
    id: 'all',
    index: 8,
    reason: 'the definition has this very call as an example, with nodata as its result',
    correct: returns(null),
  },
  {
    id: 'any',
    index: 8,
    reason: 'the definition has this very call as an example, with nodata as its result',
    correct: returns(null),
  },
  {
    id: 'product',
    index: 10,
    reason: 'minus infinity times infinity is minus infinity in IEEE 754, which the definition refers to',
    correct: returns(-Infinity),
  },
  { id: 'array_append', index: 0, reason: 'an array with 0 appended ends in 0, not 1', correct: returns([0]) },
  {
    id: 'array_element',
    index: 3,
    reason: 'the label is spelled BO2 with a letter O; the array has B02',
    correct: (test) => ({ ...test, arguments: { ...test.arguments, label: 'B02' } }),
  },
  {
    id: 'array_modify',
    index: 3,
    reason: 'length has the default 0, so that nothing is removed; the case wants one item removed',
    correct: (test) => ({ ...test, arguments: { ...test.arguments, length: 1 } }),
  },
  ...[4, 5].map((index) => ({
    id: 'count',
    index,
    reason: 'a graph as an argument stands under "process_graph", and count calls the value x, not element',
    correct: asGraph,
  })),
  ...[1, 2, 3, 4].map((index) => ({ id: 'array_apply', index, reason: ARGUMENT, correct: fromParameter })),
  ...[5, 6].map((index) => ({
    id: 'array_apply',
    index,
    reason: `${ARGUMENT}; and labels are kept, as the case after it has it`,
    correct: chain(fromParameter, (test) => ({
      ...test,
      returns: labeledArray(['B01', 'B02'], test.returns as readonly string[]),
    })),
  })),
  { id: 'array_apply', index: 7, reason: ARGUMENT, correct: fromParameter },
  {
    id: 'array_apply',
    index: 8,
    reason: `${ARGUMENT}; "mulitply" is multiply; and (-4.725 + 1.5) · 2 is -6.45`,
    correct: chain(fromParameter, (test) => ({
      arguments: { ...test.arguments, process: replaceWord(test.arguments['process'], 'mulitply', 'multiply') },
      returns: [5, -1, 10, -6.45, Number.NaN],
    })),
  },
  {
    id: 'array_find',
    index: 6,
    reason: 'the value 3 stands at place 0, counted from 0 as everywhere else',
    correct: returns(0),
  },
  {
    id: 'array_filter',
    index: 0,
    reason: `${CONDITION}; and gt has x twice and no y`,
    correct: (test) => ({
      ...test,
      arguments: {
        data: [],
        condition: {
          process_graph: { gt: { process_id: 'gt', arguments: { x: { from_parameter: 'x' }, y: 3 }, result: true } },
        },
      },
    }),
  },
  ...[1, 2, 6].map((index) => ({ id: 'array_filter', index, reason: CONDITION, correct: asCondition })),
  {
    id: 'array_filter',
    index: 3,
    reason: `${CONDITION}; and a labelled array is not written as one`,
    correct: chain(asCondition, returns(labeledArray(['B02'], [0.98]))),
  },
  {
    id: 'array_filter',
    index: 4,
    reason: `${CONDITION}; and a labelled array is not written as one`,
    correct: chain(asCondition, returns(labeledArray(['B01'], [1.23]))),
  },
  {
    id: 'array_filter',
    index: 5,
    reason: `${CONDITION}; and gt is meant, not subtract, which is no condition`,
    correct: chain(asCondition, (test) => ({
      ...test,
      arguments: { ...test.arguments, condition: replaceWord(test.arguments['condition'], 'subtract', 'gt') },
    })),
  },
];
