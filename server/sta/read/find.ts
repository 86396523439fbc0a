/** Finds the one entity that a path leads to. */
import type { Queries } from '../../../pipelines/database/database.ts';
import { Binder } from './binder.ts';
import type { EntityType } from './entities.ts';
import { belongsTo } from './frame.ts';
import type { Step } from './path.ts';
import { notThere } from './path.ts';
import { rowsOf } from './rows.ts';
import type { Hidden } from './visible.ts';
import { visible } from './visible.ts';

/** @throws {PlatformError} `not-found`, also for what may not be seen */
export async function findEntity(
  queries: Queries,
  path: string,
  steps: readonly Step[],
  hidden: Hidden,
): Promise<{ readonly type: EntityType; readonly id: number }> {
  const binder = new Binder();
  const tables: string[] = [];
  const conditions: string[] = [];
  let before = '';
  for (const { type, relation, id } of steps) {
    const alias = binder.alias();
    tables.push(`${type.table} ${alias}`);
    if (relation?.by === 'here') conditions.push(`${alias}.id = ${before}.${relation.column}`);
    else if (relation) conditions.push(belongsTo(relation, alias, `${before}.id`));
    if (id !== null) conditions.push(`${alias}.id = ${binder.bind(id, 'bigint')}`);
    const seen = visible(type.name, alias, hidden, binder);
    if (seen !== null) conditions.push(seen);
    before = alias;
  }
  const sql = `SELECT ${before}.id FROM ${tables.join(', ')} WHERE ${conditions.join(' AND ')}`;
  const [row] = await rowsOf(queries, sql, binder);
  const { type } = steps.at(-1)!;
  if (!row) throw notThere(path, `there is no such ${type.name}`);
  return { type, id: row['id'] as number };
}
