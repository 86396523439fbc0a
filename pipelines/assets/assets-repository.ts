/** Assets in the database: written by their id, with what was said of them before kept as history. */
import type { Geometry } from '../core/cql2/ast.ts';
import { PlatformError } from '../core/errors.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Database, Queries, Row } from '../database/database.ts';
import type { AssetRecord, NewAsset } from './asset.ts';

export interface PutCounts {
  readonly added: number;
  readonly updated: number;
  /** There already, with the same contents. */
  readonly known: number;
}

/** Assets in one statement. */
const BATCH = 1000;

/** Adds those that are new and updates those that are otherwise; all of it or nothing. @param assets  Each id once. */
export function putAssets(database: Database, assets: readonly NewAsset[], source: string): Promise<PutCounts> {
  return database.transaction(async (tx) => {
    const counts = { added: 0, updated: 0, known: 0 };
    for (let from = 0; from < assets.length; from += BATCH) {
      const batch = assets.slice(from, from + BATCH);
      const rows = await tx.query<{ id: string; digest: string }>(
        'SELECT id, digest FROM assets WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE',
        [batch.map(({ id }) => id)],
      );
      const before = new Map(rows.map(({ id, digest }) => [id, digest]));
      const changed = batch.filter(({ id, digest }) => before.get(id) !== digest);
      const updated = changed.filter(({ id }) => before.has(id)).length;
      if (updated > 0)
        await keepHistory(
          tx,
          changed.map(({ id }) => id),
        );
      if (changed.length > 0) await write(tx, changed, source);
      counts.added += changed.length - updated;
      counts.updated += updated;
      counts.known += batch.length - changed.length;
    }
    return counts;
  });
}

async function keepHistory(tx: Queries, ids: readonly string[]): Promise<void> {
  await tx.query(
    `INSERT INTO asset_history (asset, version, record, source, valid_from)
     SELECT id, version, jsonb_build_object('type', type, 'name', name, 'owner', owner, 'built', built, 'importance', importance,
       'cost', cost, 'attributes', attributes, 'documents', documents, 'geometry', geometry), source, updated_at
     FROM assets WHERE id = ANY ($1::text[])`,
    [ids],
  );
}

async function write(tx: Queries, assets: readonly NewAsset[], source: string): Promise<void> {
  const rows = assets.map(({ bbox: [west, south, east, north], ...asset }) => ({ ...asset, west, south, east, north }));
  await tx.query(
    `INSERT INTO assets AS known (id, type, name, owner, built, importance, cost, attributes, documents, geometry,
       west, south, east, north, digest, source, version)
     SELECT id, type, name, owner, built, NULLIF(importance, 'null'::jsonb), cost, attributes, documents, geometry,
       west, south, east, north, digest, $2,
       1 + COALESCE((SELECT max(h.version) FROM asset_history AS h WHERE h.asset = one.id), 0)
     FROM jsonb_to_recordset($1::jsonb) AS one (id text, type text, name text, owner text, built integer, importance jsonb,
       cost float8, attributes jsonb, documents jsonb, geometry jsonb, west float8, south float8, east float8, north float8,
       digest text)
     ON CONFLICT (id) DO UPDATE SET (type, name, owner, built, importance, cost, attributes, documents, geometry, west, south,
       east, north, digest, source, version, updated_at) = (EXCLUDED.type, EXCLUDED.name, EXCLUDED.owner, EXCLUDED.built,
       EXCLUDED.importance, EXCLUDED.cost, EXCLUDED.attributes, EXCLUDED.documents, EXCLUDED.geometry, EXCLUDED.west,
       EXCLUDED.south, EXCLUDED.east, EXCLUDED.north, EXCLUDED.digest, EXCLUDED.source, known.version + 1, now())`,
    [JSON.stringify(rows), source],
  );
}

/** An asset with its condition, where one was made. */
export interface KnownAsset extends AssetRecord {
  readonly bbox: LonLatBox;
  readonly source: string;
  readonly version: number;
  readonly updatedAt: Date;
  readonly condition: {
    readonly score: number;
    readonly expected: number;
    readonly confidence: number;
    readonly at: string;
  } | null;
}

export interface AssetFilter {
  /** Degrees. */
  readonly bbox?: LonLatBox | undefined;
  readonly types?: readonly string[] | undefined;
  /** A part of the id, the name or the owner. */
  readonly words?: string | undefined;
  /** Of the condition now, this score or worse. */
  readonly leastScore?: number | undefined;
}

