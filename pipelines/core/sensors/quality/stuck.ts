/** Stuck sensors: the same reading again and again. */
import { FLAG } from './flags.ts';
import type { FlagLimits } from './limits.ts';

/**
 * Flags every reading of a run of equal ones that is longer than the limits allow, from its first on.
 *
 * @param times, values  In order of time, finite. @param flags  One per reading; flags are added.
 */
export function flagStuck(times: Float64Array, values: Float64Array, limits: FlagLimits, flags: Uint16Array): void {
  const { stuck } = limits;
  if (stuck === null) return;
  const least = stuck.rows;
  for (let from = 0; from < values.length;) {
    const value = values[from]!;
    let to = from + 1;
    while (to < values.length && values[to] === value) to++;
    if (to - from >= least && isStuck(value, to - from, times[to - 1]! - times[from]!, stuck))
      for (let i = from; i < to; i++) flags[i]! |= FLAG.stuck;
    from = to;
  }
}

/** @param ms  From the first reading of the run to the last. */
export function isStuck(
  value: number,
  rows: number,
  ms: number,
  { rows: leastRows, ms: leastMs, spared, frequent }: NonNullable<FlagLimits['stuck']>,
): boolean {
  if (rows < leastRows || ms < leastMs) return false;
  if (spared.some(([from, to]) => value >= from && value <= to)) return false;
  return !frequent.some(([often, most]) => often === value && rows < most);
}
