/** CQL2 in text: a tree by operator precedence, whose types `check.ts` looks at. */
import type { Call, InstantNode, IntervalNode, Node, PropertyNode } from './ast.ts';
import { boxGeometry, Budget, instant } from './build.ts';
import { brief, fault } from './fault.ts';
import { findOperator } from './operators.ts';
import { parseWktAt, WKT_TYPES } from './parse-wkt.ts';
import type { Token } from './tokenise.ts';
import { tokenise } from './tokenise.ts';

/** Binding of what stands between two operands; a larger one binds tighter. */
const BINARY: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '=': 4,
  '<>': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  div: 6,
  '^': 7,
};
const NOT_BINDING = 3;
const PREDICATE_BINDING = 4;
/** `-a ^ 2` is `-(a ^ 2)`; `-a * b` is `(-a) * b`. */
const MINUS_BINDING = 6;
/** Words that end an operand, so that none of them is taken for a property. */
const RESERVED = new Set(['and', 'or', 'not', 'like', 'between', 'in', 'is', 'null', 'div', 'true', 'false']);

/** @throws {PlatformError} `expression-invalid` with the place of the fault */
export function parseCql2Text(text: string): Node {
  const parser = new TextParser(tokenise(text));
  const node = parser.expression(0, 0);
  parser.end();
  return node;
}

