/** Where things are, and what becomes of where they were. */
import type { Queries } from '../../../pipelines/database/database.ts';
import type { EntityType, Relation } from '../read/entities.ts';

/**
 * Linking a Thing with Locations, from either end, moves it.
 * @returns the new Locations of each Thing; null where the link is of another kind
 */
export function movedThings(
  type: EntityType,
  relation: Relation,
  id: number,
  others: readonly number[],
): (readonly [thing: number, locations: readonly number[]])[] | null {
  if (type.name === 'Thing' && relation.to === 'Location') return others.length > 0 ? [[id, others]] : [];
  if (type.name === 'Location' && relation.to === 'Thing') return others.map((thing) => [thing, [id]]);
  return null;
}

/** All Locations of a Thing are the same place in several encodings: new ones take the place of the old ones. */
export async function placeThing(tx: Queries, thing: number, locations: readonly number[]): Promise<void> {
  await setPlace(tx, thing, locations);
  await tx.query(
    `WITH made AS (INSERT INTO sta_historical_locations (thing, time) VALUES ($1, now()) RETURNING id)
     INSERT INTO sta_historical_locations_locations (historical_location, location)
     SELECT made.id, location FROM made, unnest($2::bigint[]) AS location ON CONFLICT DO NOTHING`,
    [thing, locations],
  );
}

async function setPlace(tx: Queries, thing: number, locations: readonly number[]): Promise<void> {
  await tx.query('DELETE FROM sta_things_locations WHERE thing = $1', [thing]);
  await tx.query(
    `INSERT INTO sta_things_locations (thing, location) SELECT $1, location FROM unnest($2::bigint[]) AS location
     ON CONFLICT DO NOTHING`,
    [thing, locations],
  );
}

/** A HistoricalLocation that somebody made, and that is later than all others of its Thing, says where the Thing is. */
export async function followHistory(tx: Queries, historicalLocation: number): Promise<void> {
  const [latest] = await tx.query<{ thing: number; locations: number[] }>(
    `SELECT made.thing, array_agg(link.location) AS locations
     FROM sta_historical_locations AS made
     JOIN sta_historical_locations_locations AS link ON link.historical_location = made.id
     WHERE made.id = $1 AND made.time <= now() AND NOT EXISTS (
       SELECT FROM sta_historical_locations AS later WHERE later.thing = made.thing AND later.id <> made.id
         AND later.time > made.time)
     GROUP BY made.thing`,
    [historicalLocation],
  );
  if (latest) await setPlace(tx, latest.thing, latest.locations);
}

/** What was seen there stays where it was seen: the next Observation gets a feature of the new place. */
export async function partFromFeature(tx: Queries, location: number): Promise<void> {
  await tx.query('UPDATE sta_features SET location = NULL WHERE location = $1', [location]);
}
