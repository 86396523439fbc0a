/** Numbers over what a search finds. @see https://github.com/stac-api-extensions/aggregation (v0.3.0) */
import { selectItems } from '../../pipelines/catalog/item-index.ts';
import type { Database, Row, SqlValue } from '../../pipelines/database/database.ts';
import { invalid } from './conditions.ts';
import { placeProducts } from './place-products.ts';
import type { SearchRequest } from './search-request.ts';
import type { Keep, PreparedFilter } from './search.ts';
import { prepareFilter, withoutSqlFaults } from './search.ts';
import { afterToken, keyTexts, orderOf, toToken } from './sort.ts';

export const AGGREGATIONS = [
  { name: 'total_count', data_type: 'integer' },
  { name: 'datetime_min', data_type: 'datetime' },
  { name: 'datetime_max', data_type: 'datetime' },
  { name: 'datetime_frequency', data_type: 'frequency_distribution', frequency_distribution_data_type: 'datetime' },
  { name: 'cloud_cover_frequency', data_type: 'frequency_distribution', frequency_distribution_data_type: 'numeric' },
  { name: 'collection_frequency', data_type: 'frequency_distribution', frequency_distribution_data_type: 'string' },
  { name: 'platform_frequency', data_type: 'frequency_distribution', frequency_distribution_data_type: 'string' },
] as const;

type AggregationName = (typeof AGGREGATIONS)[number]['name'];

const VALUES: Partial<Record<AggregationName, string>> = {
  total_count: 'count(*)',
  datetime_min: 'min(datetime)',
  datetime_max: 'max(datetime)',
};
/** Months, tenths of cloud cover; what has no value is in no bucket. */
const BUCKETS: Partial<Record<AggregationName, string>> = {
  datetime_frequency: "date_trunc('month', datetime, 'UTC')",
  cloud_cover_frequency: 'CASE WHEN cloud_cover >= 90 THEN 90 ELSE floor(cloud_cover / 10) * 10 END',
  collection_frequency: 'collection',
  platform_frequency: 'platform',
};

/**
 * @param keep  Null: whoever asks may know of everything.
 * @throws {PlatformError} `parameter-invalid`, and as `search`
 */
export async function aggregate(
  database: Database | null,
  asked: unknown,
  { conditions }: SearchRequest,
  keep: Keep | null,
): Promise<object> {
  const names = parseNames(asked);
  const filter = prepareFilter(conditions);
  if (!database) return { type: 'AggregationCollection', aggregations: [], links: [] };
  await placeProducts(database);
  const aggregations = await withoutSqlFaults(async () => {
    const settled = filter.isExact && !keep ? filter : await settle(database, filter, keep ?? (() => true));
    const results: object[] = [];
    for (const name of names) results.push(await one(database, name, settled));
    return results;
  });
  return { type: 'AggregationCollection', aggregations, links: [] };
}

function parseNames(asked: unknown): AggregationName[] {
  const known = AGGREGATIONS.map(({ name }) => name);
  if (asked === undefined) return ['total_count'];
  const names: unknown = typeof asked === 'string' ? asked.split(',') : asked;
  if (!Array.isArray(names) || !names.every((name) => known.includes(name as AggregationName)))
    throw invalid('aggregations', asked, known.join(', '));
  return names as AggregationName[];
}

type Settled = Pick<PreparedFilter, 'where' | 'params'>;

async function one(database: Database, name: AggregationName, { where, params }: Settled): Promise<object> {
  const about = AGGREGATIONS.find((aggregation) => aggregation.name === name)!;
  const value = VALUES[name];
  if (value !== undefined) {
    const [row] = await database.query(`SELECT ${value} AS value FROM stac_items WHERE ${where}`, [...params]);
    return { ...about, value: row!['value'] };
  }
  const rows = await database.query(
    `SELECT key, count(*) AS frequency FROM (SELECT ${BUCKETS[name]!} AS key FROM stac_items WHERE ${where}) AS keyed
     WHERE key IS NOT NULL GROUP BY key ORDER BY key`,
    [...params] as SqlValue[],
  );
  return { ...about, buckets: rows.map((row) => toBucket(name, row)), overflow: 0 };
}

function toBucket(name: AggregationName, { key, frequency }: Row): object {
  if (name !== 'cloud_cover_frequency')
    return { key, data_type: typeof key === 'string' ? 'string' : 'datetime', frequency };
  const from = key as number;
  return { key: `${from}-${from + 10}`, data_type: 'numeric', from, to: from + 10, frequency };
}

const BATCH = 2000;

/** What SQL cannot tell is tried item by item; then only the ids count. */
async function settle(database: Database, filter: PreparedFilter, keep: Keep): Promise<Settled> {
  const order = orderOf([]);
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const params = [...filter.params] as string[];
    const where: string = after === null ? filter.where : `${filter.where} AND ${afterToken(order, after, params)}`;
    const { orderBy } = order;
    const rows = await selectItems(database, { where, params, orderBy, keys: keyTexts(order), limit: BATCH });
    for (const row of rows) if (keep(row) && filter.holds(row)) ids.push(row.id);
    if (rows.length < BATCH) return { where: 'id = ANY($1::text[])', params: [ids] };
    after = toToken(rows.at(-1)!.keys);
  }
}
