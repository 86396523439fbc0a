/**
 * The states of what a rule watches: calm, on the way to an alert, in it, on the way out of it. Pure and small, so that
 * watching live, catching up after a restart, and trying a rule on last year are one and the same.
 */
import type { Condition } from './rule.ts';

/** Between two instants; all times are milliseconds since 1970. */
export type WatchState =
  | { readonly phase: 'calm' }
  | { readonly phase: 'pending'; readonly since: number; readonly peak: number }
  | { readonly phase: 'open'; readonly opened: number; readonly peak: number }
  | { readonly phase: 'clearing'; readonly opened: number; readonly peak: number; readonly since: number };

export interface Sample {
  readonly time: number;
  readonly value: number;
}

export type WatchEvent =
  /** `since` is when the condition was first met. */
  | {
      readonly kind: 'opened';
      readonly time: number;
      readonly since: number;
      readonly value: number;
      readonly peak: number;
    }
  | { readonly kind: 'closed'; readonly time: number; readonly value: number; readonly peak: number };

export interface Step {
  readonly state: WatchState;
  readonly event: WatchEvent | null;
}

export const CALM: WatchState = { phase: 'calm' };

const MINUTE_MS = 60_000;

/** One sample further. Samples come in the order of their times. */
export function step(state: WatchState, sample: Sample, condition: Condition): Step {
  const side = sideOf(sample.value, condition);
  switch (state.phase) {
    case 'calm':
    case 'pending':
      return towardsOpen(state, sample, condition, side);
    case 'open':
    case 'clearing':
      return towardsCalm(state, sample, condition, side);
  }
}

type Side = 'beyond' | 'between' | 'clear';

/** Where a value lies: beyond the level, on the clear side, or in the band between, where nothing changes. */
export function sideOf(value: number, { operator, level, clearLevel = level }: Condition): Side {
  const distance = operator === 'outside' ? Math.abs(value) : value;
  if (operator === 'below') return distance < level ? 'beyond' : distance < clearLevel ? 'between' : 'clear';
  return distance > level ? 'beyond' : distance > clearLevel ? 'between' : 'clear';
}

function towardsOpen(
  state: Extract<WatchState, { phase: 'calm' | 'pending' }>,
  { time, value }: Sample,
  condition: Condition,
  side: Side,
): Step {
  // The level has to be met throughout: a value in the band begins the count anew
  if (side !== 'beyond') return { state: CALM, event: null };
  const since = state.phase === 'pending' ? state.since : time;
  const peak = state.phase === 'pending' ? further(state.peak, value, condition) : value;
  const { minMinutes = 0 } = condition;
  if (time - since < minMinutes * MINUTE_MS) return { state: { phase: 'pending', since, peak }, event: null };
  return { state: { phase: 'open', opened: time, peak }, event: { kind: 'opened', time, since, value, peak } };
}

function towardsCalm(
  state: Extract<WatchState, { phase: 'open' | 'clearing' }>,
  { time, value }: Sample,
  condition: Condition,
  side: Side,
): Step {
  const { opened } = state;
  const peak = further(state.peak, value, condition);
  if (side !== 'clear') return { state: { phase: 'open', opened, peak }, event: null };
  const since = state.phase === 'clearing' ? state.since : time;
  const { clearMinutes = 0 } = condition;
  if (time - since < clearMinutes * MINUTE_MS)
    return { state: { phase: 'clearing', opened, peak, since }, event: null };
  return { state: CALM, event: { kind: 'closed', time, value, peak } };
}

function further(peak: number, value: number, { operator }: Condition): number {
  if (operator === 'below') return Math.min(peak, value);
  if (operator === 'above') return Math.max(peak, value);
  return Math.abs(value) > Math.abs(peak) ? value : peak;
}
