import { describe, expect, it } from 'vitest';
import { seasonalTrend } from '../../../pipelines/core/series/seasonal-trend.ts';
import { DAYS_PER_YEAR } from '../../../pipelines/core/series/series.ts';
import { OrderSorter } from '../../../pipelines/core/series/sort-order.ts';
import { MedianFinder, medianInPlace } from '../../../pipelines/core/series/select.ts';
import { slopeCapacity, theilSenSlope } from '../../../pipelines/core/series/theil-sen.ts';
import { createLongTrend } from '../../../pipelines/core/series/long-trend.ts';
import { daysFromCivil } from '../../../pipelines/core/series/time.ts';
import { createTrendMemory, MAX_KERNEL_POINTS } from '../../../pipelines/core/series/trend-memory.ts';
import { TrendKernel } from '../../../pipelines/core/series/trend.ts';
import { createRandom } from '../../support/random.ts';
import breaksReference from './reference/breaks.json' with { type: 'json' };
import reference from './reference/series.json' with { type: 'json' };

describe('the trend of a series', () => {
  const kernel = new TrendKernel(120); // one for all: what the series before left behind must not matter
  for (const [name, expected] of Object.entries(reference.trend))
    it(`is that of scipy and the papers: ${name}`, () => {
      const trend = kernel.run(Float64Array.from(expected.days), Float64Array.from(expected.values));
      expect(trend.n).toBe(expected.values.length);
      for (const key of ['slope', 'intercept', 'tau', 'p', 'pCorrected'] as const)
        expect(Math.abs(trend[key] - expected[key]), key).toBeLessThan(1e-9 * Math.abs(expected[key]) + 1e-14);
    });

  it("has the p and tau of R's cor.test on the flow of the Nile", () => {
    const { values, tau, p } = breaksReference.nile;
    const trend = kernel.run(
      Float64Array.from(values, (_, i) => i),
      Float64Array.from(values),
    );
    expect(trend.tau).toBeCloseTo(tau, 12);
    expect(trend.p / p).toBeCloseTo(1, 10);
  });

  it('has no tau where all values are equal, and p is 1', () => {
    const trend = kernel.run(Float64Array.of(1, 2, 3, 4, 5), new Float64Array(5).fill(0.25));
    expect(trend).toMatchObject({ n: 5, slope: 0, intercept: 0.25, tau: NaN, p: 1, pCorrected: 1 });
  });

  it('is none for three points', () => {
    expect(kernel.run(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3))).toMatchObject({ n: 3, slope: NaN, p: NaN });
  });

  it('is the mirror image of that of the mirrored series', () => {
    const { days, values } = reference.trend.uneven;
    const up = { ...kernel.run(Float64Array.from(days), Float64Array.from(values)) };
    const down = kernel.run(
      Float64Array.from(days),
      Float64Array.from(values, (v) => -v),
    );
    expect([down.slope, down.tau, down.p]).toEqual([-up.slope, -up.tau, up.p]);
  });
});

describe('the compiled kernel', () => {
  const random = createRandom(12);
  const KINDS: Readonly<Record<string, (i: number) => number>> = {
    noise: () => random(),
    'a season and a trend': (i) => Math.sin(i / 3) + i / 50 + 0.1 * random(),
    'few different numbers': () => Math.floor(random() * 4) / 4,
    'equal numbers': () => 0.3,
    'a straight line': (i) => 3 - i / 8,
    'one that is far off': (i) => (i === 5 ? 1e12 : random()),
    'numbers of all sizes': () => (random() - 0.5) * 10 ** (40 * random() - 20),
  };
  const compiled = createTrendMemory(MAX_KERNEL_POINTS);
  const sorted = createLongTrend(MAX_KERNEL_POINTS);
  for (const [name, kind] of Object.entries(KINDS))
    it(`is what sorting finds, for all lengths: ${name}`, () => {
      for (const n of [4, 5, 6, 7, 8, 9, 15, 16, 17, 21, 22, 33, 70, 71, 128, 255, 256, 257, 511, 512]) {
        let day = 0;
        const days = Float64Array.from({ length: n }, () => (day += 1 + Math.floor(30 * random())));
        const values = Float64Array.from({ length: n }, (_, i) => kind(i));
        const found = compiled(days, values, n);
        const expected = sorted(days, values, n);
        const near = (of: 'slope' | 'intercept', scale: number) =>
          expect(Math.abs(found[of] - expected[of]), `${of} of ${n}`).toBeLessThanOrEqual(
            1e-12 * (Math.abs(expected[of]) + scale),
          );
        near('slope', 0);
        near('intercept', Math.max(...values.map(Math.abs)));
        for (const of of ['discordant', 'tiedPairs', 'tieWeight'] as const)
          expect(found[of], `${of} of ${n}`).toBe(expected[of]);
        // two points whose own slope is the median are level without it, and rounding alone tells which ranks before which
        if (((n * (n - 1)) / 2) % 2 === 0 && name !== 'a straight line')
          expect(found.autocorrelation, `autocorrelation of ${n}`).toBeCloseTo(expected.autocorrelation, 6);
      }
    });

  it('takes new times where they change, and only there', () => {
    const values = Float64Array.of(1, 2, 4, 8, 16, 32);
    const daily = compiled(Float64Array.of(0, 1, 2, 3, 4, 5), values, 6).slope;
    expect(compiled(Float64Array.of(0, 2, 4, 6, 8, 10), values, 6).slope).toBeCloseTo(daily / 2, 9);
    expect(compiled(Float64Array.of(7, 9, 11, 13, 15, 17), values, 6).slope).toBeCloseTo(daily / 2, 9);
    expect(compiled(Float64Array.of(0, 1, 2, 3, 4), values, 5).slope).not.toBeCloseTo(daily, 3);
  });
});

