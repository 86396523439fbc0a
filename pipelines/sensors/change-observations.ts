/** Observations that are there already: corrected, flagged, removed. What is counted of them follows. */
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries, Row } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import type { ObservationRow } from './check-observation.ts';
import { checkObservation } from './check-observation.ts';
import { findKnown } from './known-datastreams.ts';
import { resultIn } from './notices.ts';
import type { IncomingObservation } from './observation.ts';
import { partitionsWithin } from './partitions.ts';
import type { Touched } from './rollups.ts';
import { lockDatastreams, refreshRollups } from './rollups.ts';

/** What is named is changed; null takes away what may be absent. */
export type ObservationChange = {
  readonly [K in keyof IncomingObservation]?: IncomingObservation[K];
};

/** SQLSTATE of a key that is there already. */
const UNIQUE_VIOLATION = '23505';

/**
 * @throws {PlatformError} `not-found`; `parameter-invalid` with the reason that the door would give; `not-the-same` where
 *   its datastream has another observation of the new time
 */
export async function changeObservation(tx: Queries, id: number, change: ObservationChange): Promise<void> {
  const before = await lockObservation(tx, id, change.datastream);
  const incoming: IncomingObservation = { ...toIncoming(before), ...change };
  const known = await findKnown(tx, [incoming]);
  const datastream = known.datastreamOf(incoming);
  if (!datastream)
    throw new PlatformError('parameter-invalid', `There is no datastream ${JSON.stringify(incoming.datastream)}`);
  const row = checkObservation(incoming, { now: Date.now() * 1000, datastream, features: known.features });
  if (typeof row === 'string') throw new PlatformError('parameter-invalid', row);
  await partitionsWithin(tx).ensure([row.time]);
  await update(tx, id, before.time, row);
  // What the tests said of the old result is not said of the new one.
  const touched = { datastream: row.datastream, time: new Date(row.time / 1000) };
  await refreshRollups(tx, [{ datastream: before.datastream, time: before.time }, touched]);
}

/** @throws {PlatformError} `not-found` */
export async function removeObservation(tx: Queries, id: number): Promise<void> {
  const { datastream, time } = await lockObservation(tx, id);
  await tx.query('DELETE FROM observations WHERE id = $1 AND datastream = $2 AND phenomenon_time BETWEEN $3 AND $4', [
    id,
    datastream,
    ...around(time),
  ]);
  await refreshRollups(tx, [{ datastream, time }]);
}

/** All observations of a feature of interest. */
export async function removeObservationsOf(tx: Queries, feature: number): Promise<void> {
  const streams = await tx.query<{ datastream: number }>(
    'SELECT DISTINCT datastream FROM observations WHERE feature = $1',
    [feature],
  );
  await lockDatastreams(
    tx,
    streams.map(({ datastream }) => datastream),
  );
  const hours = await tx.query<{ datastream: number; time: Date }>(
    `WITH removed AS (DELETE FROM observations WHERE feature = $1 RETURNING datastream, phenomenon_time)
     SELECT DISTINCT datastream, date_trunc('hour', phenomenon_time) AS time FROM removed`,
    [feature],
  );
  await refreshRollups(tx, hours);
}

export interface NewFlags {
  readonly datastream: number;
  /** Milliseconds since 1970. */
  readonly phenomenonTime: number;
  readonly flags: number;
}

/** After tests that look at a whole series or at neighbours. @returns how many were changed by it */
export function changeFlags(database: Database, all: readonly NewFlags[]): Promise<number> {
  return database.transaction(async (tx) => {
    await lockDatastreams(tx, [...new Set(all.map(({ datastream }) => datastream))]);
    const touched = await tx.query<{ datastream: number; time: Date }>(
      `UPDATE observations AS known SET flags = given.flags
       FROM unnest($1::bigint[], $2::float8[], $3::integer[]) AS given (datastream, time, flags)
       WHERE known.datastream = given.datastream AND known.flags <> given.flags
         AND known.phenomenon_time >= to_timestamp(given.time) AND known.phenomenon_time < to_timestamp(given.time + 0.001)
       RETURNING known.datastream, known.phenomenon_time AS time`,
      [
        all.map(({ datastream }) => datastream),
        all.map(({ phenomenonTime }) => phenomenonTime / 1000),
        all.map(({ flags }) => flags),
      ],
    );
    await refreshRollups(tx, touched);
    return touched.length;
  });
}

