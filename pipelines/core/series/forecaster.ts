/** What every method of forecasting takes and gives. */
import type { Step } from './step.ts';
import { stepDays } from './step.ts';
import { toCivil } from './time.ts';

/** A regular series with the places that follow it. */
export interface Frame {
  /** Moments of the places observed or not, and of those to be forecast after them. */
  readonly days: Float64Array;
  /** Which part of the period each place belongs to: 0 … `seasons` − 1. */
  readonly season: Int32Array;
  readonly seasons: number;
  readonly periodDays: number;
  /** Of the places before the first forecast. */
  readonly values: Float64Array;
  readonly mask: Uint8Array;
}

/** One number per place to be forecast. */
export interface Projection {
  readonly mean: Float64Array;
  /** Standard deviation of what will be observed, about the mean. */
  readonly deviation: Float64Array;
}

/** @returns null where the frame holds too little for the method. */
export type Forecaster = (frame: Frame) => Projection | null;

/** The same frame, ending after `length` places and forecasting `horizon` of those that follow. */
export function frameUntil(frame: Frame, length: number, horizon: number): Frame {
  return {
    ...frame,
    days: frame.days.subarray(0, length + horizon),
    season: frame.season.subarray(0, length + horizon),
    values: frame.values.subarray(0, length),
    mask: frame.mask.subarray(0, length),
  };
}

/**
 * The part of the period that each moment lies in. The months of a year are parts by the calendar; a period that is no
 * whole number of steps is cut into as many equal parts as it has steps, rounded.
 */
export function seasonsOf(days: Float64Array, step: Step, periodDays: number): { season: Int32Array; seasons: number } {
  const seasons = Math.max(1, Math.round(periodDays / stepDays(step)));
  if (step.unit === 'month' && seasons * step.length === 12) {
    const season = Int32Array.from(days, (day) => Math.floor((toCivil(day).month - 1) / step.length));
    return { season, seasons };
  }
  const season = Int32Array.from(days, (day) => {
    const turns = day / periodDays + 1e-9; // the places of a grid that fits lie on the edges of parts
    return Math.min(seasons - 1, Math.floor((turns - Math.floor(turns)) * seasons + 1e-6));
  });
  return { season, seasons };
}
