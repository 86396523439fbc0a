import { describe, expect, it } from 'vitest';
import { fillGaps } from '../../../pipelines/core/series/fill-gaps.ts';
import { findSeasons } from '../../../pipelines/core/series/phenology.ts';
import { daysFromCivil } from '../../../pipelines/core/series/time.ts';
import { createRandom } from '../../support/random.ts';

/** A double logistic: 0.2 rising by 0.6 around day `up` of the year, falling around day `down` (may be next year). */
function growth(up: number, down: number) {
  const random = createRandom(21);
  const days: number[] = [];
  for (let day = daysFromCivil(2017, 1, 1); day < daysFromCivil(2022, 1, 1); day += 3 + Math.floor(random() * 4))
    days.push(day);
  const values = days.map((day) => {
    let value = 0.2 + 0.02 * (random() - 0.5);
    for (let year = 2016; year <= 2022; year++) {
      const since = day - daysFromCivil(year, 1, 1);
      value += 0.6 / (1 + Math.exp(-(since - up) / 10)) - 0.6 / (1 + Math.exp(-(since - down) / 10));
    }
    return value;
  });
  return { days: Float64Array.from(days), values: Float64Array.from(values) };
}

const options = { startThreshold: 0.2, endThreshold: 0.5, lambda: 10 } as const;

describe('seasons', () => {
  it('start and end where the curve that made them passes the thresholds', () => {
    const seasons = findSeasons(growth(110, 270), options)!;
    expect(seasons.map(({ year }) => year)).toEqual([2017, 2018, 2019, 2020, 2021]);
    for (const { year, start, end, length, base, amplitude, peak, integral, integralAboveBase } of seasons) {
      expect(Math.abs(start - daysFromCivil(year, 1, 1) - (110 - 10 * Math.log(4)))).toBeLessThan(3);
      expect(Math.abs(end - daysFromCivil(year, 1, 1) - 270)).toBeLessThan(3);
      expect(length).toBeCloseTo(end - start, 9);
      expect(peak).toBeGreaterThan(start);
      expect(base).toBeCloseTo(0.2, 1);
      expect(amplitude).toBeCloseTo(0.6, 1);
      // the analytic integral of a double logistic is amplitude · (down − up); tails beyond the thresholds are left out
      expect(integralAboveBase).toBeGreaterThan(0.6 * 160 * 0.93);
      expect(integralAboveBase).toBeLessThan(0.6 * 160 * 1.03);
      expect(integral - integralAboveBase).toBeCloseTo(base * length, 9);
    }
  });

  it('may cross New Year', () => {
    const seasons = findSeasons(growth(300, 430), options)!;
    const whole = seasons.filter(({ start, end }) => !Number.isNaN(start + end));
    expect(whole.length).toBeGreaterThanOrEqual(3);
    for (const { length } of whole) expect(Math.abs(length - (130 + 10 * Math.log(4)))).toBeLessThan(5);
  });

  it('have no start or end that the data do not reach', () => {
    const whole = growth(110, 270);
    const cut = whole.days.findIndex((day) => day > daysFromCivil(2021, 8, 20));
    const seasons = findSeasons({ days: whole.days.subarray(0, cut), values: whole.values.subarray(0, cut) }, options)!;
    expect(seasons.at(-1)!.start).not.toBeNaN();
    expect(seasons.at(-1)!.end).toBeNaN();
    expect(seasons.at(-1)!.integral).toBeNaN();
  });

  it('are not looked for in less than a year', () => {
    const { days, values } = growth(110, 270);
    expect(findSeasons({ days: days.subarray(0, 40), values: values.subarray(0, 40) }, options)).toBeNull();
  });
});

describe('filling gaps', () => {
  const days = Float64Array.from({ length: 110 }, (_, i) => 17_000 + 10 * i);
  const truth = days.map((day) => 0.5 + 0.2 * Math.sin((2 * Math.PI * day) / 365.2425) + (day - 17_000) / 5000);
  const mask = Uint8Array.from(days, (_, i) => ((i > 20 && i < 32) || i % 7 === 3 ? 0 : 1));
  const series = { days, values: truth.map((value, i) => (mask[i] === 1 ? value : NaN)), mask };
  const fill = (method: 'linear' | 'whittaker' | 'harmonic', maxGapDays: number | null = null) =>
    fillGaps(series, { method, lambda: 10, maxGapDays })!;
  const worst = (values: Float64Array) =>
    values.reduce((most, value, i) => Math.max(most, Math.abs(value - truth[i]!)), 0);

  it('keeps what was observed and fills the rest', () => {
    for (const method of ['linear', 'whittaker', 'harmonic'] as const) {
      const filled = fill(method);
      expect(filled.mask.subarray(0, 108).every((known) => known === 1)).toBe(true);
      expect(filled.values.every((value, i) => mask[i] === 0 || value === truth[i])).toBe(true);
    }
  });

  it('draws a line, or follows the season where it has learnt one', () => {
    const linear = fill('linear').values;
    expect(linear[26]).toBeCloseTo((truth[20]! + truth[32]!) / 2, 12);
    expect(worst(fill('harmonic').values)).toBeLessThan(1e-9);
    expect(worst(linear)).toBeGreaterThan(0.02);
  });

  it('leaves gaps that are too long', () => {
    const filled = fill('linear', 30);
    expect([...filled.mask.subarray(21, 32)].every((known) => known === 0)).toBe(true);
    expect(filled.mask[10]).toBe(1);
  });
});
