/** What is usual of a datastream, out of the hourly means of the weeks before a day. */
import type { Usual } from '../core/alerts/measure.ts';
import { usualOf } from '../core/alerts/measure.ts';
import type { Queries } from '../database/database.ts';

const DAY_MS = 86_400_000;
/** Of the 10,000 datastreams of a large network, 168 hours each. */
const MOST_KEPT = 10_000;

export interface UsualBook {
  /** Of the weeks before the day of `time`; the day itself plays no part, so that it does not explain itself away. */
  of(queries: Queries, datastream: number, weeks: number, time: number): Promise<Usual>;
}

/** Kept for as long as the process lives and the day lasts. */
export function createUsualBook(): UsualBook {
  const kept = new Map<string, Usual>();
  return {
    async of(queries, datastream, weeks, time) {
      const day = Math.floor(time / DAY_MS) * DAY_MS;
      const key = `${datastream}/${weeks}/${day}`;
      const known = kept.get(key);
      if (known) return known;
      const rows = await queries.query(
        `SELECT hour, sum / count AS mean FROM observation_hours
         WHERE datastream = $1 AND hour >= $2::timestamptz AND hour < $3::timestamptz AND count > 0`,
        [datastream, new Date(day - weeks * 7 * DAY_MS).toISOString(), new Date(day).toISOString()],
      );
      const usual = usualOf(
        rows.map((row) => (row['hour'] as Date).getTime()),
        rows.map((row) => row['mean'] as number),
      );
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(key, usual);
      return usual;
    },
  };
}
