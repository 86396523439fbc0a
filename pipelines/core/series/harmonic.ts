/** A season as sines and cosines of a period and its parts, with a level and, if wanted, a trend. */
import type { Fit } from './least-squares.ts';
import { combine, fitLeastSquares } from './least-squares.ts';
import type { Series } from './series.ts';
import { DAYS_PER_YEAR } from './series.ts';

export interface HarmonicShape {
  /** Sines and cosines of period, period / 2, … period / order. */
  readonly order: number;
  readonly trend: boolean;
  /** Days; default a year. */
  readonly period?: number;
  /** Where the trend is 0, in days. */
  readonly origin: number;
}

export interface HarmonicModel {
  readonly fit: Fit;
  readonly at: (days: Float64Array) => Float64Array;
}

/** @returns null where there are too few observations, or they lie so that parts of the season cannot be told apart. */
export function fitHarmonic({ days, values }: Series, shape: HarmonicShape): HarmonicModel | null {
  const fit = fitLeastSquares(harmonicColumns(days, shape), values);
  return fit && { fit, at: (at) => combine(harmonicColumns(at, shape), fit.coefficients) };
}

/** Level, then (years since `origin`), then cosine and sine of each order. */
export function harmonicColumns(days: Float64Array, shape: HarmonicShape): Float64Array[] {
  const { order, trend, period = DAYS_PER_YEAR, origin } = shape;
  const columns = [new Float64Array(days.length).fill(1)];
  if (trend) columns.push(days.map((day) => (day - origin) / DAYS_PER_YEAR));
  for (let k = 1; k <= order; k++) {
    const turn = (2 * Math.PI * k) / period;
    columns.push(
      days.map((day) => Math.cos(turn * day)),
      days.map((day) => Math.sin(turn * day)),
    );
  }
  return columns;
}
