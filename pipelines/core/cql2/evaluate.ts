/** A checked filter on one record, with the three values of SQL: true, false and unknown (null). */
import type { Call, Geometry, InstantNode, IntervalNode, Node, PropertyNode } from './ast.ts';
import { matchesPattern, withoutAccents, withoutCase } from './pattern.ts';
import { findQueryable } from './queryables.ts';
import type { Queryables } from './queryables.ts';
import { relates } from './spatial/relates.ts';
import type { SpatialOperator } from './spatial/relates.ts';
import type { Bound } from './temporal.ts';
import { DAY_MS, TEMPORAL } from './temporal.ts';

/** The value of a property; a thing that lasts gives its time as `{start, end}`. Undefined and null: there is none. */
export type ReadProperty = (name: string) => unknown;

/** Milliseconds since 1970; infinite where unbounded. */
interface Span {
  readonly start: number | null;
  readonly end: number | null;
}

/** @returns whether the filter holds; what is unknown does not. */
export function holds(filter: Node, read: ReadProperty, queryables: Queryables): boolean {
  return new Evaluation(read, queryables).value(filter) === true;
}

class Evaluation {
  private readonly read: ReadProperty;
  private readonly queryables: Queryables;

  constructor(read: ReadProperty, queryables: Queryables) {
    this.read = read;
    this.queryables = queryables;
  }

  value(node: Node): unknown {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'property':
        return this.property(node);
      case 'instant':
        return Date.parse(node.value);
      case 'interval':
        return this.span(node);
      case 'geometry':
        return node.geometry;
      case 'list':
        return node.items.map((item) => this.value(item));
      case 'call':
        return this.call(node);
    }
  }

  private property({ name }: PropertyNode): unknown {
    const type = findQueryable(this.queryables, name)!.type;
    const value = this.read(name.replace(/^properties\./, '')) ?? null;
    return value !== null && (type === 'instant' || type === 'date') ? toMs(startOf(value)) : value;
  }

  private call({ op, args }: Call): unknown {
    if (op in TEMPORAL) return this.temporal(op, args);
    switch (op) {
      case 'and':
        return this.connect(args, false);
      case 'or':
        return this.connect(args, true);
      case 'isNull':
        return this.value(args[0]!) === null;
      case 'in':
        return isIn(this.value(args[0]!), this.value(args[1]!) as unknown[]);
    }
    const values = args.map((arg) => this.value(arg));
    if (values.some((value) => value === null)) return null;
    if (op.startsWith('s_')) return relates(op as SpatialOperator, values[0] as Geometry, values[1] as Geometry);
    const [a, b, c] = values as never[];
    return SIMPLE[op]!(a!, b!, c!);
  }

  /** `decisive` settles the matter; else an unknown part leaves it open. */
  private connect(args: readonly Node[], decisive: boolean): boolean | null {
    let isOpen = false;
    for (const arg of args) {
      const value = this.value(arg);
      if (value === decisive) return decisive;
      if (value === null) isOpen = true;
    }
    return isOpen ? null : !decisive;
  }

  private temporal(op: string, args: readonly Node[]): boolean | null {
    const [a, b] = args.map((arg) => this.span(arg)) as [Span, Span];
    const results = TEMPORAL[op]!.map(([x, sign, y]) => compare(a[x], sign, b[y]));
    if (op !== 't_disjoint' && op !== 't_intersects') return allOf(results);
    const isDisjoint = not(allOf(results.map(not)));
    return op === 't_disjoint' ? isDisjoint : not(isDisjoint);
  }

  private span(node: Node): Span {
    if (node.kind === 'interval') return { start: this.bound(node.start, 'start'), end: this.bound(node.end, 'end') };
    return {
      start: this.bound(node as PropertyNode | InstantNode, 'start'),
      end: this.bound(node as InstantNode, 'end'),
    };
  }

  private bound(node: IntervalNode['start'], which: Bound): number | null {
    if (node === null) return which === 'start' ? -Infinity : Infinity;
    if (node.kind === 'instant') return Date.parse(node.value) + (node.isDate && which === 'end' ? DAY_MS - 0.001 : 0);
    const { type } = findQueryable(this.queryables, node.name)!;
    const value = this.read(node.name.replace(/^properties\./, ''));
    if (value === null || value === undefined) return null;
    const ms = toMs(isLasting(value) ? value[which] : value);
    return ms !== null && type === 'date' && which === 'end' ? ms + DAY_MS - 0.001 : ms;
  }
}

function isLasting(value: unknown): value is Readonly<Record<Bound, unknown>> {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}

function startOf(value: unknown): unknown {
  return isLasting(value) ? value.start : value;
}

function toMs(value: unknown): number | null {
  const ms = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

function compare(a: number | null, sign: '<' | '=' | '>', b: number | null): boolean | null {
  if (a === null || b === null) return null;
  return sign === '<' ? a < b : sign === '>' ? a > b : a === b;
}

function not(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function allOf(values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

function isIn(value: unknown, items: readonly unknown[]): boolean | null {
  if (value === null) return null;
  if (items.includes(value)) return true;
  return items.includes(null) ? null : false;
}

const text = (value: unknown): string => JSON.stringify(value);
const within = (a: readonly unknown[], b: readonly unknown[]) => {
  const known = new Set(b.map(text));
  return a.every((item) => known.has(text(item)));
};

/** Operators over values that are there. Division by zero is unknown, as it is in our SQL. */
const SIMPLE: Readonly<Record<string, (a: never, b: never, c: never) => unknown>> = {
  not: (a: boolean) => !a,
  '=': (a: unknown, b: unknown) => a === b,
  '<>': (a: unknown, b: unknown) => a !== b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
  between: (a: number, low: number, high: number) => a >= low && a <= high,
  like: (a: string, pattern: string) => matchesPattern(a, pattern),
  casei: (a: string) => withoutCase(a),
  accenti: (a: string) => withoutAccents(a),
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => (b === 0 ? null : a / b),
  '%': (a: number, b: number) => (b === 0 ? null : a % b),
  div: (a: number, b: number) => (b === 0 ? null : Math.trunc(a / b)),
  '^': (a: number, b: number) => finite(a ** b),
  a_equals: (a: unknown[], b: unknown[]) => text(a) === text(b),
  a_contains: (a: unknown[], b: unknown[]) => within(b, a),
  a_containedBy: (a: unknown[], b: unknown[]) => within(a, b),
  a_overlaps: (a: unknown[], b: unknown[]) => a.some((item) => within([item], b)),
};

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
