/**
 * `$filter` and `$orderby` as SQL. A path over one-to-one relations joins their tables. Conditions on paths over
 * one-to-many relations hold where there is a combination of the entities on their way that meets all of them; they become
 * `… IN (SELECT …)`, so that no entity comes twice. As in OData, a comparison with what is not there is false, and
 * `not` of it true.
 */
import type { Call, Expression, Lambda, Path } from '../../../pipelines/core/odata/ast.ts';
import { brief, fault } from '../../../pipelines/core/odata/fault.ts';
import { findFunction } from '../../../pipelines/core/odata/functions.ts';
import type { Binder } from './binder.ts';
import type { EntityType, Property, Relation } from './entities.ts';
import { ENTITY_TYPES, propertyOf, relationOf } from './entities.ts';
import type { Place } from './frame.ts';
import { belongsTo, Frame } from './frame.ts';
import type { GeoAnswer, GeoAnswers } from './geo-answers.ts';
import { apply, calculate, compare, floating, isArithmetic, isComparison, relateTimes, truth } from './operators.ts';
import type { Value } from './value.ts';
import { as, jsonValue, memberOf, nameOf, resultValue, simple, SQL_TYPES } from './value.ts';
import type { Hidden } from './visible.ts';
import { visible } from './visible.ts';

/** One-to-many relations on one way, through lambdas too: each multiplies what the database has to look at. */
const MOST_MANY = 2;
/** Of them to Observations, of which there are millions. */
const MOST_TO_OBSERVATIONS = 1;
const ID_NAMES = new Set(['id', '@iot.id']);

/** Where paths begin: at the entity itself (`''`) or at the variable of a lambda. */
interface Root extends Place {
  readonly frame: Frame;
  /** Segments of paths that lead to it already. */
  readonly skips: number;
  /** Whether paths may go over one-to-many relations. */
  readonly isOpen: boolean;
  /** One-to-many relations on the way to it, and those of them to Observations. */
  readonly many: number;
  readonly observations: number;
}
type Scope = ReadonlyMap<string, Root>;

export interface CompileContext {
  readonly binder: Binder;
  readonly hidden: Hidden;
  readonly geo: GeoAnswers;
  /** For faults. */
  readonly option: string;
}

export class Compiler {
  private readonly context: CompileContext;
  private readonly scope: Scope;

  constructor(context: CompileContext, place: Place, frame: Frame) {
    this.context = context;
    this.scope = new Map([['', { ...place, frame, skips: 0, isOpen: false, many: 0, observations: 0 }]]);
  }

  /** @throws {PlatformError} `expression-invalid` */
  condition(expression: Expression): string {
    return this.conjunction(expression, this.scope);
  }

  /** What is sorted by. */
  key(expression: Expression): Value {
    if (this.crossed(expression, this.scope).size > 0)
      throw this.fault(expression.at, 'what is sorted by must have one value; this goes over a relation to many');
    return this.value(expression, this.scope);
  }

  private fault(at: number, what: string): Error {
    return fault(this.context.option, at, what);
  }

  private conjunction(expression: Expression, scope: Scope): string {
    const parts = expression.kind === 'call' && expression.name === 'and' ? expression.args : [expression];
    const conditions: string[] = [];
    const crossing = new Map<string, Expression[]>();
    for (const part of parts) {
      const roots = this.crossed(part, scope);
      if (roots.size === 0) conditions.push(this.boolean(part, scope));
      else if (roots.size > 1) throw this.fault(part.at, 'it joins relations to many of several variables');
      else for (const root of roots) crossing.set(root, [...(crossing.get(root) ?? []), part]);
    }
    for (const [root, some] of crossing) conditions.push(this.throughMany(root, some, scope));
    return conditions.length === 1 ? conditions[0]! : `(${conditions.join(' AND ')})`;
  }

  /** Names of the roots from which paths go over a relation to many. */
  private crossed(node: Expression, scope: Scope, found = new Set<string>()): Set<string> {
    if (node.kind === 'call') for (const arg of node.args) this.crossed(arg, scope, found);
    else if (node.kind === 'lambda') {
      this.crossedBy(node.over.segments.slice(0, -1), scope, found);
      if (node.body) this.crossed(node.body, new Map([...scope].filter(([name]) => name !== node.variable)), found);
    } else if (node.kind === 'path') this.crossedBy(node.segments, scope, found);
    return found;
  }

