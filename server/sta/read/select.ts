/** One statement for the rows of a set, with all that was asked of it. */
import type { QueryOptions } from '../../../pipelines/core/odata/ast.ts';
import type { Queries, Row } from '../../../pipelines/database/database.ts';
import { Binder } from './binder.ts';
import { Compiler } from './compile.ts';
import type { EntityType, Relation } from './entities.ts';
import { columnsOf, propertyOf } from './entities.ts';
import { belongsTo, Frame } from './frame.ts';
import type { GeoAnswers } from './geo-answers.ts';
import { answerGeo } from './geo-answers.ts';
import type { SortKey } from './order.ts';
import { afterCursor, cursorColumns, orderBy, readCursor, sortKeys } from './order.ts';
import { rowsOf } from './rows.ts';
import { simple } from './value.ts';
import type { Hidden } from './visible.ts';
import { visible } from './visible.ts';

export interface SetRequest {
  readonly type: EntityType;
  readonly options: QueryOptions;
  readonly hidden: Hidden;
  /** What all of them belong to; null: nothing. */
  readonly parent: { readonly relation: Relation; readonly id: number } | null;
  /** Only these; null: all. */
  readonly ids: readonly number[] | null;
  readonly limit: number;
  /** Where a page begins, as `$skiptoken` has it. */
  readonly after: string | null;
}

export interface FoundRows {
  readonly rows: readonly Row[];
  readonly keys: readonly SortKey[];
  /** Whether there are more than `limit`. */
  readonly hasMore: boolean;
}

/** @throws {PlatformError} `expression-invalid`, `parameter-invalid`, `too-large` */
export async function selectRows(queries: Queries, request: SetRequest): Promise<FoundRows> {
  const { options, limit, after } = request;
  const statement = new SetStatement(request, await geoOf(queries, request.type, options));
  const { binder, keys } = statement;
  const where = after === null ? [] : [afterCursor(keys, readCursor(after, keys), binder)];
  const offset = after === null && options.skip > 0 ? ` OFFSET ${binder.bind(options.skip, 'bigint')}` : '';
  const sql = statement.select(where, `${binder.bind(limit + 1, 'bigint')}${offset}`);
  const rows = await rowsOf(queries, sql, binder);
  return { rows: rows.slice(0, limit), keys, hasMore: rows.length > limit };
}

export async function countRows(queries: Queries, request: SetRequest): Promise<number> {
  const statement = new SetStatement(request, await geoOf(queries, request.type, request.options));
  const [row] = await rowsOf(queries, statement.count(), statement.binder);
  return (row?.['count'] as number | undefined) ?? 0;
}

export interface EachRequest extends Omit<SetRequest, 'parent' | 'ids' | 'after'> {
  readonly relation: Relation;
  readonly parents: readonly number[];
}

/** At most `limit` rows, and one more, for each of many entities; the column `parent` says whose they are. */
export async function selectForEach(queries: Queries, request: EachRequest): Promise<Omit<FoundRows, 'hasMore'>> {
  const { options, limit, relation, parents } = request;
  const whole = { ...request, parent: null, ids: null, after: null };
  const statement = new SetStatement(whole, await geoOf(queries, request.type, options));
  const { binder, keys } = statement;
  const offset = options.skip > 0 ? ` OFFSET ${binder.bind(options.skip, 'bigint')}` : '';
  const one = statement.select(
    [belongsTo(relation, statement.alias, 'p.id')],
    `${binder.bind(limit + 1, 'bigint')}${offset}`,
  );
  const ids = binder.bind(parents, 'bigint[]');
  const rows = await rowsOf(
    queries,
    `SELECT p.id AS parent, x.* FROM unnest(${ids}) AS p(id) CROSS JOIN LATERAL (${one}) AS x`,
    binder,
  );
  return { rows, keys };
}

