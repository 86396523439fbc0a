/**
 * The simulated stations in the database, through the same door as any reading. The last weeks come before the server says
 * that it is ready; the rest of the two years follows while it serves, and goes on where it was after a stop.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Planted } from '../../data-samples/stations/planted.ts';
import { simulate, STATIONS_FROM, STATIONS_TO } from '../../data-samples/stations/simulate.ts';
import type { SimulatedProperty, SimulatedStation } from '../../data-samples/stations/stations.ts';
import { MEASURES, STATIONS, UNITS } from '../../data-samples/stations/stations.ts';
import { SAMPLE_ATTRIBUTION } from '../../data-samples/scene/item.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { declareStation, streamKey } from '../../pipelines/feeds/declare.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { ensureStations } from '../../pipelines/sensors/ensure-stations.ts';
import type { IncomingObservation, ObservationDoor } from '../../pipelines/sensors/observation.ts';

export const SIMULATED = 'simulated';
const HOUR_MS = 3_600_000;
const FROM = Date.parse(STATIONS_FROM);
const TO = Date.parse(STATIONS_TO);
/** What a map and a chart show first. */
const RECENT = TO - 21 * 24 * HOUR_MS;
/** Of one step; others wait for the database no longer than it takes. */
const STEP_HOURS = 48;

const DESCRIPTIONS = {
  weather: 'Simulated weather station; not a measurement',
  air: 'Simulated air quality station; not a measurement',
  groundwater: 'Simulated groundwater well, metres above NAP; not a measurement',
  river: 'Simulated water level gauge, metres above NAP; not a measurement',
} as const;

interface Series {
  readonly station: SimulatedStation;
  readonly property: SimulatedProperty;
  readonly key: string;
}

const SERIES: readonly Series[] = STATIONS.flatMap((station) =>
  MEASURES[station.kind].map((property) => ({ station, property, key: streamKey(SIMULATED, station.id, property) })),
);

/** Stations and the last weeks, where they are not there. */
export async function ensureSampleStations(database: Database, signal?: AbortSignal): Promise<void> {
  const known = await database.query(
    `SELECT FROM observation_days JOIN sta_datastreams ON id = datastream WHERE key = $1 AND day >= $2 LIMIT 1`,
    [SERIES.at(-1)!.key, new Date(TO - 24 * HOUR_MS).toISOString()],
  );
  if (known.length > 0) return;
  await declareSimulated(database);
  await putHours(doorOf(database), RECENT, TO, { signal, stepHours: 21 * 24 });
}

export async function declareSimulated(database: Database): Promise<void> {
  await ensureStations(
    database,
    STATIONS.map(({ id, kind, name, at }) =>
      declareStation({
        provider: SIMULATED,
        key: id,
        name,
        description: DESCRIPTIONS[kind],
        place: { lon: at[0], lat: at[1] },
        properties: { simulated: true, kind, licence: 'EUPL-1.2', attribution: SAMPLE_ATTRIBUTION },
        sensor: {
          key: `${SIMULATED}/sensor`,
          name: 'Simulation',
          description: 'A function of place and time, with faults planted; not a measurement',
          metadata: SAMPLE_ATTRIBUTION,
        },
        streams: MEASURES[kind].map((property) => ({
          property,
          unit: UNITS[property],
          properties: { simulated: true },
        })),
      }),
    ),
  );
}

/** The rest of the two years, in the order in which it would have come. */
export async function fillSampleStations(database: Database, signal: AbortSignal): Promise<void> {
  const [last] = await database.query<{ day: Date | null }>(
    `SELECT max(day) AS day FROM observation_days JOIN sta_datastreams ON id = datastream
     WHERE key = $1 AND day < $2`,
    [SERIES.at(-1)!.key, new Date(RECENT).toISOString()],
  );
  await putHours(doorOf(database), last?.day?.getTime() ?? FROM, RECENT, { signal, stepHours: STEP_HOURS, restMs: 20 });
}

interface PutHoursOptions {
  readonly signal?: AbortSignal | undefined;
  readonly stepHours: number;
  /** Between steps, for others. */
  readonly restMs?: number;
}

/** @param to  The first hour that is not put. */
async function putHours(
  door: ObservationDoor,
  from: number,
  to: number,
  { signal, stepHours, restMs = 0 }: PutHoursOptions,
): Promise<void> {
  for (let at = from; at < to; at += stepHours * HOUR_MS) {
    const end = Math.min(to, at + stepHours * HOUR_MS);
    const batch: IncomingObservation[] = [];
    for (const series of SERIES)
      for (let time = at; time < end; time += HOUR_MS) batch.push(...simulatedAt(series, time));
    if (signal?.aborted) return;
    await door.put(batch);
    if (restMs > 0) await sleep(restMs, undefined, signal ? { signal } : {}).catch(() => {}); // looked at above
  }
}

function simulatedAt(
  { station, property, key }: Series,
  time: number,
  planted?: readonly Planted[],
): IncomingObservation[] {
  const result = simulate(station, property, time, planted);
  return result === null ? [] : [{ datastream: { key }, phenomenonTime: new Date(time).toISOString(), result }];
}

export interface SimulatedReading {
  readonly station: string;
  readonly property: SimulatedProperty;
  readonly unit: string;
  readonly observation: IncomingObservation;
}

/** What all stations send at this moment; nothing is broken. @param time  Milliseconds since 1970. */
export function simulatedNow(time: number): SimulatedReading[] {
  return SERIES.flatMap((series) =>
    simulatedAt(series, time, []).map((observation) => ({
      station: series.station.id,
      property: series.property,
      unit: UNITS[series.property],
      observation,
    })),
  );
}
