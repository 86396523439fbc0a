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

/** Hours of a datastream, in the order of time. */
interface Hours {
  readonly times: Float64Array;
  readonly means: Float64Array;
}

async function readHours(queries: Queries, datastream: number, from: number, to: number): Promise<Hours> {
  const rows = await queries.query(
    `SELECT hour, sum / count AS mean FROM observation_hours
     WHERE datastream = $1 AND hour >= $2::timestamptz AND hour < $3::timestamptz AND count > 0 ORDER BY hour`,
    [datastream, new Date(from).toISOString(), new Date(to).toISOString()],
  );
  return {
    times: Float64Array.from(rows, (row) => (row['hour'] as Date).getTime()),
    means: Float64Array.from(rows, (row) => row['mean'] as number),
  };
}

/** For a time that is over: each datastream is read once, not once for each of its days. */
export function createPastUsualBook({ from, to }: { readonly from: number; readonly to: number }): UsualBook {
  const read = new Map<number, Hours>();
  /** Values come in the order of time, of all datastreams by turns. */
  const today = new Map<number, { readonly day: number; readonly usual: Usual }>();
  return {
    async of(queries, datastream, weeks, time) {
      const day = Math.floor(time / DAY_MS) * DAY_MS;
      const known = today.get(datastream);
      if (known?.day === day) return known.usual;
      const start = from - weeks * 7 * DAY_MS - DAY_MS;
      const hours = read.get(datastream) ?? (await readHours(queries, datastream, start, to));
      read.set(datastream, hours);
      const [first, end] = [placeOf(hours.times, day - weeks * 7 * DAY_MS), placeOf(hours.times, day)];
      const usual = usualOf(hours.times.subarray(first, end), hours.means.subarray(first, end));
      today.set(datastream, { day, usual });
      return usual;
    },
  };
}

/** Of the first time that is not before `time`. */
function placeOf(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
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
      const { times, means } = await readHours(queries, datastream, day - weeks * 7 * DAY_MS, day);
      const usual = usualOf(times, means);
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(key, usual);
      return usual;
    },
  };
}
