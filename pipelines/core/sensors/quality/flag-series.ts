/** All tests of one series at once. */
import { limitsFor } from './limits.ts';
import { FLAG } from './flags.ts';
import type { FlagLimits } from './limits.ts';
import type { QualityParameters } from '../properties.ts';
import { createRateTest, isOutOfRange } from './rate.ts';
import { flagSpikes, flagWildSpikes } from './spike.ts';
import { flagStuck } from './stuck.ts';
import { flagArrival, orderRows, startPhase } from './timing.ts';

export interface FlagOptions {
  /** Of what is observed; null, the default: limits are estimated from the series. */
  readonly property?: QualityParameters | null;
  /** Known already, as of an earlier part of the series: nothing is estimated. */
  readonly limits?: FlagLimits;
  /** Milliseconds since 1970; later times are of a wrong clock. Default: none is. */
  readonly nowMs?: number;
}

export interface FlaggedSeries {
  /** Bit mask per reading, see `FLAG`. */
  readonly flags: Uint16Array;
  readonly limits: FlagLimits;
  /** Rows with a value that are in order and no duplicates, in the order of time: what can be compared with others. */
  readonly rows: Uint32Array;
  /** False: the rows came in any order, so that nothing is said of late ones. */
  readonly tellsOrder: boolean;
}

/**
 * Flags a series by every test that needs no other station: range, rate, spike, stuck, gap, duplicate, clock.
 *
 * @param times  Milliseconds since 1970, in the order in which the readings came; NaN for none.
 * @param values  As long; NaN where there is no value: such a row has neither gap nor value to judge.
 * @returns one mask per row; values are not changed.
 */
export function flagSeries(times: Float64Array, values: Float64Array, options: FlagOptions = {}): Uint16Array {
  return examineSeries(times, values, options).flags;
}

/** As `flagSeries`, with what it was held against. */
export function examineSeries(times: Float64Array, values: Float64Array, options: FlagOptions = {}): FlaggedSeries {
  const flags = new Uint16Array(times.length);
  const { rows: ordered, tellsOrder } = orderRows(times, flags, options.nowMs ?? Infinity);
  const rows = ordered.filter((row) => Number.isFinite(values[row]));
  const time = new Float64Array(rows.length);
  const value = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    time[i] = times[rows[i]!]!;
    value[i] = values[rows[i]!]!;
  }
  const limits = options.limits ?? limitsFor(time, value, options.property ?? null);
  const found = flagOrdered(time, value, limits);
  for (let i = 0; i < rows.length; i++) flags[rows[i]!]! |= found[i]!;
  for (let i = 0; i < values.length; i++) if (isOutOfRange(values[i]!, limits.range)) flags[i]! |= FLAG.range;
  return { flags, limits, rows, tellsOrder };
}

/** @param times, values  In order, without duplicates, finite. */
function flagOrdered(times: Float64Array, values: Float64Array, limits: FlagLimits): Uint16Array {
  const n = times.length;
  const flags = new Uint16Array(n);
  const phase = startPhase(limits.rhythm);
  const rate = limits.change === null ? null : createRateTest(limits.change);
  const inside = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    let mask = flagArrival(times[i]!, phase, limits.rhythm, limits.gapMs);
    if (isOutOfRange(values[i]!, limits.range)) mask |= FLAG.range;
    else {
      inside[count++] = i;
      if (rate !== null && rate.next(times[i]!, values[i]!)) mask |= FLAG.rate;
    }
    flags[i] = mask;
  }
  flagSpikes(times, values, inside.subarray(0, count), limits, flags);
  flagWildSpikes(values, inside.subarray(0, count), limits, flags);
  flagStuck(times, values, limits, flags);
  return flags;
}
