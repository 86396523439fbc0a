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
 */
export function findAnomalies(series: Series, options: AnomalyOptions): Anomalies {
  const n = series.days.length;
  const result: Anomalies = {
    expected: new Float64Array(n).fill(NaN),
    z: new Float64Array(n).fill(NaN),
    percentile: new Float64Array(n).fill(NaN),
    reference: new Uint32Array(n),
  };
  const years = Int32Array.from(series.days, (day) => toCivil(day).year);
  if (options.method === 'window') compareByWindow(series, years, options, result);
  else compareByHarmonic(series, years, options, result);
  return result;
}

function compareByWindow(series: Series, years: Int32Array, options: AnomalyOptions, result: Anomalies): void {
  const { days, values } = series;
  for (let i = 0; i < days.length; i++) {
    const others: number[] = [];
    const seen = new Set<number>();
    for (let j = 0; j < days.length; j++) {
      const apart = days[j]! - days[i]!;
      const turns = Math.round(apart / DAYS_PER_YEAR);
      if (turns === 0 || !isReference(years[j]!, options)) continue;
      if (Math.abs(apart - turns * DAYS_PER_YEAR) > options.windowDays) continue;
      others.push(values[j]!);
      seen.add(turns);
    }
    result.reference[i] = others.length;
    if (others.length < MIN_REFERENCE || seen.size < MIN_YEARS) continue;
    place(result, i, values[i]!, mean(others), 0, others, others.length - 1);
  }
}

function compareByHarmonic(series: Series, years: Int32Array, options: AnomalyOptions, result: Anomalies): void {
  for (const year of new Set(years)) {
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
    const residuals = [...reference.values].map((value, i) => value - (model?.fit.fitted[i] ?? NaN));
    for (let i = 0; i < series.days.length; i++) {
      if (years[i] !== year) continue;
      result.reference[i] = count;
      if (expected) place(result, i, series.values[i]!, expected[i]!, expected[i]!, residuals, count - terms);
    }
  }
}

function isReference(year: number, { reference }: AnomalyOptions): boolean {
  return reference === null || (year >= reference.firstYear && year <= reference.lastYear);
}

/** @param shift  What the others are relative to: 0 for values, the expected value for residuals. */
function place(
  result: Anomalies,
  i: number,
  value: number,
  expected: number,
  shift: number,
  others: readonly number[],
  freedom: number,
): void {
  const centre = expected - shift;
  let squares = 0;
  let below = 0;
  for (const other of others) {
    squares += (other - centre) ** 2;
    const difference = value - shift - other;
    below += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  }
  const deviation = Math.sqrt(squares / freedom);
  result.expected[i] = expected;
  result.z[i] = deviation > 0 ? (value - expected) / deviation : NaN;
  result.percentile[i] = (100 * below) / others.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
