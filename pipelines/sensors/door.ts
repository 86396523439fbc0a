/**
 * The door of observations. Whoever brings some while a statement runs waits, and all that wait go together in the next
 * one: ten senders of single observations cost little more than one.
 */
import { randomUUID } from 'node:crypto';
import type { Database, Queries } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import type { AddedObservation, IncomingObservation, ObservationDoor, ObservationOutcome } from './observation.ts';
import type { KnownArrivals } from './flag-arrivals.ts';
import { hearOthers } from './notices.ts';
import { createPartitions, partitionsWithin } from './partitions.ts';
import type { PutResult } from './put-observations.ts';
import { putObservations } from './put-observations.ts';

/** Rows of one statement, which is a transaction. More make it no faster, and others wait longer. */
const STATEMENT_ROWS = 10_000;
/** Statements at a time. The embedded database carries out one after the other. */
const LANES = { embedded: 1, postgres: 3 } as const;

interface Delivery {
  readonly observations: readonly IncomingObservation[];
  readonly resolve: (outcomes: ObservationOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What else the rest of the sensors' code may do with the door. */
export interface SensorDoor extends ObservationDoor {
  /** As a part of a transaction of the caller, who announces what was added after it. */
  putWithin(tx: Queries, observations: readonly IncomingObservation[]): Promise<PutResult>;
  announce(added: readonly AddedObservation[]): void;
}

export function createObservationDoor(database: Database): SensorDoor {
  const partitions = createPartitions(database);
  const arrivals: KnownArrivals = new Map();
  const writer = database.kind === 'postgres' ? randomUUID() : null;
  const listeners = new Set<(added: readonly AddedObservation[]) => void>();
  const waiting: Delivery[] = [];
  let running = 0;
  let stopHearing = () => {};

  function next(): void {
    if (running >= LANES[database.kind] || waiting.length === 0) return;
    running++;
    void carryOut(take(waiting)).finally(() => {
      running--;
      next();
    });
  }

  async function carryOut(deliveries: readonly Delivery[]): Promise<void> {
    try {
      const all = deliveries.flatMap(({ observations }) => observations);
      const { outcomes, added } = await putObservations(database, all, { writer, partitions, arrivals });
      announce(added);
      let from = 0;
      for (const { observations, resolve } of deliveries) resolve(outcomes.slice(from, (from += observations.length)));
    } catch (error) {
      // What the database does not take is the fault of one of them; the others must not suffer for it.
      if (deliveries.length > 1 && error instanceof SqlError) for (const one of deliveries) await carryOut([one]);
      else for (const { reject } of deliveries) reject(error);
    }
  }

  function announce(added: readonly AddedObservation[]): void {
    if (added.length > 0) for (const listener of listeners) tell(listener, added);
  }

  return {
    async put(observations) {
      const outcomes: ObservationOutcome[] = [];
      for (let from = 0; from < observations.length; from += STATEMENT_ROWS) {
        const part = observations.slice(from, from + STATEMENT_ROWS);
        const done = await new Promise<ObservationOutcome[]>((resolve, reject) => {
          waiting.push({ observations: part, resolve, reject });
          next();
        });
        for (const outcome of done) outcomes.push(outcome);
      }
      return outcomes;
    },
    subscribe(listener) {
      if (listeners.size === 0) stopHearing = hearOthers(database, writer, announce);
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stopHearing();
      };
    },
    putWithin: (tx, observations) =>
      putObservations(tx, observations, { writer, partitions: partitionsWithin(tx), arrivals }),
    announce,
  };
}

/** As many as one statement takes, at least one. */
function take(waiting: Delivery[]): Delivery[] {
  let rows = 0;
  let count = 0;
  while (count < waiting.length) {
    rows += waiting[count]!.observations.length;
    if (count > 0 && rows > STATEMENT_ROWS) break;
    count++;
  }
  return waiting.splice(0, count);
}

/** A listener's fault is its own: the observations are stored. */
function tell(listener: (added: readonly AddedObservation[]) => void, added: readonly AddedObservation[]): void {
  try {
    listener(added);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
