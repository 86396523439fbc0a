/** Mowing in simulated series whose cuts are known, and in the cases that must not be taken for it. */
import { describe, expect, test } from 'vitest';
import { findMowing, MOWING_DEFAULTS } from '../../../pipelines/core/series/mowing.ts';
import type { Series } from '../../../pipelines/core/series/series.ts';
import { daysFromCivil } from '../../../pipelines/core/series/time.ts';
import type { MownSeries, Passes } from '../../support/mown-series.ts';
import { onlySeen, scoreMowing, simulateMowing } from '../../support/mown-series.ts';

/** The half on which no threshold was set. */
const parcels = (passes: Passes): MownSeries[] =>
  Array.from({ length: 1000 }, (_, k) => simulateMowing(10_000 + k, passes));

describe('of a thousand simulated parcels under clouds', () => {
  test.each([
    { passDays: 5, recall: 0.49, seen: 0.87, precision: 0.71, surePrecision: 0.76 },
    { passDays: 2.5, recall: 0.74, seen: 0.91, precision: 0.73, surePrecision: 0.81 },
  ])('most cuts that can be seen are found, a pass every $passDays days', (least) => {
    const all = parcels({ passDays: least.passDays });
    const score = scoreMowing(all, findMowing);
    expect(score.cuts).toBeGreaterThan(1500);
    expect(score.recall).toBeGreaterThan(least.recall);
    expect(score.precision).toBeGreaterThan(least.precision);
    expect(scoreMowing(all.map(onlySeen), findMowing).recall).toBeGreaterThan(least.seen);
    const sure = scoreMowing(all, (series) => findMowing(series).filter(({ confidence }) => confidence > 0.5));
    expect(sure.precision).toBeGreaterThan(least.surePrecision);
    expect(sure.recall).toBeGreaterThan(score.recall - 0.15);
  });

  test('without undetected clouds few parcels are mown that were not, droughts included', () => {
    const unmown = parcels({ passDays: 2.5, undetected: false }).filter(({ cuts }) => cuts.length === 0);
    const mown = unmown.filter(({ series }) => findMowing(series).length > 0);
    expect(unmown.length).toBeGreaterThan(250);
    expect(mown.length / unmown.length).toBeLessThan(0.12);
  });
});

/** A series of a year by the day and value of each observation. */
function seriesOf(points: readonly (readonly [month: number, day: number, value: number])[], hours = 0): Series {
  return {
    days: Float64Array.from(points, ([month, day]) => daysFromCivil(2024, month, day) + hours / 24),
    values: Float64Array.from(points, ([, , value]) => value),
  };
}

const on = (month: number, day: number) => daysFromCivil(2024, month, day);

describe('a single event', () => {
  test('lies between the observations before and after, with its loss and regrowth', () => {
    const series = seriesOf([
      [5, 1, 0.7],
      [5, 11, 0.75],
      [5, 21, 0.8],
      [5, 26, 0.45],
      [6, 5, 0.52],
      [6, 15, 0.65],
      [6, 25, 0.75],
      [7, 5, 0.78],
    ]);
    const [event, ...others] = findMowing(series);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ kind: 'mowing', after: on(5, 21), before: on(5, 26), day: on(5, 23) + 0.5 });
    // the line from 0.80 on 21 May to 0.78 on 5 July, five days on
    expect(event!.drop).toBeCloseTo(0.8 - (0.02 * 5) / 45 - 0.45, 10);
    expect(event!.recovery).toBeCloseTo((0.78 - 0.45) / 0.35, 10);
    expect(event!.confidence).toBeGreaterThan(0.8);
  });

  test('is a harvest where nothing grows again, and unknown where nothing was seen', () => {
    const points = [
      [6, 1, 0.8],
      [6, 11, 0.85],
      [6, 21, 0.86],
      [7, 1, 0.25],
      [7, 11, 0.22],
      [7, 21, 0.24],
      [8, 10, 0.23],
    ] as const;
    expect(findMowing(seriesOf(points))).toMatchObject([{ kind: 'harvest', after: on(6, 21), before: on(7, 1) }]);
    expect(findMowing(seriesOf(points.slice(0, 4)))).toMatchObject([{ kind: 'unknown', recovery: NaN }]);
  });

  test('that takes two passes is one event in its steeper step', () => {
    const series = seriesOf([
      [6, 1, 0.8],
      [6, 11, 0.82],
      [6, 16, 0.7],
      [6, 21, 0.42],
      [7, 1, 0.5],
      [7, 11, 0.66],
      [7, 25, 0.8],
    ]);
    expect(findMowing(series)).toMatchObject([{ kind: 'mowing', after: on(6, 16), before: on(6, 21) }]);
  });
});

