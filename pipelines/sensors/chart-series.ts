/** A datastream through time, no finer than a chart can draw. */
import type { ChartSeries } from '../core/wire-sensors.ts';
import type { Queries, Row } from '../database/database.ts';
import { bucketsOf, readSeries } from './read-series.ts';

export interface ChartQuestion {
  readonly datastream: number;
  /** Milliseconds since 1970, both included. */
  readonly from: number;
  readonly to: number;
  /** Most rows; the answer has no more. */
  readonly points: number;
}

type Columns = Omit<ChartSeries, 'id' | 'unit'>;

const iso = (time: number) => new Date(time).toISOString();

/** Each observation where they are few enough; else buckets, out of the rollups: a year costs as much as a week. */
export async function readChartSeries(queries: Queries, question: ChartQuestion): Promise<Columns> {
  return (await readRaw(queries, question)) ?? readBuckets(queries, question);
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

async function readBuckets(queries: Queries, question: ChartQuestion): Promise<Columns> {
  const withEnd = { ...question, to: question.to + 1 };
  const { bucket } = bucketsOf(withEnd);
  const buckets = await readSeries(queries, withEnd);
  return {
    resolution: bucket / 1000,
    times: buckets.map(({ time }) => iso(time)),
    values: buckets.map(({ mean }) => mean),
    min: buckets.map(({ min }) => min),
    max: buckets.map(({ max }) => max),
    flags: buckets.map(({ flagged }) => flagged),
  };
}

const timeOf = (row: Row) => (row['time'] as Date).toISOString();
