/** What whoever watches wants to know of an observation's datastream, kept for a while. */
import type { Database } from '../database/database.ts';

export interface StreamFacts {
  readonly id: number;
  readonly key: string | null;
  readonly name: string;
  readonly thing: number;
  readonly station: string;
  /** Id of the observed property. */
  readonly property: string | null;
  readonly unit: string | null;
  /** That its thing belongs to, in small letters; levels are given to networks. */
  readonly network: string | null;
  /** WGS 84, degrees; null: nowhere. */
  readonly place: readonly [lon: number, lat: number] | null;
}

export interface StreamFactsCache {
  /** Of those that there are. */
  of(ids: readonly number[]): Promise<ReadonlyMap<number, StreamFacts>>;
}

/** A station that was moved or given another name is told so after this time. */
const KEPT_MS = 30_000;
const MOST_KEPT = 100_000;

interface FactsRow {
  readonly id: number;
  readonly key: string | null;
  readonly name: string;
  readonly thing: number;
  readonly station: string;
  readonly property: string | null;
  readonly ucum: string | null;
  readonly network: string | null;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly [column: string]: unknown;
}

export function createStreamFacts(database: Database): StreamFactsCache {
  let kept = new Map<number, StreamFacts>();
  let since = Date.now();
  return {
    async of(ids) {
      if (Date.now() - since > KEPT_MS || kept.size > MOST_KEPT) {
        kept = new Map();
        since = Date.now();
      }
      const unknown = [...new Set(ids)].filter((id) => !kept.has(id));
      if (unknown.length > 0) for (const facts of await findFacts(database, unknown)) kept.set(facts.id, facts);
      return kept;
    },
  };
}

async function findFacts(database: Database, ids: readonly number[]): Promise<StreamFacts[]> {
  const rows = await database.query<FactsRow>(
    `SELECT stream.id, stream.key, stream.name, stream.thing, thing.name AS station, stream.property, stream.ucum,
       lower(thing.properties ->> 'network') AS network,
       (place.min_lon + place.max_lon) / 2 AS lon, (place.min_lat + place.max_lat) / 2 AS lat
     FROM sta_datastreams AS stream JOIN sta_things AS thing ON thing.id = stream.thing
     LEFT JOIN LATERAL (
       SELECT location.* FROM sta_things_locations AS link JOIN sta_locations AS location ON location.id = link.location
       WHERE link.thing = stream.thing ORDER BY min_lon IS NULL, link.location LIMIT 1
     ) AS place ON true
     WHERE stream.id = ANY ($1::bigint[])`,
    [ids],
  );
  return rows.map(({ lon, lat, ucum, ...row }) => ({
    ...row,
    unit: ucum,
    place: lon === null || lat === null ? null : [lon, lat],
  }));
}
