/** A batch of observations on its way: checked, sorted, stored, and what became of each. */
import type { Queries } from '../database/database.ts';
import type { ObservationRow } from './check-observation.ts';
import { checkObservation, resultOfRow } from './check-observation.ts';
import type { ArrivingRow } from './flag-arrivals.ts';
import { flagArrivals } from './flag-arrivals.ts';
import type { InsertOptions } from './insert-observations.ts';
import { findObservations, insertObservations } from './insert-observations.ts';
import { findKnown } from './known-datastreams.ts';
import type { AddedObservation, IncomingObservation, ObservationOutcome } from './observation.ts';

export interface PutResult {
  /** In the order in which they came. */
  readonly outcomes: ObservationOutcome[];
  readonly added: AddedObservation[];
}

interface PlacedRow extends ArrivingRow {
  /** In the batch as it came. */
  readonly place: number;
}

/** Checks and stores one batch, in one statement but for what it needs to know. */
export async function putObservations(
  queries: Queries,
  incoming: readonly IncomingObservation[],
  options: InsertOptions,
): Promise<PutResult> {
  const known = await findKnown(queries, incoming);
  const now = Date.now() * 1000;
  const outcomes: (ObservationOutcome | null)[] = [];
  const rows: PlacedRow[] = [];
  for (const [place, observation] of incoming.entries()) {
    const datastream = known.datastreamOf(observation);
    const row = datastream
      ? checkObservation(observation, { now, datastream, features: known.features })
      : unknown(observation);
    outcomes.push(typeof row === 'string' ? { status: 'refused', reason: row } : null);
    if (datastream && typeof row !== 'string') rows.push({ ...row, stream: datastream, place, flags: 0 });
  }
  const added = await store(queries, rows, outcomes, options);
  return { outcomes: outcomes as ObservationOutcome[], added };
}

/** Fills in the outcomes that are still open. */
async function store(
  queries: Queries,
  rows: PlacedRow[],
  outcomes: (ObservationOutcome | null)[],
  options: InsertOptions,
): Promise<AddedObservation[]> {
  rows.sort((a, b) => a.datastream - b.datastream || a.time - b.time || a.place - b.place);
  const firsts = rows.filter((row, k) => k === 0 || !isSame(row, rows[k - 1]!));
  await flagArrivals(queries, firsts, options.arrivals);
  const ids = firsts.length === 0 ? [] : await insertObservations(queries, firsts, options);
  const added: AddedObservation[] = [];
  const left: PlacedRow[] = [];
  for (const [k, row] of firsts.entries()) {
    const id = ids[k]!;
    if (id === null) left.push(row);
    else {
      outcomes[row.place] = { status: 'added', id };
      added.push(toAdded(row, id));
    }
  }
  const there = left.length === 0 ? [] : await findObservations(queries, left);
  for (const [k, row] of left.entries())
    outcomes[row.place] =
      there[k] == null ? { status: 'refused', reason: gone(row) } : { status: 'known', id: there[k] };
  repeat(rows, outcomes);
  return added;
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

function unknown({ datastream }: IncomingObservation): string {
  const name = typeof datastream === 'object' ? `"${datastream.key.slice(0, 200)}"` : String(datastream);
  return `There is no datastream ${name}`;
}

function gone({ datastream }: ObservationRow): string {
  return `The datastream ${datastream} was removed at this moment`;
}