export async function countForEach(queries: Queries, request: EachRequest): Promise<Map<number, number>> {
  const whole = { ...request, parent: null, ids: null, after: null };
  const statement = new SetStatement(whole, await geoOf(queries, request.type, request.options));
  const one = statement.count([belongsTo(request.relation, statement.alias, 'p.id')]);
  const ids = statement.binder.bind(request.parents, 'bigint[]');
  const rows = await rowsOf(
    queries,
    `SELECT p.id AS parent, x.count FROM unnest(${ids}) AS p(id) CROSS JOIN LATERAL (${one}) AS x`,
    statement.binder,
  );
  return new Map(rows.map((row) => [row['parent'] as number, row['count'] as number]));
}

function geoOf(queries: Queries, type: EntityType, { filter, orderby }: QueryOptions): Promise<GeoAnswers> {
  return answerGeo(queries, type, [
    ...(filter ? [{ option: '$filter', expression: filter }] : []),
    ...orderby.map(({ expression }) => ({ option: '$orderby', expression })),
  ]);
}

class SetStatement {
  readonly binder = new Binder();
  readonly alias = this.binder.alias();
  readonly keys: readonly SortKey[];
  private readonly request: SetRequest;
  private readonly frame: Frame;
  private readonly conditions: string[] = [];

  constructor(request: SetRequest & { readonly relation?: Relation }, geo: GeoAnswers) {
    const { binder, alias } = this;
    const { type, options, hidden, parent, ids } = request;
    this.request = request;
    this.frame = new Frame(binder, hidden);
    const place = { type, alias };
    const compiler = (option: string) => new Compiler({ binder, hidden, geo, option }, place, this.frame);
    if (parent) this.conditions.push(belongsTo(parent.relation, alias, binder.bind(parent.id, 'bigint')));
    if (ids) this.conditions.push(`${alias}.id = ANY(${binder.bind(ids, 'bigint[]')})`);
    const seen = visible(type.name, alias, hidden, binder);
    if (seen !== null) this.conditions.push(seen);
    if (options.filter) this.conditions.push(compiler('$filter').condition(options.filter));
    const usual = this.usualOrder(parent?.relation ?? request.relation);
    this.keys = sortKeys(options.orderby, usual, `${alias}.id`, compiler('$orderby'));
  }

  /** Observations of a Datastream have an index by time; the order of arrival would have to be sorted. */
  private usualOrder(relation: Relation | undefined): SortKey[] {
    const isSeries = relation?.to === 'Observation' && relation.by === 'there' && relation.column === 'datastream';
    if (!isSeries) return [];
    const { sql, kind } = simple('instant', `${this.alias}.phenomenon_time`);
    return [{ sql, kind, isWhole: false, isNullable: false, isDescending: false }];
  }

  select(more: readonly string[], limit: string): string {
    const columns = neededColumns(this.request).map((column) => `${this.alias}.${column}`);
    return `SELECT ${[...columns, cursorColumns(this.keys)].join(', ')} FROM ${this.from(more)} ORDER BY ${orderBy(this.keys)} LIMIT ${limit}`;
  }

  count(more: readonly string[] = []): string {
    return `SELECT count(*)::float8 AS count FROM ${this.from(more)}`;
  }

  private from(more: readonly string[]): string {
    const where = [...this.conditions, ...more];
    return `${this.request.type.table} ${this.alias}${this.frame.sql}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`;
  }
}

/** The number, those of what it belongs to, and what the selected properties are made of. */
function neededColumns({ type, options: { select } }: SetRequest): string[] {
  const columns = new Set(['id']);
  for (const relation of Object.values(type.relations)) if (relation.by === 'here') columns.add(relation.column);
  const names = select === null ? Object.keys(type.properties) : select.map(({ segments }) => segments[0]!);
  for (const name of names) for (const column of columnsOf(propertyOf(type, name) ?? NO_COLUMNS)) columns.add(column);
  return [...columns];
}

const NO_COLUMNS = { kind: 'record', members: {}, isRequired: false } as const;
