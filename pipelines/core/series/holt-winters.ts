/** Holt and Winters' additive exponential smoothing, written with errors as in ETS(A,A,A). */
import type { Frame, Projection } from './forecaster.ts';
import { fitHarmonic } from './harmonic.ts';
import { minimise } from './nelder-mead.ts';
import { DAYS_PER_YEAR } from './series.ts';

/** How much of an error goes into level, trend and season. In Holt and Winters' own letters: α, αβ, (1 − α)γ. */
export interface Gains {
  readonly level: number;
  readonly trend: number;
  readonly season: number;
}

export interface State {
  level: number;
  /** Per place. */
  trend: number;
  /** One per part of the period. */
  readonly season: Float64Array;
}

/**
 * Runs through a series; where nothing was observed the state goes on by itself.
 *
 * @param state  Before the first place; it ends as the state after the last.
 * @returns sum and number of squared errors one place ahead.
 */
export function filterHoltWinters(
  frame: Pick<Frame, 'values' | 'mask' | 'season'>,
  gains: Gains,
  state: State,
): { squares: number; count: number } {
  const { values, mask, season } = frame;
  let [squares, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const part = season[i]!;
    const next = state.level + state.trend;
    state.level = next;
    if (mask[i] === 0) continue;
    const error = values[i]! - next - state.season[part]!;
    state.level += gains.level * error;
    state.trend += gains.trend * error;
    state.season[part]! += gains.season * error;
    squares += error * error;
    count++;
  }
  return { squares, count };
}

/**
 * Begins with level, trend and season of a harmonic fit of the whole series and takes the gains that make the errors one
 * place ahead smallest. Variance ahead as of ETS(A,A,A).
 *
 * @see Hyndman et al. 2008, Forecasting with Exponential Smoothing, table 6.1
 */
export function forecastHoltWinters(frame: Frame): Projection | null {
  const start = startOf(frame);
  if (start === null) return null;
  const hasSeason = frame.seasons > 1;
  const copy = (): State => ({ ...start, season: Float64Array.from(start.season) });
  const best = minimise((x) => filterHoltWinters(frame, gainsOf(x, hasSeason), copy()).squares, [-1, -2, -1], 1.5);
  const gains = gainsOf(best.x, hasSeason);
  const state = copy();
  const { squares, count } = filterHoltWinters(frame, gains, state);
  const ahead = frame.days.length - frame.values.length;
  const mean = new Float64Array(ahead);
  const deviation = new Float64Array(ahead);
  let variance = squares / Math.max(1, count - 3);
  const unit = variance;
  for (let h = 1; h <= ahead; h++) {
    mean[h - 1] = state.level + h * state.trend + state.season[frame.season[frame.values.length + h - 1]!]!;
    deviation[h - 1] = Math.sqrt(variance);
    const weight = gains.level + gains.trend * h + (h % frame.seasons === 0 ? gains.season : 0);
    variance += unit * weight * weight;
  }
  return { mean, deviation };
}

/** Free numbers to gains within their bounds: 0 < trend < level < 1, 0 < season < 1 − level. */
function gainsOf([a, b, c]: readonly number[], hasSeason: boolean): Gains {
  const level = logistic(a!);
  return { level, trend: level * logistic(b!), season: hasSeason ? (1 - level) * logistic(c!) : 0 };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function startOf({ days, season, seasons, periodDays, values, mask }: Frame): State | null {
  const known = Array.from(values.keys()).filter((i) => mask[i] === 1);
  const series = {
    days: Float64Array.from(known, (i) => days[i]!),
    values: Float64Array.from(known, (i) => values[i]!),
  };
  const order = Math.min(3, Math.floor(seasons / 2));
  if (known.length < 2 * (2 + 2 * order)) return null;
  const origin = days[0]!;
  const model = fitHarmonic(series, { order, trend: true, period: periodDays, origin });
  if (model === null) return null;
  const [level, perYear] = [model.fit.coefficients[0]!, model.fit.coefficients[1]!];
  const step = (days.at(-1)! - origin) / (days.length - 1);
  const trend = (perYear * step) / DAYS_PER_YEAR;
  const parts = new Float64Array(seasons);
  const at = model.at(days);
  for (let i = Math.min(days.length, 2 * seasons) - 1; i >= 0; i--)
    parts[season[i]!] = at[i]! - level - (perYear * (days[i]! - origin)) / DAYS_PER_YEAR;
  return { level: level - trend, trend, season: parts };
}
