/**
 * The one place that decides what of the sensors is left out. A level is given to a network (kind `sensors`), and a Thing
 * belongs to the network that its `properties.network` names. With a closed Thing go its Datastreams, their Observations
 * and its HistoricalLocations; a Location, Sensor, ObservedProperty or FeatureOfInterest goes where closed Things alone
 * have to do with it.
 */
import type { Binder } from './binder.ts';
import type { TypeName } from './entities.ts';

/** Networks that whoever asks may not see. */
export type Hidden = readonly string[];

/** A condition on the rows of `alias`, or null where all may be seen. */
export function visible(type: TypeName, alias: string, hidden: Hidden, binder: Binder): string | null {
  if (hidden.length === 0) return null;
  const names = binder.bind(
    hidden.map((name) => name.toLowerCase()),
    'text[]',
  );
  const closed = `SELECT id FROM sta_things WHERE lower(properties ->> 'network') = ANY(${names})`;
  const closedStreams = `SELECT id FROM sta_datastreams WHERE thing IN (${closed})`;
  /** Some of what it belongs to is closed, and none of it is open. */
  const onlyClosed = (owners: string, owner: string) =>
    `NOT (EXISTS (${owners} AND ${owner} IN (${closed})) AND NOT EXISTS (${owners} AND ${owner} NOT IN (${closed})))`;
  switch (type) {
    case 'Thing':
      return `${alias}.id NOT IN (${closed})`;
    case 'Datastream':
    case 'HistoricalLocation':
      return `${alias}.thing NOT IN (${closed})`;
    case 'Observation':
      return `${alias}.datastream NOT IN (${closedStreams})`;
    case 'Location':
      return onlyClosed(ofLocation(`${alias}.id`), 'v.thing');
    case 'Sensor':
      return onlyClosed(`SELECT 1 FROM sta_datastreams v WHERE v.sensor = ${alias}.id`, 'v.thing');
    case 'ObservedProperty':
      return onlyClosed(`SELECT 1 FROM sta_datastreams v WHERE v.observed_property = ${alias}.id`, 'v.thing');
    case 'FeatureOfInterest':
      return onlyClosed(
        `SELECT 1 FROM (SELECT thing FROM (${thingsAt(`${alias}.location`)}) AS p
           UNION SELECT d.thing FROM observations o JOIN sta_datastreams d ON d.id = o.datastream WHERE o.feature = ${alias}.id) AS v
         WHERE TRUE`,
        'v.thing',
      );
  }
}

function ofLocation(id: string): string {
  return `SELECT 1 FROM (${thingsAt(id)}) AS v WHERE TRUE`;
}

/** Things that are or were somewhere. */
function thingsAt(location: string): string {
  return `SELECT thing FROM sta_things_locations WHERE location = ${location}
    UNION SELECT h.thing FROM sta_historical_locations h JOIN sta_historical_locations_locations l ON l.historical_location = h.id
      WHERE l.location = ${location}`;
}
