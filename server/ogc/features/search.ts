/** Finds the features of a page: by SQL as far as it goes, then by the filter itself. */
import { checkFilter } from '../../../pipelines/core/cql2/check.ts';
import { holds } from '../../../pipelines/core/cql2/evaluate.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { SqlParameter } from '../../../pipelines/core/cql2/to-sql.ts';
import { toSql } from '../../../pipelines/core/cql2/to-sql.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { SqlError } from '../../../pipelines/database/database.ts';
import type { Condition } from './request.ts';
import { named } from './request.ts';
import type { FeatureRow, FeatureSource, SqlWhere } from './source.ts';

export interface FoundFeatures {
  readonly rows: readonly FeatureRow[];
  /** Key after which the next page begins; null: this was the last. */
  readonly next: string | null;
  /** Null where counting would cost more than the search. */
  readonly matched: number | null;
}

export interface Search {
  readonly conditions: readonly Condition[];
  readonly after: string | null;
  readonly limit: number;
  readonly queryables: Queryables;
}

/** Features that are tried by the filter itself for one page; a page of a filter that hardly anything meets ends early. */
const MOST_TRIED = 20_000;
/** Features of a page on the way to a file. */
const PAGE = 2000;
/** Features that are tried to tell how many there are. */
const MOST_COUNTED = 2_000;

interface Prepared {
  readonly where: SqlWhere;
  readonly isKept: (row: FeatureRow) => boolean;
  readonly isExact: boolean;
}

/** @throws {PlatformError} `expression-invalid`, `parameter-invalid` */
export async function searchFeatures(source: FeatureSource, search: Search): Promise<FoundFeatures> {
  const prepared = prepare(source, search);
  return withoutSqlFaults(async () => {
    const { rows, resume } = await collect(source, prepared, search.after, search.limit);
    const page = rows.slice(0, search.limit);
    const next = rows.length > search.limit ? page.at(-1)!.key : resume;
    const isWhole = next === null && search.after === null;
    return { rows: page, next, matched: isWhole ? page.length : await countMatches(source, prepared) };
  });
}

/** All features, `most` at the most, a page at a time: nothing is counted, and few are held. */
export async function* searchPages(
  source: FeatureSource,
  { most, ...search }: Omit<Search, 'limit'> & { readonly most: number },
): AsyncGenerator<Pick<FoundFeatures, 'rows' | 'next'>> {
  const prepared = prepare(source, search);
  let after = search.after;
  for (let left = most; left > 0;) {
    const limit = Math.min(left, PAGE);
    const { rows, resume } = await withoutSqlFaults(() => collect(source, prepared, after, limit));
    const page = rows.slice(0, limit);
    after = rows.length > limit ? page.at(-1)!.key : resume;
    left -= page.length;
    yield { rows: page, next: after };
    if (after === null) return;
  }
}

function prepare(source: FeatureSource, { conditions, queryables }: Omit<Search, 'limit'>): Prepared {
  const checked = conditions.map(({ parameter, given, node }) =>
    named(parameter, given, () => checkFilter(node, queryables)),
  );
  if (checked.length === 0) return { where: { sql: 'TRUE', params: [] }, isExact: true, isKept: () => true };
  const whole = checked.length === 1 ? checked[0]! : ({ kind: 'call', op: 'and', args: checked, at: '' } as const);
  const params: SqlParameter[] = [];
  const { sql, isExact } = toSql(whole, queryables, params);
  return {
    where: { sql, params },
    isExact: isExact && source.readsSql,
    isKept: (row) => holds(whole, source.reader(row), queryables),
  };
}

/** One more than `limit` where there is more; `resume` is where an end was made before the page was full. */
async function collect(source: FeatureSource, prepared: Prepared, from: string | null, limit: number) {
  const rows: FeatureRow[] = [];
  let after = from;
  for (let tried = 0; tried < MOST_TRIED;) {
    const batch = prepared.isExact ? limit + 1 - rows.length : Math.max(200, 2 * limit);
    const found = await source.page(prepared.where, after, batch);
    tried += found.length;
    for (const row of found) if (rows.length <= limit && (prepared.isExact || prepared.isKept(row))) rows.push(row);
    if (rows.length > limit || found.length < batch) return { rows, resume: null };
    after = found.at(-1)!.key;
  }
  return { rows, resume: after };
}

async function countMatches(source: FeatureSource, prepared: Prepared): Promise<number | null> {
  const most = await source.count(prepared.where);
  if (prepared.isExact) return most;
  if (most > MOST_COUNTED) return null;
  const { rows, resume } = await collect(source, prepared, null, MOST_COUNTED);
  return rows.length > MOST_COUNTED || resume !== null ? null : rows.length;
}

/** A number that overflows, a year that no calendar has: what only the database finds wrong (SQLSTATE class 22). */
async function withoutSqlFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError) || !error.sqlState?.startsWith('22')) throw error;
    throw new PlatformError(
      'parameter-invalid',
      `The filter has a value that cannot be worked with: ${error.message}`,
      {
        detail: { parameter: 'filter' },
        cause: error,
      },
    );
  }
}
