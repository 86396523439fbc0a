/** Series of Datastreams for charts, and what is the latest of all of them. */
import type { Queries, Row, SqlValue } from '../database/database.ts';
import { VALUE_FLAGS } from '../core/sensors/quality/flags.ts';
import { resultIn } from './notices.ts';
import type { ObservationResult } from './observation.ts';

/** A part of time with the values in it that no test speaks against. */
export interface SeriesBucket {
  /** Milliseconds since 1970, the start of the bucket. */
  readonly time: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Values in it that a test speaks against. */
  readonly flagged: number;
}

export interface SeriesQuestion {
  readonly datastream: number;
  /** Milliseconds since 1970; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Buckets at most: about the pixels of the chart. */
  readonly points: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Buckets of equal length from the coarsest table that suffices: days, hours, or the observations themselves. The least
 * and the most of each are exact, so that no peak is lost; a mean is of all values, not of hours.
 */
export async function readSeries(queries: Queries, question: SeriesQuestion): Promise<SeriesBucket[]> {
  const { datastream, from, to } = question;
  const { unit, bucket } = bucketsOf(question);
  const start = unit === 0 ? from : Math.floor(from / unit) * unit;
  const columns = await packed(queries, unit === 0 ? RAW : rollup(unit === DAY_MS ? 'day' : 'hour'), [
    datastream,
    new Date(start).toISOString(),
    new Date(to).toISOString(),
    bucket / 1000,
  ]);
  const [places, counts, sums, least, most, flagged] = columns;
  return places.map((place, k) => ({
    time: start + place * bucket,
    count: counts[k]!,
    mean: sums[k]! / counts[k]!,
    min: least[k]!,
    max: most[k]!,
    flagged: flagged[k]!,
  }));
}

/** Milliseconds of a bucket, and of a row of the table that it is made of; 0: of observations. */
export function bucketsOf({ from, to, points }: Omit<SeriesQuestion, 'datastream'>): {
  readonly unit: number;
  readonly bucket: number;
} {
  const wanted = (to - from) / Math.max(1, points);
  const unit = wanted >= DAY_MS ? DAY_MS : wanted >= HOUR_MS ? HOUR_MS : 0;
  return { unit, bucket: unit === 0 ? Math.max(1, Math.ceil(wanted)) : Math.ceil(wanted / unit) * unit };
}

type Numbers = readonly number[];
type SixColumns = readonly [Numbers, Numbers, Numbers, Numbers, Numbers, Numbers];

/** Numbers by column, from one row of texts: thousands of rows cost more on their way than in the database. */
async function packed(queries: Queries, sql: string, params: readonly SqlValue[]): Promise<SixColumns> {
  const [row] = await queries.query<{ columns: (string | null)[] }>(sql, params);
  return row!.columns.map((text) => (text ? text.split(',').map(Number) : [])) as unknown as SixColumns;
}

/** Of rows in the order in which they come. */
function pack(...columns: readonly string[]): string {
  return `SELECT ARRAY[${columns.map((column) => `string_agg(${column}::text, ',')`).join(', ')}] AS columns`;
}

function bucketOf(time: string): string {
  return `floor((extract(epoch FROM ${time} - $2::timestamptz))::float8 / $4::float8)::integer AS bucket`;
}

const GOOD = `FILTER (WHERE flags & ${VALUE_FLAGS} = 0)`;
const BUCKETS = pack('bucket', 'count', 'sum', 'min', 'max', 'flagged');
const RAW = `${BUCKETS} FROM (
    SELECT ${bucketOf('phenomenon_time')}, count(*) ${GOOD} AS count, sum(result) ${GOOD} AS sum, min(result) ${GOOD} AS min,
      max(result) ${GOOD} AS max, count(*) FILTER (WHERE flags & ${VALUE_FLAGS} <> 0) AS flagged
    FROM observations WHERE datastream = $1 AND phenomenon_time >= $2::timestamptz AND phenomenon_time < $3::timestamptz
      AND result IS NOT NULL
    GROUP BY 1 HAVING count(*) ${GOOD} > 0 ORDER BY 1
  ) AS buckets`;

function rollup(part: 'hour' | 'day'): string {
  return `${BUCKETS} FROM (
      SELECT ${bucketOf(part)}, sum(count) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max,
        sum(flagged) AS flagged
      FROM observation_${part}s WHERE datastream = $1 AND ${part} >= $2::timestamptz AND ${part} < $3::timestamptz
      GROUP BY 1 HAVING sum(count) > 0 ORDER BY 1
    ) AS buckets`;
}

export interface LatestObservation {
  readonly datastream: number;
  readonly observation: number;
  /** Milliseconds since 1970. */
  readonly phenomenonTime: number;
  readonly result: ObservationResult;
  readonly flags: number;
}

/** @param datastreams  Null: of all. */
export async function readLatest(
  queries: Queries,
  datastreams: readonly number[] | null = null,
): Promise<LatestObservation[]> {
  const wanted = `($1::bigint[] IS NULL OR datastream = ANY ($1::bigint[]))`;
  const columns = await packed(
    queries,
    `${pack('datastream', 'observation', 'extract(epoch FROM phenomenon_time)::float8', 'result', "(result_kind = 'b')::integer", 'flags')}
     FROM (SELECT * FROM latest_observations WHERE result IS NOT NULL AND ${wanted} ORDER BY datastream) AS latest`,
    [datastreams],
  );
  const [streams, ids, times, results, truths, flags] = columns;
  const numbers = streams.map((datastream, k) => ({
    datastream,
    observation: ids[k]!,
    phenomenonTime: Math.floor(times[k]! * 1000),
    result: truths[k] === 1 ? results[k] === 1 : results[k]!,
    flags: flags[k]!,
  }));
  const others = await queries.query(
    `SELECT datastream, observation, phenomenon_time, result, result_kind, result_json, flags
     FROM latest_observations WHERE result IS NULL AND ${wanted} ORDER BY datastream`,
    [datastreams],
  );
  return [...numbers, ...others.map(toLatest)];
}

function toLatest(row: Row): LatestObservation {
  return {
    datastream: row['datastream'] as number,
    observation: row['observation'] as number,
    phenomenonTime: (row['phenomenon_time'] as Date).getTime(),
    result: resultIn(row),
    flags: row['flags'] as number,
  };
}
