/** Stations with their latest values, as a map and a list show them. */
import { flagNames } from '../core/sensors/quality/flags.ts';
import type { DatastreamSummary, StationSummary } from '../core/wire-sensors.ts';
import type { Queries, Row } from '../database/database.ts';

export interface StationFilter {
  /** Only stations with datastreams of this property, and only these. */
  readonly property?: string | undefined;
  readonly bbox?: readonly [west: number, south: number, east: number, north: number] | undefined;
  /** Networks that are left out, in small letters. */
  readonly hidden?: readonly string[] | undefined;
  /** Numbers greater than this. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** By their numbers. A thing without datastreams is no station. */
export async function listStations(queries: Queries, filter: StationFilter): Promise<StationSummary[]> {
  const { property, bbox, hidden = [], after = 0, limit } = filter;
  const things = await queries.query(
    `SELECT t.id, t.name, t.description, t.properties, place.lon, place.lat FROM sta_things AS t
     LEFT JOIN LATERAL (
       SELECT (l.min_lon + l.max_lon) / 2 AS lon, (l.min_lat + l.max_lat) / 2 AS lat
       FROM sta_things_locations AS tl JOIN sta_locations AS l ON l.id = tl.location
       WHERE tl.thing = t.id AND l.min_lon IS NOT NULL ORDER BY l.id LIMIT 1) AS place ON true
     WHERE t.id > $1 AND NOT COALESCE(lower(t.properties ->> 'network') = ANY ($2::text[]), false)
       AND EXISTS (SELECT 1 FROM sta_datastreams AS d WHERE d.thing = t.id AND ($3::text IS NULL OR d.property = $3::text))
       AND ($4::float8 IS NULL OR (place.lon BETWEEN $4::float8 AND $6::float8 AND place.lat BETWEEN $5::float8 AND $7::float8))
     ORDER BY t.id LIMIT $8`,
    [after, [...hidden], property ?? null, ...(bbox ?? [null, null, null, null]), limit],
  );
  const streams = await datastreamsOf(
    queries,
    things.map((row) => row['id'] as number),
    property ?? null,
  );
  return things.map((row) => ({
    id: row['id'] as number,
    name: row['name'] as string,
    description: row['description'] as string,
    position: typeof row['lon'] === 'number' ? [row['lon'], row['lat'] as number] : null,
    isSimulated: (row['properties'] as { simulated?: unknown } | null)?.simulated === true,
    datastreams: streams.get(row['id'] as number) ?? [],
  }));
}

async function datastreamsOf(
  queries: Queries,
  things: readonly number[],
  property: string | null,
): Promise<Map<number, DatastreamSummary[]>> {
  const rows = await queries.query(
    `SELECT d.id, d.thing, d.name, d.property, p.name AS property_name, d.unit_symbol, d.phenomenon_from, d.phenomenon_to,
       l.phenomenon_time, l.result, l.flags
     FROM sta_datastreams AS d JOIN sta_observed_properties AS p ON p.id = d.observed_property
     LEFT JOIN latest_observations AS l ON l.datastream = d.id
     WHERE d.thing = ANY ($1::bigint[]) AND ($2::text IS NULL OR d.property = $2::text) ORDER BY d.id`,
    [things, property],
  );
  const byThing = new Map<number, DatastreamSummary[]>();
  for (const row of rows) {
    const thing = row['thing'] as number;
    const known = byThing.get(thing);
    if (known) known.push(toDatastream(row));
    else byThing.set(thing, [toDatastream(row)]);
  }
  return byThing;
}

const iso = (time: unknown) => (time as Date | null)?.toISOString() ?? null;

function toDatastream(row: Row): DatastreamSummary {
  const time = iso(row['phenomenon_time']);
  const flags = flagNames((row['flags'] as number | null) ?? 0);
  return {
    id: row['id'] as number,
    name: row['name'] as string,
    property: row['property'] as string | null,
    propertyName: row['property_name'] as string,
    unit: row['unit_symbol'] as string | null,
    latest:
      time === null ? null : { time, value: row['result'] as number | null, flags: flags ? flags.split(';') : [] },
    from: iso(row['phenomenon_from']),
    to: iso(row['phenomenon_to']),
  };
}
