/** `$resultFormat=GeoJSON`: entities as features, each where it is. */
import type { Queries, Row } from '../../../pipelines/database/database.ts';
import type { EntityType } from './entities.ts';
import type { EntityJson } from './entity-json.ts';
import { flatten, GEOMETRIES } from './flat.ts';

export async function toFeatures(
  queries: Queries,
  type: EntityType,
  rows: readonly Row[],
  entities: readonly EntityJson[],
): Promise<object[]> {
  const places = await placesOf(queries, type, rows);
  return entities.map((entity, k) => {
    const id = rows[k]!['id'] as number;
    return { type: 'Feature', id, geometry: bare(places.get(id)), properties: flatten(entity, GEOMETRIES) };
  });
}

/** A place may be kept as a feature. */
function bare(place: unknown): unknown {
  if (typeof place !== 'object' || place === null) return null;
  return 'geometry' in place ? place.geometry : place;
}

const OF_THINGS = 'sta_things_locations l JOIN sta_locations p ON p.id = l.location';

/** Where an entity has no geometry of its own, that of the thing that it is about. */
const SQL: Readonly<Partial<Record<EntityType['name'], string>>> = {
  Location: 'SELECT id, location AS place FROM sta_locations WHERE id = ANY($1::bigint[])',
  FeatureOfInterest: 'SELECT id, feature AS place FROM sta_features WHERE id = ANY($1::bigint[])',
  Thing: `SELECT l.thing AS id, p.location AS place FROM ${OF_THINGS} WHERE l.thing = ANY($1::bigint[]) ORDER BY p.id DESC`,
  HistoricalLocation: `SELECT l.historical_location AS id, p.location AS place
    FROM sta_historical_locations_locations l JOIN sta_locations p ON p.id = l.location
    WHERE l.historical_location = ANY($1::bigint[]) ORDER BY p.id DESC`,
  Datastream: `SELECT d.id, coalesce(d.observed_area, p.location) AS place
    FROM sta_datastreams d LEFT JOIN (${OF_THINGS}) ON l.thing = d.thing WHERE d.id = ANY($1::bigint[]) ORDER BY p.id DESC`,
  Observation: `SELECT o.id, coalesce(f.feature, p.location) AS place
    FROM observations o JOIN sta_datastreams d ON d.id = o.datastream LEFT JOIN sta_features f ON f.id = o.feature
      LEFT JOIN (${OF_THINGS}) ON l.thing = d.thing WHERE o.id = ANY($1::bigint[]) ORDER BY p.id DESC`,
};

/** Of several locations, the one that was given first. */
async function placesOf(queries: Queries, { name }: EntityType, rows: readonly Row[]): Promise<Map<number, unknown>> {
  const sql = SQL[name];
  if (sql === undefined || rows.length === 0) return new Map();
  const found = await queries.query(sql, [rows.map((row) => row['id'] as number)]);
  return new Map(found.map((row) => [row['id'] as number, row['place']]));
}
