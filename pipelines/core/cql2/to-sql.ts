/**
 * A checked filter as a condition in SQL. Values are parameters, never text of the statement; columns come from the
 * declared queryables. What SQL cannot settle (exact geometry, lists) becomes a wider condition, and `isExact` is false:
 * the filter must then be tried again on each record that is found.
 */
import type { Call, GeometryNode, InstantNode, IntervalNode, Node, PropertyNode } from './ast.ts';
import { typeOf } from './check.ts';
import type { Queryable, QueryableSql, Queryables } from './queryables.ts';
import { findQueryable } from './queryables.ts';
import { lonLatBoxOf } from './spatial/box.ts';
import { END_OF_DAY, TEMPORAL } from './temporal.ts';
import type { Bound } from './temporal.ts';

export type SqlParameter = string | number | boolean | readonly string[] | readonly number[];

export interface SqlCondition {
  readonly sql: string;
  readonly isExact: boolean;
}

/**
 * @param params  Those that the statement has already; those of the condition are added to it.
 * @returns a condition that holds at least where the filter holds.
 */
export function toSql(filter: Node, queryables: Queryables, params: SqlParameter[]): SqlCondition {
  const compiler = new Compiler(queryables, params);
  const sql = compiler.condition(filter, true);
  return { sql, isExact: compiler.isExact };
}

class Compiler {
  isExact = true;
  private readonly queryables: Queryables;
  private readonly params: SqlParameter[];

  constructor(queryables: Queryables, params: SqlParameter[]) {
    this.queryables = queryables;
    this.params = params;
  }

  /** @param wide  Where SQL cannot tell: hold (true), or, below a NOT, do not hold. */
  condition(node: Node, wide: boolean): string {
    if (node.kind === 'call') {
      const { op, args } = node;
      if (op === 'and' || op === 'or')
        return `(${args.map((arg) => this.condition(arg, wide)).join(op === 'and' ? ' AND ' : ' OR ')})`;
      if (op === 'not') return `(NOT ${this.condition(args[0]!, !wide)})`;
      if (op.startsWith('s_')) return this.spatial(node, wide);
    }
    if (!this.isKnown(node)) return this.unsettled(wide);
    return this.value(node);
  }

  private unsettled(wide: boolean): string {
    this.isExact = false;
    return wide ? 'TRUE' : 'FALSE';
  }

  /** Can SQL tell the value of all that is in it? */
  private isKnown(node: Node): boolean {
    switch (node.kind) {
      case 'property':
        return this.sqlOf(node) !== undefined;
      case 'interval':
        return [node.start, node.end].every((bound) => bound?.kind !== 'property' || this.isKnown(bound));
      case 'list':
        return node.items.every((item) => this.isKnown(item));
      case 'geometry':
        return false;
      case 'call':
        return !node.op.startsWith('a_') && !node.op.startsWith('s_') && node.args.every((arg) => this.isKnown(arg));
      default:
        return true;
    }
  }

  private spatial({ op, args }: Call, wide: boolean): string {
    this.isExact = false;
    const property = args.find((arg) => arg.kind === 'property');
    const shape = args.find((arg) => arg.kind === 'geometry');
    const sql = property && this.sqlOf(property);
    if (!wide || !shape || !sql || !('meets' in sql) || op === 's_disjoint') return wide ? 'TRUE' : 'FALSE';
    return this.meets(sql, shape);
  }

  private meets({ meets }: BoxSql, { geometry, bbox }: GeometryNode): string {
    const box = lonLatBoxOf(geometry, bbox);
    if (!box) return 'FALSE';
    const [west, south, east, north] = box.map((value) => this.bind(value, 'float8')) as [
      string,
      string,
      string,
      string,
    ];
    const isWide = (box[2] - box[0]) * (box[3] - box[1]) > WIDE;
    return `(${meets({ west, south, east, north }, isWide)})`;
  }

  private value(node: Node): string {
    switch (node.kind) {
      case 'literal':
        return this.bind(node.value, SQL_TYPES[typeof node.value as keyof typeof SQL_TYPES]);
      case 'instant':
        return this.bind(toUtc(node.value), 'timestamptz');
      case 'property':
        return this.sqlOf(node)!.value;
      case 'call':
        return this.call(node);
      default:
        throw new Error(`${node.kind} has no value of its own`); // checkFilter lets none through
    }
  }

  private call(node: Call): string {
    const { op, args } = node;
    if (op in TEMPORAL) return this.temporal(op, args);
    if (op === 'in') return this.isIn(args[0]!, args[1]!);
    if (op === 'and' || op === 'or') return `(${args.map((arg) => this.value(arg)).join(` ${op} `)})`;
    const values = args.map((arg) => this.value(arg)) as [string, string, string];
    return SIMPLE[op]!(...values);
  }

