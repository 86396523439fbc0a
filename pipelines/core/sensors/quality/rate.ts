/** Range and rate of change: tests of a reading against limits and the one before. */
import { mostChange } from './limits.ts';
import type { FlagLimits } from './limits.ts';

/** False for NaN: what is not there is not wrong. */
export function isOutOfRange(value: number, range: FlagLimits['range']): boolean {
  return range !== null && (value < range.lower || value > range.upper);
}

/** After so many readings that agree with each other, a new level is believed. */
const BELIEVED = 3;

/** What the test remembers; plain, so that it can be kept. */
export interface RateState {
  /** Last reading that was believed. */
  time: number;
  value: number;
  /** Last reading, if it was not. */
  doubtedTime: number;
  doubtedValue: number;
  /** Readings in doubt that agree with each other, up to the last. */
  agreeing: number;
}

export function startRate(): RateState {
  return { time: NaN, value: NaN, doubtedTime: NaN, doubtedValue: NaN, agreeing: 0 };
}

/**
 * Rate of change: more than what is possible in the time since the last reading that was believed. So the reading after a
 * spike is held against the one before it, and is not flagged for the way back. A level that stays is believed from the
 * fourth reading on.
 */
export function createRateTest(change: NonNullable<FlagLimits['change']>, state: RateState = startRate()) {
  let interval = NaN; // nearly all intervals are the same: the power is taken once
  let most = 0;
  const allowed = (ms: number) => {
    if (ms !== interval) {
      interval = ms;
      most = mostChange(change, ms) * (1 + 1e-9);
    }
    return most;
  };
  return {
    state,
    /** @returns whether the reading changed too fast; readings out of range are not shown to it. */
    next(time: number, value: number): boolean {
      if (state.time !== state.time) {
        state.time = time;
        state.value = value;
        return false;
      }
      const difference = value - state.value;
      const size = difference < 0 ? -difference : difference;
      if (!(size > allowed(time - state.time))) {
        state.time = time;
        state.value = value;
        state.agreeing = 0;
        return false;
      }
      const agrees = state.agreeing > 0 && Math.abs(value - state.doubtedValue) <= allowed(time - state.doubtedTime);
      state.agreeing = agrees ? state.agreeing + 1 : 1;
      state.doubtedTime = time;
      state.doubtedValue = value;
      if (state.agreeing > BELIEVED) {
        state.time = time;
        state.value = value;
        state.agreeing = 0;
        return false;
      }
      return true;
    },
  };
}
