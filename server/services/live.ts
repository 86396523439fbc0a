/** What `/live` tells: observations that have come in, alerts that open and end, runs that go on. */
import { randomBytes } from 'node:crypto';
import type { AlertEvent } from '../../pipelines/alerts/alert-desk.ts';
import { tellBriefly } from '../../pipelines/alerts/alert-message.ts';
import type { Database } from '../../pipelines/database/database.ts';
import type { DataKind } from '../../pipelines/policy/levels.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import type { AddedObservation } from '../../pipelines/sensors/observation.ts';
import type { StreamFacts, StreamFactsCache } from '../../pipelines/sensors/stream-facts.ts';
import { createStreamFacts } from '../../pipelines/sensors/stream-facts.ts';
import type { Log } from '../http/log.ts';
import type { LevelBook } from '../policy/access.ts';
import type { ServedDatabase } from './database.ts';
import type { LiveClient, LiveHub } from './live/hub.ts';
import { createLiveHub } from './live/hub.ts';
import type { ServedAlerts } from './served-alerts.ts';
import type { ServedRuns } from './served-runs.ts';
import { withoutFolders } from './without-folders.ts';

export interface Live {
  add(client: LiveClient): ReturnType<LiveHub['add']>;
  readonly count: number;
  /** Hears observations as soon as there is a database. */
  watch(): void;
  close(): void;
}

export interface LiveOptions {
  readonly database: Pick<ServedDatabase, 'open' | 'openExisting'>;
  readonly runs: Pick<ServedRuns, 'listen'>;
  readonly alerts: Pick<ServedAlerts, 'listen'>;
  /** The levels as they are at this moment. */
  readonly levels: Pick<LevelBook, 'guardOf'>;
  readonly log: Log;
}

/** Of a batch that is larger, only the newest of each datastream is told: it is a history that is being loaded. */
const BATCH = 1000;
/** What waits for its datastreams to be looked up, in observations. */
const MOST_WAITING = 50_000;
const LOOK_MS = 1000;

export function createLive({ database, runs, alerts, levels, log }: LiveOptions): Live {
  const hub = createLiveHub({
    instance: randomBytes(4).toString('hex'),
    isOpen: ({ kind, id }) => levels.guardOf(kind, id).level === 'open',
  });
  const stops = [
    runs.listen((event) =>
      hub.tell({ ...NOWHERE, kind: 'runs', subject: { kind: 'run', id: event.run } }, 'run', withoutFolders(event)),
    ),
    alerts.listen((event) => hub.tell(...ofAlert(event))),
  ];
  let waiting = 0;
  let telling: Promise<void> = Promise.resolve();

  function hear(opened: Database): void {
    const facts = createStreamFacts(opened);
    stops.push(
      doorOf(opened).subscribe((added) => {
        const batch = added.length > BATCH ? newest(added) : added;
        if (waiting > MOST_WAITING) return;
        waiting += batch.length;
        // One after the other, so that their order stays
        telling = telling
          .then(() => tellBatch(hub, facts, batch))
          .catch((error: unknown) => log.error({ err: error }, 'live:not-told'))
          .finally(() => (waiting -= batch.length));
      }),
    );
  }

  /** A workspace that is new has no database until something comes in. */
  let looking: NodeJS.Timeout | undefined;
  async function look(): Promise<void> {
    const opened = await database.openExisting();
    if (opened) hear(opened);
    else looking = setTimeout(lookOrTell, LOOK_MS).unref();
  }
  const lookOrTell = () => void look().catch((error: unknown) => log.error({ err: error }, 'live:not-opened'));

  return {
    add: (client) => hub.add(client),
    get count() {
      return hub.count;
    },
    watch: lookOrTell,
    close() {
      clearTimeout(looking);
      for (const stop of stops) stop();
      hub.close();
    },
  };
}

const NOWHERE = { datastream: null, key: null, property: null, place: null } as const;

async function tellBatch(hub: LiveHub, facts: StreamFactsCache, batch: readonly AddedObservation[]): Promise<void> {
  const known = await facts.of(batch.map(({ datastream }) => datastream));
  for (const observation of batch) {
    const stream = known.get(observation.datastream);
    if (!stream) continue; // removed since
    const { key, property, place, network } = stream;
    const subject = network === null ? null : ({ kind: 'sensors', id: network } as const);
    hub.tell(
      { kind: 'observations', datastream: observation.datastream, key, property, place, subject },
      'observation',
      toWire(observation, stream),
    );
  }
}

/** The result as it was stored, unrounded. */
function toWire({ id, datastream, phenomenonTime, result, flags }: AddedObservation, stream: StreamFacts) {
  const { key, thing, station, property, unit, place } = stream;
  const time = new Date(phenomenonTime).toISOString();
  return { id, datastream, key, thing, station, property, unit, phenomenonTime: time, result, flags, place };
}

function newest(added: readonly AddedObservation[]): AddedObservation[] {
  const last = new Map<number, AddedObservation>();
  for (const observation of added) {
    const known = last.get(observation.datastream);
    if (!known || known.phenomenonTime < observation.phenomenonTime) last.set(observation.datastream, observation);
  }
  return [...last.values()];
}

function ofAlert({ event, alert }: AlertEvent): Parameters<LiveHub['tell']> {
  const subject = alert.data && { kind: alert.data.kind as DataKind, id: alert.data.id };
  return [{ ...NOWHERE, kind: 'alerts', place: alert.position, subject }, 'alert', { event, ...tellBriefly(alert) }];
}
