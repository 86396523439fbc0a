/** What a batch of observations speaks of, as the database knows it at this moment. Nothing is kept between batches. */
import type { Queries } from '../database/database.ts';
import type { KnownDatastream } from './check-observation.ts';
import type { IncomingObservation } from './observation.ts';

export interface KnownThings {
  readonly datastreamOf: (incoming: IncomingObservation) => KnownDatastream | null;
  readonly features: ReadonlySet<number>;
}

const SELECT = `
SELECT stream.id, stream.key, observation_type, ucum, property, retention_days, place.location, feature.id AS feature,
  extract(epoch FROM last.phenomenon_time)::float8 AS latest
FROM sta_datastreams AS stream
LEFT JOIN LATERAL (
  SELECT link.location FROM sta_things_locations AS link JOIN sta_locations ON id = link.location
  WHERE link.thing = stream.thing ORDER BY min_lon IS NULL, link.location LIMIT 1
) AS place ON true
LEFT JOIN sta_features AS feature ON feature.location = place.location
LEFT JOIN latest_observations AS last ON last.datastream = stream.id
WHERE stream.id = ANY ($1::bigint[]) OR stream.key = ANY ($2::text[])`;

interface DatastreamRow {
  readonly id: number;
  readonly key: string | null;
  readonly observation_type: string;
  readonly ucum: string | null;
  readonly property: string | null;
  readonly retention_days: number | null;
  readonly location: number | null;
  readonly feature: number | null;
  readonly latest: number | null;
  readonly [column: string]: unknown;
}

export async function findKnown(queries: Queries, incoming: readonly IncomingObservation[]): Promise<KnownThings> {
  const [ids, keys, features] = [new Set<number>(), new Set<string>(), new Set<number>()];
  for (const { datastream, feature } of incoming) {
    if (typeof datastream === 'number') {
      if (isId(datastream)) ids.add(datastream);
    } else if (typeof datastream?.key === 'string' && !datastream.key.includes('\0')) keys.add(datastream.key);
    if (feature !== undefined && isId(feature)) features.add(feature);
  }
  const parameters = [[...ids], [...keys]];
  let rows = await queries.query<DatastreamRow>(SELECT, parameters);
  const unmade = rows.flatMap(({ location, feature }) => (location !== null && feature === null ? [location] : []));
  if (unmade.length > 0) {
    await makeFeatures(queries, unmade);
    rows = await queries.query<DatastreamRow>(SELECT, parameters);
  }
  const byId = new Map(rows.map((row) => [row.id, toDatastream(row)]));
  const byKey = new Map([...byId.values()].flatMap((stream) => (stream.key === null ? [] : [[stream.key, stream]])));
  return {
    datastreamOf: ({ datastream }) =>
      (typeof datastream === 'number' ? byId.get(datastream) : byKey.get(datastream?.key)) ?? null,
    features: features.size === 0 ? features : await thoseThere(queries, [...features]),
  };
}

export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** The place of a thing as a feature of interest, which observations without one get (OGC 18-088, 8.2.8). */
async function makeFeatures(queries: Queries, locations: readonly number[]): Promise<void> {
  await queries.query(
    `INSERT INTO sta_features (name, description, encoding_type, feature, location, min_lon, min_lat, max_lon, max_lat)
     SELECT name, description, encoding_type, location, id, min_lon, min_lat, max_lon, max_lat
     FROM sta_locations WHERE id = ANY ($1::bigint[]) ORDER BY id
     ON CONFLICT (location) DO NOTHING`,
    [locations],
  );
}

async function thoseThere(queries: Queries, features: readonly number[]): Promise<Set<number>> {
  const rows = await queries.query<{ id: number }>('SELECT id FROM sta_features WHERE id = ANY ($1::bigint[])', [
    features,
  ]);
  return new Set(rows.map(({ id }) => id));
}

function toDatastream(row: DatastreamRow): KnownDatastream {
  return {
    id: row.id,
    key: row.key,
    observationType: row.observation_type,
    ucum: row.ucum,
    property: row.property,
    retentionDays: row.retention_days,
    latest: row.latest === null ? null : Math.round(row.latest * 1e6),
    feature: row.feature,
  };
}
