import { describe, expect, it } from 'vitest';
import { forecast } from '../../../pipelines/core/series/forecast.ts';
import type { ForecastMethod } from '../../../pipelines/core/series/forecast.ts';
import { seasonsOf } from '../../../pipelines/core/series/forecaster.ts';
import { filterHoltWinters, forecastHoltWinters } from '../../../pipelines/core/series/holt-winters.ts';
import { DAYS_PER_YEAR } from '../../../pipelines/core/series/series.ts';
import { daysFromCivil } from '../../../pipelines/core/series/time.ts';
import { createRandom } from '../../support/random.ts';
import reference from './reference/breaks.json' with { type: 'json' };

const month = { unit: 'month', length: 1 } as const;
const monthly = (length: number) =>
  Float64Array.from({ length }, (_, i) => daysFromCivil(2010 + Math.floor(i / 12), (i % 12) + 1, 1));

function gaussian(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('exponential smoothing', () => {
  const { values, season, sse, used, mean, upper, sigma } = reference.holtWinters;
  const own = Float64Array.from(values.slice(-used)); // R begins a period late
  const seasons = Int32Array.from(own, (_, i) => i % 12);
  const gains = { level: 0.4, trend: 0.4 * 0.1, season: 0.6 * 0.3 };
  const start = () => ({ level: 315, trend: 0.06, season: Float64Array.from(season) });

  it("has the errors and forecasts of R's HoltWinters", () => {
    const state = start();
    const filtered = filterHoltWinters(
      { values: own, mask: new Uint8Array(used).fill(1), season: seasons },
      gains,
      state,
    );
    expect(filtered.squares).toBeCloseTo(sse, 9);
    for (const [h, expected] of mean.entries())
      expect(state.level + (h + 1) * state.trend + state.season[(used + h) % 12]!).toBeCloseTo(expected, 9);
  });

  it("widens ahead as R's", () => {
    // var(h) / var(1) from R's interval against the weights that forecastHoltWinters adds up
    let variance = 1;
    for (const [h, bound] of upper.entries()) {
      expect((bound - mean[h]!) / (1.959963984540054 * sigma)).toBeCloseTo(Math.sqrt(variance), 6);
      variance += (gains.level + gains.trend * (h + 1) + ((h + 1) % 12 === 0 ? gains.season : 0)) ** 2;
    }
  });

  it('finds gains that forecast the next year of carbon dioxide', () => {
    const days = monthly(values.length);
    const frame = { days, ...seasonsOf(days, month, DAYS_PER_YEAR), periodDays: DAYS_PER_YEAR };
    const known = values.length - 12;
    const projection = forecastHoltWinters({
      ...frame,
      values: Float64Array.from(values.slice(0, known)),
      mask: new Uint8Array(known).fill(1),
    })!;
    for (let h = 0; h < 12; h++) expect(Math.abs(projection.mean[h]! - values[known + h]!)).toBeLessThan(1);
  });
});

describe('a forecast', () => {
  const options = { horizon: 12, method: 'auto', periodDays: DAYS_PER_YEAR } as const;

  function seasonal(seed: number, length = 96, noise = 0.05) {
    const next = gaussian(seed);
    const days = monthly(length + 12);
    const all = days.map((_, i) => 2 + 0.01 * i + Math.sin((2 * Math.PI * i) / 12) + noise * next());
    const mask = Uint8Array.from({ length }, (_, i) => (i % 17 === 5 ? 0 : 1));
    return {
      series: { days: days.subarray(0, length), values: all.subarray(0, length), mask },
      truth: all.subarray(length),
    };
  }

  it('keeps season and trend, and its interval holds what comes as often as it says', () => {
    let [inside, count, squares] = [0, 0, 0];
    for (let seed = 0; seed < 30; seed++) {
      const { series, truth } = seasonal(seed);
      const { mean, lower, upper, days } = forecast(series, month, options)!;
      expect([...days]).toEqual([...monthly(108).subarray(96)]);
      for (let h = 0; h < 12; h++) {
        squares += (mean[h]! - truth[h]!) ** 2;
        inside += lower[h]! <= truth[h]! && truth[h]! <= upper[h]! ? 1 : 0;
        count++;
      }
    }
    expect(Math.sqrt(squares / count)).toBeLessThan(0.06);
    expect(inside / count).toBeGreaterThan(0.92);
    expect(inside / count).toBeLessThan(0.995);
  });

  it.each(['seasonal-naive', 'holt-winters', 'harmonic'] as ForecastMethod[])('can be made by %s', (method) => {
    const { series, truth } = seasonal(5);
    const { mean, backtests } = forecast(series, month, { ...options, method })!;
    expect(backtests).toMatchObject([{ method }]);
    for (let h = 0; h < 12; h++) expect(Math.abs(mean[h]! - truth[h]!)).toBeLessThan(0.5);
  });

  it('is by the method that was best in the past', () => {
    // one high month a year is no sum of a few sines
    const days = monthly(120);
    const values = days.map((_, i) => (i % 12 === 4 ? 1 : 0));
    const pulse = forecast({ days, values, mask: new Uint8Array(120).fill(1) }, month, options)!;
    expect(pulse.method).toBe('seasonal-naive');
    expect([...pulse.mean]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    const maes = pulse.backtests.map(({ mae }) => mae);
    expect(maes).toHaveLength(3);
    expect(maes).toEqual(maes.toSorted((a, b) => a - b));
    expect(forecast(seasonal(1).series, month, options)!.method).toBe('harmonic');
  });

  it('copes with a year that is no whole number of steps, and with no season at all', () => {
    const days = Float64Array.from({ length: 150 }, (_, i) => 17_000 + 10 * i);
    const values = days.map((day) => Math.sin((2 * Math.PI * day) / DAYS_PER_YEAR));
    const tenDays = { unit: 'day', length: 10 } as const;
    const { mean, days: ahead } = forecast({ days, values, mask: new Uint8Array(150).fill(1) }, tenDays, options)!;
    for (const [h, day] of ahead.entries())
      expect(mean[h]).toBeCloseTo(Math.sin((2 * Math.PI * day) / DAYS_PER_YEAR), 1);
    const years = Float64Array.from({ length: 20 }, (_, i) => daysFromCivil(2000 + i, 1, 1));
    const line = forecast(
      { days: years, values: years.map((_, i) => 3 * i), mask: new Uint8Array(20).fill(1) },
      { unit: 'month', length: 12 },
      { ...options, horizon: 2 },
    )!;
    expect(line.mean[0]).toBeCloseTo(60, 1);
  });

  it('is not made from less than two periods', () => {
    expect(forecast(seasonal(1, 24).series, month, options)).toBeNull();
  });
});
