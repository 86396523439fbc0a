/** One statement puts a batch of observations into the database, with the hours, days and latest values that follow. */
import { VALUE_FLAGS } from '../core/sensors/quality/flags.ts';
import type { Queries, SqlValue } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import type { ObservationRow } from './check-observation.ts';
import type { KnownArrivals } from './flag-arrivals.ts';
import type { Partitions } from './partitions.ts';

export interface FlaggedRow extends ObservationRow {
  readonly flags: number;
}

/** The channel on which PostgreSQL tells other processes of what was added. */
export const ADDED_CHANNEL = 'landmeter_observations';

/** Of what is counted, a value is in `sum`, `min` and `max` where no test speaks against it. */
const GOOD = `FILTER (WHERE flags & ${VALUE_FLAGS} = 0)`;
export const COUNTS = `count(*) ${GOOD} AS count, COALESCE(sum(result) ${GOOD}, 0) AS sum, min(result) ${GOOD} AS min,
    max(result) ${GOOD} AS max, count(*) FILTER (WHERE flags & ${VALUE_FLAGS} <> 0) AS flagged`;

const ADD_UP = `count = known.count + EXCLUDED.count, sum = known.sum + EXCLUDED.sum,
    min = least(known.min, EXCLUDED.min), max = greatest(known.max, EXCLUDED.max),
    flagged = known.flagged + EXCLUDED.flagged`;

/**
 * Writers lock the rows of their datastreams first and in one order, whatever follows: two of them never wait for each
 * other, and a datastream that is being removed takes what was just added along.
 */
const STATEMENT = `
WITH locked AS MATERIALIZED (
  SELECT id FROM sta_datastreams WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
), given AS MATERIALIZED (
  SELECT nextval('observations_id_seq') AS id, ord, datastream, to_timestamp(time) AS time, result, kind, json, flags,
    finish, result_time, quality, valid_from, valid_to, parameters, feature
  FROM unnest($2::bigint[], $3::float8[], $4::float8[], $5::bigint[], $6::integer[], $7::text[], $8::text[], $9::float8[],
      $10::float8[], $11::text[], $12::float8[], $13::float8[], $14::text[])
    WITH ORDINALITY AS row (datastream, time, result, feature, flags, kind, json, finish, result_time, quality, valid_from,
      valid_to, parameters, ord)
  WHERE datastream IN (SELECT id FROM locked)
), added AS (
  INSERT INTO observations (id, datastream, phenomenon_time, phenomenon_end, result_time, result, result_kind, result_json,
    flags, result_quality, valid_from, valid_to, parameters, feature)
  SELECT id, datastream, time, to_timestamp(finish), to_timestamp(result_time), result, COALESCE(kind, 'n'), json::jsonb,
    COALESCE(flags, 0), quality::jsonb, to_timestamp(valid_from), to_timestamp(valid_to), parameters::jsonb, feature
  FROM given ORDER BY ord
  ON CONFLICT (datastream, phenomenon_time) DO NOTHING
  RETURNING id, datastream, phenomenon_time AS time, phenomenon_end AS finish, result_time, result, result_kind AS kind,
    result_json AS json, flags
), hour_parts AS MATERIALIZED (
  SELECT datastream, date_trunc('hour', time) AS hour, ${COUNTS}
  FROM added WHERE result IS NOT NULL GROUP BY 1, 2
), hours AS (
  INSERT INTO observation_hours AS known (datastream, hour, count, sum, min, max, flagged)
  SELECT * FROM hour_parts ORDER BY datastream, hour
  ON CONFLICT (datastream, hour) DO UPDATE SET ${ADD_UP}
), days AS (
  INSERT INTO observation_days AS known (datastream, day, count, sum, min, max, flagged)
  SELECT datastream, date_trunc('day', hour) AS day, sum(count), sum(sum), min(min), max(max), sum(flagged)
  FROM hour_parts GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (datastream, day) DO UPDATE SET ${ADD_UP}
), latest AS (
  INSERT INTO latest_observations AS known (datastream, observation, phenomenon_time, result, result_kind, result_json, flags)
  SELECT DISTINCT ON (datastream) datastream, id, time, result, kind, json, flags
  FROM added ORDER BY datastream, time DESC
  ON CONFLICT (datastream) DO UPDATE SET (observation, phenomenon_time, result, result_kind, result_json, flags)
    = (EXCLUDED.observation, EXCLUDED.phenomenon_time, EXCLUDED.result, EXCLUDED.result_kind, EXCLUDED.result_json,
       EXCLUDED.flags)
    WHERE known.phenomenon_time < EXCLUDED.phenomenon_time
), spans AS (
  UPDATE sta_datastreams AS stream SET
    phenomenon_from = least(stream.phenomenon_from, part.low), phenomenon_to = greatest(stream.phenomenon_to, part.high),
    result_from = least(stream.result_from, part.result_low), result_to = greatest(stream.result_to, part.result_high)
  FROM (
    SELECT datastream, min(time) AS low, max(COALESCE(finish, time)) AS high, min(result_time) AS result_low,
      max(result_time) AS result_high
    FROM added GROUP BY datastream
  ) AS part
  WHERE stream.id = part.datastream AND (stream.phenomenon_from IS NULL OR part.low < stream.phenomenon_from
    OR part.high > stream.phenomenon_to OR part.result_low < COALESCE(stream.result_from, 'infinity')
    OR part.result_high > COALESCE(stream.result_to, '-infinity'))
)
SELECT string_agg(ord::text || ':' || added.id::text, ',') AS added,
  CASE WHEN $15::text IS NOT NULL AND count(*) > 0 THEN pg_notify('${ADDED_CHANNEL}', json_build_object(
    'writer', $15::text, 'from', min(added.id), 'to', max(added.id), 'since', min(added.time), 'until', max(added.time),
    'transaction', pg_current_xact_id()::text::bigint % 4294967296)::text)::text END AS told
FROM added JOIN given USING (id)`;

