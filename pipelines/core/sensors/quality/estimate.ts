/** Limits out of a series itself, of whose readings some may be wrong: medians and quantiles, never means. */
import { adjustedFences } from './adjusted-fences.ts';
import { slideMedians } from './hampel.ts';

/** Fewer readings tell nothing of what is usual. */
const LEAST_ROWS = 30;
/** Median absolute deviation to standard deviation, of normal noise. */
export const MAD_TO_SIGMA = 1.4826;

export interface Rhythm {
  readonly stepMs: number;
  /** Times lie on multiples of the step, but for one in a hundred at most. */
  readonly isRegular: boolean;
  readonly gapMs: number;
  /** A time on the grid that the clock keeps to; null: it runs freely, and its drift cannot be told. */
  readonly anchorMs: number | null;
}

/** Of intervals between times, such a share is the usual step or a multiple: then each missing reading is a gap. */
const REGULAR_SHARE = 0.9;
const ON_GRID_SHARE = 0.99;
const KEPT_SHARE = 0.8;
/** Share of the step by which times of a clock that is right may differ. */
export const JITTER = 0.02;

/** @param times  Ascending, milliseconds. */
export function findStep(times: Float64Array): Rhythm | null {
  const n = times.length - 1;
  if (n < 3) return null;
  const intervals = new Float64Array(n);
  for (let i = 0; i < n; i++) intervals[i] = times[i + 1]! - times[i]!;
  const sorted = intervals.slice().sort();
  const stepMs = sorted[n >> 1]!;
  if (!(stepMs > 0)) return null;
  let [steps, onGrid] = [0, 0];
  for (let i = 0; i < n; i++) {
    const multiple = intervals[i]! / stepMs;
    if (Math.abs(multiple - 1) < 0.1) steps++;
    if (Math.abs(multiple - nearest(multiple)) < JITTER) onGrid++;
  }
  const isRegular = onGrid >= ON_GRID_SHARE * n;
  const anchorMs = isRegular ? findAnchor(times, stepMs) : null;
  if (steps >= REGULAR_SHARE * n) return { stepMs, isRegular, gapMs: 1.5 * stepMs, anchorMs };
  for (let i = 0; i < n; i++) intervals[i] = Math.abs(Math.log(sorted[i]! / stepMs));
  const sigma = Math.max(0.5, MAD_TO_SIGMA * intervals.sort()[n >> 1]!);
  return { stepMs, isRegular, gapMs: stepMs * Math.exp(4 * sigma), anchorMs };
}

/** The place within the step where four of five times lie, as a time near the first. */
function findAnchor(times: Float64Array, stepMs: number): number | null {
  const [n, first] = [times.length, times[0]!];
  const phases = new Float64Array(n);
  for (const turn of [0, 0.5]) {
    // a phase near 0 would be cut in two: seen from half a step away it is not
    for (let i = 0; i < n; i++) {
      const steps = (times[i]! - first) / stepMs + turn;
      phases[i] = steps - Math.floor(steps);
    }
    const middle = phases.sort()[n >> 1]!;
    let kept = 0;
    for (let i = 0; i < n; i++) if (Math.abs(phases[i]! - middle) < JITTER) kept++;
    if (kept >= KEPT_SHARE * n) return first + (middle - turn) * stepMs;
  }
  return null;
}

/** Whole number nearest to a positive one. */
export function nearest(value: number): number {
  return Math.floor(value + 0.5);
}

/** Farther from the median than so many times the distance of the 95 % quantile, and apart from the rest: out of range. */
const RANGE_FENCE = 2;
const RANGE_APART = 1.6;

/**
 * Limits that hold the body of the values: the fences of the adjusted boxplot, and within them tails as long as they are
 * continuous; numbers such as 999.9 far from all others do not belong to it.
 */
export function estimateRange(values: Float64Array): { lower: number; upper: number } | null {
  const n = values.length;
  if (n < LEAST_ROWS) return null;
  const sorted = values.slice().sort();
  const median = sorted[n >> 1]!;
  const scale = sorted[Math.floor(0.84 * n)]! - sorted[Math.floor(0.16 * n)]!;
  const above = sorted.subarray(n >> 1).map((value) => value - median);
  const below = sorted
    .subarray(0, (n >> 1) + 1)
    .map((value) => median - value)
    .reverse();
  const body = {
    lower: median - endOfBody(below, 0.9, RANGE_FENCE, RANGE_APART, scale),
    upper: median + endOfBody(above, 0.9, RANGE_FENCE, RANGE_APART, scale),
  };
  const fences = adjustedFences(sorted);
  if (fences === null) return body;
  return { lower: Math.max(body.lower, fences.lower), upper: Math.min(body.upper, fences.upper) };
}

/**
 * Where the body of distances ends: from a quantile on, as far as the next one is less than `apart` times as far; a bit
 * more, so that what comes later and is a little larger belongs to it.
 *
 * @param distances  Ascending, not negative.
 * @param fence  At least so many times the quantile is inside.
 * @param least  The quantile counts as at least this, for distributions that hardly have a tail.
 */
function endOfBody(distances: Float64Array, quantile: number, fence: number, apart: number, least: number): number {
  const n = distances.length;
  let k = Math.floor(quantile * (n - 1));
  const start = Math.max(distances[k]!, least);
  if (!(start > 0)) return Infinity; // all the same, but for a few: no measure of far
  let end = fence * start;
  while (k < n && distances[k]! <= end) k++;
  while (k < n && distances[k]! <= apart * Math.max(distances[k - 1]!, start)) k++;
  end = Math.max(end, k === n || k === 0 ? (distances[k - 1] ?? 0) : distances[k - 1]!);
  return end * (1 + (apart - 1) / 2);
}