  private isIn(value: Node, list: Node): string {
    const items = list.kind === 'list' ? list.items : [];
    if (items.length === 0) return 'FALSE';
    const left = this.value(value);
    const type = typeOf(value, this.queryables);
    const literals = items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []));
    if (literals.length === items.length && (type === 'string' || type === 'number'))
      return `(${left} = ANY(${this.bind(literals as string[], `${SQL_TYPES[type]}[]`)}))`;
    return `(${items.map((item) => `${left} = ${this.value(item)}`).join(' OR ')})`;
  }

  private temporal(op: string, args: readonly Node[]): string {
    const [a, b] = args as [Node, Node];
    const comparisons = TEMPORAL[op]!.map(([x, sign, y]) => `${this.bound(a, x)} ${sign} ${this.bound(b, y)}`);
    if (op === 't_intersects') return `(${this.overlap(a, b)}NOT (${comparisons.join(' OR ')}))`;
    return `(${comparisons.join(op === 't_disjoint' ? ' OR ' : ' AND ')})`;
  }

  /** Says the same once more in the words that an index answers; bounds in the wrong order are no fault here. */
  private overlap(a: Node, b: Node): string {
    const sql = a.kind === 'property' ? this.sqlOf(a) : undefined;
    if (!sql || !('span' in sql) || sql.span === undefined || b.kind === 'property') return '';
    const [start, end] = [this.bound(b, 'start'), this.bound(b, 'end')];
    return `${sql.span} && tstzrange(least(${start}, ${end}), greatest(${start}, ${end}), '[]') AND `;
  }

  private bound(node: Node, which: Bound): string {
    const of = node.kind === 'interval' ? node[which] : (node as PropertyNode | InstantNode);
    return this.boundOf(of, which);
  }

  private boundOf(node: IntervalNode['start'], which: Bound): string {
    if (node === null) return which === 'start' ? "'-infinity'::timestamptz" : "'infinity'::timestamptz";
    if (node.kind === 'instant')
      return this.bind(
        node.isDate && which === 'end' ? `${node.value}${END_OF_DAY}` : toUtc(node.value),
        'timestamptz',
      );
    const sql = this.sqlOf(node) as QueryableSql & { readonly start?: string; readonly end?: string };
    if (sql[which] !== undefined) return sql[which];
    const isDay = which === 'end' && this.queryable(node).type === 'date';
    return isDay ? `(${sql.value} + interval '1 day' - interval '1 microsecond')` : sql.value;
  }

  private queryable({ name }: PropertyNode): Queryable {
    return findQueryable(this.queryables, name)!;
  }

  private sqlOf(node: PropertyNode): QueryableSql | undefined {
    return this.queryable(node).sql;
  }

  private bind(value: SqlParameter, type: string): string {
    this.params.push(value);
    return `$${this.params.length}::${type}`;
  }
}

type BoxSql = Extract<QueryableSql, { readonly meets: unknown }>;

/** Square degrees: a tenth of the globe. Databases take every box for a small one. */
const WIDE = 6480;

const SQL_TYPES = { string: 'text', number: 'float8', boolean: 'boolean' } as const;

/** A date alone would be midnight where the database's clock hangs. */
function toUtc(value: string): string {
  return value.length === 10 ? `${value}T00:00:00Z` : value;
}

/** Marks above and below letters, as in `withoutAccents`. */
const MARKS = "U&'[\\0300-\\036F]'";

const binary = (sign: string) => (a: string, b: string) => `(${a} ${sign} ${b})`;

/** A division by zero is unknown, no error. */
const SIMPLE: Readonly<Record<string, (a: string, b: string, c: string) => string>> = {
  not: (a) => `(NOT ${a})`,
  '=': binary('='),
  '<>': binary('<>'),
  '<': binary('<'),
  '>': binary('>'),
  '<=': binary('<='),
  '>=': binary('>='),
  between: (a, low, high) => `(${a} BETWEEN ${low} AND ${high})`,
  like: binary('LIKE'),
  isNull: (a) => `(${a} IS NULL)`,
  casei: (a) => `lower(${a})`,
  accenti: (a) => `regexp_replace(normalize(${a}, NFD), ${MARKS}, '', 'g')`,
  '+': binary('+'),
  '-': binary('-'),
  '*': binary('*'),
  '/': (a, b) => `(${a} / nullif(${b}, 0))`,
  '%': (a, b) => `(${a} - ${b} * trunc(${a} / nullif(${b}, 0)))`,
  div: (a, b) => `trunc(${a} / nullif(${b}, 0))`,
  '^': (a, b) => `power(${a}, ${b})`,
};
