/** Hours, days, the latest value and the span of a datastream made anew from its observations, after these changed. */
import type { Queries } from '../database/database.ts';
import { COUNTS } from './insert-observations.ts';

/** An observation that was changed or removed, or its new time. */
export interface Touched {
  readonly datastream: number;
  readonly time: Date;
}

/** Writers of observations wait for each other here, and in one order. Must come before what they read. */
export async function lockDatastreams(tx: Queries, datastreams: readonly number[]): Promise<void> {
  await tx.query('SELECT id FROM sta_datastreams WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE', [
    datastreams,
  ]);
}

/** The datastreams must be locked. */
export async function refreshRollups(tx: Queries, touched: readonly Touched[]): Promise<void> {
  if (touched.length === 0) return;
  const parameters: TouchedColumns = [
    touched.map(({ datastream }) => datastream),
    touched.map(({ time }) => time.toISOString()),
  ];
  await remake(tx, HOURS, parameters);
  await remake(tx, DAYS, parameters);
  await refreshEnds(tx, [...new Set(touched.map(({ datastream }) => datastream))]);
}

type TouchedColumns = [datastreams: readonly number[], times: readonly string[]];

interface Rollup {
  readonly table: string;
  readonly part: 'hour' | 'day';
  /** Columns from rows of the source, and where its time is. */
  readonly select: string;
  readonly source: string;
  readonly time: string;
}

const HOURS: Rollup = {
  table: 'observation_hours',
  part: 'hour',
  select: COUNTS,
  source: 'observations',
  time: 'phenomenon_time',
};
const DAYS: Rollup = {
  table: 'observation_days',
  part: 'day',
  select: 'sum(count), sum(sum), min(min), max(max), sum(flagged)',
  source: 'observation_hours',
  time: 'hour',
};

async function remake(tx: Queries, rollup: Rollup, parameters: TouchedColumns): Promise<void> {
  const { table, part, select, source, time } = rollup;
  const parts = `SELECT DISTINCT datastream, date_trunc('${part}', time::timestamptz) AS part
    FROM unnest($1::bigint[], $2::text[]) AS touched (datastream, time)`;
  await tx.query(
    `DELETE FROM ${table} AS known USING (${parts}) AS touched
     WHERE known.datastream = touched.datastream AND known.${part} = touched.part`,
    parameters,
  );
  const counted = source === 'observations' ? 'WHERE result IS NOT NULL' : '';
  await tx.query(
    `INSERT INTO ${table} (datastream, ${part}, count, sum, min, max, flagged)
     SELECT touched.datastream, touched.part, made.* FROM (${parts}) AS touched CROSS JOIN LATERAL (
       SELECT ${select} FROM (
         SELECT * FROM ${source} WHERE datastream = touched.datastream AND ${time} >= touched.part
           AND ${time} < touched.part + interval '1 ${part}'
       ) AS rows ${counted} HAVING count(*) > 0
     ) AS made`,
    parameters,
  );
}

/**
 * The latest observation, and from when to when there are some. The end is looked for among the last ones: intervals that
 * reach far beyond a thousand later ones do not occur.
 */
async function refreshEnds(tx: Queries, datastreams: readonly number[]): Promise<void> {
  await tx.query('DELETE FROM latest_observations WHERE datastream = ANY ($1::bigint[])', [datastreams]);
  await tx.query(
    `INSERT INTO latest_observations (datastream, observation, phenomenon_time, result, result_kind, result_json, flags)
     SELECT stream.id, last.* FROM sta_datastreams AS stream CROSS JOIN LATERAL (
       SELECT id, phenomenon_time, result, result_kind, result_json, flags FROM observations
       WHERE datastream = stream.id ORDER BY phenomenon_time DESC LIMIT 1
     ) AS last WHERE stream.id = ANY ($1::bigint[])`,
    [datastreams],
  );
  await tx.query(
    `UPDATE sta_datastreams AS stream SET
       phenomenon_from = (SELECT min(phenomenon_time) FROM observations WHERE datastream = stream.id),
       phenomenon_to = (SELECT max(COALESCE(phenomenon_end, phenomenon_time)) FROM (
         SELECT phenomenon_end, phenomenon_time FROM observations WHERE datastream = stream.id
         ORDER BY phenomenon_time DESC LIMIT 1000) AS last),
       (result_from, result_to) = (SELECT min(result_time), max(result_time) FROM observations
         WHERE datastream = stream.id AND stream.result_from IS NOT NULL)
     WHERE id = ANY ($1::bigint[])`,
    [datastreams],
  );
}
