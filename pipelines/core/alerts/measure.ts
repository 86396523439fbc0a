/** From values to what a rule's level is held against. */
import type { Measure } from './rule.ts';
import type { Sample } from './watch.ts';

/** What a measure keeps of earlier values, as JSON. */
export interface MeasureMemory {
  /** Of the last minutes, oldest first; only for a rate. */
  readonly recent: readonly (readonly [time: number, value: number])[];
}

export const NO_MEMORY: MeasureMemory = { recent: [] };

export interface Measured {
  /** Null: nothing can be said of this value yet. */
  readonly sample: Sample | null;
  readonly memory: MeasureMemory;
}

/** What is usual at an hour of the week: `median` and robust `spread`, in the unit of the values; null where too little is known. */
export type Usual = (time: number) => { readonly median: number; readonly spread: number } | null;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * One value further, in the order of time. `age` is not measured by values but by the clock: see `ageAt`.
 * @param usual  Only for an anomaly
 */
export function measure(kind: Measure, given: Sample, memory: MeasureMemory, usual: Usual | null): Measured {
  switch (kind.kind) {
    case 'value':
    case 'area':
      return { sample: given, memory };
    case 'age':
      return { sample: { time: given.time, value: 0 }, memory };
    case 'rate':
      return rate(given, memory, kind.windowMinutes * MINUTE_MS);
    case 'anomaly': {
      const expected = usual?.(given.time) ?? null;
      const value = expected ? (given.value - expected.median) / expected.spread : Number.NaN;
      return { sample: Number.isFinite(value) ? { time: given.time, value } : null, memory };
    }
  }
}

/** Against the oldest value of the window: what happened within it, whatever the rhythm of the values. */
function rate(given: Sample, { recent }: MeasureMemory, windowMs: number): Measured {
  const inWindow = recent.filter(([time]) => time >= given.time - windowMs && time < given.time);
  const oldest = inWindow[0];
  const memory = { recent: [...inWindow, [given.time, given.value] as const].slice(-MOST_REMEMBERED) };
  if (!oldest) return { sample: null, memory };
  return {
    sample: { time: given.time, value: (given.value - oldest[1]) / ((given.time - oldest[0]) / HOUR_MS) },
    memory,
  };
}

/** A window of a day with a value a minute. */
const MOST_REMEMBERED = 1440;

/** Minutes since the latest value. */
export function ageAt(now: number, latest: number): Sample {
  return { time: now, value: Math.max(0, now - latest) / MINUTE_MS };
}

/** Fewer values of an hour of the week than this say nothing of what is usual. */
const LEAST_VALUES = 3;
const HOURS_A_WEEK = 168;
/** 1970 began on a Thursday; hours of the week are counted from Monday 00:00 UTC. */
const THURSDAY_HOURS = 72;

export function hourOfWeek(time: number): number {
  return (Math.floor(time / HOUR_MS) + THURSDAY_HOURS) % HOURS_A_WEEK;
}

/**
 * What is usual, out of hourly means. The spread of an hour is never taken as less than a third of the spread of all
 * deviations: three equal nights must not make the fourth an alert.
 * @param times  Milliseconds; any order
 * @param means  In the unit of the values; NaN: none
 */
export function usualOf(times: ArrayLike<number>, means: ArrayLike<number>): Usual {
  const byHour: number[][] = Array.from({ length: HOURS_A_WEEK }, () => []);
  for (let k = 0; k < times.length; k++) if (Number.isFinite(means[k]!)) byHour[hourOfWeek(times[k]!)]!.push(means[k]!);
  const medians = byHour.map((values) => median(values));
  const deviations = byHour.map((values, hour) => values.map((value) => Math.abs(value - medians[hour]!)));
  const floor = (TO_SIGMA * median(deviations.flat())) / 3;
  return (time) => {
    const hour = hourOfWeek(time);
    if (byHour[hour]!.length < LEAST_VALUES) return null;
    const spread = Math.max(TO_SIGMA * median(deviations[hour]!), floor);
    return spread > 0 ? { median: medians[hour]!, spread } : null;
  };
}

/** Median absolute deviation to standard deviation, of a normal distribution: 1 / Φ⁻¹(3/4). */
const TO_SIGMA = 1.482602218505602;

function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
