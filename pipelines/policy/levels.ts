/** How freely a data set may be read, and for what. What nobody gave a level is open. */
import type { Queries } from '../database/database.ts';

/** From free to close. */
export const LEVELS = ['open', 'internal', 'confidential'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * `collection`: scenes, by the id of their collection; `sensors`: a network of Things, by its name;
 * `assets`: the register, which is one, called `assets`. */
export const DATA_KINDS = ['collection', 'layer', 'archive', 'product', 'zones', 'sensors', 'assets'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** Runs, and series of zones (`<set>/<name>`), are given no level: theirs follows from what they were made of. */
export type SubjectKind = DataKind | 'run' | 'series';

export interface DataLevel {
  readonly kind: DataKind;
  readonly id: string;
  readonly level: Level;
  /** What it may be used for above `open`, in words; empty: anything. */
  readonly purposes: readonly string[];
}

export function stricter(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b;
}

export async function setLevel(queries: Queries, { kind, id, level, purposes }: DataLevel): Promise<void> {
  await queries.query(
    `INSERT INTO data_levels (kind, id, level, purposes) VALUES ($1, $2, $3, $4::text[])
     ON CONFLICT (kind, id) DO UPDATE SET (level, purposes, updated_at) = (EXCLUDED.level, EXCLUDED.purposes, now())`,
    [kind, kind === 'sensors' ? id.toLowerCase() : id, level, [...purposes]], // names of networks have no case
  );
}

/** What was given a level, by kind and id. */
export async function listLevels(queries: Queries): Promise<DataLevel[]> {
  return (await queries.query(
    'SELECT kind, id, level, purposes FROM data_levels ORDER BY kind, id',
  )) as unknown as DataLevel[];
}

/** Runs of the last minute whose plan is known, and with it what they read. */
export async function listFreshRuns(queries: Queries): Promise<string[]> {
  const rows = await queries.query<{ id: string }>(
    "SELECT id FROM runs WHERE plan IS NOT NULL AND created_at > now() - interval '1 minute'",
  );
  return rows.map(({ id }) => id);
}

export interface ClosedData {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly level: Level;
  readonly purposes: readonly string[];
}

/**
 * What is not open, with what follows from it, once for each reason: the archives of a layer are as close as the layer, an
 * archive as close as the product it was made for and the other way round, a run as close as what it reads, and all that
 * it made as close as the run.
 */
export async function listClosed(queries: Queries): Promise<ClosedData[]> {
  const rows = await queries.query(`
    WITH RECURSIVE given AS (SELECT kind, id, level, purposes FROM data_levels WHERE level <> 'open'),
    edges AS (
      SELECT kind, id, from_kind, from_id FROM lineage
      UNION ALL SELECT 'archive', id, 'layer', id FROM given WHERE kind = 'layer' -- an archive that no layer shows is one itself
      UNION ALL SELECT 'archive', frame ->> 'id', 'layer', layers.id FROM layers,
        LATERAL jsonb_array_elements(record -> 'frames') AS frame
      UNION ALL SELECT 'archive', name, 'layer', layer_id FROM archives WHERE layer_id IS NOT NULL
      UNION ALL SELECT 'archive', name, 'product', product_id FROM archives WHERE product_id IS NOT NULL
      UNION ALL SELECT 'product', product_id, 'archive', name FROM archives WHERE product_id IS NOT NULL),
    closed AS (
      SELECT kind, id, level, purposes FROM given
      UNION SELECT edges.kind, edges.id, closed.level, closed.purposes FROM closed
        JOIN edges ON edges.from_kind = closed.kind AND edges.from_id = closed.id)
    SELECT kind, id, level, purposes FROM closed WHERE EXISTS (SELECT FROM given)`);
  return rows as unknown as ClosedData[];
}
