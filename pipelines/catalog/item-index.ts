/** The rows behind the STAC API: one for each scene, frame of a layer, product and posted item. Triggers write most of them. */
import type { Queries, Row, SqlValue } from '../database/database.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';

export interface ItemRow {
  readonly id: string;
  readonly collection: string;
  readonly source: 'scene' | 'frame' | 'product' | 'posted';
  /** The layer of a frame. */
  readonly parent: string | null;
  readonly datetime: Date;
  readonly began: Date;
  readonly ended: Date;
  readonly created: Date;
  readonly updated: Date;
  /** Degrees; west > east crosses 180°; null where it has no place. */
  readonly bbox: LonLatBox | null;
  /** GeoJSON; null where only the box is known. */
  readonly geometry: unknown;
  readonly cloudCover: number | null;
  readonly platform: string | null;
  readonly level: string | null;
  readonly baseline: string | null;
  readonly tile: string | null;
  readonly epsg: number | null;
  readonly gsd: number | null;
  /** As it was posted. */
  readonly item: unknown;
}

export interface ItemQuery {
  /** A condition over columns of `stac_items`, with the parameters it names. */
  readonly where: string;
  readonly params: readonly SqlValue[];
  readonly orderBy: string;
  /** Expressions whose text comes back as `keys`. */
  readonly keys: readonly string[];
  readonly limit: number;
}

export type FoundItem = ItemRow & { readonly keys: readonly string[] };

/** As `stac_items_span` has it: an index is asked only where its expression is repeated to the letter. */
export const ITEM_SPAN = "tstzrange(least(began, ended), greatest(began, ended), '[]')";

export async function selectItems(queries: Queries, query: ItemQuery): Promise<FoundItem[]> {
  const { where, params, orderBy, keys, limit } = query;
  const rows = await queries.query(
    `SELECT *, ARRAY[${keys.join(', ')}]::text[] AS keys FROM stac_items WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
    params,
  );
  return rows.map(toRow);
}

/** How many rows meet a condition, counted no further than `most`. */
export async function countItems(
  queries: Queries,
  { where, params }: Pick<ItemQuery, 'where' | 'params'>,
  most: number,
): Promise<number> {
  const [row] = await queries.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT FROM stac_items WHERE ${where} LIMIT ${most}) AS found`,
    params,
  );
  return row!.count;
}

export async function findItemRow(queries: Queries, id: string): Promise<ItemRow | null> {
  const [row] = await queries.query('SELECT *, ARRAY[]::text[] AS keys FROM stac_items WHERE id = $1', [id]);
  return row ? toRow(row) : null;
}

export interface CollectionExtent {
  readonly id: string;
  readonly count: number;
  readonly bbox: LonLatBox | null;
  readonly began: Date;
  readonly ended: Date;
}

/** Ids of the collections that hold something, each found by a step through the index instead of a look at every row. */
export async function listCollectionIds(queries: Queries): Promise<string[]> {
  const rows = await queries.query<{ id: string }>(
    `WITH RECURSIVE found AS (
       (SELECT collection AS id FROM stac_items ORDER BY collection LIMIT 1)
       UNION ALL
       SELECT (SELECT collection FROM stac_items WHERE collection > found.id ORDER BY collection LIMIT 1)
       FROM found WHERE found.id IS NOT NULL)
     SELECT id FROM found WHERE id IS NOT NULL`,
  );
  return rows.map(({ id }) => id);
}

export async function hasCollection(queries: Queries, id: string): Promise<boolean> {
  const rows = await queries.query('SELECT FROM stac_items WHERE collection = $1 LIMIT 1', [id]);
  return rows.length > 0;
}

/** Every collection that holds something, by id. One that crosses 180° reaches round the globe. */
export async function listCollectionExtents(queries: Queries, id: string | null = null): Promise<CollectionExtent[]> {
  const rows = await queries.query(
    `SELECT collection AS id, count(*) AS count, min(began) AS began, max(ended) AS ended,
       CASE WHEN bool_or(east < west) THEN -180 ELSE min(west) END AS west, min(south) AS south,
       CASE WHEN bool_or(east < west) THEN 180 ELSE max(east) END AS east, max(north) AS north
     FROM stac_items WHERE ($1::text IS NULL OR collection = $1::text) GROUP BY collection ORDER BY collection`,
    [id],
  );
  return rows.map((row) => ({ ...row, bbox: boxOf(row) }) as unknown as CollectionExtent);
}

