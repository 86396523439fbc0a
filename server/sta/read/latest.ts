/** The last observation of each of many Datastreams, by the table that keeps it: what every map and dashboard asks for. */
import type { Queries } from '../../../pipelines/database/database.ts';
import { Binder } from './binder.ts';
import { columnsOf, ENTITY_TYPES } from './entities.ts';
import type { SortKey } from './order.ts';
import { cursorColumns } from './order.ts';
import { rowsOf } from './rows.ts';
import type { EachRequest, FoundRows } from './select.ts';

/** `Observations($orderby=phenomenonTime desc;$top=1)` and nothing that would choose another one. */
export function wantsLatest({ relation, options, limit }: EachRequest): boolean {
  const [key, ...others] = options.orderby;
  if (relation.to !== 'Observation' || relation.by !== 'there' || relation.column !== 'datastream') return false;
  if (limit !== 1 || options.skip > 0 || options.filter || options.count || !key || others.length > 0) return false;
  const { expression, isDescending } = key;
  return isDescending && expression.kind === 'path' && expression.segments.join('/') === 'phenomenonTime';
}

const KEYS: readonly SortKey[] = [
  { sql: 'o.phenomenon_time', kind: 'instant', isWhole: false, isNullable: false, isDescending: true },
  { sql: 'o.id', kind: 'number', isWhole: true, isNullable: false, isDescending: true },
];

export async function selectLatest(queries: Queries, { parents }: EachRequest): Promise<Omit<FoundRows, 'hasMore'>> {
  const binder = new Binder();
  const { properties } = ENTITY_TYPES.Observation;
  const columns = ['id', 'datastream', 'feature', ...Object.values(properties).flatMap(columnsOf)];
  const ids = binder.bind(parents, 'bigint[]');
  const rows = await rowsOf(
    queries,
    `SELECT l.datastream AS parent, ${columns.map((column) => `o.${column}`).join(', ')}, ${cursorColumns(KEYS)}
     FROM latest_observations l CROSS JOIN LATERAL (
       SELECT * FROM observations WHERE datastream = l.datastream AND phenomenon_time = l.phenomenon_time LIMIT 1) AS o
     WHERE l.datastream = ANY(${ids})`,
    binder,
  );
  return { rows, keys: KEYS };
}
