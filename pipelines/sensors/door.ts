/**
 * The door of observations. Whoever brings some while a statement runs waits, and all that wait go together in the next
 * one: ten senders of single observations cost little more than one.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import type { ObservationRow } from './check-observation.ts';
import { checkObservation, resultOfRow } from './check-observation.ts';
import type { FlaggedRow } from './insert-observations.ts';
import { findObservations, insertObservations } from './insert-observations.ts';
import { findKnown } from './known-datastreams.ts';
import type { AddedObservation, IncomingObservation, ObservationDoor, ObservationOutcome } from './observation.ts';
import { Partitions } from './partitions.ts';

/** Rows of one statement, which is a transaction. More make it no faster, and others wait longer. */
const STATEMENT_ROWS = 10_000;
/** Statements at a time. The embedded database carries out one after the other. */
const LANES = { embedded: 1, postgres: 3 } as const;

interface Delivery {
  readonly observations: readonly IncomingObservation[];
  readonly resolve: (outcomes: ObservationOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

export function createObservationDoor(database: Database): ObservationDoor {
  const partitions = new Partitions(database);
  const writer = database.kind === 'postgres' ? randomUUID() : null;
  const listeners = new Set<(added: readonly AddedObservation[]) => void>();
  const waiting: Delivery[] = [];
  let running = 0;

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
      const outcomes = await putTogether(deliveries.flatMap(({ observations }) => observations));
      let from = 0;
      for (const { observations, resolve } of deliveries) resolve(outcomes.slice(from, (from += observations.length)));
    } catch (error) {
      // What the database does not take is the fault of one of them; the others must not suffer for it.
      if (deliveries.length > 1 && error instanceof SqlError) for (const one of deliveries) await carryOut([one]);
      else for (const { reject } of deliveries) reject(error);
    }
  }

  async function putTogether(incoming: readonly IncomingObservation[]): Promise<ObservationOutcome[]> {
    const known = await findKnown(database, incoming);
    const now = Date.now() * 1000;
    const outcomes: (ObservationOutcome | null)[] = [];
    const rows: PlacedRow[] = [];
    for (const [place, observation] of incoming.entries()) {
      const datastream = known.datastreamOf(observation);
      const row = datastream
        ? checkObservation(observation, { now, datastream, features: known.features })
        : unknown(observation);
      outcomes.push(typeof row === 'string' ? { status: 'refused', reason: row } : null);
      if (typeof row !== 'string') rows.push({ ...row, place, flags: 0 });
    }
    await store(rows, outcomes);
    return outcomes as ObservationOutcome[];
  }

  /** Fills in the outcomes that are still open. */
  async function store(rows: PlacedRow[], outcomes: (ObservationOutcome | null)[]): Promise<void> {
    rows.sort((a, b) => a.datastream - b.datastream || a.time - b.time || a.place - b.place);
    const firsts = rows.filter((row, k) => k === 0 || !isSame(row, rows[k - 1]!));
    const ids = firsts.length === 0 ? [] : await insertObservations(database, firsts, { writer, partitions });
    const added: AddedObservation[] = [];
    const left: PlacedRow[] = [];
    for (const [k, row] of firsts.entries()) {
      const id = ids[k]!;
      if (id === null) left.push(row);
      else {
        outcomes[row.place] = { status: 'added', id };
        if (listeners.size > 0) added.push(toAdded(row, id));
      }
    }
    const there = left.length === 0 ? [] : await findObservations(database, left);
    for (const [k, row] of left.entries())
      outcomes[row.place] =
        there[k] == null ? { status: 'refused', reason: gone(row) } : { status: 'known', id: there[k] };
    repeat(rows, outcomes);
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
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface PlacedRow extends FlaggedRow {
  /** In the batch as it came. */
  readonly place: number;
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

function isSame(a: ObservationRow, b: ObservationRow): boolean {
  return a.datastream === b.datastream && a.time === b.time;
}

/** What came twice in one batch is known the second time, under the number of the first. */
function repeat(rows: readonly PlacedRow[], outcomes: (ObservationOutcome | null)[]): void {
  for (const [k, row] of rows.entries()) {
    if (outcomes[row.place] !== null) continue;
    const first = outcomes[rows[k - 1]!.place]!;
    outcomes[row.place] = first.status === 'added' ? { status: 'known', id: first.id } : first;
  }
}

function toAdded(row: PlacedRow, id: number): AddedObservation {
  const { datastream, time, flags } = row;
  return { id, datastream, phenomenonTime: Math.floor(time / 1000), result: resultOfRow(row), flags };
}

/** A listener's fault is its own: the observations are stored. */
function tell(listener: (added: readonly AddedObservation[]) => void, added: readonly AddedObservation[]): void {
  try {
    listener(added);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

function unknown({ datastream }: IncomingObservation): string {
  const name = typeof datastream === 'object' ? `"${datastream.key.slice(0, 200)}"` : String(datastream);
  return `There is no datastream ${name}`;
}

function gone({ datastream }: ObservationRow): string {
  return `The datastream ${datastream} was removed at this moment`;
}
