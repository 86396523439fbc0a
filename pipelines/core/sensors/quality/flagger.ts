/** The same tests for readings as they arrive, with what they remember as a record that can be kept. */
import { FLAG } from './flags.ts';
import { deviationAround, insert } from './hampel.ts';
import type { FlagLimits } from './limits.ts';
import type { RateState } from './rate.ts';
import { createRateTest, isOutOfRange, startRate } from './rate.ts';
import { isSpike } from './spike.ts';
import { isStuck } from './stuck.ts';
import type { Phase } from './timing.ts';
import { CLOCK_TOLERANCE_MS, flagArrival, startPhase } from './timing.ts';

/** All that a flagger knows of the readings before: plain and small, one per datastream. NaN is written as null in JSON. */
export interface FlaggerState {
  /** Latest time that was believed, and the value it had. */
  latest: number;
  /** Times before it, one after another. */
  early: number;
  earlyLatest: number;
  phase: Phase;
  rate: RateState;
  run: { value: number; count: number; start: number };
  /** The last readings within range, oldest first. */
  recent: number[];
  recentTime: number;
}

/** After so many ascending times before the latest one it is the latest that was wrong. */
const RESET_CLOCK = 5;

export function startFlagger(limits: FlagLimits): FlaggerState {
  return {
    latest: NaN,
    early: 0,
    earlyLatest: NaN,
    phase: startPhase(limits.rhythm),
    rate: startRate(),
    run: { value: NaN, count: 0, start: NaN },
    recent: [],
    recentTime: NaN,
  };
}

/**
 * Flags readings one by one. For readings that come in order, range, rate, gap, duplicate and clock are those of
 * `flagSeries` with the same limits. Two tests of it look ahead, which here is not possible: a spike is held against the
 * readings before it alone, and a stuck sensor is flagged from the reading on with which its run has become too long.
 *
 * @param state  Of the readings before, from `startFlagger`; it is changed in place.
 */
export function createFlagger(limits: FlagLimits, state: FlaggerState = startFlagger(limits)) {
  const rate = limits.change === null ? null : createRateTest(limits.change, state.rate);
  return {
    state,
    /** @param nowMs  Milliseconds since 1970; later times are of a wrong clock. */
    push(time: number, value: number, nowMs = Infinity): number {
      const outside = isOutOfRange(value, limits.range) ? FLAG.range : 0;
      if (!(time <= nowMs + CLOCK_TOLERANCE_MS)) return outside | FLAG.clock;
      if (time === state.latest) return outside | FLAG.duplicate;
      if (time < state.latest && !leadsBack(state, time, limits)) return outside | FLAG.clock;
      state.latest = time;
      state.early = 0;
      if (!Number.isFinite(value)) return 0;
      let flags = outside | flagArrival(time, state.phase, limits.rhythm, limits.gapMs);
      if (outside === 0) {
        if (rate !== null && rate.next(time, value)) flags |= FLAG.rate;
        if (standsOut(state, limits, time, value)) flags |= FLAG.spike;
      }
      return isRunStuck(state, limits, time, value) ? flags | FLAG.stuck : flags;
    },
  };
}

function leadsBack(state: FlaggerState, time: number, { rhythm }: FlagLimits): boolean {
  state.early = state.early > 0 && time > state.earlyLatest ? state.early + 1 : 1;
  state.earlyLatest = time;
  if (state.early < RESET_CLOCK) return false;
  Object.assign(state.phase, startPhase(rhythm));
  state.run.count = 0;
  state.recent.length = 0;
  Object.assign(state.rate, startRate());
  return true;
}

function standsOut(state: FlaggerState, { spike, rhythm }: FlagLimits, time: number, value: number): boolean {
  if (spike === null) return false;
  const { recent } = state;
  if (rhythm !== null && time - state.recentTime > 4 * rhythm.stepMs) recent.length = 0;
  state.recentTime = time;
  const size = 2 * spike.halfWindow + 1;
  let found = false;
  if (recent.length >= size) {
    const window = new Float64Array(size);
    for (let k = 0; k < size; k++) insert(window, k, recent[recent.length - size + k]!);
    const median = window[spike.halfWindow]!;
    // a trend takes the reading away from the middle of what was before: twice the room
    found = isSpike((value - median) / 2, deviationAround(window, size, spike.halfWindow), spike);
    recent.shift();
  }
  recent.push(value);
  return found;
}

function isRunStuck({ run }: FlaggerState, { stuck }: FlagLimits, time: number, value: number): boolean {
  if (run.count === 0 || run.value !== value) Object.assign(run, { value, count: 0, start: time });
  run.count++;
  return stuck !== null && isStuck(value, run.count, time - run.start, stuck);
}
