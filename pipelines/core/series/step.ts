/** Regular steps in time: of days (with fractions), or of calendar months. */
import { medianInPlace } from './select.ts';
import { addMonths, DAYS_PER_MONTH, toCivil } from './time.ts';

export type Step =
  | { readonly unit: 'day'; readonly length: number }
  /** Every `length` months on this day of the month, or on the month's last; at one time of the day. */
  | { readonly unit: 'month'; readonly length: number; readonly day?: number };

/** Rows of a series as places on a regular grid. */
export interface Grid {
  readonly step: Step;
  /** The moment of place 0, in days. */
  readonly origin: number;
  /** Place of each row, ascending. */
  readonly places: Int32Array;
  /** Places from the first row to the last, those without a row included. */
  readonly count: number;
}

/** A grid that is emptier than this is a coincidence of dates, not how the series was made. */
const MAX_PLACES_PER_ROW = 20;
/** How far a row may lie from its place, as a share of the step. */
const TOLERANCE = 0.01;

/**
 * The regular grid that all rows lie on; null where there is none. Dates on the same day of every month are a grid of
 * months, not of days.
 *
 * @param days  Strictly ascending.
 */
export function findGrid(days: Float64Array): Grid | null {
  if (days.length < 2) return null;
  return monthGrid(days) ?? dayGrid(days);
}

/** The moment of a place. */
export function placeTime({ step, origin }: Pick<Grid, 'step' | 'origin'>, place: number): number {
  return step.unit === 'day' ? origin + place * step.length : addMonths(origin, place * step.length, step.day);
}

/** Length of a step in days; of months the mean. */
export function stepDays({ unit, length }: Step): number {
  return unit === 'day' ? length : length * DAYS_PER_MONTH;
}

/** Median of the differences. */
export function medianStep(days: Float64Array): number {
  const steps = new Float64Array(Math.max(0, days.length - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = days[i + 1]! - days[i]!;
  return medianInPlace(steps, steps.length);
}

/** `10d`, `12h`, `2w`, `1mo`, `1y` → a step; null where it is none. */
export function parseStep(text: string): Step | null {
  const match = /^(\d+(?:\.\d+)?)(h|d|w|mo|y)$/.exec(text.trim());
  if (!match) return null;
  const length = Number(match[1]);
  const unit = match[2] as keyof typeof UNITS;
  const step = { unit: UNITS[unit].unit, length: length * UNITS[unit].factor };
  return length > 0 && (step.unit === 'day' || Number.isInteger(step.length)) ? step : null;
}

const UNITS = {
  h: { unit: 'day', factor: 1 / 24 },
  d: { unit: 'day', factor: 1 },
  w: { unit: 'day', factor: 7 },
  mo: { unit: 'month', factor: 1 },
  y: { unit: 'month', factor: 12 },
} as const;

function monthGrid(days: Float64Array): Grid | null {
  const { length } = days;
  const months = new Int32Array(length);
  const first = toCivil(days[0]!);
  for (let i = 0; i < length; i++) {
    const { year, month } = toCivil(days[i]!);
    months[i] = (year - first.year) * 12 + month - first.month;
  }
  let step = 0;
  for (let i = 1; i < length; i++) step = greatestDivisor(step, months[i]! - months[i - 1]!);
  if (step === 0) return null;
  const day = days.reduce((latest, time) => Math.max(latest, toCivil(time).day), 0); // 31 for the ends of months
  for (let i = 0; i < length; i++)
    if (months[i] === months[i - 1] || Math.abs(addMonths(days[0]!, months[i]!, day) - days[i]!) > 1e-6) return null;
  const places = months.map((month) => month / step);
  return gridOf({ unit: 'month', length: step, day }, days[0]!, places);
}

function dayGrid(days: Float64Array): Grid | null {
  const { length } = days;
  let shortest = Infinity;
  for (let i = 1; i < length; i++) shortest = Math.min(shortest, days[i]! - days[i - 1]!);
  const places = new Int32Array(length);
  for (let i = 1; i < length; i++) {
    const steps = (days[i]! - days[i - 1]!) / shortest;
    const whole = Math.round(steps);
    if (Math.abs(steps - whole) > TOLERANCE * whole) return null;
    places[i] = places[i - 1]! + whole;
  }
  const step = (days[length - 1]! - days[0]!) / places[length - 1]!;
  for (let i = 0; i < length; i++)
    if (Math.abs(days[0]! + places[i]! * step - days[i]!) > TOLERANCE * step) return null;
  return gridOf({ unit: 'day', length: step }, days[0]!, places);
}

function gridOf(step: Step, origin: number, places: Int32Array): Grid | null {
  const count = places[places.length - 1]! + 1;
  return count <= MAX_PLACES_PER_ROW * places.length ? { step, origin, places, count } : null;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
