import { describe, expect, it } from 'vitest';
import { confidenceOf, precisionOf, weekOf } from '../../pipelines/core/alerts/judge.ts';
import { ageAt, hourOfWeek, measure, NO_MEMORY, usualOf } from '../../pipelines/core/alerts/measure.ts';
import { sendAt } from '../../pipelines/core/alerts/quiet-hours.ts';
import type { Condition } from '../../pipelines/core/alerts/rule.ts';
import type { WatchEvent, WatchState } from '../../pipelines/core/alerts/watch.ts';
import { CALM, step } from '../../pipelines/core/alerts/watch.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

function follow(values: readonly (readonly [minutes: number, value: number])[], condition: Condition): string[] {
  let state: WatchState = CALM;
  const events: WatchEvent[] = [];
  for (const [minutes, value] of values) {
    const next = step(state, { time: minutes * MINUTE, value }, condition);
    state = next.state;
    if (next.event) events.push(next.event);
  }
  return events.map(({ kind, time, peak }) => `${kind} ${time / MINUTE} ${peak}`);
}

describe('the states of what is watched', () => {
  it('open beyond the level, and close on its other side', () => {
    const values = [1, 5, 9, 11, 15, 10, 9].map((value, k) => [k, value] as const);
    expect(follow(values, { operator: 'above', level: 10 })).toEqual(['opened 3 11', 'closed 5 15']);
  });

  it('do not flutter within the band of a hysteresis', () => {
    const values = [11, 9, 11, 9, 11, 7.9, 9, 11].map((value, k) => [k, value] as const);
    const condition = { operator: 'above', level: 10, clearLevel: 8 } as const;
    expect(follow(values, condition)).toEqual(['opened 0 11', 'closed 5 11', 'opened 7 11']);
  });

  it('wait for the least duration, which a value in the band begins anew', () => {
    const condition = { operator: 'above', level: 10, clearLevel: 8, minMinutes: 60 } as const;
    const values = [[0, 11], [30, 12], [50, 9], [60, 11], [90, 13], [119, 11], [120, 11]] as const; // prettier-ignore
    expect(follow(values, condition)).toEqual(['opened 120 13']);
  });

  it('stay open until it has been over for long enough', () => {
    const condition = { operator: 'below', level: 2, clearMinutes: 60 } as const;
    const values = [[0, 1], [10, 3], [60, 1.5], [70, 3], [129, 3], [130, 3]] as const; // prettier-ignore
    expect(follow(values, condition)).toEqual(['opened 0 1', 'closed 130 1']);
  });

  it('see both sides of zero', () => {
    const values = [0, -3, -7, 2, 6].map((value, k) => [k, value] as const);
    expect(follow(values, { operator: 'outside', level: 5 })).toEqual(['opened 2 -7', 'closed 3 -7', 'opened 4 6']);
  });

  it('are the same after being written down and read again at any place', () => {
    const condition = { operator: 'above', level: 10, clearLevel: 8, minMinutes: 20, clearMinutes: 10 } as const;
    const values = Array.from({ length: 200 }, (_, k) => [k * 7, 10 + 4 * Math.sin(k / 3) + Math.sin(k)] as const);
    const whole = follow(values, condition);
    let state: WatchState = CALM;
    const inPieces: string[] = [];
    for (const [minutes, value] of values) {
      const next = step(JSON.parse(JSON.stringify(state)) as WatchState, { time: minutes * MINUTE, value }, condition);
      state = next.state;
      if (next.event) inPieces.push(`${next.event.kind} ${next.event.time / MINUTE} ${next.event.peak}`);
    }
    expect(whole.length).toBeGreaterThan(10);
    expect(inPieces).toEqual(whole);
  });
});