export interface AssetPage {
  /** The last id of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

const COLUMNS = `a.id, a.type, a.name, a.owner, a.built, a.importance, a.cost, a.attributes, a.documents, a.geometry,
  a.west, a.south, a.east, a.north, a.source, a.version, a.updated_at, c.score, c.expected, c.confidence, c.at::text AS at`;
const FROM = 'FROM assets AS a LEFT JOIN asset_conditions AS c ON c.asset = a.id';
const FITS = `($1::float8 IS NULL OR (a.west <= $3::float8 AND a.east >= $1::float8 AND a.south <= $4::float8 AND a.north >= $2::float8))
  AND ($5::text[] IS NULL OR a.type = ANY ($5::text[]))
  AND ($6::text IS NULL OR strpos(lower(a.id || ' ' || a.name || ' ' || COALESCE(a.owner, '')), $6::text) > 0)
  AND ($7::int IS NULL OR c.score >= $7::int)`;

function paramsOf({ bbox, types, words, leastScore }: AssetFilter) {
  return [...(bbox ?? [null, null, null, null]), types ?? null, words?.toLowerCase() ?? null, leastScore ?? null];
}

/** In the order of their ids. */
export async function listAssets(
  queries: Queries,
  filter: AssetFilter,
  { after, limit }: AssetPage,
): Promise<KnownAsset[]> {
  const rows = await queries.query(
    `SELECT ${COLUMNS} ${FROM} WHERE ${FITS} AND ($8::text IS NULL OR a.id > $8::text) ORDER BY a.id LIMIT $9`,
    [...paramsOf(filter), after ?? null, limit],
  );
  return rows.map(toAsset);
}

export async function countAssets(queries: Queries, filter: AssetFilter): Promise<number> {
  const [row] = await queries.query(`SELECT count(*)::int AS count ${FROM} WHERE ${FITS}`, paramsOf(filter));
  return row!['count'] as number;
}

export async function findAsset(queries: Queries, id: string): Promise<KnownAsset | null> {
  if (id.includes('\0')) return null; // no text of the database has it
  const [row] = await queries.query(`SELECT ${COLUMNS} ${FROM} WHERE a.id = $1`, [id]);
  return row ? toAsset(row) : null;
}

/** @throws {PlatformError} `not-found` */
export async function demandAsset(queries: Queries, id: string): Promise<KnownAsset> {
  const found = await findAsset(queries, id);
  if (found) return found;
  throw new PlatformError('not-found', `There is no asset ${id.slice(0, 100)} in the register`);
}

/** Takes an asset out of the register with its inspections; what was said of it stays as history. @returns whether it was there */
export function removeAsset(database: Database, id: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [found] = await tx.query('SELECT id FROM assets WHERE id = $1 FOR UPDATE', [id]);
    if (!found) return false;
    await keepHistory(tx, [id]);
    await tx.query('DELETE FROM assets WHERE id = $1', [id]);
    return true;
  });
}

export interface AssetVersion {
  readonly version: number;
  readonly record: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly from: Date;
  readonly to: Date;
}

/** What was said of it before, latest first. */
export async function historyOfAsset(queries: Queries, id: string): Promise<AssetVersion[]> {
  return (await queries.query(
    `SELECT version, record, source, valid_from AS from, valid_to AS to FROM asset_history WHERE asset = $1 ORDER BY version DESC`,
    [id],
  )) as unknown as AssetVersion[];
}

/** How many there are and where; null where there are none. */
export async function extentOfAssets(queries: Queries): Promise<{ count: number; bbox: LonLatBox } | null> {
  const [row] = await queries.query(
    'SELECT count(*)::int AS count, min(west) AS west, min(south) AS south, max(east) AS east, max(north) AS north FROM assets',
  );
  return row!['count'] === 0 ? null : { count: row!['count'] as number, bbox: boxOf(row!) };
}

function boxOf(row: Row): LonLatBox {
  return [row['west'], row['south'], row['east'], row['north']] as unknown as LonLatBox;
}

function toAsset(row: Row): KnownAsset {
  const { score, expected, confidence, at } = row as {
    score: number | null;
    expected: number;
    confidence: number;
    at: string;
  };
  return {
    id: row['id'] as string,
    type: row['type'] as string,
    name: row['name'] as string,
    owner: row['owner'] as string | null,
    built: row['built'] as number | null,
    importance: row['importance'] as AssetRecord['importance'],
    cost: row['cost'] as number | null,
    attributes: row['attributes'] as AssetRecord['attributes'],
    documents: row['documents'] as AssetRecord['documents'],
    geometry: row['geometry'] as Geometry,
    bbox: boxOf(row),
    source: row['source'] as string,
    version: row['version'] as number,
    updatedAt: row['updated_at'] as Date,
    condition: score === null ? null : { score, expected, confidence, at },
  };
}
