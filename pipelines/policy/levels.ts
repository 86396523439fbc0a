/** How freely a data set may be read. What nobody gave a level is open. */
import type { Queries } from '../database/database.ts';

/** From free to close. */
export const LEVELS = ['open', 'internal', 'confidential'] as const;
export type Level = (typeof LEVELS)[number];

/** `collection`: scenes, by the id of their collection; `sensors`: a network of Things, by its name. */
export const DATA_KINDS = ['collection', 'layer', 'archive', 'product', 'zones', 'sensors'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export interface DataLevel {
  readonly kind: DataKind;
  readonly id: string;
  readonly level: Level;
  /** What it may be used for, in words; empty: anything. */
  readonly purposes: readonly string[];
}

export function stricter(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b;
}

export async function setLevel(queries: Queries, { kind, id, level, purposes }: DataLevel): Promise<void> {
  await queries.query(
    `INSERT INTO data_levels (kind, id, level, purposes) VALUES ($1, $2, $3, $4::text[])
     ON CONFLICT (kind, id) DO UPDATE SET (level, purposes, updated_at) = (EXCLUDED.level, EXCLUDED.purposes, now())`,
    [kind, id, level, [...purposes]],
  );
}

/** What was given a level, by kind and id. */
export async function listLevels(queries: Queries): Promise<DataLevel[]> {
  return (await queries.query(
    'SELECT kind, id, level, purposes FROM data_levels ORDER BY kind, id',
  )) as unknown as DataLevel[];
}

/**
 * What is not open, with what follows from it: the archives of a layer are as close as the layer, an archive as close as
 * the product it was made for, and the other way round for a layer that shows such an archive.
 */
export async function listClosed(queries: Queries): Promise<Pick<DataLevel, 'kind' | 'id' | 'level'>[]> {
  return (await queries.query(`
    WITH given AS (SELECT kind, id, level FROM data_levels WHERE level <> 'open'),
    closed_archives AS (
      SELECT id, level FROM given WHERE kind IN ('archive', 'layer') -- an archive that no layer shows is one itself
      UNION ALL SELECT frame ->> 'id', given.level FROM given JOIN layers ON given.kind = 'layer' AND layers.id = given.id,
        LATERAL jsonb_array_elements(layers.record -> 'frames') AS frame
      UNION ALL SELECT archives.name, given.level FROM given JOIN archives
        ON (given.kind = 'layer' AND archives.layer_id = given.id) OR (given.kind = 'product' AND archives.product_id = given.id))
    SELECT kind, id, level FROM given
    UNION ALL SELECT 'archive', id, level FROM closed_archives
    UNION ALL SELECT 'product', archives.product_id, closed_archives.level FROM closed_archives
      JOIN archives ON archives.name = closed_archives.id WHERE archives.product_id IS NOT NULL`)) as unknown as Pick<
    DataLevel,
    'kind' | 'id' | 'level'
  >[];
}
