/** Clocks: what is out of order, doubled, missing, in the future, off the grid of its own times. */
import { isSpringForward } from './daylight.ts';
import type { Rhythm } from './estimate.ts';
import { nearest } from './estimate.ts';
import { FLAG } from './flags.ts';

/** Of the rows of a table so many may be out of order; with more, its order says nothing of when they came. */
const MOST_DISORDER = 0.1;
/** Clocks that are right may differ so much from ours. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Share of the step by which a time has to be off to be a fault. */
export const OFF_GRID = 0.1;

export interface Order {
  /** Rows in the order of time, without those whose time is wrong, doubled or none. */
  readonly rows: Uint32Array;
  /** False: rows came in any order, and nothing is said of it. */
  readonly tellsOrder: boolean;
}

/**
 * Flags rows out of order, in the future, and those whose time another row has had, and says which remain.
 *
 * The fewest rows whose removal leaves the others in order are the wrong ones (the complement of a longest ascending
 * subsequence), so that one leap ahead does not accuse all that follow.
 *
 * @param times  Milliseconds since 1970, in the order in which the readings came; NaN for none.
 * @param flags  As long; flags are added.
 * @param nowMs  Later ones are in the future.
 */
export function orderRows(times: Float64Array, flags: Uint16Array, nowMs: number): Order {
  const n = times.length;
  const latest = nowMs + CLOCK_TOLERANCE_MS;
  const usable = new Uint32Array(n);
  let count = 0;
  let ascending = true;
  for (let i = 0; i < n; i++) {
    const time = times[i]!;
    if (time > latest) flags[i]! |= FLAG.clock;
    if (!(time <= latest)) continue;
    if (count > 0 && time <= times[usable[count - 1]!]!) ascending = false;
    usable[count++] = i;
  }
  const rows = usable.subarray(0, count);
  if (ascending) return { rows, tellsOrder: true };
  const kept = longestAscending(times, rows);
  const tellsOrder = count - kept.length <= MOST_DISORDER * count;
  if (tellsOrder) {
    for (let i = 0, k = 0; i < count; i++)
      if (kept[k] === rows[i]) k++;
      else flags[rows[i]!]! |= FLAG.clock;
  } else rows.sort((a, b) => times[a]! - times[b]! || a - b);
  flagDoubles(times, rows, flags);
  return { rows: (tellsOrder ? kept : rows).filter((row) => (flags[row]! & FLAG.duplicate) === 0), tellsOrder };
}

/** The first row of a time stands, the others are doubles of it. */
function flagDoubles(times: Float64Array, rows: Uint32Array, flags: Uint16Array): void {
  const sorted = rows.slice().sort((a, b) => times[a]! - times[b]! || a - b);
  for (let i = 1; i < sorted.length; i++)
    if (times[sorted[i]!] === times[sorted[i - 1]!]) flags[sorted[i]!]! |= FLAG.duplicate;
}

/** Rows of a longest subsequence whose times do not descend. @see Fredman 1975, doi:10.1016/0012-365X(75)90103-X */
function longestAscending(times: Float64Array, rows: Uint32Array): Uint32Array {
  const ends = new Uint32Array(rows.length); // per length, the index of the smallest last time
  const before = new Int32Array(rows.length);
  let length = 0;
  for (let i = 0; i < rows.length; i++) {
    const time = times[rows[i]!]!;
    let [low, high] = [0, length];
    if (length > 0 && times[rows[ends[length - 1]!]!]! <= time) low = length; // nearly always
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[rows[ends[middle]!]!]! <= time) low = middle + 1;
      else high = middle;
    }
    ends[low] = i;
    before[i] = low > 0 ? ends[low - 1]! : -1;
    if (low === length) length++;
  }
  const kept = new Uint32Array(length);
  for (let at = ends[length - 1]!, k = length - 1; k >= 0; k--, at = before[at]!) kept[k] = rows[at]!;
  return kept;
}

/** What the test of gaps and grid remembers of the readings before. */
export interface Phase {
  /** Time of the last reading; NaN before the first. */
  last: number;
  /** A time on the grid; NaN where the clock keeps to none. */
  anchor: number;
}

export function startPhase(rhythm: Rhythm | null): Phase {
  return { last: NaN, anchor: rhythm?.anchorMs ?? NaN };
}

/**
 * Gap and clock of one reading after the ones before it: whether readings are missing, whether the clock leapt by a part of
 * a step, has drifted by more than a tenth of it, or was put forward for summer.
 */
export function flagArrival(time: number, phase: Phase, rhythm: Rhythm | null, gapMs: number): number {
  const { last } = phase;
  phase.last = time;
  const interval = time - last; // NaN for the first one
  let flags = interval > gapMs ? FLAG.gap : 0;
  if (rhythm === null || !rhythm.isRegular) return flags;
  const { stepMs } = rhythm;
  if (flags !== 0 && isSpringForward(last, time, stepMs)) flags |= FLAG.clock;
  if (offGrid(interval, stepMs)) {
    if (phase.anchor === phase.anchor) phase.anchor = time; // from here on its grid is another
    return flags | FLAG.clock;
  }
  return offGrid(time - phase.anchor, stepMs) ? flags | FLAG.clock : flags;
}

function offGrid(ms: number, stepMs: number): boolean {
  const steps = ms / stepMs;
  return Math.abs(steps - nearest(steps)) > OFF_GRID;
}
