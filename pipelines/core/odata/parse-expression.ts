/** `$filter` and `$orderby` expressions: a tree by operator precedence (OData 4.0, Part 2, 5.1.1.9). */
import type { Expression, Path } from './ast.ts';
import { brief, fault, MAX_DEPTH, MAX_NODES } from './fault.ts';
import { findFunction } from './functions.ts';
import { clockOf, dateOf, geographyOf, instantOf, secondsOf } from './literals.ts';
import type { Token } from './tokenise.ts';
import { tokenise } from './tokenise.ts';

const BINARY = new Map([
  ['or', 1],
  ['and', 2],
  ['eq', 3],
  ['ne', 3],
  ['lt', 4],
  ['le', 4],
  ['gt', 4],
  ['ge', 4],
  ['in', 4],
  ['add', 5],
  ['sub', 5],
  ['mul', 6],
  ['div', 6],
  ['mod', 6],
]);
const UNARY_BINDING = 7;
const CONSTANTS = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);

/** Tokens of one option, read from left to right; no expression grows without bound. */
export class OptionParser {
  readonly option: string;
  readonly text: string;
  private readonly tokens: readonly Token[];
  private index = 0;
  private nodes = 0;

  constructor(option: string, text: string) {
    this.option = option;
    this.text = text;
    this.tokens = tokenise(option, text);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.index = Math.min(this.index + 1, this.tokens.length - 1);
    return token;
  }

  isSign(sign: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'sign' && text === sign;
  }

  /** Goes past a sign where it stands. */
  take(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.next();
    return true;
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw this.unexpected(sign);
  }

  end(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end');
  }

  fault(at: number, what: string): Error {
    return fault(this.option, at, what);
  }

  unexpected(wanted: string): Error {
    const { at, text } = this.peek();
    return this.fault(at, `${brief(text)} stands where ${wanted} is expected`);
  }

  /** An operand and all that follows it and binds tighter than `binding`. */
  expression(binding = 0, depth = 0): Expression {
    if (depth > MAX_DEPTH) throw this.fault(this.peek().at, `it is nested deeper than ${MAX_DEPTH} levels`);
    let left = this.operand(depth);
    for (;;) {
      const { kind, text, at } = this.peek();
      const strength = kind === 'name' ? BINARY.get(text) : undefined;
      if (strength === undefined || strength <= binding) return left;
      this.next();
      if (text === 'in') left = this.call('in', [left, ...this.list(depth)], at);
      else if (text === 'and' || text === 'or') left = this.connect(text, left, strength, depth, at);
      else left = this.call(text, [left, this.expression(strength, depth + 1)], at);
    }
  }

  /** All of `a or b or c` at once: ten thousand alternatives are no deep tree. */
  private connect(name: string, left: Expression, strength: number, depth: number, at: number): Expression {
    const args = [left, this.expression(strength, depth + 1)];
    while (this.peek().kind === 'name' && this.peek().text === name) {
      this.next();
      args.push(this.expression(strength, depth + 1));
    }
    return this.call(name, args, at);
  }

  /** Between brackets. */
  private list(depth: number): Expression[] {
    this.expect('(');
    const items: Expression[] = [];
    while (!this.take(')')) {
      if (items.length > 0) this.expect(',');
      items.push(this.expression(0, depth + 1));
    }
    return items;
  }

  private operand(depth: number): Expression {
    const token = this.peek();
    const { kind, text, at } = token;
    this.countNode(at);
    switch (kind) {
      case 'number':
        this.next();
        return { kind: 'literal', value: this.finite(text, at), at };
      case 'string':
        this.next();
        return { kind: 'literal', value: text, at };
      case 'instant':
        return this.instant();
      case 'date':
        return { kind: 'date', value: dateOf(this.option, this.next()), at };
      case 'clock':
        return { kind: 'clock', value: clockOf(this.option, this.next()), at };
      case 'typed':
        return this.typed(this.next());
      case 'sign':
        return this.signed(depth);
      case 'name':
        return this.word(depth);
      case 'end':
        throw this.unexpected('a value');
    }
  }

  private finite(text: string, at: number): number {
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.fault(at, `${brief(text)} is too large a number`);
    return value;
  }

