/**
 * A second, slow and independent meaning of expressions: random trees that are written as text and evaluated beside it,
 * with a running bound of the rounding error, so that a test knows which results are certain and how closely.
 */
import * as fc from 'fast-check';

/** A value and the most that rounding can have moved it; `nodata`; or a result that rounding decides. */
export type Careful = { readonly value: number; readonly error: number } | 'nodata' | 'uncertain';

export interface Tree {
  readonly text: string;
  evaluate(bands: Readonly<Record<string, Careful>>): Careful;
}

const EPSILON = 2 ** -51;

function rounded(value: number, error: number): Careful {
  if (!Number.isFinite(value) || Math.abs(value) > 1e30) return 'uncertain';
  return { value, error: error + Math.abs(value) * EPSILON };
}

function both(a: Careful, b: Careful, then: (a: number, b: number, ea: number, eb: number) => Careful): Careful {
  if (a === 'uncertain' || b === 'uncertain') return 'uncertain';
  if (a === 'nodata' || b === 'nodata') return 'nodata';
  return then(a.value, b.value, a.error, b.error);
}

const one = (a: Careful, then: (a: number, ea: number) => Careful): Careful => both(a, a, (x, _, e) => then(x, e));

const divide = (a: Careful, b: Careful): Careful =>
  both(a, b, (x, y, ex, ey) => {
    if (y === 0 && ey === 0) return 'nodata';
    if (Math.abs(y) <= 4 * ey) return 'uncertain';
    return rounded(x / y, (ex + Math.abs(x / y) * ey) / (Math.abs(y) - ey));
  });

const multiply = (a: Careful, b: Careful): Careful =>
  both(a, b, (x, y, ex, ey) => rounded(x * y, Math.abs(x) * ey + Math.abs(y) * ex + ex * ey));

function compare(operator: string, a: Careful, b: Careful): Careful {
  return both(a, b, (x, y, ex, ey) => {
    if (Math.abs(x - y) <= 2 * (ex + ey) && ex + ey > 0) return 'uncertain';
    const holds: Record<string, boolean> = {
      '<': x < y,
      '<=': x <= y,
      '>': x > y,
      '>=': x >= y,
      '==': x === y,
      '!=': x !== y,
    };
    return { value: Number(holds[operator]), error: 0 };
  });
}

const bracket = (tree: Tree): string => `(${tree.text})`;

function binary(sign: string, evaluate: (a: Careful, b: Careful) => Careful) {
  return (a: Tree, b: Tree): Tree => ({
    text: `${bracket(a)} ${sign} ${bracket(b)}`,
    evaluate: (bands) => evaluate(a.evaluate(bands), b.evaluate(bands)),
  });
}

function call(name: string, evaluate: (...values: Careful[]) => Careful) {
  return (...operands: Tree[]): Tree => ({
    text: `${name}(${operands.map(({ text }) => text).join(', ')})`,
    evaluate: (bands) => evaluate(...operands.map((operand) => operand.evaluate(bands))),
  });
}

const choose = (condition: Careful, yes: Careful, no: Careful): Careful => {
  if (typeof condition === 'string') return condition;
  if (condition.value === 0 && condition.error === 0) return no;
  return Math.abs(condition.value) <= 2 * condition.error ? 'uncertain' : yes;
};

const BINARY = [
  binary('+', (a, b) => both(a, b, (x, y, ex, ey) => rounded(x + y, ex + ey))),
  binary('-', (a, b) => both(a, b, (x, y, ex, ey) => rounded(x - y, ex + ey))),
  binary('*', multiply),
  binary('/', divide),
  ...['<', '<=', '>', '>=', '==', '!='].map((sign) => binary(sign, (a, b) => compare(sign, a, b))),
  call('min', (a, b) => both(a!, b!, (x, y, ex, ey) => ({ value: Math.min(x, y), error: Math.max(ex, ey) }))),
  call('max', (a, b) => both(a!, b!, (x, y, ex, ey) => ({ value: Math.max(x, y), error: Math.max(ex, ey) }))),
];

const UNARY = [
  (a: Tree): Tree => ({
    text: `-${bracket(a)}`,
    evaluate: (bands) => one(a.evaluate(bands), (x, e) => ({ value: -x, error: e })),
  }),
  call('abs', (a) => one(a!, (x, e) => ({ value: Math.abs(x), error: e }))),
  call('exp', (a) => one(a!, (x, e) => (e > 1 ? 'uncertain' : rounded(Math.exp(x), Math.exp(x) * 2 * e)))),
  call('log', (a) =>
    one(a!, (x, e) => {
      if (e === 0 && x <= 0) return 'nodata';
      if (Math.abs(x) <= 4 * e) return 'uncertain';
      return x < 0 ? 'nodata' : rounded(Math.log(x), (2 * e) / x);
    }),
  ),
  call('sqrt', (a) =>
    one(a!, (x, e) => {
      if (e > 0 && Math.abs(x) <= 4 * e) return 'uncertain';
      return x < 0 ? 'nodata' : rounded(Math.sqrt(x), x === 0 ? 0 : e / Math.sqrt(x));
    }),
  ),
];

const power = (base: Tree, exponent: number): Tree => ({
  text: `${bracket(base)} ^ ${exponent}`,
  evaluate: (bands) => {
    const a = base.evaluate(bands);
    if (typeof a === 'string') return a; // x^0 too: what has no value has no power
    let product: Careful = { value: 1, error: 0 };
    for (let n = 0; n < Math.abs(exponent); n++) product = multiply(product, a);
    return exponent < 0 ? divide({ value: 1, error: 0 }, product) : product;
  },
});

/** Random expressions over the bands. */
export function trees(bandNames: readonly string[]): fc.Arbitrary<Tree> {
  const band = fc.constantFrom(...bandNames).map((name): Tree => ({ text: name, evaluate: (bands) => bands[name]! }));
  const number = fc
    .constantFrom('0', '1', '2', '0.5', '.1', '6', '7.5', '1e-3', '2.5E+1')
    .map((text): Tree => ({ text, evaluate: () => ({ value: Number(text), error: 0 }) }));
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'tree' },
      { weight: 3, arbitrary: band },
      { weight: 1, arbitrary: number },
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom(...BINARY), tie('tree'), tie('tree')).map(([make, a, b]) => make(a, b)),
      },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...UNARY), tie('tree')).map(([make, a]) => make(a)) },
      { weight: 1, arbitrary: fc.tuple(tie('tree'), fc.integer({ min: -3, max: 5 })).map(([a, n]) => power(a, n)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('tree'), tie('tree'), tie('tree'))
          .map(([a, b, c]) => call('where', (x, y, z) => choose(x!, y!, z!))(a, b, c)),
      },
    ),
  }));
  return tree;
}
