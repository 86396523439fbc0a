/** What the operators of CQL2 take and give. */

/** What a node is; `any` where nobody knows before a value is there. */
export type ValueType = 'boolean' | 'number' | 'string' | 'instant' | 'interval' | 'geometry' | 'list' | 'any';

/** What an operand may be. */
export type Operand = ValueType | 'scalar' | 'temporal' | 'pattern';

export interface Operator {
  readonly gives: ValueType;
  /** Of the operands in their order; `atLeast` repeats the last. */
  readonly takes: readonly Operand[];
  readonly atLeast?: number;
}

const compares: Operator = { gives: 'boolean', takes: ['scalar', 'scalar'] };
const spatial: Operator = { gives: 'boolean', takes: ['geometry', 'geometry'] };
const temporal: Operator = { gives: 'boolean', takes: ['temporal', 'temporal'] };
const array: Operator = { gives: 'boolean', takes: ['list', 'list'] };
const arithmetic: Operator = { gives: 'number', takes: ['number', 'number'] };
const folds: Operator = { gives: 'string', takes: ['string'] };
const connects: Operator = { gives: 'boolean', takes: ['boolean'], atLeast: 2 };

export const OPERATORS = {
  and: connects,
  or: connects,
  not: { gives: 'boolean', takes: ['boolean'] },
  '=': compares,
  '<>': compares,
  '<': compares,
  '>': compares,
  '<=': compares,
  '>=': compares,
  like: { gives: 'boolean', takes: ['string', 'pattern'] },
  between: { gives: 'boolean', takes: ['scalar', 'scalar', 'scalar'] },
  in: { gives: 'boolean', takes: ['scalar', 'list'] },
  isNull: { gives: 'boolean', takes: ['any'] },
  s_contains: spatial,
  s_crosses: spatial,
  s_disjoint: spatial,
  s_equals: spatial,
  s_intersects: spatial,
  s_overlaps: spatial,
  s_touches: spatial,
  s_within: spatial,
  t_after: temporal,
  t_before: temporal,
  t_contains: temporal,
  t_disjoint: temporal,
  t_during: temporal,
  t_equals: temporal,
  t_finishedBy: temporal,
  t_finishes: temporal,
  t_intersects: temporal,
  t_meets: temporal,
  t_metBy: temporal,
  t_overlappedBy: temporal,
  t_overlaps: temporal,
  t_startedBy: temporal,
  t_starts: temporal,
  a_containedBy: array,
  a_contains: array,
  a_equals: array,
  a_overlaps: array,
  '+': arithmetic,
  '-': arithmetic,
  '*': arithmetic,
  '/': arithmetic,
  '%': arithmetic,
  '^': arithmetic,
  div: arithmetic,
  casei: folds,
  accenti: folds,
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** Text names operators in any case; JSON in exactly one. */
const BY_LOWER_CASE = new Map(Object.keys(OPERATORS).map((name) => [name.toLowerCase(), name as OperatorName]));

export function findOperator(word: string): OperatorName | null {
  return BY_LOWER_CASE.get(word.toLowerCase()) ?? null;
}
