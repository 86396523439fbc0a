/** Operators and functions of `$filter` on values in SQL. Null means that the operands are of the wrong kind. */
import { as, asPeriod, simple } from './value.ts';
import type { SimpleKind, SimpleValue, Value } from './value.ts';

const SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: 'IS DISTINCT FROM',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

export function isComparison(name: string): boolean {
  return Object.hasOwn(SIGNS, name);
}

/** What is compared with null is not there (`eq`) or is (`ne`). */
export function compare(name: string, a: Value, b: Value): SimpleValue | null {
  if (a.kind === 'null' || b.kind === 'null') return compareWithNull(name, a.kind === 'null' ? b : a);
  if (isTime(a) || isTime(b)) return compareTimes(name, a, b);
  if (a.kind === 'dynamic' && b.kind === 'dynamic') {
    if (name === 'eq' || name === 'ne') return truth(`(${a.json} ${SIGNS[name]} ${b.json})`);
    return truth(`(${a.number} ${SIGNS[name]} ${b.number} OR ${a.text} ${SIGNS[name]} ${b.text})`);
  }
  const kind = (a.kind === 'dynamic' ? b.kind : a.kind) as SimpleKind;
  const [left, right] = [as(kind, a), as(kind, b)];
  return left && right && truth(`(${left.sql} ${SIGNS[name]} ${right.sql})`);
}

function compareWithNull(name: string, value: Value): SimpleValue {
  if (name !== 'eq' && name !== 'ne') return truth('FALSE');
  return truth(name === 'eq' ? isNull(value) : `NOT ${isNull(value)}`);
}

function isNull(value: Value): string {
  if (value.kind === 'null') return 'TRUE';
  if (value.kind === 'dynamic') return `(coalesce(jsonb_typeof(${value.json}), 'null') = 'null')`;
  return `(${value.kind === 'period' ? value.start : value.sql} IS NULL)`;
}

function isTime({ kind }: Value): boolean {
  return kind === 'instant' || kind === 'period';
}

/** One period is before another where it ends before that begins. The start alone is compared too: it has an index. */
function compareTimes(name: string, a: Value, b: Value): SimpleValue | null {
  const [p, q] = [asPeriod(a), asPeriod(b)];
  if (!p || !q) return null;
  const [isLong, isOtherLong] = [p.start !== p.end, q.start !== q.end];
  switch (name) {
    case 'lt':
    case 'le':
      return truth(both(`${p.end} ${SIGNS[name]} ${q.start}`, isLong && `${p.start} ${SIGNS[name]} ${q.start}`));
    case 'gt':
    case 'ge':
      return truth(both(`${p.start} ${SIGNS[name]} ${q.end}`, isOtherLong && `${p.start} ${SIGNS[name]} ${q.start}`));
    case 'eq':
      return truth(both(`${p.start} = ${q.start}`, (isLong || isOtherLong) && `${p.end} = ${q.end}`));
    default:
      return truth(
        `(${p.start} IS DISTINCT FROM ${q.start}${isLong || isOtherLong ? ` OR ${p.end} IS DISTINCT FROM ${q.end}` : ''})`,
      );
  }
}

/** How two times lie to each other (Allen 1983). */
export function relateTimes(name: string, a: Value, b: Value): SimpleValue | null {
  const [p, q] = [asPeriod(a), asPeriod(b)];
  if (!p || !q) return null;
  switch (name) {
    case 'before':
      return truth(`(${p.end} < ${q.start})`);
    case 'after':
      return truth(`(${p.start} > ${q.end})`);
    case 'during':
      return truth(`(${p.start} >= ${q.start} AND ${p.end} <= ${q.end})`);
    default:
      return truth(`(${p.start} <= ${q.end} AND ${p.end} >= ${q.start})`);
  }
}

function both(first: string, second: string | false): string {
  return second === false ? `(${first})` : `(${first} AND ${second})`;
}

const ARITHMETIC: Readonly<Record<string, (a: string, b: string) => string>> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  // A division by zero is unknown, no error.
  div: (a, b) => `(${a} / nullif(${b}, 0))`,
  mod: (a, b) => `(${a} - ${b} * trunc(${a} / nullif(${b}, 0)))`,
};

export function isArithmetic(name: string): boolean {
  return Object.hasOwn(ARITHMETIC, name);
}