export interface Spread {
  /** Of normal noise about the medians of windows. */
  readonly sigma: number;
  /** Departures up to here belong to the series. */
  readonly least: number;
}

/** Sampling of windows keeps the estimate cheap where there are many. */
const MOST_SAMPLED = 50_000;
/** A distribution of departures whose 90 % quantile is beyond this many medians has bursts: rain, showers of traffic. */
const BURSTS = 8;
const SPREAD_FACTOR = 6;

/** How far readings usually are from the median around them; null where there are too few. */
export function estimateSpread(
  values: Float64Array,
  halfWindow: number,
  range: { readonly lower: number; readonly upper: number } | null,
): Spread | null {
  const n = values.length;
  if (n < LEAST_ROWS) return null;
  const departures = new Float64Array(Math.min(n, MOST_SAMPLED + halfWindow));
  let count = 0;
  const chunk = 500;
  const stride = Math.max(1, Math.ceil(n / MOST_SAMPLED)) * chunk;
  const lower = range === null ? -Infinity : range.lower;
  const upper = range === null ? Infinity : range.upper;
  for (let from = 0; from < n; from += stride)
    slideMedians(values, from, Math.min(n, from + chunk), halfWindow, (i, median) => {
      const value = values[i]!;
      if (value >= lower && value <= upper && count < departures.length) departures[count++] = Math.abs(value - median);
    });
  if (count < LEAST_ROWS) return null;
  const sorted = departures.subarray(0, count).sort();
  const half = sorted[count >> 1]!;
  const tenth = sorted[Math.floor(0.9 * count)]!;
  const sigma = Math.max(MAD_TO_SIGMA * half, tenth / 1.645);
  const hasBursts = tenth > BURSTS * half || tenth === 0;
  const least = hasBursts ? endOfBody(sorted, 0.95, 3, 2, sigma) : SPREAD_FACTOR * sigma;
  return sigma === 0 && !Number.isFinite(least) ? null : { sigma, least };
}

/** Most change in a step; null where it cannot be told. */
export function estimateChange(
  times: Float64Array,
  values: Float64Array,
  stepMs: number,
  range: { readonly lower: number; readonly upper: number } | null,
): number | null {
  const changes = new Float64Array(Math.max(0, values.length - 1));
  const inside = (value: number) => range === null || (value >= range.lower && value <= range.upper);
  let count = 0;
  for (let i = 1; i < values.length; i++)
    if (times[i]! - times[i - 1]! < 1.5 * stepMs && inside(values[i]!) && inside(values[i - 1]!))
      changes[count++] = Math.abs(values[i]! - values[i - 1]!);
  if (count < LEAST_ROWS) return null;
  const sorted = changes.subarray(0, count).sort();
  const sigma = Math.max(MAD_TO_SIGMA * sorted[count >> 1]!, sorted[Math.floor(0.9 * count)]! / 1.645);
  const most = endOfBody(sorted, 0.99, 2, 1.6, 4 * sigma);
  return Number.isFinite(most) ? most : null;
}

/** A value with so many runs has its own limit. */
const FREQUENT_RUNS = 20;
const LEAST_STUCK_ROWS = 8;
/** Chance of one false alarm in a series. */
const STUCK_CHANCE = 0.01;

/**
 * How often the same reading may repeat: by the lengths of the runs of the series, so that readings to a whole degree and
 * days without rain are no fault. Values that often repeat are judged by their own runs.
 */
export function estimateStuck(
  values: Float64Array,
): { rows: number; frequent: (readonly [value: number, rows: number])[] } | null {
  if (values.length < LEAST_ROWS) return null;
  const all: number[] = [];
  const own = new Map<number, number[]>();
  for (let from = 0; from < values.length;) {
    const value = values[from]!;
    let to = from + 1;
    while (to < values.length && values[to] === value) to++;
    all.push(to - from);
    const runs = own.get(value);
    if (runs === undefined) own.set(value, [to - from]);
    else runs.push(to - from);
    from = to;
  }
  const rows = longestLikely(all);
  const frequent: (readonly [number, number])[] = [];
  for (const [value, runs] of own) {
    if (runs.length < FREQUENT_RUNS) continue;
    const most = longestLikely(runs);
    if (most > rows) frequent.push([value, most]);
  }
  return { rows, frequent };
}

/** Longer than chance gives, both for runs that end at random and for runs whose lengths are lognormal. */
function longestLikely(lengths: readonly number[]): number {
  const sorted = Float64Array.from(lengths).sort();
  const n = sorted.length;
  const body = sorted.subarray(0, Math.max(1, Math.floor(0.98 * n))); // without what may be stuck
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += body[i]!;
  const repeat = 1 - body.length / sum;
  const random = repeat > 0 ? 1 + Math.log(STUCK_CHANCE / n) / Math.log(repeat) : 1;
  const logs = sorted.map(Math.log);
  const median = logs[n >> 1]!;
  const mad = logs.map((value) => Math.abs(value - median)).sort()[n >> 1]!;
  const upper = logs[Math.floor(0.9 * n)]! - median;
  const sigma = Math.max(MAD_TO_SIGMA * mad, upper / 1.2816);
  return Math.ceil(Math.max(LEAST_STUCK_ROWS, 1.5 * random, Math.exp(median + 4.5 * sigma)));
}
