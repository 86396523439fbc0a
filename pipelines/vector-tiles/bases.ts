/**
 * Archives under layers that are drawn on demand, and what changed since each was made. They lie in the workspace's folder
 * `vector-bases` and are given to nobody as they are: tiles out of them are served at the level of their layer.
 */
import { join } from 'node:path';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Queries } from '../database/database.ts';
import type { SourceLayer } from './source.ts';
import type { DataVersion, TileBase } from './versions.ts';

type Data = SourceLayer['data'];

export function basePath(workspace: string, file: string): string {
  return join(workspace, 'vector-bases', file);
}

/**
 * The version of the layer at this moment; from it on, changes are written down. To be called in a transaction, in which
 * the rows are then read: nobody can write to the layer before it has ended.
 */
export async function startLog(tx: Queries, { kind, id }: Data): Promise<Pick<TileBase, 'number' | 'stamp'> | null> {
  const [row] = await tx.query<{ number: number; stamp: string }>(
    'UPDATE data_versions SET is_logged = true WHERE kind = $1 AND id = $2 RETURNING version AS number, stamp',
    [kind, id],
  );
  // What an older archive has of them says nothing of the new one
  await tx.query("UPDATE feature_changes SET before = '' WHERE kind = $1 AND layer = $2", [kind, id]);
  return row ?? null;
}

/** The archive becomes the one under its layer; only what changed after it remains written down. */
export async function recordBase(tx: Queries, { kind, id }: Data, { number, stamp, file }: TileBase): Promise<void> {
  await tx.query(
    `INSERT INTO tile_bases (kind, layer, version, stamp, file) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (kind, layer) DO UPDATE SET (version, stamp, file, made_at)
     = (EXCLUDED.version, EXCLUDED.stamp, EXCLUDED.file, now())`,
    [kind, id, number, stamp, file],
  );
  await tx.query('DELETE FROM feature_changes WHERE kind = $1 AND layer = $2 AND version <= $3', [kind, id, number]);
}

/** No archive any more: all is drawn from the database. @returns its file, to be removed */
export async function dropBase(queries: Queries, { kind, id }: Data): Promise<string | null> {
  const [row] = await queries.query('SELECT file FROM tile_bases WHERE kind = $1 AND layer = $2', [kind, id]);
  await queries.query('SELECT drop_tile_base($1, $2)::text', [kind, id]);
  return (row?.['file'] as string | undefined) ?? null;
}

/** More than so many changes are not merged: the archive is of little use then. */
export const MOST_CHANGES = 10_000;

/** Features that changed since the archive was made and were or are in the box; null where these are too many. */
export async function changesIn(
  queries: Queries,
  { kind, id }: Data,
  { base }: DataVersion,
  [west, south, east, north]: LonLatBox,
): Promise<string[] | null> {
  const rows = await queries.query<{ feature: string }>(
    `SELECT feature FROM feature_changes WHERE kind = $1 AND layer = $2 AND version > $3
       AND west <= $6 AND east >= $4 AND south <= $7 AND north >= $5 ORDER BY feature LIMIT ${MOST_CHANGES + 1}`,
    [kind, id, base!.number, west, south, east, north],
  );
  return rows.length > MOST_CHANGES ? null : rows.map(({ feature }) => feature);
}

export async function countChanges(queries: Queries, { kind, id }: Data): Promise<number> {
  const [row] = await queries.query(
    'SELECT count(*)::int AS count FROM feature_changes WHERE kind = $1 AND layer = $2',
    [kind, id],
  );
  return row!['count'] as number;
}
