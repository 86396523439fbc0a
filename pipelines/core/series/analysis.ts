/** What can be asked of a series, as records: the same for the series of a table and for those of pixels. */
import type { AnomalyOptions } from './anomaly.ts';
import type { BreaksOptions } from './breaks.ts';
import type { FillOptions } from './fill-gaps.ts';
import type { ForecastMethod } from './forecast.ts';
import type { PhenologyOptions } from './phenology.ts';
import type { Step } from './step.ts';

export const TREND_METHODS = ['mann-kendall', 'seasonal'] as const;
export type TrendMethod = (typeof TREND_METHODS)[number];

export const SMOOTH_METHODS = ['whittaker', 'savgol'] as const;
export type SmoothChoice =
  | { readonly method: 'whittaker'; readonly lambda: number | 'auto' }
  | { readonly method: 'savgol'; readonly window: number; readonly degree: number };

export interface FillChoice extends FillOptions {
  /** Null: the step that the times have. */
  readonly step: Step | null;
}

export interface ForecastChoice {
  /** Places ahead. */
  readonly horizon: number;
  readonly method: ForecastMethod | 'auto';
  /** Null: the step that the times have. */
  readonly step: Step | null;
  /** Null: a year, or a day where steps are shorter than half a day. */
  readonly period: Step | null;
}

export type Analysis =
  | { readonly kind: 'trend'; readonly method: TrendMethod }
  | { readonly kind: 'smooth'; readonly choice: SmoothChoice }
  | { readonly kind: 'fill'; readonly choice: FillChoice }
  | { readonly kind: 'phenology'; readonly options: PhenologyOptions }
  | { readonly kind: 'breaks'; readonly options: BreaksOptions }
  | { readonly kind: 'anomaly'; readonly options: AnomalyOptions }
  | { readonly kind: 'forecast'; readonly choice: ForecastChoice };
