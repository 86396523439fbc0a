/** A forecast whose method was chosen by trying all on the series' own past. */
import type { Forecaster, Frame, Projection } from './forecaster.ts';
import { frameUntil, seasonsOf } from './forecaster.ts';
import { forecastHarmonic } from './harmonic-forecast.ts';
import { forecastHoltWinters } from './holt-winters.ts';
import { forecastSeasonalNaive } from './seasonal-naive.ts';
import type { MaskedSeries } from './series.ts';
import type { Step } from './step.ts';
import { placeTime, stepDays } from './step.ts';
import { DAYS_PER_YEAR } from './series.ts';

export const FORECASTERS = {
  'seasonal-naive': forecastSeasonalNaive,
  'holt-winters': forecastHoltWinters,
  harmonic: forecastHarmonic,
} as const satisfies Record<string, Forecaster>;

export type ForecastMethod = keyof typeof FORECASTERS;

/** Of one method, over all forecasts that were made from the past of the series. */
export interface Backtest {
  readonly method: ForecastMethod;
  /** Mean absolute error and root of the mean square, in the unit of the values. */
  readonly mae: number;
  readonly rmse: number;
  /** Share of observations in the method's own 95 % interval, before it was widened. */
  readonly coverage: number;
  /** What the deviations must be multiplied by to fit the errors seen; at least 1. */
  readonly widening: number;
  /** Observations compared. */
  readonly count: number;
}

export interface Forecast {
  readonly method: ForecastMethod;
  readonly days: Float64Array;
  readonly mean: Float64Array;
  /** Of the 95 % prediction interval. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Of all methods that could be tried, best first. */
  readonly backtests: readonly Backtest[];
}

export interface ForecastOptions {
  /** Places ahead. */
  readonly horizon: number;
  readonly method: ForecastMethod | 'auto';
  readonly periodDays: number;
}

/** Length of a season in days where nobody says: a year, or a day where steps are shorter than half a day. */
export function periodOf(asked: Step | null, step: Step): number {
  if (asked) return stepDays(asked);
  return stepDays(step) < 0.5 ? 1 : DAYS_PER_YEAR;
}

const Z95 = 1.959963984540054;
const ORIGINS = 8;

/**
 * Forecasts a regular series.
 *
 * Up to eight places of its second half are taken as "now", each method forecasts the `horizon` from what came before, and
 * the one with the least mean absolute error is used. Its interval is widened where the errors seen were larger than it
 * says, never narrowed.
 *
 * @param series  On a grid of `step`.
 * @returns null where the series is shorter than two periods and one place, or no method can be tried.
 */
export function forecast(series: MaskedSeries, step: Step, options: ForecastOptions): Forecast | null {
  const frame = frameOf(series, step, options);
  const length = series.days.length;
  const least = 2 * frame.seasons;
  if (length < least + 1 || length < MIN_PLACES) return null;
  const names = options.method === 'auto' ? (Object.keys(FORECASTERS) as ForecastMethod[]) : [options.method];
  const horizon = Math.max(1, Math.min(options.horizon, Math.floor((length - least) / 2)));
  const origins = originsOf(Math.max(least, length >> 1, MIN_PLACES - 1), length - horizon);
  const backtests = names
    .map((method) => backtest(method, frame, origins, horizon))
    .filter((tried) => tried !== null)
    .sort((a, b) => a.mae - b.mae);
  for (const tried of backtests) {
    const projection = FORECASTERS[tried.method](frame);
    const result = projection && finish(frame, projection, tried, backtests);
    if (result && [...result.lower, ...result.upper].every(Number.isFinite)) return result; // no overflow on the way
  }
  return null;
}

const MIN_PLACES = 8;

function frameOf({ days, values, mask }: MaskedSeries, step: Step, { horizon, periodDays }: ForecastOptions): Frame {
  const grid = { step, origin: days[0] ?? 0 };
  const all = Float64Array.from({ length: days.length + horizon }, (_, i) => days[i] ?? placeTime(grid, i));
  return { days: all, ...seasonsOf(all, step, periodDays), periodDays, values, mask };
}

function originsOf(first: number, last: number): readonly number[] {
  const count = Math.min(ORIGINS, last - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, k) =>
    count === 1 ? last : first + Math.round((k * (last - first)) / (count - 1)),
  );
}

function backtest(method: ForecastMethod, frame: Frame, origins: readonly number[], horizon: number): Backtest | null {
  let [absolute, squares, standard, inside, count] = [0, 0, 0, 0, 0];
  for (const origin of origins) {
    const projection = FORECASTERS[method](frameUntil(frame, origin, horizon));
    if (projection === null) return null;
    for (let h = 0; h < horizon; h++) {
      if (frame.mask[origin + h] !== 1) continue;
      const error = Math.abs(frame.values[origin + h]! - projection.mean[h]!);
      const deviation = projection.deviation[h]!;
      absolute += error;
      squares += error * error;
      if (deviation > 0) standard += (error / deviation) ** 2;
      if (error <= Z95 * deviation) inside++;
      count++;
    }
  }
  if (count === 0 || !Number.isFinite(squares + standard)) return null;
  return {
    method,
    mae: absolute / count,
    rmse: Math.sqrt(squares / count),
    coverage: inside / count,
    widening: Math.max(1, Math.sqrt(standard / count)),
    count,
  };
}

function finish(
  frame: Frame,
  { mean, deviation }: Projection,
  used: Backtest,
  backtests: readonly Backtest[],
): Forecast {
  const half = deviation.map((d) => Z95 * used.widening * d);
  return {
    method: used.method,
    days: frame.days.slice(frame.values.length),
    mean,
    lower: mean.map((m, h) => m - half[h]!),
    upper: mean.map((m, h) => m + half[h]!),
    backtests,
  };
}
