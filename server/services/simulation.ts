/** The simulated stations, sending: into a database that this process holds, or to a broker. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../pipelines/database/database.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { declareSimulated, ensureSampleStations, fillSampleStations, simulatedNow } from './sample-stations.ts';
import { STATIONS_TO } from '../../data-samples/stations/simulate.ts';

export interface SimulationRequest {
  /** From now on, until stopped; else the two years of history. */
  readonly isLive: boolean;
  readonly everySeconds: number;
}

export interface SimulationLine {
  /** So far. */
  readonly added: number;
  /** RFC 3339, of the last reading. */
  readonly time: string;
}

export async function* simulateHere(
  database: Database,
  { isLive, everySeconds }: SimulationRequest,
  signal: AbortSignal,
): AsyncGenerator<SimulationLine> {
  if (!isLive) {
    await ensureSampleStations(database, signal);
    await fillSampleStations(database, signal);
    const [count] = await database.query<{ added: number }>(
      `SELECT COALESCE(sum(count), 0)::integer AS added FROM observation_days JOIN sta_datastreams ON id = datastream
       WHERE key LIKE 'simulated/%'`,
    );
    yield { added: count!.added, time: STATIONS_TO };
    return;
  }
  await declareSimulated(database);
  let added = 0;
  for await (const time of ticks(everySeconds, signal)) {
    const outcomes = await doorOf(database).put(simulatedNow(time).map(({ observation }) => observation));
    added += outcomes.filter(({ status }) => status === 'added').length;
    yield { added, time: new Date(time).toISOString() };
  }
}

export async function publishSimulation(url: string, everySeconds: number, signal: AbortSignal): Promise<void> {
  const { openMqttLink } = await import('../mqtt/client.ts');
  const link = openMqttLink({
    url,
    clientId: `landmeter-simulation-${process.pid}`,
    filters: {},
    ready: () => null,
    onMessage: () => {},
    onState: () => {},
  });
  try {
    for await (const time of ticks(everySeconds, signal)) {
      if (!link.isConnected) continue;
      for (const { station, property, unit, observation } of simulatedNow(time)) {
        const payload = { value: observation.result, unit, time: observation.phenomenonTime };
        link.publish(`sensors/simulated/${station}/${property}`, JSON.stringify(payload));
      }
    }
  } finally {
    await link.close();
  }
}

/** Whole seconds, so that the same moment is the same reading whoever asks. */
async function* ticks(everySeconds: number, signal: AbortSignal): AsyncGenerator<number> {
  for (let next = Date.now(); !signal.aborted; next += everySeconds * 1000) {
    await sleep(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => {}); // looked at below
    if (!signal.aborted) yield Math.floor(Date.now() / 100) * 100;
  }
}
