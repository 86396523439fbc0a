/** Series of zones as lines of a chart and rows of a table: on common dates, with what is computed from them. */
import type { MaskedSeries } from '../../../pipelines/core/series/series.ts';
import { DAYS_PER_YEAR, observed } from '../../../pipelines/core/series/series.ts';
import { MAX_KERNEL_POINTS } from '../../../pipelines/core/series/trend-memory.ts';
import type { Trend } from '../../../pipelines/core/series/trend.ts';
import { MIN_TREND_POINTS, TrendKernel } from '../../../pipelines/core/series/trend.ts';
import { smoothWhittaker } from '../../../pipelines/core/series/whittaker.ts';
import type { ZoneThroughTime } from '../../../pipelines/core/wire-catalogue.ts';

const SECONDS_PER_DAY = 86_400;

export interface ZoneLine {
  readonly id: string;
  readonly name: string;
  /** One per time of the chart; null: no row, or no valid pixel. */
  readonly values: readonly (number | null)[];
  /** 0 to 1; null where the series does not say. */
  readonly validShares: readonly (number | null)[];
  /** null: too few values to smooth. */
  readonly smooth: readonly (number | null)[] | null;
  readonly lambda: number | null;
  /** null: too few values for a test. */
  readonly trend: (Trend & { readonly line: readonly (number | null)[] }) | null;
}

export interface ZoneLines {
  /** Seconds since 1970, ascending: the dates of all zones together. */
  readonly times: readonly number[];
  readonly lines: readonly ZoneLine[];
}

/** @param nameOf  Of a zone, by its id */
export function toZoneLines(
  zones: readonly ZoneThroughTime[],
  statistic: string,
  nameOf: (id: string) => string,
): ZoneLines {
  const times = [...new Set(zones.flatMap((zone) => zone.times.map((time) => Date.parse(time) / 1000)))].sort(
    (a, b) => a - b,
  );
  const placeOf = new Map(times.map((time, place) => [time, place]));
  const lines = zones.map((zone): ZoneLine => {
    const column = (name: string) => {
      const found: (number | null)[] = times.map(() => null);
      zone.numbers[name]?.forEach((value, i) => (found[placeOf.get(Date.parse(zone.times[i]!) / 1000)!] = value));
      return found;
    };
    const values = column(statistic);
    const series = toSeries(times, values);
    const smoothed = smoothWhittaker(series, 'auto');
    return {
      id: zone.id,
      name: nameOf(zone.id),
      values,
      validShares: column('valid_share'),
      smooth: smoothed && within(values, smoothed.values),
      lambda: smoothed?.lambda ?? null,
      trend: trendOf(series, times, values),
    };
  });
  return { times, lines };
}

function toSeries(times: readonly number[], values: readonly (number | null)[]): MaskedSeries {
  return {
    days: Float64Array.from(times, (time) => time / SECONDS_PER_DAY),
    values: Float64Array.from(values, (value) => value ?? 0),
    mask: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}

function trendOf(
  series: MaskedSeries,
  times: readonly number[],
  values: readonly (number | null)[],
): ZoneLine['trend'] {
  const { days, values: known } = observed(series);
  if (known.length < MIN_TREND_POINTS) return null;
  // Up to so many points a compiled kernel works, which the page's security policy does not let a browser compile.
  const trend = { ...new TrendKernel(Math.max(known.length, MAX_KERNEL_POINTS + 1)).run(days, known) };
  const at = (time: number) => trend.intercept + (trend.slope * (time / SECONDS_PER_DAY - days[0]!)) / DAYS_PER_YEAR;
  return { ...trend, line: within(values, Float64Array.from(times, at)) };
}

/** From the first value that is known to the last; before and after it nothing is said. */
function within(values: readonly (number | null)[], line: Float64Array): readonly (number | null)[] {
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  return Array.from(line, (value, i) => (i >= first && i <= last && Number.isFinite(value) ? value : null));
}

/** Comma-separated values, RFC 4180: a row per date and zone, with all that is drawn. */
export function toCsv({ times, lines }: ZoneLines, statistic: string): string {
  const head = ['time', 'zone', 'name', statistic, 'valid_share', 'whittaker', 'theil_sen'];
  const rows = lines.flatMap((line) =>
    times.map((time, i) => [
      new Date(time * 1000).toISOString(),
      line.id,
      line.name,
      line.values[i],
      line.validShares[i],
      line.smooth?.[i],
      line.trend?.line[i],
    ]),
  );
  return [head, ...rows].map((row) => row.map((cell) => quoted(cell)).join(',')).join('\r\n') + '\r\n';
}

function quoted(cell: string | number | null | undefined): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
