import { expressionFault, printable } from './fault.ts';
import type { Comparison, Expression } from './graph.ts';
import { COMPARISONS, GraphBuilder } from './graph.ts';
import type { FunctionName } from './names.ts';
import { bandLike, COMMON_BANDS, FUNCTIONS, isBandName, isFunctionName } from './names.ts';
import type { Token } from './tokenise.ts';
import { tokenise } from './tokenise.ts';

/** Brackets, calls, signs and powers inside each other. */
const MAX_DEPTH = 200;

/** How tightly the signs between two operands bind. */
const BINDING: Readonly<Record<string, number>> = { '+': 2, '-': 2, '*': 3, '/': 3, '^': 5 };
const COMPARISON = 1;
/** A sign before an operand binds less than a power and more than a product: -a^2 = -(a^2). */
const SIGN = 4;

/**
 * Reads an expression: arithmetic, comparisons and a few functions over band names, and nothing else.
 *
 * Precedence from loose to tight: comparison, `+ -`, `* /`, the sign before an operand, `^` (to the right). Comparisons
 * are not chained: `a < b < c` has one meaning in mathematics and another in most languages, so it is refused.
 *
 * @throws {PlatformError} `expression-invalid` with the 1-based position of the fault.
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const root = parser.expression(0, 0);
  parser.end();
  const { nodes, bandNames } = parser.graph;
  if (bandNames.length === 0) throw expressionFault(text, 0, `it names no band; bands are ${COMMON_BANDS.join(' ')}`);
  return { text, bandNames, nodes, root };
}

/** A Pratt parser: one function for all signs between operands, told how tightly the one before it binds. */
class Parser {
  readonly graph = new GraphBuilder();
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenise(text);
  }

  /** @returns the index of the node; stops before a sign that binds no tighter than `binding`. */
  expression(binding: number, depth: number): number {
    if (depth > MAX_DEPTH) throw this.#fault(this.#peek, `it is nested more than ${MAX_DEPTH} deep here`);
    let left = this.#operand(depth);
    let compared = false;
    for (;;) {
      const sign = this.#peek;
      const tightness = bindingOf(sign);
      if (tightness <= binding) return left;
      if (tightness === COMPARISON) {
        if (compared) throw this.#fault(sign, 'a comparison of a comparison needs brackets');
        compared = true;
      }
      this.#next++;
      if (sign.text === '*' && this.#peek.text === '*') throw this.#fault(sign, 'a power is written "^"');
      // to the right: what follows may bind as tightly as this sign itself
      const right = this.expression(sign.text === '^' ? tightness - 1 : tightness, depth + 1);
      left = this.graph.operation(sign.text as '+' | Comparison, [left, right]);
    }
  }

  end(): void {
    if (this.#peek.kind !== 'end') throw this.#fault(this.#peek, `${shown(this.#peek)} where an operator should stand`);
  }

  #operand(depth: number): number {
    const token = this.#peek;
    this.#next++;
    if (token.kind === 'number') return this.#number(token);
    if (token.kind === 'name') return this.#name(token, depth);
    if (token.text === '-') return this.graph.operation('negate', [this.expression(SIGN - 1, depth + 1)]);
    if (token.text === '(') {
      const inner = this.expression(0, depth + 1);
      this.#expect(')', token);
      return inner;
    }
    throw this.#fault(token, `${shown(token)} where a band, a number or "(" should stand`);
  }

  #number(token: Token): number {
    const value = Number(token.text);
    if (!Number.isFinite(value)) throw this.#fault(token, `the number ${token.text} is too large`);
    return this.graph.number(value);
  }

  #name(token: Token, depth: number): number {
    if (isFunctionName(token.text)) return this.#call(token, token.text, depth);
    if (isBandName(token.text)) return this.graph.band(token.text);
    const meant = bandLike(token.text);
    const known = `bands are ${COMMON_BANDS.join(' ')} and B01 ... B12, functions ${Object.keys(FUNCTIONS).join(' ')}`;
    throw this.#fault(
      token,
      `unknown name "${printable(token.text.slice(0, 40))}"; ${meant ? `the band is spelled ${meant}` : known}`,
    );
  }

  #call(name: Token, operator: FunctionName, depth: number): number {
    const open = this.#peek;
    if (open.text !== '(') throw this.#fault(open, `${shown(open)} where "(" should follow ${operator}`);
    this.#next++;
    const operands = [this.expression(0, depth + 1)];
    while (this.#peek.text === ',') {
      this.#next++;
      operands.push(this.expression(0, depth + 1));
    }
    this.#expect(')', open);
    const [least, most] = FUNCTIONS[operator];
    if (operands.length < least || operands.length > most)
      throw this.#fault(
        name,
        `${operator} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${operands.length}`,
      );
    if (operator !== 'min' && operator !== 'max') return this.graph.operation(operator, operands);
    return operands.reduce((left, right) => this.graph.operation(operator, [left, right]));
  }

  #expect(sign: string, open: Token): void {
    const token = this.#peek;
    if (token.text !== sign)
      throw this.#fault(token, `${shown(token)} where "${sign}" should close the "(" of position ${open.at + 1}`);
    this.#next++;
  }

  get #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #fault(token: Token, what: string) {
    return expressionFault(this.#text, token.at, what);
  }
}

function bindingOf(token: Token): number {
  if (token.kind !== 'sign') return 0;
  if ((COMPARISONS as readonly string[]).includes(token.text)) return COMPARISON;
  return BINDING[token.text] ?? 0;
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`;
}
