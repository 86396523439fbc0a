/** The values of some Datastreams in a span of time. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { Binder } from '../../sta/read/binder.ts';
import { rowsOf } from '../../sta/read/rows.ts';
import type { Interval } from './request.ts';
import type { Stream } from './streams.ts';

export interface Series {
  readonly stream: Stream;
  /** RFC 3339, ascending. */
  readonly times: readonly string[];
  /** Null where the result is no number. */
  readonly values: readonly (number | null)[];
}

/** Values of one answer. */
const MOST_VALUES = 200_000;

/** Those without a value are left out. @throws {PlatformError} `too-large` */
export async function readSeries(queries: Queries, streams: readonly Stream[], time: Interval): Promise<Series[]> {
  const binder = new Binder();
  const conditions = [
    `datastream = ANY(${binder.bind(
      streams.map(({ id }) => id),
      'bigint[]',
    )})`,
  ];
  if (time.start !== null) conditions.push(`phenomenon_time >= ${binder.bind(time.start, 'timestamptz')}`);
  if (time.end !== null) conditions.push(`phenomenon_time <= ${binder.bind(time.end, 'timestamptz')}`);
  const rows = await rowsOf(
    queries,
    `SELECT datastream AS d, phenomenon_time AS t, CASE WHEN result_kind = 'n' THEN result END AS v FROM observations
     WHERE ${conditions.join(' AND ')} ORDER BY datastream, phenomenon_time LIMIT ${MOST_VALUES + 1}`,
    binder,
  );
  if (rows.length > MOST_VALUES)
    throw new PlatformError(
      'too-large',
      `More than ${MOST_VALUES} values would be answered; ask for less time with datetime, a smaller area or fewer parameters`,
      { detail: { parameter: 'datetime', most: MOST_VALUES } },
    );
  const found = new Map<number, { times: string[]; values: (number | null)[] }>();
  for (const { d, t, v } of rows as unknown as readonly { d: number; t: string; v: number | null }[]) {
    const series = found.get(d) ?? { times: [], values: [] };
    if (series.times.length === 0) found.set(d, series);
    series.times.push(t.replace(/\+00:00$/, 'Z'));
    series.values.push(v);
  }
  return streams.flatMap((stream) => {
    const series = found.get(stream.id);
    return series ? [{ stream, ...series }] : [];
  });
}
