/** The values of subjects that a rule has not seen yet, in the order of time. */
import type { Queries } from '../database/database.ts';
import type { ZoneSource } from '../core/alerts/rule.ts';
import type { Sample } from '../core/alerts/watch.ts';

export interface SubjectValue extends Sample {
  readonly key: string;
  readonly flags: number;
}

/** Milliseconds since 1970 by which each subject has been seen. */
export type SeenTo = readonly (readonly [subject: number | string, from: number])[];

/** Of a step; what is left comes in the next one. */
export const MOST_VALUES = 20_000;

const iso = (time: number) => new Date(time).toISOString();

/** @param until  The end of what is asked for, included; default: no end */
export async function datastreamValues(
  queries: Queries,
  seen: SeenTo,
  until: number | null = null,
): Promise<SubjectValue[]> {
  const rows = await queries.query(
    `SELECT o.datastream, o.phenomenon_time AS time, o.result, o.flags
     FROM unnest($1::bigint[], $2::timestamptz[]) AS seen (datastream, after)
     JOIN observations AS o ON o.datastream = seen.datastream AND o.phenomenon_time > seen.after
     WHERE o.result IS NOT NULL AND ($3::timestamptz IS NULL OR o.phenomenon_time <= $3::timestamptz)
     ORDER BY o.phenomenon_time, o.datastream LIMIT $4`,
    [
      seen.map(([id]) => id as number),
      seen.map(([, from]) => iso(from)),
      until === null ? null : iso(until),
      MOST_VALUES,
    ],
  );
  return rows.map((row) => ({
    key: `datastream:${row['datastream'] as number}`,
    time: (row['time'] as Date).getTime(),
    value: row['result'] as number,
    flags: row['flags'] as number,
  }));
}

/** Empty where there is no such series, or it has no such statistic. */
export async function zoneValues(
  queries: Queries,
  { set, series, statistic }: ZoneSource,
  seen: SeenTo,
  until: number | null = null,
): Promise<SubjectValue[]> {
  const rows = await queries.query(
    `SELECT v.zone_id, v.time, v.numbers[array_position(s.statistics, $3)] AS value
     FROM zone_series AS s CROSS JOIN unnest($4::text[], $5::timestamptz[]) AS seen (zone, after)
     JOIN zone_values AS v ON v.series = s.number AND v.zone_id = seen.zone AND v.time > seen.after
     WHERE s.set_id = $1 AND s.name = $2 AND v.numbers[array_position(s.statistics, $3)] IS NOT NULL
       AND ($6::timestamptz IS NULL OR v.time <= $6::timestamptz)
     ORDER BY v.time, v.zone_id LIMIT $7`,
    [
      set,
      series,
      statistic,
      seen.map(([id]) => id as string),
      seen.map(([, from]) => iso(from)),
      until === null ? null : iso(until),
      MOST_VALUES,
    ],
  );
  return rows.map((row) => ({
    key: `zone:${row['zone_id'] as string}`,
    time: (row['time'] as Date).getTime(),
    value: row['value'] as number,
    flags: 0,
  }));
}