describe('measures', () => {
  it('tell a change per hour over a window, whatever the rhythm', () => {
    let memory = NO_MEMORY;
    const rates: (number | null)[] = [];
    for (const [minutes, value] of [
      [0, 10],
      [10, 11],
      [20, 13],
      [90, 13],
      [95, 14],
    ] as const) {
      const measured = measure({ kind: 'rate', windowMinutes: 60 }, { time: minutes * MINUTE, value }, memory, null);
      memory = measured.memory;
      rates.push(measured.sample && Number(measured.sample.value.toFixed(6)));
    }
    expect(rates).toEqual([null, 6, 9, null, 12]);
  });

  it('count minutes of silence', () => expect(ageAt(90 * MINUTE, 30 * MINUTE).value).toBe(60));

  it('know what is usual at an hour of the week, and are not misled by outliers', () => {
    const start = Date.UTC(2024, 0, 1); // a Monday
    const times = Array.from({ length: 168 * 12 }, (_, k) => start + k * HOUR);
    const means = times.map(
      (time, k) => 20 + (hourOfWeek(time) % 24) + ((k * 7919) % 11) / 10 + (k % 500 === 3 ? 900 : 0),
    );
    const usual = usualOf(times, means);
    const noon = usual(Date.UTC(2024, 5, 3, 12))!; // another Monday
    expect(noon.median).toBeCloseTo(32.5, 0);
    expect(noon.spread).toBeGreaterThan(0.1);
    expect(noon.spread).toBeLessThan(1);
    const far = measure(
      { kind: 'anomaly', weeks: 12 },
      { time: Date.UTC(2024, 5, 3, 12), value: 60 },
      NO_MEMORY,
      usual,
    );
    expect(far.sample!.value).toBeGreaterThan(20);
  });

  it('say nothing of an hour that was hardly seen', () => {
    expect(usualOf([Date.UTC(2024, 0, 1)], [3])(Date.UTC(2024, 0, 8))).toBeNull();
  });

  it('count hours of the week from Monday', () => {
    expect(hourOfWeek(Date.UTC(2024, 0, 1))).toBe(0);
    expect(hourOfWeek(Date.UTC(2024, 0, 7, 23, 59))).toBe(167);
  });
});

describe('quiet hours', () => {
  const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Amsterdam' };
  const at = (text: string) => Date.parse(text);
  const sent = (text: string, quiet = night) => new Date(sendAt(at(text), quiet)).toISOString();

  it('send at once by day, and at their end by night', () => {
    expect(sent('2024-01-10T12:00:00Z')).toBe('2024-01-10T12:00:00.000Z');
    expect(sent('2024-01-10T21:00:30Z')).toBe('2024-01-11T06:00:00.000Z'); // 22:00 there
    expect(sent('2024-01-11T05:59:59Z')).toBe('2024-01-11T06:00:00.000Z');
    expect(sent('2024-01-11T06:00:00Z')).toBe('2024-01-11T06:00:00.000Z');
  });

  it('end by the clock of the place on the nights when it is changed', () => {
    expect(sent('2024-03-30T23:00:00Z')).toBe('2024-03-31T05:00:00.000Z'); // summer begins: seven is five in UTC
    expect(sent('2024-10-26T21:00:00Z')).toBe('2024-10-27T06:00:00.000Z'); // and ends
  });

  it('may lie within a day', () => {
    expect(sent('2024-01-10T12:30:00Z', { from: '13:00', to: '14:00', timeZone: 'Europe/Amsterdam' })).toBe(
      '2024-01-10T13:00:00.000Z',
    );
  });
});

describe('what an alert is worth', () => {
  it('has the interval of Wilson', () => {
    // 81 of 263: Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
    const { value, lower, upper } = precisionOf({ confirmed: 81, rejected: 182 });
    expect(value).toBeCloseTo(0.308, 3);
    expect(lower).toBeCloseTo(0.2553, 4);
    expect(upper).toBeCloseTo(0.3662, 4);
    expect(precisionOf({ confirmed: 0, rejected: 0 })).toEqual({ value: null, lower: 0, upper: 1, judged: 0 });
  });

  it('grows with each independent source', () => {
    expect(confidenceOf([0.5])).toBe(0.5);
    expect(confidenceOf([0.5, 0.5])).toBe(0.75);
    expect(confidenceOf([0.9, 0.5])).toBeCloseTo(0.95, 12);
  });

  it('begins a week on Monday', () => {
    expect(new Date(weekOf(Date.UTC(2024, 0, 7, 23))).toISOString()).toBe('2024-01-01T00:00:00.000Z');
    expect(new Date(weekOf(Date.UTC(1969, 11, 30))).toISOString()).toBe('1969-12-29T00:00:00.000Z');
  });
});
