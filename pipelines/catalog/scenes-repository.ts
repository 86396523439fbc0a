/** Scenes in the database. */
import type { Queries, Row } from '../database/database.ts';
import type { SceneRecord } from './scene-record.ts';
import { sceneSchema } from './scene-record.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';

export interface SceneFilter {
  /** Scenes that meet this box. */
  readonly bbox?: LonLatBox;
  /** RFC 3339, inclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly tile?: string;
  readonly collection?: string;
  readonly limit?: number;
}

export async function findScene(queries: Queries, id: string): Promise<SceneRecord | null> {
  const [row] = await queries.query('SELECT * FROM scenes WHERE id = $1', [id]);
  return row ? toScene(row) : null;
}

/** Those of the ids that are there, in no order. */
export async function findScenes(queries: Queries, ids: readonly string[]): Promise<SceneRecord[]> {
  const rows = await queries.query('SELECT * FROM scenes WHERE id = ANY($1::text[])', [ids]);
  return rows.map(toScene);
}

/** Oldest first. */
export async function listScenes(queries: Queries, filter: SceneFilter = {}): Promise<SceneRecord[]> {
  const { bbox, from = null, to = null, tile = null, collection = null, limit = 10_000 } = filter;
  const rows = await queries.query(
    `SELECT * FROM scenes
     WHERE ($1::timestamptz IS NULL OR datetime >= $1::timestamptz)
       AND ($2::timestamptz IS NULL OR datetime <= $2::timestamptz)
       AND ($3::text IS NULL OR tile = $3::text)
       AND ($4::text IS NULL OR collection = $4::text)
       AND ($5::float8 IS NULL OR (south <= $8::float8 AND north >= $6::float8 AND ${MEETS_LONGITUDES}))
     ORDER BY datetime, id LIMIT $9`,
    [from, to, tile, collection, ...(bbox ?? [null, null, null, null]), limit],
  );
  return rows.map(toScene);
}

/** Boxes with west > east cross 180° and are two. */
const MEETS_LONGITUDES = `(
  (west <= east AND $5::float8 <= $7::float8 AND west <= $7::float8 AND east >= $5::float8)
  OR (west > east AND $5::float8 <= $7::float8 AND (west <= $7::float8 OR east >= $5::float8))
  OR (west <= east AND $5::float8 > $7::float8 AND (west <= $7::float8 OR east >= $5::float8))
  OR (west > east AND $5::float8 > $7::float8))`;

/** Adds a scene, or replaces what is known under its id. */
export async function putScene(queries: Queries, scene: SceneRecord): Promise<void> {
  const { bbox } = scene;
  await queries.query(
    `INSERT INTO scenes (id, collection, platform, level, baseline, tile, datetime, epsg, west, south, east, north,
       footprint, cloud_cover, bands, classes, calibration, source, digest, files, findings)
     VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10, $11, $12, $13::jsonb, $14, $15::jsonb, $16::jsonb,
       $17::jsonb, $18, $19, $20::jsonb, $21::jsonb)
     ON CONFLICT (id) DO UPDATE SET (collection, platform, level, baseline, tile, datetime, epsg, west, south, east, north,
       footprint, cloud_cover, bands, classes, calibration, source, digest, files, findings, updated_at)
     = (EXCLUDED.collection, EXCLUDED.platform, EXCLUDED.level, EXCLUDED.baseline, EXCLUDED.tile, EXCLUDED.datetime,
       EXCLUDED.epsg, EXCLUDED.west, EXCLUDED.south, EXCLUDED.east, EXCLUDED.north, EXCLUDED.footprint,
       EXCLUDED.cloud_cover, EXCLUDED.bands, EXCLUDED.classes, EXCLUDED.calibration, EXCLUDED.source, EXCLUDED.digest,
       EXCLUDED.files, EXCLUDED.findings, now())`,
    [
      scene.id,
      scene.collection,
      scene.platform,
      scene.level,
      scene.baseline,
      scene.tile,
      scene.datetime,
      scene.epsg,
      ...bbox,
      JSON.stringify(scene.footprint),
      scene.cloudCover,
      JSON.stringify(scene.bands),
      JSON.stringify(scene.classes),
      JSON.stringify(scene.calibration),
      scene.source,
      scene.digest,
      JSON.stringify(scene.files),
      JSON.stringify(scene.findings),
    ],
  );
}

function toScene(row: Row): SceneRecord {
  const { west, south, east, north, datetime, cloud_cover: cloudCover, ...rest } = row;
  return sceneSchema.parse({
    ...rest,
    bbox: [west, south, east, north],
    datetime: (datetime as Date).toISOString(),
    cloudCover,
  });
}
