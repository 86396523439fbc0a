/** How unusual each observation is for its time of the year, judged by the other years. */
import { fitHarmonic } from './harmonic.ts';
import type { Series } from './series.ts';
import { DAYS_PER_YEAR } from './series.ts';
import { toCivil } from './time.ts';

export const ANOMALY_METHODS = ['window', 'harmonic'] as const;
type AnomalyMethod = (typeof ANOMALY_METHODS)[number];

export interface AnomalyOptions {
  readonly method: AnomalyMethod;
  /** Of `window`: how far observations may lie from one, two, … years before or after, in days. */
  readonly windowDays: number;
  /** Years that the climatology is made of, both included; null: all. */
  readonly reference: { readonly firstYear: number; readonly lastYear: number } | null;
}

/** One value per observation; NaN where there is too little to compare with. */
export interface Anomalies {
  /** What the time of the year lets expect. */
  readonly expected: Float64Array;
  /** (value − expected) / standard deviation of the others. */
  readonly z: Float64Array;
  /** Share of the others that are lower, equal ones counting half, in percent. */
  readonly percentile: Float64Array;
  /** How many others there were. */
  readonly reference: Uint32Array;
}

/** With fewer, a standard deviation says nothing. */
const MIN_REFERENCE = 5;
const MIN_YEARS = 2;
const ORDER = 2;

/**
 * Compares every observation with a climatology that its own year has no part in.
 *
 * - `window`: mean and standard deviation of the observations around that time of the other years; nothing within half a
 *   year counts, so that a drought is not compared with itself on the other side of New Year.
 * - `harmonic`: a season (order 2) fitted to the other years; the standard deviation is that of its residuals, and the
 *   percentile is the place among them. For series too thin for windows.
 *
 * Needs five observations out of two years.
 *
 * @param only  Index of the one observation to compare; default all.
 */
export function findAnomalies(series: Series, options: AnomalyOptions, only?: number): Anomalies {
  const n = series.days.length;
  const result: Anomalies = {
    expected: new Float64Array(n).fill(NaN),
    z: new Float64Array(n).fill(NaN),
    percentile: new Float64Array(n).fill(NaN),
    reference: new Uint32Array(n),
  };
  const years = Int32Array.from(series.days, (day) => toCivil(day).year);
  const asked = only === undefined ? [...years.keys()] : [only];
  if (options.method === 'window') compareByWindow(series, years, options, asked, result);
  else compareByHarmonic(series, years, options, asked, result);
  return result;
}

/**
 * How many years after a moment another lies that may be compared with it: near the same time of the year.
 * @returns 0 where it may not.
 */
export function yearsApart(
  day: number,
  other: number,
  otherYear: number,
  options: Pick<AnomalyOptions, 'windowDays' | 'reference'>,
): number {
  const apart = other - day;
  const turns = Math.round(apart / DAYS_PER_YEAR);
  if (!isReference(otherYear, options) || Math.abs(apart - turns * DAYS_PER_YEAR) > options.windowDays) return 0;
  return turns;
}

/** Whether so many observations of so many other years are a climatology. */
export function isEnough(reference: number, years: number): boolean {
  return reference >= MIN_REFERENCE && years >= MIN_YEARS;
}

type Asked = readonly number[];

function compareByWindow(
  series: Series,
  years: Int32Array,
  options: AnomalyOptions,
  asked: Asked,
  result: Anomalies,
): void {
  const { days, values } = series;
  const others = new Float64Array(days.length);
  for (const i of asked) {
    let count = 0;
    const seen = new Set<number>();
    for (let j = 0; j < days.length; j++) {
      const turns = yearsApart(days[i]!, days[j]!, years[j]!, options);
      if (turns === 0) continue;
      others[count++] = values[j]!;
      seen.add(turns);
    }
    result.reference[i] = count;
    if (!isEnough(count, seen.size)) continue;
    put(result, i, placeAmong(values[i]!, meanOf(others, count), 0, others, count, count - 1));
  }
}

function compareByHarmonic(
  series: Series,
  years: Int32Array,
  options: AnomalyOptions,
  asked: Asked,
  result: Anomalies,
): void {
  for (const year of new Set(asked.map((i) => years[i]!))) {
    const others = series.days.map((_, i) => (years[i] !== year && isReference(years[i]!, options) ? 1 : 0));
    const pick = (from: Float64Array, wanted: 0 | 1) => from.filter((_, i) => others[i] === wanted);
    const reference = { days: pick(series.days, 1), values: pick(series.values, 1) };
    const count = reference.days.length;
    const referenceYears = new Set(years.filter((_, i) => others[i] === 1)).size;
    const terms = 1 + 2 * ORDER;
    const model =
      referenceYears >= MIN_YEARS && count >= terms + MIN_REFERENCE
        ? fitHarmonic(reference, { order: ORDER, trend: false, origin: 0 })
        : null;
    const expected = model?.at(series.days);
    const residuals = reference.values.map((value, i) => value - (model?.fit.fitted[i] ?? NaN));
    for (const i of asked) {
      if (years[i] !== year) continue;
      result.reference[i] = count;
      const e = expected?.[i];
      if (e !== undefined) put(result, i, placeAmong(series.values[i]!, e, e, residuals, count, count - terms));
    }
  }
}

function isReference(year: number, { reference }: Pick<AnomalyOptions, 'reference'>): boolean {
  return reference === null || (year >= reference.firstYear && year <= reference.lastYear);
}

interface Standing {
  readonly expected: number;
  readonly z: number;
  readonly percentile: number;
}

/**
 * Where a value stands among others.
 * @param shift  What the others are relative to: 0 for values, the expected value for residuals.
 * @param others  The first `count` of them.
 */
export function placeAmong(
  value: number,
  expected: number,
  shift: number,
  others: Float64Array,
  count: number,
  freedom: number,
): Standing {
  const centre = expected - shift;
  let squares = 0;
  let below = 0;
  for (let j = 0; j < count; j++) {
    const other = others[j]!;
    squares += (other - centre) * (other - centre);
    const difference = value - shift - other;
    below += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  }
  const deviation = Math.sqrt(squares / freedom);
  return {
    expected,
    z: deviation > 0 ? (value - expected) / deviation : NaN,
    percentile: (100 * below) / count,
  };
}

function put(result: Anomalies, i: number, { expected, z, percentile }: Standing): void {
  result.expected[i] = expected;
  result.z[i] = z;
  result.percentile[i] = percentile;
}

/** Of the first `count`. */
export function meanOf(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  return sum / count;
}