export interface PostedItem {
  readonly id: string;
  readonly collection: string;
  readonly datetime: string;
  readonly began: string;
  readonly ended: string;
  readonly bbox: LonLatBox | null;
  readonly geometry: unknown;
  readonly cloudCover: number | null;
  readonly platform: string | null;
  readonly level: string | null;
  readonly baseline: string | null;
  readonly tile: string | null;
  readonly epsg: number | null;
  readonly gsd: number | null;
  readonly item: unknown;
}

/** Adds a posted item or replaces it. @returns false where the id is taken by something that was not posted. */
export async function putPostedItem(queries: Queries, posted: PostedItem): Promise<boolean> {
  const rows = await queries.query(
    `INSERT INTO stac_items (id, collection, source, datetime, began, ended, created, updated, west, south, east, north,
       geometry, cloud_cover, platform, level, baseline, tile, epsg, gsd, item)
     VALUES ($1, $2, 'posted', $3::timestamptz, $4::timestamptz, $5::timestamptz, now(), now(), $6, $7, $8, $9,
       $10::jsonb, $11, $12, $13, $14, $15, $16, $17, $18::jsonb)
     ON CONFLICT (id) DO UPDATE SET (collection, datetime, began, ended, updated, west, south, east, north, geometry,
       cloud_cover, platform, level, baseline, tile, epsg, gsd, item) = (EXCLUDED.collection, EXCLUDED.datetime,
       EXCLUDED.began, EXCLUDED.ended, EXCLUDED.updated, EXCLUDED.west, EXCLUDED.south, EXCLUDED.east, EXCLUDED.north,
       EXCLUDED.geometry, EXCLUDED.cloud_cover, EXCLUDED.platform, EXCLUDED.level, EXCLUDED.baseline, EXCLUDED.tile,
       EXCLUDED.epsg, EXCLUDED.gsd, EXCLUDED.item)
       WHERE stac_items.source = 'posted'
     RETURNING id`,
    [
      posted.id,
      posted.collection,
      posted.datetime,
      posted.began,
      posted.ended,
      ...(posted.bbox ?? [null, null, null, null]),
      posted.geometry === null ? null : JSON.stringify(posted.geometry),
      posted.cloudCover,
      posted.platform,
      posted.level,
      posted.baseline,
      posted.tile,
      posted.epsg,
      posted.gsd,
      JSON.stringify(posted.item),
    ],
  );
  return rows.length > 0;
}

/** Takes an item out of the catalogue: a scene as well as a posted one. Files stay where they are. */
export async function removeItem(queries: Queries, { id, source }: Pick<ItemRow, 'id' | 'source'>): Promise<void> {
  await queries.query(
    source === 'scene' ? 'DELETE FROM scenes WHERE id = $1' : 'DELETE FROM stac_items WHERE id = $1',
    [id],
  );
}

/** Ids of products whose place is not known yet. */
export async function listUnplaced(queries: Queries, limit: number): Promise<string[]> {
  const rows = await queries.query<{ id: string }>(`SELECT id FROM stac_items WHERE NOT is_placed LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

export interface ProductPlace {
  readonly bbox: LonLatBox;
  readonly footprint: unknown;
  readonly epsg: number;
  readonly gsd: number;
}

/** @param place  Null: it has none that could be found. */
export async function placeProduct(queries: Queries, id: string, place: ProductPlace | null): Promise<void> {
  await queries.query(
    `UPDATE stac_items SET is_placed = true, west = $2, south = $3, east = $4, north = $5, geometry = $6::jsonb, epsg = $7,
       gsd = $8 WHERE id = $1`,
    [
      id,
      ...(place?.bbox ?? [null, null, null, null]),
      place ? JSON.stringify(place.footprint) : null,
      place?.epsg ?? null,
      place?.gsd ?? null,
    ],
  );
}

function toRow(row: Row): FoundItem {
  const { cloud_cover: cloudCover, is_placed: _placed, place: _place, ...rest } = row;
  return { ...rest, cloudCover, bbox: boxOf(row) } as unknown as FoundItem;
}

function boxOf({ west, south, east, north }: Row): LonLatBox | null {
  return west === null ? null : ([west, south, east, north] as unknown as LonLatBox);
}