export class TextParser {
  private readonly tokens: readonly Token[];
  private readonly budget = new Budget();
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.at = Math.min(this.at + 1, this.tokens.length - 1);
    return token;
  }

  isSign(sign: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'sign' && text === sign;
  }

  isWord(word: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'name' && text.toLowerCase() === word;
  }

  expect(sign: string): Token {
    if (!this.isSign(sign)) throw this.unexpected(sign);
    return this.next();
  }

  end(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end, AND or OR');
  }

  unexpected(wanted: string): Error {
    const { at, text } = this.peek();
    return fault(at, `${brief(text)} stands where ${wanted} is expected`);
  }

  /** An operand and all that follows it and binds tighter than `binding`. */
  expression(binding: number, depth: number): Node {
    Budget.depth(depth, this.peek().at);
    let left = this.operand(depth);
    for (;;) {
      const word = this.peek().text.toLowerCase();
      const strength = this.peek().kind === 'quoted' || this.peek().kind === 'string' ? undefined : BINARY[word];
      if (strength !== undefined && strength > binding) left = this.binary(left, word, strength, depth);
      else if (PREDICATE_BINDING > binding && this.isPredicate()) left = this.predicate(left, depth);
      else return left;
    }
  }

  private binary(left: Node, op: string, strength: number, depth: number): Node {
    const { at } = this.next();
    if (op !== 'and' && op !== 'or') return this.call(op, [left, this.expression(strength, depth + 1)], at);
    const args = [left, this.expression(strength, depth + 1)];
    while (this.isWord(op)) {
      this.next();
      args.push(this.expression(strength, depth + 1));
    }
    return this.call(op, args, at);
  }

  private isPredicate(): boolean {
    const ahead = this.isWord('not') ? 1 : 0;
    return this.isWord('is') || ['like', 'between', 'in'].some((word) => this.isWord(word, ahead));
  }

  /** LIKE, BETWEEN, IN and IS NULL after their operand, each with an optional NOT. */
  private predicate(left: Node, depth: number): Node {
    const { at } = this.peek();
    const is = this.isWord('is');
    if (is) this.next();
    const negated = this.isWord('not');
    if (negated) this.next();
    const positive = is ? this.isNull(left) : this.named(left, depth);
    return negated ? this.call('not', [positive], at) : positive;
  }

  private isNull(left: Node): Node {
    if (!this.isWord('null')) throw this.unexpected('NULL');
    return this.call('isNull', [left], this.next().at);
  }

  private named(left: Node, depth: number): Node {
    const { at, text } = this.next();
    if (text.toLowerCase() === 'in') return this.call('in', [left, this.list(depth)], at);
    const first = this.expression(PREDICATE_BINDING, depth + 1);
    if (text.toLowerCase() === 'like') return this.call('like', [left, first], at);
    if (!this.isWord('and')) throw this.unexpected('AND');
    this.next();
    return this.call('between', [left, first, this.expression(PREDICATE_BINDING, depth + 1)], at);
  }

  private list(depth: number): Node {
    const { at } = this.expect('(');
    return { kind: 'list', items: this.itemsUntilClosed(depth), at };
  }

  /** After an opening bracket. */
  private itemsUntilClosed(depth: number): Node[] {
    const items: Node[] = [];
    while (!this.isSign(')')) {
      if (items.length > 0) this.expect(',');
      items.push(this.expression(0, depth + 1));
    }
    this.next();
    return items;
  }

  private operand(depth: number): Node {
    const token = this.peek();
    const { kind, text, at } = token;
    this.budget.node(at);
    switch (kind) {
      case 'number':
        this.next();
        return { kind: 'literal', value: Number(text), at };
      case 'string':
        this.next();
        return { kind: 'literal', value: text, at };
      case 'quoted':
        this.next();
        return { kind: 'property', name: text, at };
      case 'sign':
        return this.signed(depth);
      case 'name':
        return this.word(depth);
      case 'end':
        throw this.unexpected('a value');
    }
  }

  private signed(depth: number): Node {
    const { at } = this.peek();
    if (this.isSign('-') || this.isSign('+')) {
      const { text: sign } = this.next();
      const isNumber = this.peek().kind === 'number' && !(this.peek(1).text === '^');
      if (isNumber) return { kind: 'literal', value: Number(`${sign}${this.next().text}`), at };
      if (sign === '+') throw this.unexpected('a number');
      const minusOne: Node = { kind: 'literal', value: -1, at };
      return this.call('*', [minusOne, this.expression(MINUS_BINDING, depth + 1)], at);
    }
    if (!this.isSign('(')) throw this.unexpected('a value');
    this.next();
    const items = this.itemsUntilClosed(depth);
    return items.length === 1 ? items[0]! : { kind: 'list', items, at };
  }

  private word(depth: number): Node {
    const { text, at } = this.next();
    const lower = text.toLowerCase();
    if (lower === 'not') return this.call('not', [this.expression(NOT_BINDING, depth + 1)], at);
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true', at };
    if (RESERVED.has(lower)) throw fault(at, `${text} stands where a value is expected`);
    const isWkt = WKT_TYPES.has(text.toUpperCase());
    if (isWkt && (this.isSign('(') || this.isWord('z')))
      return { kind: 'geometry', geometry: parseWktAt(this, text.toUpperCase(), depth), bbox: null, at };
    if (!this.isSign('(')) return { kind: 'property', name: text, at };
    this.next();
    return this.bracketed(text, at, depth);
  }

  /** What has arguments; the opening bracket is read. */
  private bracketed(name: string, at: number, depth: number): Node {
    const lower = name.toLowerCase();
    if (lower === 'date' || lower === 'timestamp') return this.instant(lower, at);
    if (lower === 'interval') return this.interval(at);
    if (lower === 'bbox') return boxGeometry(this.numbers(), at);
    return this.call(findOperator(lower) ?? name, this.itemsUntilClosed(depth), at);
  }

  private instant(word: string, at: number): InstantNode {
    const value = this.stringOr('a time in quotes');
    this.expect(')');
    const node = instant(value, at);
    if (node.isDate !== (word === 'date'))
      throw fault(at, `'${value}' is ${node.isDate ? 'a date' : 'a timestamp'}, not what ${word.toUpperCase()} takes`);
    return node;
  }

  private interval(at: number): IntervalNode {
    const start = this.bound();
    this.expect(',');
    const end = this.bound();
    this.expect(')');
    return { kind: 'interval', start, end, at };
  }

  private bound(): InstantNode | PropertyNode | null {
    const { kind, text, at } = this.peek();
    if (kind === 'name' || kind === 'quoted') {
      this.next();
      return { kind: 'property', name: text, at };
    }
    const value = this.stringOr("a time, '..' or a property");
    return value === '..' ? null : instant(value, at);
  }

  private stringOr(wanted: string): string {
    if (this.peek().kind !== 'string') throw this.unexpected(wanted);
    return this.next().text;
  }

  /** Up to the closing bracket. */
  private numbers(): number[] {
    const numbers: number[] = [];
    do numbers.push(this.number());
    while (this.isSign(',') && this.next());
    this.expect(')');
    return numbers;
  }

  number(): number {
    const sign = this.isSign('-') || this.isSign('+') ? this.next().text : '';
    if (this.peek().kind !== 'number') throw this.unexpected('a number');
    const { text, at } = this.next();
    const value = Number(`${sign}${text}`);
    if (!Number.isFinite(value)) throw fault(at, `${brief(text)} is too large a number`);
    return value;
  }

  private call(op: string, args: readonly Node[], at: number): Call {
    this.budget.node(at);
    return { kind: 'call', op, args, at };
  }
}
