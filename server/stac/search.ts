/** Finds the items of a page: by SQL as far as it goes, then by the filter itself. */
import type { FoundItem, ItemRow } from '../../pipelines/catalog/item-index.ts';
import { countItems, selectItems } from '../../pipelines/catalog/item-index.ts';
import type { Node } from '../../pipelines/core/cql2/ast.ts';
import { checkFilter } from '../../pipelines/core/cql2/check.ts';
import { holds } from '../../pipelines/core/cql2/evaluate.ts';
import type { SqlParameter } from '../../pipelines/core/cql2/to-sql.ts';
import { toSql } from '../../pipelines/core/cql2/to-sql.ts';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { SqlError } from '../../pipelines/database/database.ts';
import { placeProducts } from './place-products.ts';
import { readFrom, STAC_QUERYABLES } from './queryables.ts';
import type { SearchRequest } from './search-request.ts';
import { call } from './conditions.ts';
import type { Order } from './sort.ts';
import { afterToken, keyTexts, orderOf, toToken } from './sort.ts';

export interface Found {
  readonly rows: readonly ItemRow[];
  /** Of the next page; null: this was the last. */
  readonly next: string | null;
  /** Null where counting would cost more than the search. */
  readonly matched: number | null;
}

/** Rows that are tried by the filter itself for one page; a page of a filter that hardly anything meets ends early. */
const MAX_TRIED = 50_000;
/** A polygon of very many corners is held against each candidate; others wait meanwhile. */
const MAX_TRYING_MS = 1000;
/** Counting further would take longer than the search. */
const MAX_COUNTED = 2000;

export type Keep = (row: ItemRow) => boolean;

/** @throws {PlatformError} `expression-invalid`, `parameter-invalid` */
export async function search(database: Database, request: SearchRequest, keep: Keep): Promise<Found> {
  await placeProducts(database);
  const { limit, token, sortby, conditions } = request;
  const order = orderOf(sortby);
  const filter = prepareFilter(conditions);
  const isKept: Keep = (row) => keep(row) && (filter.isExact || filter.holds(row));
  const found = await withoutSqlFaults(() => collect(database, { filter, order, token, limit, isKept }));
  const rows = found.rows.slice(0, limit);
  const next = found.rows.length > limit ? toToken(rows.at(-1)!.keys) : found.resume;
  const matched = token === null ? (found.matched ?? (await count(database, filter))) : null;
  return { rows, next, matched };
}

export interface PreparedFilter {
  readonly where: string;
  readonly params: readonly SqlParameter[];
  readonly isExact: boolean;
  readonly holds: (row: ItemRow) => boolean;
}

export function prepareFilter(conditions: readonly Node[]): PreparedFilter {
  const checked = conditions.map((condition) => checkFilter(condition, STAC_QUERYABLES));
  if (checked.length === 0) return { where: 'TRUE', params: [], isExact: true, holds: () => true };
  const whole = checked.length === 1 ? checked[0]! : call('and', checked, '');
  const params: SqlParameter[] = [];
  const { sql, isExact } = toSql(whole, STAC_QUERYABLES, params);
  return { where: sql, params, isExact, holds: (row) => holds(whole, readFrom(row), STAC_QUERYABLES) };
}

interface Collecting {
  readonly filter: PreparedFilter;
  readonly order: Order;
  readonly token: string | null;
  readonly limit: number;
  readonly isKept: Keep;
}

interface Collected {
  /** One more than a page where there is more. */
  readonly rows: readonly FoundItem[];
  /** Where an end was made before a page was full. */
  readonly resume: string | null;
  /** How many there are from the token on, where all were looked at. */
  readonly matched: number | null;
}

async function collect(database: Database, { filter, order, token, limit, isKept }: Collecting): Promise<Collected> {
  const rows: FoundItem[] = [];
  let kept = 0;
  let after = token;
  const until = performance.now() + MAX_TRYING_MS;
  for (let tried = 0; tried < MAX_TRIED;) {
    const params = [...filter.params] as string[];
    const where = after === null ? filter.where : `${filter.where} AND ${afterToken(order, after, params)}`;
    const batch = filter.isExact ? limit + 1 - rows.length : Math.max(100, 2 * limit, tried);
    const { orderBy } = order;
    const found = await selectItems(database, { where, params, orderBy, keys: keyTexts(order), limit: batch });
    tried += found.length;
    for (const row of found) {
      if (isKept(row)) {
        kept += 1;
        if (rows.length <= limit) rows.push(row);
      }
      if (performance.now() > until)
        return { rows, resume: rows.length > limit ? null : toToken(row.keys), matched: null };
    }
    const isAll = found.length < batch;
    if (rows.length > limit || isAll) return { rows, resume: null, matched: isAll ? kept : null };
    after = toToken(found.at(-1)!.keys);
  }
  return { rows, resume: after, matched: null };
}

/** Where geometry is in the question, each item would have to be looked at: nothing is counted. */
async function count(database: Database, { where, params, isExact }: PreparedFilter): Promise<number | null> {
  if (!isExact) return null;
  const counted = await countItems(database, { where, params }, MAX_COUNTED);
  return counted < MAX_COUNTED ? counted : null;
}

/** A year that no calendar has, a number that overflows: values that only the database finds wrong (SQLSTATE class 22). */
export async function withoutSqlFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isPlatformError(error) || !(error instanceof SqlError) || !error.sqlState?.startsWith('22')) throw error;
    throw new PlatformError(
      'parameter-invalid',
      `The search has a value that cannot be worked with: ${error.message}`,
      {
        detail: { parameter: 'filter' },
        cause: error,
      },
    );
  }
}
