/** What each process on values becomes in an expression. */
import type { Operator } from '../core/expression/graph.ts';
import type { Lower, Lowering } from './lowering.ts';
import { NOT_ARITHMETIC } from './lowering.ts';

function operator(sign: Operator, ...names: readonly string[]): Lower {
  return (to, args) =>
    to.operation(
      sign,
      names.map((name) => to.scalar(args[name])),
    );
}

function order(sign: Operator): Lower {
  return (to, { x, y }) => to.truth(to.operation(sign, [to.comparable(x), to.comparable(y)]));
}

/** A statistic of an array that leaves missing values out, unless it is told not to. */
function overArray(fold: (to: Lowering, items: readonly number[]) => number): Lower {
  return (to, args) => {
    const items = to.array(args['data']);
    const { ignore_nodata: ignore = true } = args;
    if (items.length === 0 || typeof ignore !== 'boolean') throw NOT_ARITHMETIC;
    if (ignore) to.lenient(items);
    return fold(to, items);
  };
}

function chain(sign: Operator) {
  return (to: Lowering, items: readonly number[]) => items.reduce((left, right) => to.operation(sign, [left, right]));
}

/** Equality of numbers; `delta` and texts go to the closure. */
function equality(sign: '==' | '!='): Lower {
  return (to, args) => {
    if ((args['delta'] ?? null) !== null) throw NOT_ARITHMETIC;
    return to.truth(to.operation(sign, [to.comparable(args['x']), to.comparable(args['y'])]));
  };
}

function logic(whenTrue: (to: Lowering, y: number) => number, whenFalse: (to: Lowering, y: number) => number): Lower {
  return (to, args) => {
    const x = to.scalar(args['x']);
    const y = to.scalar(args['y']);
    to.lenient([x, y]);
    const truth = to.operation('!=', [y, to.builder.number(0)]);
    return to.truth(to.operation('where', [x, whenTrue(to, truth), whenFalse(to, truth)]));
  };
}

function clipped(to: Lowering, x: number, min: number, max: number): number {
  return to.operation('min', [to.operation('max', [x, to.builder.number(min)]), to.builder.number(max)]);
}

/** Processes that have an expression; those of which `to.lenient` is asked may have a value where an input has none. */
export const LOWER: Readonly<Record<string, Lower>> = {
  add: operator('+', 'x', 'y'),
  subtract: operator('-', 'x', 'y'),
  multiply: operator('*', 'x', 'y'),
  divide: operator('/', 'x', 'y'),
  power: operator('^', 'base', 'p'),
  absolute: operator('abs', 'x'),
  sqrt: operator('sqrt', 'x'),
  exp: operator('exp', 'p'),
  ln: operator('log', 'x'),
  log: (to, { x, base }) =>
    to.operation('/', [to.operation('log', [to.scalar(x)]), to.operation('log', [to.scalar(base)])]),
  gt: order('>'),
  gte: order('>='),
  lt: order('<'),
  lte: order('<='),
  eq: equality('=='),
  neq: equality('!='),
  pi: ({ builder }) => builder.number(Math.PI),
  e: ({ builder }) => builder.number(Math.E),
  constant: (to, { x }) => to.scalar(x),
  not: (to, { x }) => to.truth(to.operation('==', [to.scalar(x), to.builder.number(0)])),
  xor: (to, { x, y }) => {
    const [first, second] = [x, y].map((side) => to.operation('!=', [to.scalar(side), to.builder.number(0)]));
    return to.truth(to.operation('!=', [first!, second!]));
  },
  and: logic(
    (_, y) => y,
    ({ builder }) => builder.number(0),
  ),
  or: logic(
    ({ builder }) => builder.number(1),
    (_, y) => y,
  ),
  if: (to, { value, accept, reject = null }) => {
    const condition = to.scalar(value);
    to.lenient([condition]);
    const branches = [to.scalar(accept), to.scalar(reject)];
    const node = to.operation('where', [condition, ...branches]);
    return branches.some((branch) => to.isTruth(branch)) ? to.truth(node) : node;
  },
  between: (to, { x, min, max, exclude_max: open = false }) => {
    const value = to.comparable(x);
    if (typeof open !== 'boolean') throw NOT_ARITHMETIC;
    const above = to.operation('>=', [value, to.scalar(min)]);
    return to.truth(to.operation('*', [above, to.operation(open ? '<' : '<=', [value, to.scalar(max)])]));
  },
  clip: (to, { x, min, max }) => {
    if (typeof min !== 'number' || typeof max !== 'number' || min > max) throw NOT_ARITHMETIC; // the closure refuses it
    return clipped(to, to.scalar(x), min, max);
  },
  linear_scale_range: (to, { x, inputMin, inputMax, outputMin = 0, outputMax = 1 }) => {
    if (typeof inputMin !== 'number' || typeof inputMax !== 'number' || inputMin === inputMax) throw NOT_ARITHMETIC;
    if (typeof outputMin !== 'number' || typeof outputMax !== 'number') throw NOT_ARITHMETIC;
    const number = (value: number) => to.builder.number(value);
    const within = clipped(to, to.scalar(x), Math.min(inputMin, inputMax), Math.max(inputMin, inputMax));
    const share = to.operation('/', [to.operation('-', [within, number(inputMin)]), number(inputMax - inputMin)]);
    return to.operation('+', [to.operation('*', [share, number(outputMax - outputMin)]), number(outputMin)]);
  },
  normalized_difference: (to, args) => {
    const operands = [to.scalar(args['x']), to.scalar(args['y'])];
    return to.operation('/', [to.operation('-', operands), to.operation('+', operands)]);
  },
  array_create: (to, { data = [], repeat = 1 }) => {
    if (repeat !== 1) throw NOT_ARITHMETIC;
    return to.array(data);
  },
  array_element: (to, args) => to.element(args),
  min: overArray(chain('min')),
  max: overArray(chain('max')),
  sum: overArray(chain('+')),
  product: overArray(chain('*')),
  mean: overArray((to, items) => to.operation('/', [chain('+')(to, items), to.builder.number(items.length)])),
};
