import { describe, expect, it } from 'vitest';
import { leftTail, rightTail } from '../../../pipelines/core/series/break-interval.ts';
import { findBreaks } from '../../../pipelines/core/series/breaks.ts';
import { segment } from '../../../pipelines/core/series/segmentation.ts';
import { DAYS_PER_YEAR } from '../../../pipelines/core/series/series.ts';
import { createRandom } from '../../support/random.ts';
import reference from './reference/breaks.json' with { type: 'json' };

const options = { minSegment: 0.15, maxBreaks: 5, level: 0.05, order: 0 };

describe('segments of straight lines', () => {
  it("are those of R's strucchange on the flow of the Nile, for every number of breaks", () => {
    const { values, rss, bic, breaks } = reference.nile;
    const years = Float64Array.from(values, (_, i) => 1871 + i);
    const found = segment(years, Float64Array.from(values), 15, 5);
    expect(found.map((one) => one.breaks)).toEqual([[], ...breaks]);
    for (const [m, one] of found.entries()) {
      expect(one.rss / rss[m]!).toBeCloseTo(1, 9);
      expect(one.bic).toBeCloseTo(bic[m]!, 6);
    }
  });
});

describe('the distribution of a break', () => {
  it("is R's, for both sides of it", () => {
    const { x, xi, phi, p } = reference.argmax;
    for (const [i, place] of x.entries()) {
      const below = place < 0 ? leftTail(-place, xi[i]!, phi[i]!) : 1 - rightTail(place, xi[i]!, phi[i]!);
      expect(below, `${place}, ${xi[i]}, ${phi[i]}`).toBeCloseTo(p[i]!, 9);
    }
  });
});

describe('breaks of a series', () => {
  const { years, values, interval } = reference.made;
  const made = {
    days: Float64Array.from(years, (year) => 18_000 + year * DAYS_PER_YEAR),
    values: Float64Array.from(values),
  };

  it("have the place and the interval of R's strucchange", () => {
    const [low, at, high] = interval as [number, number, number]; // 1-based, the last point before the break
    expect(findBreaks(made, options)?.breaks).toMatchObject([{ index: at, low, high }]);
  });

  it("are tested with the statistic of R's OLS-MOSUM", () => {
    const days = Float64Array.from(reference.nile.values, (_, i) => i * DAYS_PER_YEAR);
    const found = findBreaks({ days, values: Float64Array.from(reference.nile.values) }, options)!;
    expect(found.test.statistic).toBeCloseTo(reference.nile.mosum, 10);
    expect(found.breaks.map(({ index }) => index)).toEqual(reference.nile.breaks[0]);
  });

  it('are found under a season, with their size and the slopes to both sides', () => {
    const { series, broken } = seasonal(7, -0.15);
    const { breaks } = findBreaks(series, { ...options, order: 3 })!;
    expect(breaks).toHaveLength(1);
    expect(Math.abs(breaks[0]!.index - broken)).toBeLessThanOrEqual(1);
    expect(breaks[0]!.magnitude).toBeCloseTo(-0.15, 1);
    expect(breaks[0]!.slopeBefore).toBeCloseTo(0, 1);
    expect(breaks[0]!.low).toBeLessThanOrEqual(broken);
    expect(breaks[0]!.high).toBeGreaterThanOrEqual(broken);
  });

  it('are rarely found where there are none', () => {
    const tested = Array.from({ length: 40 }, (_, seed) =>
      findBreaks(seasonal(seed, 0).series, { ...options, order: 3 })!,
    );
    expect(tested.filter(({ breaks }) => breaks.length > 0).length).toBeLessThanOrEqual(6);
  });

  it('are not looked for in less than two years', () => {
    expect(findBreaks({ days: made.days.subarray(0, 30), values: made.values.subarray(0, 30) }, options)).toBeNull();
  });
});

/** Six years of irregular observations with a sharp season, and a step after the middle. */
function seasonal(seed: number, step: number) {
  const random = createRandom(seed);
  const days: number[] = [];
  for (let day = 17_000; day < 17_000 + 6 * DAYS_PER_YEAR; day += 5 + Math.floor(random() * 15)) days.push(day);
  const broken = days.findIndex((day) => day > 18_200);
  const noise = () => 0.04 * (random() + random() + random() - 1.5);
  const values = days.map((day, i) => {
    const turn = (2 * Math.PI * day) / DAYS_PER_YEAR;
    return 0.5 + 0.2 * Math.sin(turn) + 0.08 * Math.cos(2 * turn) + (i >= broken ? step : 0) + noise();
  });
  return { series: { days: Float64Array.from(days), values: Float64Array.from(values) }, broken };
}
