/** Sets of zones in the database. */
import type { Database, Queries, Row } from '../database/database.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Zone, ZoneGeometry, ZoneSet } from './zone-set.ts';

/** A set without its zones. */
export interface ZoneSetSummary extends Omit<ZoneSet, 'zones'> {
  readonly count: number;
}

export async function findZoneSet(queries: Queries, id: string): Promise<ZoneSetSummary | null> {
  const [row] = await queries.query('SELECT * FROM zone_sets WHERE id = $1', [id]);
  return row ? toSummary(row) : null;
}

export async function listZoneSets(queries: Queries): Promise<ZoneSetSummary[]> {
  return (await queries.query('SELECT * FROM zone_sets ORDER BY id')).map(toSummary);
}

/** In the order of the file that they came from. */
export async function listZones(queries: Queries, setId: string): Promise<Zone[]> {
  const rows = await queries.query(
    'SELECT id, properties, geometry, west, south, east, north FROM zones WHERE set_id = $1 ORDER BY ordinal',
    [setId],
  );
  return rows.map((row) => ({
    id: row['id'] as string,
    properties: row['properties'] as Zone['properties'],
    geometry: row['geometry'] as ZoneGeometry,
    bbox: boxOf(row),
  }));
}

/** Zones in one statement; parameters of a statement are limited to 65,535. */
const BATCH = 1000;

/** Adds a set, or replaces the one of its id; all of it or nothing. */
export async function putZoneSet(database: Database, set: ZoneSet): Promise<void> {
  const { id, name, idField, epsg, bbox, source, digest, zones } = set;
  await database.transaction(async (tx) => {
    await tx.query('DELETE FROM zones WHERE set_id = $1', [id]);
    await tx.query(
      `INSERT INTO zone_sets (id, name, id_field, epsg, count, west, south, east, north, source, digest)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (id) DO UPDATE SET (name, id_field, epsg, count, west, south, east, north, source, digest, updated_at)
       = (EXCLUDED.name, EXCLUDED.id_field, EXCLUDED.epsg, EXCLUDED.count, EXCLUDED.west, EXCLUDED.south,
          EXCLUDED.east, EXCLUDED.north, EXCLUDED.source, EXCLUDED.digest, now())`,
      [id, name, idField, epsg, zones.length, ...bbox, source, digest],
    );
    for (let from = 0; from < zones.length; from += BATCH)
      await putZones(tx, id, zones.slice(from, from + BATCH), from);
  });
}

async function putZones(tx: Queries, setId: string, zones: readonly Zone[], from: number): Promise<void> {
  const rows = zones.map(({ id, properties, geometry, bbox: [west, south, east, north] }, k) => ({
    ordinal: from + k,
    id,
    properties,
    geometry,
    west,
    south,
    east,
    north,
  }));
  await tx.query(
    `INSERT INTO zones (set_id, ordinal, id, properties, geometry, west, south, east, north)
     SELECT $1, ordinal, id, properties, geometry, west, south, east, north
     FROM jsonb_to_recordset($2::jsonb) AS zone (ordinal integer, id text, properties jsonb, geometry jsonb,
       west float8, south float8, east float8, north float8)`,
    [setId, JSON.stringify(rows)],
  );
}

function toSummary(row: Row): ZoneSetSummary {
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    idField: row['id_field'] as string | null,
    epsg: row['epsg'] as number,
    count: row['count'] as number,
    bbox: boxOf(row),
    source: row['source'] as string,
    digest: row['digest'] as string,
  };
}

function boxOf(row: Row): LonLatBox {
  return [row['west'], row['south'], row['east'], row['north']] as unknown as LonLatBox;
}
