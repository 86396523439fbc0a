/**
 * What an expression becomes: a list of nodes in which every node stands after its operands and equal sub-expressions
 * are one node. Passes over it are plain loops, so a long chain of terms cannot exhaust the stack.
 */
import type { FunctionName } from './names.ts';

export const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Operator = '+' | '-' | '*' | '/' | '^' | 'negate' | Comparison | FunctionName;

export type Node =
  | { readonly kind: 'number'; readonly value: number }
  /** `band` is an index into `bandNames`. */
  | { readonly kind: 'band'; readonly band: number }
  /** `operands` are indices of earlier nodes. */
  | { readonly kind: 'operation'; readonly operator: Operator; readonly operands: readonly number[] };

export interface Expression {
  readonly text: string;
  /** The bands it names, as they are written there, in the order of first use. */
  readonly bandNames: readonly string[];
  readonly nodes: readonly Node[];
  /** Index of the node that is the result. */
  readonly root: number;
}

/** Larger whole exponents go to `Math.pow`. */
const MAX_UNROLLED_POWER = 16;

/** Gathers nodes: folds constants, finds equal sub-expressions, and turns whole powers into products. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly bandNames: string[] = [];
  readonly #known = new Map<string, number>();

  number(value: number): number {
    return this.#intern(Object.is(value, -0) ? '#-0' : `#${value}`, { kind: 'number', value });
  }

  band(name: string): number {
    let band = this.bandNames.indexOf(name);
    if (band < 0) band = this.bandNames.push(name) - 1;
    return this.#intern(`band ${band}`, { kind: 'band', band });
  }

  operation(operator: Operator, operands: readonly number[]): number {
    const values = operands.map((index) => this.#constant(index));
    if (values.every((value) => value !== undefined)) return this.number(fold(operator, values));
    if (operator === '^') {
      const power = this.#unrolledPower(operands[0]!, values[1]);
      if (power !== undefined) return power;
    }
    return this.#intern(`${operator} ${operands.join(' ')}`, { kind: 'operation', operator, operands });
  }

  /** x^n as products by repeated squaring: x^5 = (x²)² x. */
  #unrolledPower(base: number, exponent: number | undefined): number | undefined {
    if (exponent === 0.5) return this.operation('sqrt', [base]);
    if (exponent === undefined || !Number.isInteger(exponent)) return undefined;
    const n = Math.abs(exponent);
    if (n === 0 || n > MAX_UNROLLED_POWER) return undefined;
    if (exponent < 0) return this.operation('/', [this.number(1), this.#unrolledPower(base, n)!]);
    let result: number | undefined;
    let square = base;
    for (let rest = n; ; square = this.operation('*', [square, square])) {
      if (rest & 1) result = result === undefined ? square : this.operation('*', [result, square]);
      rest >>= 1;
      if (rest === 0) return result;
    }
  }

  #constant(index: number): number | undefined {
    const node = this.nodes[index]!;
    return node.kind === 'number' ? node.value : undefined;
  }

  #intern(key: string, node: Node): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.nodes.push(node) - 1;
    this.#known.set(key, index);
    return index;
  }
}

/** A constant without a value, such as 1 / 0, is NaN and stays so: `1 / 0 > 3` is no 1. */
function fold(operator: Operator, values: readonly number[]): number {
  const read = operator === 'where' ? values.slice(0, 1) : values;
  const value = read.some(Number.isNaN) ? Number.NaN : compute(operator, values);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** What an operator means, on doubles; comparisons yield 1 or 0. */
export function compute(operator: Operator, values: readonly number[]): number {
  const [a, b, c] = values as [number, number, number];
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '^':
      return a ** b;
    case 'negate':
      return -a;
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    case 'abs':
      return Math.abs(a);
    case 'sqrt':
      return Math.sqrt(a);
    case 'exp':
      return Math.exp(a);
    case 'log':
      return Math.log(a);
    case 'where':
      return a === 0 ? c : b;
  }
}
