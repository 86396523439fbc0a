/**
 * Messages on their way through the door. What comes while a batch is being put goes into the next; a message is
 * acknowledged when its observations are in the database, or when it never can be.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { StationDeclaration } from '../../pipelines/sensors/ensure-stations.ts';
import type { IncomingObservation, ObservationOutcome } from '../../pipelines/sensors/observation.ts';
import type { MqttMessage } from './client.ts';
import type { MessageReader } from './read-message.ts';

export interface InboxCounts {
  received: number;
  added: number;
  known: number;
  refused: number;
  malformed: number;
  /** What was wrong with the last one. */
  lastFault: string | null;
}

export interface InboxOptions {
  readonly reader: MessageReader;
  readonly put: (observations: readonly IncomingObservation[]) => Promise<ObservationOutcome[]>;
  readonly ensure: (stations: readonly StationDeclaration[]) => Promise<void>;
  /** Told of what is wrong with a message, and of a database that is away. */
  readonly onFault: (topic: string, reason: string) => void;
  readonly retryMs?: number;
}

export interface Inbox {
  readonly counts: Readonly<InboxCounts>;
  take(message: MqttMessage): void;
  /** Null where there is room; else resolves when there is. */
  room(): Promise<void> | null;
  /** Ends after what is being put. */
  close(): Promise<void>;
}

const BATCH = 2000;
const MOST_WAITING = 10_000;
const MOST_RETRY_MS = 30_000;
const MOST_DECLARED = 100_000;

interface Read {
  readonly message: MqttMessage;
  readonly observations: readonly IncomingObservation[];
  readonly stations: readonly StationDeclaration[];
}

export function createInbox({ reader, put, ensure, onFault, retryMs = 500 }: InboxOptions): Inbox {
  const counts: InboxCounts = { received: 0, added: 0, known: 0, refused: 0, malformed: 0, lastFault: null };
  const waiting: Read[] = [];
  const closing = new AbortController();
  const declared = new Set<string>();
  let roomMade: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  let working: Promise<void> | null = null;

  const fault = (topic: string, reason: string) => {
    counts.lastFault = `${topic}: ${reason}`;
    onFault(topic, reason);
  };

  async function work(): Promise<void> {
    while (waiting.length > 0 && !closing.signal.aborted) {
      const batch = waiting.splice(0, BATCH);
      await keep(batch);
      if (waiting.length < MOST_WAITING / 2) {
        roomMade?.resolve();
        roomMade = null;
      }
    }
  }

  /** Until the database has it: a broker that was not told sends again, but not before it has lost us. */
  async function keep(batch: readonly Read[]): Promise<void> {
    for (let wait = retryMs; !closing.signal.aborted; wait = Math.min(2 * wait, MOST_RETRY_MS)) {
      try {
        await putBatch(batch);
        return;
      } catch (error) {
        const isAway = isPlatformError(error) && ['unavailable', 'busy', 'disk-full'].includes(error.code);
        if (!isAway && batch.length > 1) {
          // One of them is at fault; the others must not suffer for it
          for (const one of batch) await keep([one]);
          return;
        }
        const { topic } = batch[0]!.message;
        fault(topic, String(error));
        if (!isAway) {
          counts.refused += batch[0]!.observations.length;
          batch[0]!.message.acknowledge();
          return;
        }
        await sleep(wait, undefined, { signal: closing.signal }).catch(() => {}); // closing
      }
    }
  }

  async function putBatch(batch: readonly Read[]): Promise<void> {
    const made = batch
      .flatMap(({ stations }) => stations)
      .filter(({ datastreams }) => datastreams.some(({ key }) => !declared.has(key)));
    if (made.length > 0) {
      await ensure(made);
      if (declared.size > MOST_DECLARED) declared.clear();
      for (const { datastreams } of made) for (const { key } of datastreams) declared.add(key);
    }
    const outcomes = await put(batch.flatMap(({ observations }) => observations));
    let at = 0;
    for (const { message, observations } of batch) {
      for (let k = 0; k < observations.length; k++) {
        const outcome = outcomes[at++]!;
        counts[outcome.status]++;
        if (outcome.status === 'refused') fault(message.topic, outcome.reason);
      }
      message.acknowledge();
    }
  }

  return {
    counts,
    take(message) {
      counts.received++;
      const read = reader.read(message.topic, message.payload, Date.now());
      if (read.kind !== 'observations') {
        if (read.kind === 'malformed') {
          counts.malformed++;
          fault(message.topic, read.reason);
        }
        message.acknowledge();
        return;
      }
      waiting.push({ message, observations: read.observations, stations: read.stations });
      working ??= work().finally(() => (working = null));
    },
    room() {
      if (waiting.length < MOST_WAITING) return null;
      roomMade ??= Promise.withResolvers<void>();
      return roomMade.promise;
    },
    async close() {
      closing.abort();
      roomMade?.resolve();
      await working;
    },
  };
}