  private crossedBy(segments: readonly string[], scope: Scope, found: Set<string>): void {
    const { name, root, rest } = rootOf(segments, scope);
    if (root.isOpen) return;
    let { type } = root;
    for (const [k, segment] of rest.entries()) {
      const relation = relationOf(type, segment);
      if (!relation) return;
      if (relation.isMany && rest[k + 1] !== '$count') found.add(name);
      type = ENTITY_TYPES[relation.to];
    }
  }

  /** All paths are followed in a table of their own, from the last place that they have in common. */
  private throughMany(name: string, parts: readonly Expression[], scope: Scope): string {
    const root = scope.get(name)!;
    const shared = name === '' && root.skips === 0 ? sharedWay(parts, root.type) : [];
    const way = shared
      .slice(0, -1)
      .reduce((place: Place, segment) => this.step(place, segment, root, parts[0]!.at), root);
    const last = shared.at(-1);
    const relation = last === undefined ? null : relationOf(way.type, last)!;
    const type = relation ? ENTITY_TYPES[relation.to] : root.type;
    const own = relation?.by === 'here' ? `${way.alias}.${relation.column}` : `${way.alias}.id`;
    const { binder, hidden } = this.context;
    const alias = binder.alias();
    const frame = new Frame(binder, hidden);
    const inner = new Map([...scope, [name, { ...root, type, alias, frame, skips: shared.length, isOpen: true }]]);
    const conditions = parts.map((part) => this.boolean(part, inner));
    return `(${own} IN (SELECT ${alias}.id FROM ${type.table} ${alias}${frame.sql} WHERE ${conditions.join(' AND ')}))`;
  }

  private boolean(node: Expression, scope: Scope): string {
    const value = as('boolean', this.value(node, scope));
    if (!value) throw this.fault(node.at, 'it is neither true nor false');
    return value.sql;
  }

  private value(node: Expression, scope: Scope): Value {
    const { binder } = this.context;
    switch (node.kind) {
      case 'literal':
        return this.literal(node.value);
      case 'instant':
      case 'date':
      case 'clock':
        return simple(node.kind, binder.bind(node.value, SQL_TYPES[node.kind]));
      case 'period':
        return {
          kind: 'period',
          start: binder.bind(node.start, 'timestamptz'),
          end: binder.bind(node.end, 'timestamptz'),
          isNullable: false,
        };
      case 'duration':
        return simple('duration', `make_interval(secs => ${binder.bind(node.seconds, 'float8')})`);
      case 'geography':
        throw this.fault(
          node.at,
          'a geometry stands where a value is expected; give it to a function such as st_within',
        );
      case 'path':
        return this.path(node, scope);
      case 'lambda':
        return truth(this.lambda(node, scope));
      case 'call':
        return this.call(node, scope);
    }
  }

  private literal(value: string | number | boolean | null): Value {
    const { binder } = this.context;
    if (value === null) return { kind: 'null' };
    if (typeof value === 'string') return simple('text', binder.bind(value, 'text'));
    if (typeof value === 'boolean') return simple('boolean', value ? 'TRUE' : 'FALSE');
    if (Number.isSafeInteger(value)) return { kind: 'number', sql: binder.bind(value, 'bigint'), isWhole: true };
    return simple('number', binder.bind(value, 'float8'));
  }

  private call(node: Call, scope: Scope): Value {
    const { name, args } = node;
    if (name === 'and' || name === 'or')
      return truth(`(${args.map((arg) => this.boolean(arg, scope)).join(` ${name} `)})`);
    if (name === 'not') return truth(`(${this.boolean(args[0]!, scope)} IS NOT TRUE)`);
    const answer = this.context.geo.get(node);
    if (answer) return this.geo(node, answer, scope);
    if (name === 'now') return simple('instant', this.context.binder.bind(new Date().toISOString(), 'timestamptz'));
    const values = args.map((arg) => this.value(arg, scope));
    const value = this.work(name, values);
    if (value) return value;
    const kinds = values.map(({ kind }) => nameOf(kind)).join(' and ');
    throw this.fault(node.at, `${name} cannot work with ${kinds}`);
  }

  private work(name: string, values: readonly Value[]): Value | null {
    const [a, b] = values as [Value, Value];
    if (isComparison(name)) return this.compared(name, a, b);
    if (isArithmetic(name)) return calculate(name, a, b);
    if (name === 'in') return this.isIn(a, values.slice(1));
    if (name === 'negate') {
      const number = as('number', a);
      return number && simple('number', `(- ${number.sql})`);
    }
    return findFunction(name)!.family === 'relation' ? relateTimes(name, a, b) : apply(name, values);
  }

