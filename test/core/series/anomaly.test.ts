import { describe, expect, it } from 'vitest';
import { findAnomalies } from '../../../pipelines/core/series/anomaly.ts';
import reference from './reference/series.json' with { type: 'json' };

const { days, values } = reference.anomaly;
const series = { days: Float64Array.from(days), values: Float64Array.from(values) };
const all = { windowDays: 20, reference: null };

describe('anomalies', () => {
  for (const method of ['window', 'harmonic'] as const)
    it(`are those of numpy and scipy: ${method}`, () => {
      const found = findAnomalies(series, { ...all, method });
      for (const [i, [expected, z, percentile, count]] of reference.anomaly[method].entries()) {
        expect(found.expected[i]).toBeCloseTo(expected!, 9);
        expect(found.z[i]).toBeCloseTo(z!, 7);
        expect(found.percentile[i]).toBeCloseTo(percentile!, 9);
        expect(found.reference[i]).toBe(count);
      }
    });

  it('are judged by the years asked for, and not by their own', () => {
    const changed = { ...series, values: series.values.map((value, i) => (days[i]! < 17_897 ? value : value + 9)) };
    const early = { ...all, method: 'window', reference: { firstYear: 2000, lastYear: 2018 } } as const;
    const before = findAnomalies(series, early);
    const after = findAnomalies(changed, early);
    const last = days.length - 1;
    expect(after.expected[last]).toBe(before.expected[last]);
    expect(after.percentile[last]).toBe(100);
  });

  it('are none where fewer than two other years are known', () => {
    const short = { days: series.days.subarray(0, 14), values: series.values.subarray(0, 14) };
    for (const method of ['window', 'harmonic'] as const)
      expect(findAnomalies(short, { ...all, method }).z.every(Number.isNaN)).toBe(true);
  });
});