/** SQLSTATE of a row for which there is no partition. */
const NO_PARTITION = '23514';

export interface InsertOptions {
  /** Who tells others of it, where there are others. */
  readonly writer: string | null;
  readonly partitions: Partitions;
  readonly arrivals: KnownArrivals;
}

/**
 * @param rows  In the order of datastream and time, each of them once.
 * @returns for each row its number where it was added, null where it was there or its datastream is gone
 */
export async function insertObservations(
  queries: Queries,
  rows: readonly FlaggedRow[],
  { writer, partitions }: Omit<InsertOptions, 'arrivals'>,
): Promise<(number | null)[]> {
  const parameters = [...columnsOf(rows), writer];
  const times = rows.map(({ time }) => time);
  await partitions.ensure(times);
  const run = () => queries.query<{ added: string | null }>(STATEMENT, parameters);
  const [answer] = await run().catch(async (error: unknown) => {
    if (!(error instanceof SqlError && error.sqlState === NO_PARTITION)) throw error;
    partitions.forget();
    await partitions.ensure(times);
    return run();
  });
  const ids: (number | null)[] = rows.map(() => null);
  for (const pair of answer?.added?.split(',') ?? []) {
    const colon = pair.indexOf(':');
    ids[Number(pair.slice(0, colon)) - 1] = Number(pair.slice(colon + 1));
  }
  return ids;
}

/** @returns the numbers of observations that are there, in the order of `rows`; null where one is not */
export async function findObservations(
  queries: Queries,
  rows: readonly Pick<ObservationRow, 'datastream' | 'time'>[],
): Promise<(number | null)[]> {
  const found = await queries.query<{ ord: number; id: number }>(
    `SELECT ord, id FROM unnest($1::bigint[], $2::float8[]) WITH ORDINALITY AS row (datastream, time, ord)
     JOIN observations AS known ON known.datastream = row.datastream AND phenomenon_time = to_timestamp(time)
     WHERE phenomenon_time BETWEEN to_timestamp($3::float8) AND to_timestamp($4::float8)`,
    [
      numbers(rows.map(({ datastream }) => datastream)),
      seconds(rows.map(({ time }) => time)),
      rows.reduce((low, { time }) => Math.min(low, time), Infinity) / 1e6,
      rows.reduce((high, { time }) => Math.max(high, time), -Infinity) / 1e6,
    ],
  );
  const ids: (number | null)[] = rows.map(() => null);
  for (const { ord, id } of found) ids[ord - 1] = id;
  return ids;
}

function columnsOf(rows: readonly FlaggedRow[]): SqlValue[] {
  const column = <T>(of: (row: FlaggedRow) => T) => rows.map(of);
  return [
    numbers([...new Set(column(({ datastream }) => datastream))]),
    numbers(column(({ datastream }) => datastream)),
    seconds(column(({ time }) => time)),
    numbers(column(({ number }) => number)),
    numbers(column(({ feature }) => feature)),
    numbers(column(({ flags }) => flags || null)),
    texts(column(({ kind }) => (kind === 'n' ? null : kind))),
    texts(column(({ json }) => json)),
    seconds(column(({ end }) => end)),
    seconds(column(({ resultTime }) => resultTime)),
    texts(column(({ quality }) => quality)),
    seconds(column(({ validFrom }) => validFrom)),
    seconds(column(({ validTo }) => validTo)),
    texts(column(({ parameters }) => parameters)),
  ];
}

/** A column of which nothing is said goes as an empty array: `unnest` fills up with NULL. */
function numbers(values: readonly (number | null)[]): string {
  return values.every((value) => value === null) ? '{}' : `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

function seconds(microseconds: readonly (number | null)[]): string {
  return numbers(microseconds.map((value) => (value === null ? null : value / 1e6)));
}

function texts(values: readonly (string | null)[]): string {
  if (values.every((value) => value === null)) return '{}';
  const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join(',')}}`;
}
