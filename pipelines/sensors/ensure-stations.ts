/**
 * The things, places and datastreams that a file or a feed speaks of, made where they are not there yet. Each is known by
 * its `key`; what is there stays as it is, also where somebody has given it another name since.
 */
import type { Database, Queries } from '../database/database.ts';

export interface SensorDeclaration {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** Address or text of what is known of it. */
  readonly metadata: string;
}

export interface PropertyDeclaration {
  /** CF name where there is one, else a short name: `air_temperature`, `pm10`. */
  readonly id: string;
  readonly name: string;
  /** Address of its definition. */
  readonly definition: string;
  readonly description: string;
}

export interface UnitDeclaration {
  /** UCUM code. */
  readonly ucum: string;
  readonly name: string;
  readonly symbol: string;
}

export interface DatastreamDeclaration {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly property: PropertyDeclaration;
  readonly unit: UnitDeclaration;
  readonly sensor: SensorDeclaration;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface StationDeclaration {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** WGS 84, degrees; null: not known. */
  readonly place: { readonly lon: number; readonly lat: number } | null;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly datastreams: readonly DatastreamDeclaration[];
}

/** @returns how many things and datastreams were made. */
export function ensureStations(
  database: Database,
  stations: readonly StationDeclaration[],
): Promise<{ readonly things: number; readonly datastreams: number }> {
  return database.transaction(async (tx) => {
    const made = await insertThings(tx, stations);
    await insertPlaces(
      tx,
      stations.filter(({ place }) => place !== null),
    );
    const streams = stations.flatMap((station) => station.datastreams.map((stream) => ({ station, stream })));
    await insertSensors(
      tx,
      streams.map(({ stream }) => stream.sensor),
    );
    await insertProperties(
      tx,
      streams.map(({ stream }) => stream.property),
    );
    return { things: made, datastreams: await insertDatastreams(tx, streams) };
  });
}

async function insertThings(tx: Queries, stations: readonly StationDeclaration[]): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO sta_things (key, name, description, properties)
     SELECT key, name, description, properties::jsonb
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS thing (key, name, description, properties)
     ON CONFLICT (key) DO NOTHING RETURNING id`,
    [
      stations.map(({ key }) => key),
      stations.map(({ name }) => name),
      stations.map(({ description }) => description),
      stations.map(({ properties }) => JSON.stringify(properties ?? {})),
    ],
  );
  return rows.length;
}

/** A location of its own for each thing that stands nowhere yet, and since when it is there. */
async function insertPlaces(tx: Queries, all: readonly StationDeclaration[]): Promise<void> {
  const unplaced = await tx.query<{ key: string }>(
    `SELECT key FROM sta_things AS thing WHERE key = ANY ($1::text[])
       AND NOT EXISTS (SELECT FROM sta_things_locations AS link WHERE link.thing = thing.id)`,
    [all.map(({ key }) => key)],
  );
  if (unplaced.length === 0) return;
  const keys = unplaced.map(({ key }) => key);
  const byKey = new Map(all.map((station) => [station.key, station]));
  const stations = keys.map((key) => byKey.get(key)!);
  await tx.query(
    `INSERT INTO sta_locations (key, name, description, encoding_type, location, min_lon, min_lat, max_lon, max_lat)
     SELECT key, name, 'Where the station stands', 'application/geo+json',
       jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(lon, lat)), lon, lat, lon, lat
     FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) AS place (key, name, lon, lat)
     ON CONFLICT (key) DO NOTHING`,
    [
      keys,
      stations.map(({ name }) => name),
      stations.map(({ place }) => place!.lon),
      stations.map(({ place }) => place!.lat),
    ],
  );
  await tx.query(
    `INSERT INTO sta_things_locations (thing, location)
     SELECT thing.id, location.id FROM sta_things AS thing JOIN sta_locations AS location USING (key)
     WHERE key = ANY ($1::text[]) ON CONFLICT DO NOTHING`,
    [keys],
  );
  await tx.query(
    `WITH made AS (
       INSERT INTO sta_historical_locations (thing, time)
       SELECT id, now() FROM sta_things WHERE key = ANY ($1::text[]) RETURNING id, thing)
     INSERT INTO sta_historical_locations_locations (historical_location, location)
     SELECT made.id, link.location FROM made JOIN sta_things_locations AS link USING (thing)`,
    [keys],
  );
}

async function insertSensors(tx: Queries, all: readonly SensorDeclaration[]): Promise<void> {
  const sensors = [...new Map(all.map((sensor) => [sensor.key, sensor])).values()];
  await tx.query(
    `INSERT INTO sta_sensors (key, name, description, encoding_type, metadata)
     SELECT key, name, description, 'text/html', to_jsonb(metadata)
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS sensor (key, name, description, metadata)
     ON CONFLICT (key) DO NOTHING`,
    [
      sensors.map(({ key }) => key),
      sensors.map(({ name }) => name),
      sensors.map(({ description }) => description),
      sensors.map(({ metadata }) => metadata),
    ],
  );
}

async function insertProperties(tx: Queries, all: readonly PropertyDeclaration[]): Promise<void> {
  const properties = [...new Map(all.map((property) => [property.id, property])).values()];
  await tx.query(
    `INSERT INTO sta_observed_properties (key, name, definition, description)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ON CONFLICT (key) DO NOTHING`,
    [
      properties.map(({ id }) => id),
      properties.map(({ name }) => name),
      properties.map(({ definition }) => definition),
      properties.map(({ description }) => description),
    ],
  );
}

const MEASUREMENT = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';

interface StreamOfStation {
  readonly station: StationDeclaration;
  readonly stream: DatastreamDeclaration;
}

async function insertDatastreams(tx: Queries, all: readonly StreamOfStation[]): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO sta_datastreams (key, thing, sensor, observed_property, name, description, observation_type, unit_name,
       unit_symbol, unit_definition, ucum, property, properties)
     SELECT stream.key, thing.id, sensor.id, property.id, stream.name, stream.description, '${MEASUREMENT}', unit_name,
       unit_symbol, 'https://ucum.org/ucum#' || ucum, ucum, property.key, stream.properties::jsonb
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
         $10::text[])
       AS stream (key, thing, sensor, property, name, description, unit_name, unit_symbol, ucum, properties)
     JOIN sta_things AS thing ON thing.key = stream.thing
     JOIN sta_sensors AS sensor ON sensor.key = stream.sensor
     JOIN sta_observed_properties AS property ON property.key = stream.property
     ON CONFLICT (key) DO NOTHING RETURNING id`,
    [
      all.map(({ stream }) => stream.key),
      all.map(({ station }) => station.key),
      all.map(({ stream }) => stream.sensor.key),
      all.map(({ stream }) => stream.property.id),
      all.map(({ stream }) => stream.name),
      all.map(({ stream }) => stream.description),
      all.map(({ stream }) => stream.unit.name),
      all.map(({ stream }) => stream.unit.symbol),
      all.map(({ stream }) => stream.unit.ucum),
      all.map(({ stream }) => JSON.stringify(stream.properties ?? {})),
    ],
  );
  return rows.length;
}
