/** Intervals of time as openEO writes them. */
import { PlatformError } from '../core/errors.ts';
import { refusal } from '../graph/refusal.ts';
import type { Label } from '../graph/value.ts';
import { timeOf } from './periods.ts';

export interface Interval {
  /** Milliseconds since 1970, inclusive; -Infinity where it is open. */
  readonly start: number;
  /** Exclusive; Infinity where it is open. */
  readonly end: number;
}

/** @throws {PlatformError} `parameter-invalid` (`TemporalExtentEmpty`) */
export function parseInterval(extent: readonly unknown[], process: string): Interval {
  const [from, to] = pairOf(extent, process);
  const start = from === null ? -Infinity : timeOf(from).getTime();
  const end = to === null ? Infinity : timeOf(to).getTime();
  if (!(end > start)) throw emptyInterval(process, extent);
  return { start, end };
}

/** Whether a time lies in an interval of times, or of times of the day (`18:00:00` to `06:00:00` goes over midnight). */
export function intervalTest(extent: readonly unknown[], process: string): (time: Date) => boolean {
  const [from, to] = pairOf(extent, process);
  const [start, end] = [secondOfDay(from), secondOfDay(to)];
  if (start === null || end === null) {
    const interval = parseInterval(extent, process);
    return (time) => time.getTime() >= interval.start && time.getTime() < interval.end;
  }
  if (start === end) throw emptyInterval(process, extent);
  return (time) => {
    const at = (time.getTime() / 1000) % 86_400;
    return start < end ? at >= start && at < end : at >= start || at < end;
  };
}

function secondOfDay(label: Label | null): number | null {
  const [, h, m, s = '0'] = /^(\d\d):(\d\d)(?::(\d\d))?Z?$/.exec(String(label)) ?? [];
  return h === undefined ? null : 3600 * Number(h) + 60 * Number(m) + Number(s);
}

function pairOf(extent: readonly unknown[], process: string): [Label | null, Label | null] {
  const isTime = (value: unknown) => value === null || typeof value === 'string' || typeof value === 'number';
  if (extent.length === 2 && extent.every(isTime)) return extent as [Label | null, Label | null];
  throw new PlatformError(
    'parameter-invalid',
    `${process} takes an interval of two times, ["2024-01-01", "2025-01-01"], null where it is open; not ${JSON.stringify(extent)}`,
  );
}

function emptyInterval(process: string, extent: readonly unknown[]): PlatformError {
  return refusal('TemporalExtentEmpty', `${process}: the interval ${JSON.stringify(extent)} ends before it begins`);
}
