/** Two stations some kilometres apart, each with PM10 and a temperature, in a database of their own. */
import type { Database } from '../../../pipelines/database/database.ts';
import { doorOf } from '../../../pipelines/sensors/door-of.ts';
import type { StationDeclaration } from '../../../pipelines/sensors/ensure-stations.ts';
import { ensureStations } from '../../../pipelines/sensors/ensure-stations.ts';

const sensor = { key: 'sensor', name: 'Sensor', description: 'of a test', metadata: 'none' };
const PROPERTIES = {
  pm10: { ucum: 'ug/m3', name: 'microgram per cubic metre', symbol: 'µg/m³' },
  air_temperature: { ucum: 'Cel', name: 'degree Celsius', symbol: '°C' },
} as const;

function station(key: string, lon: number, lat: number): StationDeclaration {
  return {
    key,
    name: `Station ${key}`,
    description: 'of a test',
    place: { lon, lat },
    datastreams: (['pm10', 'air_temperature'] as const).map((id) => ({
      key: `${key}/${id}`,
      name: `${id} at ${key}`,
      description: 'of a test',
      property: { id, name: id, definition: `https://example.org/${id}`, description: id },
      unit: PROPERTIES[id],
      sensor,
    })),
  };
}

export async function addStations(database: Database): Promise<void> {
  await ensureStations(database, [station('west', 5.1, 52.1), station('east', 5.12, 52.1), station('far', 6.5, 53)]);
}

/** @param rows  RFC 3339 and value */
export async function put(
  database: Database,
  key: string,
  rows: readonly (readonly [string, number])[],
): Promise<void> {
  const outcomes = await doorOf(database).put(
    rows.map(([phenomenonTime, result]) => ({ datastream: { key }, phenomenonTime, result })),
  );
  const refused = outcomes.find(({ status }) => status === 'refused');
  if (refused) throw new Error(JSON.stringify(refused));
}

export const hour = (n: number, start = Date.UTC(2026, 0, 5)) => new Date(start + n * 3_600_000).toISOString();