describe('no event', () => {
  const summer = [
    [5, 1, 0.8],
    [5, 11, 0.82],
    [5, 21, 0.81],
    [5, 31, 0.83],
    [6, 10, 0.82],
    [6, 20, 0.8],
    [6, 30, 0.81],
    [7, 10, 0.82],
  ] as const;
  const withPoints = (...points: readonly (readonly [number, number, number])[]) =>
    seriesOf([...summer, ...points].toSorted((a, b) => on(a[0], a[1]) - on(b[0], b[1])));

  test.each([
    { name: 'a cloud in one pass', series: withPoints([6, 13, 0.3]) },
    { name: 'clouds in two passes', series: withPoints([6, 13, 0.3], [6, 16, 0.45]) },
    {
      name: 'drought',
      series: seriesOf([
        [5, 11, 0.82],
        [5, 21, 0.81],
        [5, 31, 0.78],
        [6, 10, 0.74],
        [6, 20, 0.69],
        [6, 30, 0.63],
        [7, 10, 0.58],
        [7, 20, 0.55],
        [7, 30, 0.53],
        [8, 9, 0.55],
      ]),
    },
    { name: 'bare soil', series: seriesOf(summer.map(([m, d, v]) => [m, d, m === 6 ? 0.15 : v - 0.5])) },
    { name: 'too few observations', series: seriesOf(summer.slice(0, 2)) },
  ])('is $name', ({ series }) => {
    expect(findMowing(series)).toEqual([]);
  });

  test('lies beyond the longest gap or the season, whatever the season', () => {
    const series = seriesOf([
      [1, 5, 0.8],
      [1, 15, 0.82],
      [1, 25, 0.45],
      [2, 5, 0.5],
      [2, 15, 0.65],
      [2, 25, 0.78],
    ]);
    const found = (options: Partial<typeof MOWING_DEFAULTS>) => findMowing(series, { ...MOWING_DEFAULTS, ...options });
    expect(found({})).toEqual([]);
    const south = [
      [10, 1],
      [3, 1],
    ] as const;
    expect(found({ season: south })).toHaveLength(1);
    expect(found({ season: south, maxGap: 9 })).toEqual([]);
  });
});

test('several events a year stay apart', () => {
  const cuts = [
    [5, 15],
    [7, 1],
    [8, 20],
  ] as const;
  const points: [number, number, number][] = [];
  for (let day = on(4, 1); day < on(10, 1); day += 5) {
    const since = Math.min(...cuts.map(([m, d]) => (day >= on(m, d) ? day - on(m, d) : Infinity)));
    const date = new Date(day * 86_400_000);
    points.push([date.getUTCMonth() + 1, date.getUTCDate(), 0.82 - 0.4 * Math.exp(-((since / 16) ** 1.5))]);
  }
  const found = findMowing(seriesOf(points));
  expect(found.map(({ kind }) => kind)).toEqual(['mowing', 'mowing', 'mowing']);
  for (const [k, [month, day]] of cuts.entries()) {
    expect(found[k]!.after).toBeLessThan(on(month, day) + 0.5);
    expect(found[k]!.before).toBeGreaterThanOrEqual(on(month, day));
  }
});

test('the hour of the passes moves the events by as much and nothing else', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { series } = simulateMowing(seed);
    const moved = findMowing({ ...series, days: series.days.map((day) => day + 5 / 24) });
    const expected = findMowing(series).map((event) => ({
      ...event,
      ...Object.fromEntries((['day', 'after', 'before'] as const).map((key) => [key, event[key] + 5 / 24])),
    }));
    expect(moved.length).toBe(expected.length);
    for (const [k, event] of moved.entries()) {
      expect(event.kind).toBe(expected[k]!.kind);
      expect(event.day).toBeCloseTo(expected[k]!.day, 8);
      expect(event.drop).toBeCloseTo(expected[k]!.drop, 8);
    }
  }
});
