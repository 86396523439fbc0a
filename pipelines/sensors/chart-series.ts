/** A datastream through time, no finer than a chart can draw. */
import type { ChartSeries } from '../core/wire-sensors.ts';
import type { Queries, Row } from '../database/database.ts';

export interface ChartQuestion {
  readonly datastream: number;
  /** Milliseconds since 1970, both included. */
  readonly from: number;
  readonly to: number;
  /** Most rows; the answer has no more. */
  readonly points: number;
}

type Columns = Omit<ChartSeries, 'id' | 'unit'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const iso = (time: number) => new Date(time).toISOString();

/**
 * Each observation where they are few enough; else minimum, mean and maximum of what no quality test has failed, in
 * buckets of whole hours or days, out of the rollups: a year costs as much as a week.
 */
export async function readChartSeries(queries: Queries, question: ChartQuestion): Promise<Columns> {
  const raw = await readRaw(queries, question);
  if (raw) return raw;
  const span = question.to - question.from;
  const hours = Math.ceil(span / question.points / HOUR_MS);
  if (hours < 24) return readBuckets(queries, question, Math.max(1, hours) * HOUR_MS, 'observation_hours', 'hour');
  return readBuckets(queries, question, Math.ceil(span / question.points / DAY_MS) * DAY_MS, 'observation_days', 'day');
}

/** Null where they are too many. */
async function readRaw(queries: Queries, { datastream, from, to, points }: ChartQuestion): Promise<Columns | null> {
  const rows = await queries.query(
    `SELECT phenomenon_time AS time, result AS value, flags FROM observations
     WHERE datastream = $1 AND phenomenon_time BETWEEN $2::timestamptz AND $3::timestamptz AND result_kind <> 'j'
     ORDER BY phenomenon_time LIMIT $4`,
    [datastream, iso(from), iso(to), points + 1],
  );
  if (rows.length > points) return null;
  return {
    resolution: 'raw',
    times: rows.map(timeOf),
    values: rows.map((row) => row['value'] as number | null),
    flags: rows.map((row) => row['flags'] as number),
  };
}

async function readBuckets(
  queries: Queries,
  { datastream, from, to }: ChartQuestion,
  bucketMs: number,
  table: 'observation_hours' | 'observation_days',
  column: 'hour' | 'day',
): Promise<Columns> {
  const rows = await queries.query(
    `SELECT to_timestamp(bucket * $4) AS time, sum(sum) / NULLIF(sum(count), 0) AS value, min(min) AS min, max(max) AS max,
       sum(flagged)::int AS flagged
     FROM (SELECT floor(extract(epoch FROM ${column}) / $4) AS bucket, count, sum, min, max, flagged FROM ${table}
       WHERE datastream = $1 AND ${column} BETWEEN $2::timestamptz AND $3::timestamptz) AS rollup
     GROUP BY bucket ORDER BY bucket`,
    [datastream, iso(Math.floor(from / bucketMs) * bucketMs), iso(to), bucketMs / 1000],
  );
  return {
    resolution: bucketMs / 1000,
    times: rows.map(timeOf),
    values: rows.map((row) => row['value'] as number | null),
    min: rows.map((row) => row['min'] as number | null),
    max: rows.map((row) => row['max'] as number | null),
    flags: rows.map((row) => row['flagged'] as number),
  };
}

const timeOf = (row: Row) => (row['time'] as Date).toISOString();
