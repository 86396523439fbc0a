/** What a rule watches, one by one. */
import { relates } from '../core/cql2/spatial/relates.ts';
import type { Area, DatastreamSource, ZoneSource } from '../core/alerts/rule.ts';
import type { Queries } from '../database/database.ts';

export interface Subject {
  /** Within its rule: `datastream:12`, `zone:west`, `polygon:…`. */
  readonly key: string;
  readonly title: string;
  readonly unit: string | null;
  /** Degrees; null: it lies nowhere. */
  readonly position: readonly [lon: number, lat: number] | null;
  /** What it speaks for: subjects of one source are not independent of each other. */
  readonly source: string;
  /** The data set that its level hangs on. */
  readonly data: { readonly kind: string; readonly id: string } | null;
}

export interface DatastreamSubject extends Subject {
  readonly datastream: number;
}

export interface ZoneSubject extends Subject {
  readonly zone: string;
}

/** At the place where its thing is now. */
export async function datastreamSubjects(queries: Queries, source: DatastreamSource): Promise<DatastreamSubject[]> {
  const rows = await queries.query(
    `SELECT d.id, t.id AS thing_id, t.name AS thing, lower(t.properties ->> 'network') AS network, p.name AS property, d.unit_symbol, place.lon, place.lat
     FROM sta_datastreams AS d JOIN sta_things AS t ON t.id = d.thing JOIN sta_observed_properties AS p ON p.id = d.observed_property
     LEFT JOIN LATERAL (
       SELECT (l.min_lon + l.max_lon) / 2 AS lon, (l.min_lat + l.max_lat) / 2 AS lat
       FROM sta_things_locations AS tl JOIN sta_locations AS l ON l.id = tl.location
       WHERE tl.thing = t.id AND l.min_lon IS NOT NULL ORDER BY l.id LIMIT 1) AS place ON true
     WHERE ($1::bigint[] IS NULL OR d.id = ANY ($1::bigint[]))
       AND ($2::text IS NULL OR d.property = $2::text OR lower(p.name) = lower($2::text))
     ORDER BY d.id`,
    [source.datastreams ?? null, source.property ?? null],
  );
  const subjects = rows.map((row): DatastreamSubject => {
    const position = typeof row['lon'] === 'number' ? ([row['lon'], row['lat'] as number] as const) : null;
    return {
      key: `datastream:${row['id'] as number}`,
      datastream: row['id'] as number,
      title: `${row['thing'] as string}, ${row['property'] as string}`,
      unit: row['unit_symbol'] as string | null,
      position,
      source: `thing:${row['thing_id'] as number}`,
      data: typeof row['network'] === 'string' ? { kind: 'sensors', id: row['network'] } : null,
    };
  });
  return source.area ? subjects.filter(({ position }) => position && isIn(position, source.area!)) : subjects;
}

export async function zoneSubjects(queries: Queries, source: ZoneSource): Promise<ZoneSubject[]> {
  const rows = await queries.query(
    `SELECT id, (west + east) / 2 AS lon, (south + north) / 2 AS lat FROM zones
     WHERE set_id = $1 AND ($2::text[] IS NULL OR id = ANY ($2::text[])) ORDER BY ordinal`,
    [source.set, source.zones ?? null],
  );
  return rows.map((row) => ({
    key: `zone:${row['id'] as string}`,
    zone: row['id'] as string,
    title: `${row['id'] as string}, ${source.statistic} of ${source.series}`,
    unit: null,
    position: [row['lon'] as number, row['lat'] as number],
    source: `zones:${source.set}/${source.series}`,
    data: { kind: 'zones', id: source.set },
  }));
}

export function isIn([lon, lat]: readonly [number, number], area: Area): boolean {
  if (!('type' in area)) {
    const [west, south, east, north] = area;
    const isBetween = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
    return isBetween && lat >= south && lat <= north;
  }
  return relates('s_intersects', { type: 'Point', coordinates: [lon, lat] }, area as Parameters<typeof relates>[2]);
}