describe('the slope of a long series', () => {
  const random = createRandom(6);
  const n = 2100; // beyond the length for which all slopes are held
  const times = Float64Array.from({ length: n }, (_, i) => i + random() / 2);
  for (const [name, round] of [
    ['of any values', (v: number) => v],
    ['of rounded values', (v: number) => Math.round(v)],
  ] as const)
    it(`is the median of all slopes: ${name}`, () => {
      const values = times.map((t) => round(t / 700 + random() * 4));
      const slopes = new Float64Array((n * (n - 1)) / 2);
      for (let i = 0, k = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) slopes[k++] = (values[j]! - values[i]!) / (times[j]! - times[i]!);
      const expected = medianInPlace(slopes, slopes.length);
      const slope = theilSenSlope(times, values, n, new MedianFinder(slopeCapacity(n)));
      expect(Math.abs(slope - expected)).toBeLessThan(1e-12);
    });
});

describe('order and medians', () => {
  it('counts inversions as they are defined', () => {
    const random = createRandom(3);
    const sorter = new OrderSorter(100);
    for (const n of [0, 1, 2, 7, 8, 9, 16, 17, 31, 64, 100]) {
      const keys = Float64Array.from({ length: n }, () => Math.floor(random() * 20));
      let inversions = 0;
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (keys[i]! > keys[j]!) inversions++;
      expect(sorter.sort(keys, n)).toBe(inversions);
      const order = [...sorter.order.subarray(0, n)];
      expect(order).toEqual([...keys.keys()].sort((a, b) => keys[a]! - keys[b]! || a - b));
    }
  });

  it('finds the middle of any sequence', () => {
    const random = createRandom(4);
    for (let n = 1; n < 60; n++) {
      const values = Float64Array.from({ length: n }, () => Math.floor(random() * 12));
      const sorted = [...values].sort((a, b) => a - b);
      expect(medianInPlace(values, n)).toBe((sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2);
    }
    expect(medianInPlace(new Float64Array(3), 0)).toBeNaN();
  });

  it('finds it in buckets, whatever the values are like', () => {
    const random = createRandom(5);
    const kinds: ((i: number) => number)[] = [
      () => random(),
      () => Math.round(random() * 3),
      () => 7,
      () => 1 / (random() - 0.5),
      (i) => (i === 0 ? 1e300 : -1e300 * random()),
      (i) => (i % 2 === 0 ? -1e-310 : 1e-310),
    ];
    const finder = new MedianFinder(1001);
    for (const kind of kinds)
      for (const n of [399, 400, 401, 1000, 1001]) {
        const values = Float64Array.from({ length: n }, (_, i) => kind(i));
        finder.values.set(values);
        const sorted = values.toSorted();
        expect(finder.median(n)).toBe((sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2);
      }
  });
});

describe('the trend by season', () => {
  const { values, slope, tau, p, pCorrected } = reference.seasonal;
  const rows = values.flatMap((year, y) =>
    year.map((value, m) => ({ day: daysFromCivil(2000 + y, m + 1, 15), value })),
  );
  const known = rows.filter((row) => row.value !== null);
  const series = {
    days: Float64Array.from(known, ({ day }) => day),
    values: Float64Array.from(known, ({ value }) => value!),
  };

  it('is that of Hirsch and Slack, with months missing and values tied', () => {
    const trend = seasonalTrend(series);
    expect(trend.n).toBe(known.length);
    expect(trend.slope).toBeCloseTo(slope, 12);
    expect(trend.tau).toBeCloseTo(tau, 12);
    expect(trend.p / p).toBeCloseTo(1, 9);
    expect(trend.pCorrected / pCorrected).toBeCloseTo(1, 9);
  });

  it('does not take a strong season for a trend', () => {
    const days = Float64Array.from({ length: 120 }, (_, i) =>
      daysFromCivil(2000 + Math.floor(i / 12), (i % 12) + 1, 1),
    );
    const random = createRandom(8);
    const season = days.map((day) => 10 * Math.sin((2 * Math.PI * day) / DAYS_PER_YEAR) + random());
    const { slope: found, p: chance } = seasonalTrend({ days, values: season });
    expect(Math.abs(found)).toBeLessThan(0.05);
    expect(chance).toBeGreaterThan(0.05);
  });

  it('is none where no month comes twice', () => {
    const days = Float64Array.of(0, 31, 62, 92);
    expect(seasonalTrend({ days, values: days })).toMatchObject({ slope: NaN, p: NaN });
  });
});