  /** Whole numbers of the database are compared as such; JSON and results are real numbers. */
  private compared(name: string, a: Value, b: Value): Value | null {
    const isReal = (value: Value) => value.kind === 'number' && !value.isWhole;
    if (a.kind !== 'dynamic' && b.kind !== 'dynamic' && !isReal(a) && !isReal(b)) return compare(name, a, b);
    return compare(name, real(a), real(b));
  }

  private isIn(value: Value, items: readonly Value[]): Value | null {
    if (items.length === 0) return truth('FALSE');
    const parts = items.map((item) => this.compared('eq', value, item));
    return parts.some((part) => !part)
      ? null
      : truth(`(${parts.map((part) => (part as { sql: string }).sql).join(' OR ')})`);
  }

  private geo(node: Call, answer: GeoAnswer, scope: Scope): Value {
    const { binder } = this.context;
    if (answer.kind === 'constant') return this.literal(answer.value);
    const path = node.args.find((arg) => arg.kind === 'path') as Path;
    const { place, root } = this.walk({ ...path, segments: path.segments.slice(0, -1) }, scope);
    const ids = binder.bind(answer.ids, 'bigint[]');
    if (answer.kind === 'holds') return truth(`(${place.alias}.id = ANY(${ids}))`);
    const alias = binder.alias();
    const values = binder.bind(answer.values, 'float8[]');
    root.frame.add(`LEFT JOIN unnest(${ids}, ${values}) AS ${alias}(id, value) ON ${alias}.id = ${place.alias}.id`);
    return simple('number', `${alias}.value`);
  }

  private path(node: Path, scope: Scope): Value {
    const { place, rest, at, counted } = this.walk(node, scope);
    if (counted) return this.counted(place, counted);
    const [name, ...members] = rest;
    if (name === undefined)
      throw this.fault(at, `${brief(node.segments.join('/'))} is a relation; name a property of it`);
    if (ID_NAMES.has(name) && members.length === 0)
      return { kind: 'number', sql: `${place.alias}.id`, isWhole: true, isNullable: false };
    const property = propertyOf(place.type, name);
    if (!property) throw this.fault(at, `${place.type.name} has no property "${brief(name)}"`);
    const value = this.property(place.alias, property, members);
    if (value) return value;
    throw this.fault(at, `${name} has no part "${brief(members.join('/'))}"`);
  }

  private property(alias: string, property: Property, members: readonly string[]): Value | null {
    const { binder } = this.context;
    switch (property.kind) {
      case 'json':
      case 'geometry':
        return memberOf(`${alias}.${property.column}`, members, binder);
      case 'result':
        return members.length === 0 ? resultValue(alias) : memberOf(`${alias}.result_json`, members, binder);
      case 'quality':
        if (members.join('/') === 'flags')
          return { kind: 'number', sql: `${alias}.flags`, isWhole: true, isNullable: false };
        return memberOf(`${alias}.result_quality`, members, binder);
      case 'record': {
        if (members.length !== 1 || !Object.hasOwn(property.members, members[0]!)) return null;
        return simple('text', `${alias}.${property.members[members[0]!]!}`);
      }
      default:
        return members.length === 0 ? column(alias, property) : null;
    }
  }

  /** Follows relations as far as they go. */
  private walk({ segments, at }: Path, scope: Scope) {
    const { root, rest } = rootOf(segments, scope);
    let place: Place = root;
    let { many, observations } = root;
    for (const [k, segment] of rest.entries()) {
      const relation = relationOf(place.type, segment);
      if (!relation) return { place, root, rest: rest.slice(k), at, counted: null, many, observations };
      if (relation.isMany && rest[k + 1] === '$count' && k + 2 === rest.length)
        return { place, root, rest: [], at, counted: relation, many, observations };
      if (relation.isMany) [many, observations] = this.further(relation, many, observations, at);
      place = this.step(place, segment, root, at);
    }
    return { place, root, rest: [], at, counted: null, many, observations };
  }

  private further(relation: Relation, many: number, observations: number, at: number): [number, number] {
    const next: [number, number] = [many + 1, observations + (relation.to === 'Observation' ? 1 : 0)];
    if (next[0] > MOST_MANY) throw this.fault(at, `a path goes over ${MOST_MANY} relations to many at most`);
    if (next[1] > MOST_TO_OBSERVATIONS) throw this.fault(at, 'a path goes to Observations once at most');
    return next;
  }

