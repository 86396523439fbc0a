/** Scenes as a list shows them: without bands and files, which are most of a record. */
import { z } from 'zod';
import type { Queries, Row } from '../database/database.ts';
import type { SceneSummary } from '../core/wire-catalogue.ts';

export interface SceneListFilter {
  readonly tile?: string | undefined;
  readonly collection?: string | undefined;
  /** RFC 3339, inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Scenes that come after this one in the list. */
  readonly after?: string | undefined;
  /** Collections that are left out. */
  readonly without: readonly string[];
  readonly limit: number;
}

const ring = z.array(z.array(z.number()));
const rowSchema = z.object({
  id: z.string(),
  collection: z.string(),
  platform: z.string().nullable(),
  tile: z.string().nullable(),
  datetime: z.date(),
  cloud_cover: z.number().nullable(),
  west: z.number(),
  south: z.number(),
  east: z.number(),
  north: z.number(),
  footprint: z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
  levels: z.array(z.enum(['ok', 'warning', 'unknown'])),
});

/** Newest first. */
export async function listSceneSummaries(queries: Queries, filter: SceneListFilter): Promise<SceneSummary[]> {
  const { tile = null, collection = null, from = null, to = null, after = null, without, limit } = filter;
  const rows = await queries.query(
    `SELECT id, collection, platform, tile, datetime, cloud_cover, west, south, east, north, footprint,
       jsonb_path_query_array(findings, '$[*].level') AS levels
     FROM scenes
     WHERE ($1::text IS NULL OR tile = $1::text) AND ($2::text IS NULL OR collection = $2::text)
       AND ($3::timestamptz IS NULL OR datetime >= $3::timestamptz)
       AND ($4::timestamptz IS NULL OR datetime <= $4::timestamptz)
       AND ($5::text IS NULL OR (datetime, id) < (SELECT datetime, id FROM scenes WHERE id = $5::text))
       AND collection <> ALL ($7::text[])
     ORDER BY datetime DESC, id DESC LIMIT $6`,
    [tile, collection, from, to, after, limit, without],
  );
  return rows.map(toSummary);
}

export async function countScenes(queries: Queries, without: readonly string[]): Promise<number> {
  const [row] = await queries.query('SELECT count(*)::int AS count FROM scenes WHERE collection <> ALL ($1::text[])', [
    without,
  ]);
  return row!['count'] as number;
}

function toSummary(row: Row): SceneSummary {
  const { levels, datetime, cloud_cover: cloudCover, west, south, east, north, ...rest } = rowSchema.parse(row);
  const count = (level: string) => levels.filter((one) => one === level).length;
  return {
    ...rest,
    datetime: datetime.toISOString(),
    cloudCover,
    bbox: [west, south, east, north],
    findings: { ok: count('ok'), warning: count('warning'), unknown: count('unknown') },
  };
}
