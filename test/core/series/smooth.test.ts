import { describe, expect, it } from 'vitest';
import { smoothSavitzkyGolay } from '../../../pipelines/core/series/savitzky-golay.ts';
import { unmasked } from '../../../pipelines/core/series/series.ts';
import { smoothWhittaker } from '../../../pipelines/core/series/whittaker.ts';
import { createRandom } from '../../support/random.ts';
import reference from './reference/series.json' with { type: 'json' };

const { values, gaps, uneven, whittaker, whittakerUneven, savgol } = reference.smooth;
const regular = Float64Array.from(values, (_, i) => 17_000 + 5 * i);
const full = { days: regular, values: Float64Array.from(values) };
const gappy = { ...full, mask: Uint8Array.from(values, (_, i) => (gaps.includes(i) ? 0 : 1)) };

function expectClose(found: Float64Array | undefined, expected: readonly number[], within = 1e-10): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(found![i]! - value), `row ${i}`).toBeLessThan(within);
}

describe("Whittaker's smoother", () => {
  it('solves its equations, rows without a value included', () => {
    expectClose(smoothWhittaker(gappy, 12.5)?.values, whittaker);
  });

  it('gives the same where such rows are not in the table', () => {
    const known = regular.filter((_, i) => !gaps.includes(i));
    const present = { days: known, values: full.values.filter((_, i) => !gaps.includes(i)) };
    expectClose(
      smoothWhittaker(unmasked(present), 12.5)?.values,
      whittaker.filter((_, i) => !gaps.includes(i)),
    );
  });

  it('takes divided differences between uneven times', () => {
    expectClose(smoothWhittaker(unmasked({ ...full, days: Float64Array.from(uneven) }), 40)?.values, whittakerUneven);
  });

  it('leaves a straight line as it is', () => {
    const line = regular.map((day) => 3 - day / 1000);
    expectClose(smoothWhittaker({ ...gappy, values: line }, 1000)?.values, [...line], 1e-8);
    expectClose(smoothWhittaker(unmasked({ days: regular, values: line }), 'auto')?.values, [...line], 1e-6);
  });

  it('finds by itself a smoothness that is nearer to the truth than the data', () => {
    const random = createRandom(12);
    const days = Float64Array.from({ length: 300 }, (_, i) => 5 * i);
    const truth = days.map((day) => Math.sin(day / 60));
    const noisy = truth.map((value) => value + 0.6 * (random() - 0.5));
    const { values: smooth } = smoothWhittaker(unmasked({ days, values: noisy }), 'auto')!;
    const error = (a: Float64Array) =>
      Math.sqrt(a.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / a.length);
    expect(error(smooth)).toBeLessThan(error(noisy) / 2.5);
  });

  it('is not for two values', () => {
    expect(smoothWhittaker({ ...gappy, mask: gappy.mask.map((_, i) => (i < 2 ? 1 : 0)) }, 1)).toBeNull();
  });
});

describe("Savitzky and Golay's smoother", () => {
  it('is scipy’s, ends included', () => {
    expectClose(smoothSavitzkyGolay(unmasked(full), 9, 3), savgol);
  });

  it('keeps a polynomial of its degree through gaps and uneven times', () => {
    const days = Float64Array.from(uneven);
    const cubic = days.map((day) => 1 + day / 50 - (day / 100) ** 3);
    expectClose(smoothSavitzkyGolay({ ...gappy, days, values: cubic }, 13, 3), [...cubic], 1e-8);
  });

  it('has no value where a window holds too few', () => {
    const mask = gappy.mask.map((_, i) => (i < 20 || i > 40 ? 1 : 0));
    const smooth = smoothSavitzkyGolay({ ...full, mask }, 7, 2);
    expect(smooth[30]).toBeNaN();
    expect(smooth[10]).not.toBeNaN();
  });
});
