/** What a datastream will show, and how what it shows differs from what is usual. Both out of its hourly means. */
import { measure, NO_MEMORY, usualOf } from '../core/alerts/measure.ts';
import { PlatformError } from '../core/errors.ts';
import { forecast } from '../core/series/forecast.ts';
import { regularise } from '../core/series/regularise.ts';
import type { DatastreamAnomalies, DatastreamForecast } from '../core/wire-sensors.ts';
import type { Queries } from '../database/database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Eight weeks: enough for the rhythm of days and weeks, and recent enough for the season. */
const HISTORY_DAYS = 56;

interface Hours {
  /** Days since 1970. */
  readonly days: Float64Array;
  readonly values: Float64Array;
}

async function hoursOf(queries: Queries, datastream: number, from: number, to: number): Promise<Hours> {
  const rows = await queries.query(
    `SELECT hour, sum / count AS mean FROM observation_hours
     WHERE datastream = $1 AND count > 0 AND hour >= $2::timestamptz AND hour <= $3::timestamptz ORDER BY hour`,
    [datastream, new Date(from).toISOString(), new Date(to).toISOString()],
  );
  return {
    days: Float64Array.from(rows, (row) => (row['hour'] as Date).getTime() / DAY_MS),
    values: Float64Array.from(rows, (row) => row['mean'] as number),
  };
}

const iso = (days: number) => new Date(Math.round(days * DAY_MS)).toISOString();

/**
 * The hours after the last one that is known, by the method that did best on the series' own last weeks
 * (`core/series/forecast.ts`), with a season of a day.
 * @param horizon  Hours
 * @throws {PlatformError} `parameter-invalid` where the series is too short for it
 */
export async function forecastDatastream(
  queries: Queries,
  datastream: number,
  horizon: number,
): Promise<Omit<DatastreamForecast, 'id' | 'unit'>> {
  const [last] = await queries.query(
    'SELECT max(hour) AS hour FROM observation_hours WHERE datastream = $1 AND count > 0',
    [datastream],
  );
  const end = (last?.['hour'] as Date | null)?.getTime();
  const hours = end === undefined ? null : await hoursOf(queries, datastream, end - HISTORY_DAYS * DAY_MS, end);
  const step = { unit: 'day', length: 1 / 24 } as const;
  const found =
    hours && hours.days.length > 1
      ? forecast(regularise(hours, step, hours.days[0]!), step, { horizon, method: 'auto', periodDays: 1 })
      : null;
  if (!found)
    throw new PlatformError(
      'parameter-invalid',
      `Datastream ${datastream} cannot be forecast: it needs some days of hourly values without long gaps, and has ${hours?.days.length ?? 0} hours in the last eight weeks`,
    );
  return {
    method: found.method,
    times: Array.from(found.days, iso),
    values: [...found.mean],
    lower: [...found.lower],
    upper: [...found.upper],
    backtests: found.backtests.map(({ method, mae, rmse, coverage, count }) => ({
      method,
      mae,
      rmse,
      coverage,
      count,
    })),
  };
}

/** @param weeks  That what is usual is taken from: those before the first hour asked for */
export async function anomaliesOf(
  queries: Queries,
  datastream: number,
  { from, to, weeks }: { readonly from: number; readonly to: number; readonly weeks: number },
): Promise<Omit<DatastreamAnomalies, 'id' | 'unit'>> {
  const before = await hoursOf(queries, datastream, from - weeks * 7 * DAY_MS, from - 1);
  const usual = usualOf(
    before.days.map((day) => Math.round(day * DAY_MS)),
    before.values,
  );
  const { days, values } = await hoursOf(queries, datastream, from, to);
  const times = Array.from(days, (day) => Math.round(day * DAY_MS));
  const z = times.map(
    (time, k) =>
      measure({ kind: 'anomaly', weeks }, { time, value: values[k]! }, NO_MEMORY, usual).sample?.value ?? null,
  );
  return {
    weeks,
    times: times.map((time) => new Date(time).toISOString()),
    values: [...values],
    usual: times.map((time) => usual(time)?.median ?? null),
    z,
  };
}