  private instant(): Expression {
    const { at } = this.peek();
    const start = instantOf(this.option, this.next());
    if (!this.isSign('/') || this.peek(1).kind !== 'instant') return { kind: 'instant', value: start, at };
    this.next();
    const end = instantOf(this.option, this.next());
    if (Date.parse(end) < Date.parse(start)) throw this.fault(at, 'the period ends before it begins');
    return { kind: 'period', start, end, at };
  }

  private typed(token: Token): Expression {
    const { at, word } = token;
    if (word === 'geography' || word === 'geometry')
      return { kind: 'geography', geometry: geographyOf(this.option, token), at };
    if (word === 'duration') return { kind: 'duration', seconds: secondsOf(this.option, token), at };
    throw this.fault(at, `${brief(word!)}'…' is unknown; accepted are geography'…' and duration'…'`);
  }

  private signed(depth: number): Expression {
    const { at } = this.peek();
    if (this.take('-')) {
      const { kind, text } = this.peek();
      if (kind === 'number') return { kind: 'literal', value: -this.finite(this.next().text, at), at };
      if (kind === 'end') throw this.unexpected('a value');
      if (text === '-') throw this.unexpected('a value');
      return this.call('negate', [this.expression(UNARY_BINDING, depth + 1)], at);
    }
    if (!this.take('(')) throw this.unexpected('a value');
    const inner = this.expression(0, depth + 1);
    this.expect(')');
    return inner;
  }

  private word(depth: number): Expression {
    const { text, at } = this.peek();
    if (text === 'not') {
      this.next();
      return this.call('not', [this.expression(UNARY_BINDING, depth + 1)], at);
    }
    if (CONSTANTS.has(text) && !this.isSign('/', 1)) {
      this.next();
      return { kind: 'literal', value: CONSTANTS.get(text)!, at };
    }
    if (BINARY.has(text)) throw this.unexpected('a value');
    if (this.isSign('(', 1)) return this.functionCall(depth);
    return this.pathOrLambda(depth);
  }

  private functionCall(depth: number): Expression {
    const { text, at } = this.next();
    const shape = findFunction(text);
    if (!shape) throw this.fault(at, `there is no function "${brief(text)}"`);
    const args = this.list(depth);
    if (args.length < shape.least || args.length > shape.most)
      throw this.fault(at, `${text} takes ${takes(shape)}, not ${args.length}`);
    return this.call(text, args, at);
  }

  /** Names and numbers between slashes. */
  path(): Path {
    const { at } = this.peek();
    const segments = [this.segment()];
    while (this.isSign('/')) {
      this.next();
      segments.push(this.segment());
    }
    return { kind: 'path', segments, at };
  }

  private segment(): string {
    const { kind, text } = this.peek();
    if (kind !== 'name' && !(kind === 'number' && /^\d{1,6}$/.test(text))) throw this.unexpected('a name');
    return this.next().text;
  }

  private pathOrLambda(depth: number): Expression {
    const { at } = this.peek();
    const segments = [this.segment()];
    while (this.take('/')) {
      const { text } = this.peek();
      if ((text === 'any' || text === 'all') && this.isSign('(', 1))
        return this.lambda({ kind: 'path', segments, at }, depth);
      segments.push(this.segment());
    }
    return { kind: 'path', segments, at };
  }

  private lambda(over: Path, depth: number): Expression {
    const { text, at } = this.next();
    const quantifier = text as 'any' | 'all';
    this.expect('(');
    if (quantifier === 'any' && this.take(')'))
      return { kind: 'lambda', quantifier, over, variable: '', body: null, at };
    const variable = this.segment();
    this.expect(':');
    const body = this.expression(0, depth + 1);
    this.expect(')');
    return { kind: 'lambda', quantifier, over, variable, body, at };
  }

  private call(name: string, args: readonly Expression[], at: number): Expression {
    this.countNode(at);
    return { kind: 'call', name, args, at };
  }

  private countNode(at: number): void {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) throw this.fault(at, `it has more than ${MAX_NODES} parts`);
  }
}

function takes({ least, most }: { readonly least: number; readonly most: number }): string {
  const values = most === 1 ? 'value' : 'values';
  return least === most ? `${least} ${values}` : `${least} or ${most} ${values}`;
}