/** As text, because a `Date` has no microseconds. */
const TEXTS = ['phenomenon_time', 'phenomenon_end', 'result_time', 'valid_from', 'valid_to'].map(
  (name) => `to_char(${name}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${name}_text`,
);

interface Before extends Touched {
  readonly row: Row;
}

/** Locks its datastream, and the one where it is going. */
async function lockObservation(tx: Queries, id: number, target?: IncomingObservation['datastream']): Promise<Before> {
  const [first] = await tx.query<{ datastream: number }>('SELECT datastream FROM observations WHERE id = $1', [id]);
  if (first) await lockDatastreams(tx, typeof target === 'number' ? [first.datastream, target] : [first.datastream]);
  const [row] = await tx.query(`SELECT *, ${TEXTS.join(', ')} FROM observations WHERE id = $1`, [id]);
  if (!row || !first) throw new PlatformError('not-found', `There is no Observation ${id}`);
  return { datastream: row['datastream'] as number, time: row['phenomenon_time'] as Date, row };
}

/** Without the time every partition would be looked into. */
function around(time: Date): [string, string] {
  return [time.toISOString(), new Date(time.getTime() + 1).toISOString()];
}

function toIncoming({ row }: Before): IncomingObservation {
  const text = (name: string) => row[`${name}_text`] as string | null;
  const span = (from: string, to: string) => (row[to] === null ? text(from) : `${text(from)}/${text(to)}`);
  const { parameters, feature } = row as {
    parameters: Readonly<Record<string, unknown>> | null;
    feature: number | null;
  };
  return {
    datastream: row['datastream'] as number,
    phenomenonTime: span('phenomenon_time', 'phenomenon_end')!,
    resultTime: text('result_time'),
    result: resultIn(row),
    validTime: span('valid_from', 'valid_to'),
    resultQuality: row['result_quality'],
    parameters,
    ...(feature === null ? {} : { feature }),
  };
}

async function update(tx: Queries, id: number, time: Date, row: ObservationRow): Promise<void> {
  const seconds = (value: number | null) => (value === null ? null : value / 1e6);
  try {
    await tx.query(
      `UPDATE observations SET datastream = $4, phenomenon_time = to_timestamp($5::float8),
         phenomenon_end = to_timestamp($6::float8), result_time = to_timestamp($7::float8), result = $8::float8,
         result_kind = $9, result_json = $10::jsonb, result_quality = $11::jsonb, valid_from = to_timestamp($12::float8),
         valid_to = to_timestamp($13::float8), parameters = $14::jsonb, feature = $15::bigint,
         flags = CASE WHEN (result, result_json) IS NOT DISTINCT FROM ($8::float8, $10::jsonb) THEN flags ELSE 0 END
       WHERE id = $1 AND phenomenon_time BETWEEN $2 AND $3`,
      [
        id,
        ...around(time),
        row.datastream,
        seconds(row.time),
        seconds(row.end),
        seconds(row.resultTime),
        row.number,
        row.kind,
        row.json,
        row.quality,
        seconds(row.validFrom),
        seconds(row.validTo),
        row.parameters,
        row.feature,
      ],
    );
  } catch (error) {
    if (!(error instanceof SqlError && error.sqlState === UNIQUE_VIOLATION)) throw error;
    throw new PlatformError('not-the-same', 'The Datastream has another Observation of this phenomenonTime', {
      cause: error,
    });
  }
}
