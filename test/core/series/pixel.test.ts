import { describe, expect, it } from 'vitest';
import { createPixelAnalyst } from '../../../pipelines/core/series/pixel/create-analyst.ts';
import type { PixelAnalysis } from '../../../pipelines/core/series/pixel/create-analyst.ts';
import { runPixels } from '../../../pipelines/core/series/pixel/run-pixels.ts';
import { createRandom } from '../../support/random.ts';

const YEAR = 365.2425;
const days = Float64Array.from({ length: 96 }, (_, k) => 17_000 + 20 * k);
const random = createRandom(41);
const PIXELS = 150; // more than are gathered at a time, and no multiple of them
const layers = Array.from(days, (day) =>
  Float64Array.from({ length: PIXELS }, (_, i) =>
    random() < (i % 7) / 20 ? NaN : 0.5 + 0.3 * Math.sin((2 * Math.PI * day) / YEAR) + 0.1 * random(),
  ),
);

const ANALYSES: readonly PixelAnalysis[] = [
  { kind: 'trend', method: 'mann-kendall' },
  { kind: 'trend', method: 'seasonal' },
  { kind: 'smooth', choice: { method: 'whittaker', lambda: 50 } },
  { kind: 'smooth', choice: { method: 'savgol', window: 7, degree: 2 } },
  { kind: 'fill', choice: { method: 'linear', lambda: 'auto', maxGapDays: null, step: { unit: 'month', length: 1 } } },
  { kind: 'phenology', options: { startThreshold: 0.2, endThreshold: 0.2, lambda: 50 }, year: 2018 },
  { kind: 'breaks', options: { minSegment: 0.15, maxBreaks: 3, level: 0.05, order: 2 } },
  { kind: 'anomaly', options: { method: 'window', windowDays: 20, reference: null }, day: days[80]! },
  { kind: 'anomaly', options: { method: 'harmonic', windowDays: 20, reference: null }, day: days[80]! },
  { kind: 'forecast', choice: { horizon: 2, method: 'seasonal-naive', step: null, period: null } },
];

function run(analysis: PixelAnalysis, pixels: readonly number[]): Float32Array[] {
  const analyst = createPixelAnalyst(analysis, days);
  const dates = layers.map((layer) => ({ numbers: Float64Array.from(pixels, (i) => layer[i]!), scale: 1, offset: 0 }));
  const out = analyst.bands.map(() => new Float32Array(pixels.length));
  runPixels(analyst, days, dates, out);
  return out;
}

describe('the analysis of many pixels', () => {
  const everyone = Array.from({ length: PIXELS }, (_, i) => i);
  it.each(ANALYSES)('makes of each what it makes of it alone: %j', (analysis) => {
    const together = run(analysis, everyone);
    const backwards = run(analysis, everyone.toReversed());
    expect(together.map((band) => band.toReversed())).toEqual(backwards);
    for (const i of [0, 5, 63, 64, 65, 127, 128, 149])
      expect(run(analysis, [i]).map(([value]) => value)).toEqual(together.map((band) => band[i]));
    expect(together[0]!.some(Number.isFinite)).toBe(true);
  });

  it.each(ANALYSES)('has a name, a unit and a title for each band: %j', (analysis) => {
    const { bands } = createPixelAnalyst(analysis, days);
    expect(new Set(bands.map(({ name }) => name)).size).toBe(bands.length);
    expect(bands.every(({ unit, title }) => unit !== '' && title.length > 5)).toBe(true);
  });

  it.each(ANALYSES)('takes infinity for no value: %j', (analysis) => {
    const analyst = createPixelAnalyst(analysis, days);
    const filledBy = (filler: number) => {
      const dates = layers.map((layer) => ({
        numbers: layer.map((value) => (Number.isNaN(value) ? filler : value)),
        scale: 1,
        offset: 0,
      }));
      const out = analyst.bands.map(() => new Float32Array(PIXELS));
      runPixels(analyst, days, dates, out);
      return out;
    };
    expect(filledBy(-Infinity)).toEqual(filledBy(NaN));
  });

  it('turns stored numbers into values', () => {
    const analysis: PixelAnalysis = { kind: 'trend', method: 'mann-kendall' };
    const analyst = createPixelAnalyst(analysis, days);
    const dates = Array.from(days, (_, k) => ({ numbers: Float32Array.of(1000 + k), scale: 0.01, offset: -3 }));
    const out = analyst.bands.map(() => new Float32Array(1));
    runPixels(analyst, days, dates, out);
    expect(out[0]![0]).toBeCloseTo((0.01 * YEAR) / 20, 6);
    expect(out[1]![0]).toBeCloseTo(7, 5);
  });
});