  private step(place: Place, segment: string, { frame }: Root, at: number): Place {
    const next = frame.follow(place, segment, relationOf(place.type, segment)!);
    if (next) return next;
    throw this.fault(at, 'it names too many relations');
  }

  private counted(place: Place, relation: Relation): Value {
    const { table, alias, conditions } = this.others(place, relation);
    return simple('number', `(SELECT count(*) FROM ${table} ${alias} WHERE ${conditions.join(' AND ')})::float8`);
  }

  /** The entities at the other end of a relation to many. */
  private others(place: Place, relation: Relation) {
    const { binder, hidden } = this.context;
    const [type, alias] = [ENTITY_TYPES[relation.to], binder.alias()];
    const seen = visible(type.name, alias, hidden, binder);
    const conditions = [belongsTo(relation, alias, `${place.alias}.id`), ...(seen === null ? [] : [seen])];
    return { type, table: type.table, alias, conditions };
  }

  private lambda({ over, quantifier, variable, body, at }: Lambda, scope: Scope): string {
    const way = this.walk({ ...over, segments: over.segments.slice(0, -1) }, scope);
    const { place } = way;
    const relation = relationOf(place.type, over.segments.at(-1)!);
    if (!relation?.isMany) throw this.fault(over.at, `${brief(over.segments.join('/'))} is no relation to many`);
    if (relationOf(place.type, variable) || propertyOf(place.type, variable) || scope.has(variable))
      throw this.fault(at, `"${brief(variable)}" is a name already; take another variable`);
    const [many, observations] = this.further(relation, way.many, way.observations, at);
    const { type, table, alias, conditions } = this.others(place, relation);
    const frame = new Frame(this.context.binder, this.context.hidden);
    const root: Root = { type, alias, frame, skips: 0, isOpen: false, many, observations };
    const inner: Scope = new Map([...scope, [variable, root]]);
    const holds = body ? this.conjunction(body, inner) : 'TRUE';
    const wanted = quantifier === 'all' ? `(${holds}) IS NOT TRUE` : holds;
    const found = `EXISTS (SELECT 1 FROM ${table} ${alias}${frame.sql} WHERE ${[...conditions, wanted].join(' AND ')})`;
    return quantifier === 'all' ? `(NOT ${found})` : `(${found})`;
  }
}

function rootOf(segments: readonly string[], scope: Scope) {
  const first = segments[0];
  const name = first !== undefined && first !== '' && scope.has(first) ? first : '';
  const root = scope.get(name)!;
  return { name, root, rest: segments.slice(name === '' ? root.skips : 1) };
}

function real(value: Value): Value {
  return value.kind === 'number' ? simple('number', floating(value)) : value;
}

function column(alias: string, property: Property): Value {
  if (property.kind === 'period') {
    const [start, end] = [`${alias}.${property.start}`, `${alias}.${property.end}`];
    const whole = property.endDefaultsToStart ? `coalesce(${end}, ${start})` : end;
    return { kind: 'period', start, end: whole, isNullable: !property.isRequired };
  }
  if (property.kind !== 'text' && property.kind !== 'instant') return jsonValue(`${alias}.${property.kind}`);
  return { kind: property.kind, sql: `${alias}.${property.column}`, isNullable: !property.isRequired };
}

/** Relations to one that all paths begin with: what is beyond them is looked for once, and not for each row. */
function sharedWay(parts: readonly Expression[], type: EntityType): string[] {
  let shared: readonly string[] | null = null;
  for (const path of pathsOf(parts)) {
    const way: string[] = [];
    let at = type;
    for (const segment of path) {
      const relation = relationOf(at, segment);
      if (!relation || relation.isMany) break;
      way.push(segment);
      at = ENTITY_TYPES[relation.to];
    }
    const known: readonly string[] = shared ?? way;
    const end = known.findIndex((segment, k) => segment !== way[k]);
    shared = end < 0 ? known : known.slice(0, end);
  }
  return [...(shared ?? [])];
}

/** A lambda's body may speak of anything: with one, nothing is shared. */
function* pathsOf(parts: readonly Expression[]): Generator<readonly string[]> {
  for (const part of parts) {
    if (part.kind === 'path') yield part.segments;
    else if (part.kind === 'lambda') yield [];
    else if (part.kind === 'call') yield* pathsOf(part.args);
  }
}