/** Numbers; times and lengths of time with `add` and `sub`. */
export function calculate(name: string, a: Value, b: Value): SimpleValue | null {
  const work = ARITHMETIC[name]!;
  if (isTime(a) || a.kind === 'duration' || b.kind === 'duration') {
    const left = a.kind === 'duration' ? a : as('instant', a);
    const right = b.kind === 'duration' ? b : as('instant', b);
    if (!left || !right || (name !== 'add' && name !== 'sub')) return null;
    if (right.kind === 'duration') return simple(left.kind, work(left.sql, right.sql));
    if (left.kind === 'duration') return name === 'add' ? simple('instant', work(right.sql, left.sql)) : null;
    return name === 'sub' ? simple('duration', work(left.sql, right.sql)) : null;
  }
  const [left, right] = [as('number', a), as('number', b)];
  return left && right && simple('number', work(floating(left), floating(right)));
}

/** A 64-bit integer divides as a real number. */
export function floating({ sql, isWhole }: SimpleValue): string {
  return isWhole ? `${sql}::float8` : sql;
}

export function truth(sql: string): SimpleValue {
  return simple('boolean', sql);
}

type Work = readonly [takes: readonly SimpleKind[], gives: SimpleKind, sql: (...args: string[]) => string];

const part = (name: string): Work => [
  ['instant'],
  'number',
  (t) => `extract(${name} FROM ${t} AT TIME ZONE 'UTC')::float8`,
];

const FUNCTIONS: Readonly<Record<string, Work>> = {
  substringof: [['text', 'text'], 'boolean', (a, b) => `(position(${a} IN ${b}) > 0)`],
  contains: [['text', 'text'], 'boolean', (a, b) => `(position(${b} IN ${a}) > 0)`],
  startswith: [['text', 'text'], 'boolean', (a, b) => `starts_with(${a}, ${b})`],
  endswith: [['text', 'text'], 'boolean', (a, b) => `(right(${a}, length(${b})) = ${b})`],
  length: [['text'], 'number', (a) => `length(${a})::float8`],
  indexof: [['text', 'text'], 'number', (a, b) => `(position(${b} IN ${a}) - 1)::float8`],
  substring: [
    ['text', 'number', 'number'],
    'text',
    (a, from, count) =>
      count === undefined
        ? `substr(${a}, greatest(${from}, 0)::int + 1)`
        : `substr(${a}, greatest(${from}, 0)::int + 1, greatest(${count}, 0)::int)`,
  ],
  tolower: [['text'], 'text', (a) => `lower(${a})`],
  toupper: [['text'], 'text', (a) => `upper(${a})`],
  trim: [['text'], 'text', (a) => `btrim(${a})`],
  concat: [['text', 'text'], 'text', (a, b) => `(${a} || ${b})`],
  year: part('year'),
  month: part('month'),
  day: part('day'),
  hour: part('hour'),
  minute: part('minute'),
  second: [['instant'], 'number', (t) => `floor(extract(second FROM ${t}))::float8`],
  fractionalseconds: [
    ['instant'],
    'number',
    (t) => `(extract(second FROM ${t}) - floor(extract(second FROM ${t})))::float8`,
  ],
  date: [['instant'], 'date', (t) => `(${t} AT TIME ZONE 'UTC')::date`],
  time: [['instant'], 'clock', (t) => `(${t} AT TIME ZONE 'UTC')::time`],
  // Times are kept and shown in UTC.
  totaloffsetminutes: [['instant'], 'number', (t) => `(CASE WHEN ${t} IS NOT NULL THEN 0::float8 END)`],
  mindatetime: [[], 'instant', () => "'-infinity'::timestamptz"],
  maxdatetime: [[], 'instant', () => "'infinity'::timestamptz"],
  // Halves go away from zero (OData 4.0, 5.1.1.4.14); PostgreSQL rounds them to even.
  round: [['number'], 'number', (a) => `(sign(${a}) * floor(abs(${a}) + 0.5))`],
  floor: [['number'], 'number', (a) => `floor(${a})`],
  ceiling: [['number'], 'number', (a) => `ceil(${a})`],
};

/** A function whose values stand side by side; null where one of them is of the wrong kind. */
export function apply(name: string, values: readonly Value[]): SimpleValue | null {
  const [takes, gives, sql] = FUNCTIONS[name]!;
  const args: string[] = [];
  for (const [k, value] of values.entries()) {
    const arg = as(takes[k]!, value);
    if (!arg) return null;
    args.push(floating(arg));
  }
  return simple(gives, sql(...args));
}
