/** MQTT of a server: what a broker brings goes through the door, what comes through the door is published. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '../../pipelines/database/database.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { ensureStations } from '../../pipelines/sensors/ensure-stations.ts';
import type { AddedObservation } from '../../pipelines/sensors/observation.ts';
import { createStreamFacts } from '../../pipelines/sensors/stream-facts.ts';
import type { Log } from '../http/log.ts';
import { toFilter, wants } from '../services/live/filter.ts';
import type { MqttLink } from './client.ts';
import { openMqttLink } from './client.ts';
import type { InboxCounts } from './inbox.ts';
import { createInbox } from './inbox.ts';
import { createMessageReader } from './read-message.ts';
import type { MqttSettings } from './subscriptions.ts';

export interface MqttStatus extends InboxCounts {
  readonly isConnected: boolean;
  readonly lastError: string | null;
  readonly topics: readonly string[];
  readonly published: number;
  /** Not published, because the broker was away or too slow. */
  readonly dropped: number;
}

export interface MqttService {
  status(): MqttStatus;
  close(): Promise<void>;
}

export interface MqttServiceOptions {
  readonly url: string;
  readonly workspace: string;
  readonly settings: MqttSettings;
  readonly database: () => Promise<Database>;
  readonly log: Log;
  /** Readings of other networks are not published. */
  readonly isOpen: (network: string) => boolean;
  readonly reconnectMs?: number;
}

/** Published and not confirmed. */
const MOST_UNCONFIRMED = 5000;
const LOG_MS = 1000;

export async function startMqtt(options: MqttServiceOptions): Promise<MqttService> {
  const { url, workspace, settings, log, isOpen, reconnectMs } = options;
  const database = await options.database();
  const door = doorOf(database);
  const reader = createMessageReader(settings);
  const tell = sparingly((topic: string, reason: string) => log.warn({ topic, reason }, 'mqtt:message'));
  const inbox = createInbox({
    reader,
    put: (observations) => door.put(observations),
    ensure: async (stations) => void (await ensureStations(database, stations)),
    onFault: tell,
  });
  let lastError: string | null = null;
  const link = openMqttLink({
    url,
    clientId: `landmeter-${createHash('sha256').update(`${hostname()}:${workspace}`).digest('hex').slice(0, 12)}`,
    filters: reader.filters,
    ready: () => inbox.room(),
    onMessage: (message) => inbox.take(message),
    onState(state, error) {
      lastError = state === 'connected' ? null : (error?.message ?? lastError ?? 'the connection was closed');
      log.info({ broker: withoutPassword(url), error: error?.message }, `mqtt:${state}`);
    },
    ...(reconnectMs !== undefined && { reconnectMs }),
  });
  const out = publishing({ database, link, settings, log, isOpen });
  const stop = settings.sensorthings.publish === false ? () => {} : door.subscribe((added) => out.publish(added));
  return {
    status: () => ({
      ...inbox.counts,
      ...out.counts,
      isConnected: link.isConnected,
      lastError,
      topics: Object.keys(reader.filters),
    }),
    async close() {
      stop();
      await inbox.close();
      await link.close();
    },
  };
}

interface Publishing extends Pick<MqttServiceOptions, 'settings' | 'log' | 'isOpen'> {
  readonly database: Database;
  readonly link: MqttLink;
}

/** @see OGC 18-088, 14.3: the topic is the address of the collection, the payload the entity */
function publishing({ database, link, settings, log, isOpen }: Publishing) {
  const counts = { published: 0, dropped: 0 };
  const facts = createStreamFacts(database);
  const { publish: wanted, prefix } = settings.sensorthings;
  const filter = toFilter(typeof wanted === 'object' ? wanted : {});
  let publishingNow: Promise<void> = Promise.resolve();

  async function publishAll(added: readonly AddedObservation[]): Promise<void> {
    const known = await facts.of(added.map(({ datastream }) => datastream));
    for (const observation of added) {
      const stream = known.get(observation.datastream);
      const { key = null, property = null, place = null, network = null } = stream ?? {};
      const event = {
        kind: 'observations',
        text: '',
        datastream: observation.datastream,
        key,
        property,
        place,
        subject: null,
      } as const;
      if (!wants(filter, event) || (network !== null && !isOpen(network))) continue;
      if (!link.isConnected || link.unconfirmed >= MOST_UNCONFIRMED) {
        counts.dropped++;
        continue;
      }
      counts.published++;
      link.publish(`${prefix}v1.1/Datastreams(${observation.datastream})/Observations`, entityOf(observation));
    }
  }

  return {
    counts,
    publish(added: readonly AddedObservation[]) {
      publishingNow = publishingNow
        .then(() => publishAll(added))
        .catch((error: unknown) => log.error({ err: error }, 'mqtt:not-published'));
    },
  };
}

function entityOf({ id, datastream, phenomenonTime, result, flags }: AddedObservation): string {
  return JSON.stringify({
    '@iot.id': id,
    '@iot.selfLink': `/sta/v1.1/Observations(${id})`,
    phenomenonTime: new Date(phenomenonTime).toISOString(),
    resultTime: null,
    result,
    resultQuality: { flags },
    'Datastream@iot.navigationLink': `/sta/v1.1/Datastreams(${datastream})`,
  });
}

/** One line a second: a sensor that is broken says so thousands of times. */
function sparingly(tell: (topic: string, reason: string) => void): (topic: string, reason: string) => void {
  let last = 0;
  return (topic, reason) => {
    if (Date.now() - last < LOG_MS) return;
    last = Date.now();
    tell(topic, reason);
  };
}

export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
