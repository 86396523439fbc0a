import { describe, expect, it } from 'vitest';
import { incompleteBeta } from '../../../pipelines/core/radar/incomplete-beta.ts';
import { addLooks, emptyLooks, estimateLooks, mergeLooks } from '../../../pipelines/core/radar/looks.ts';
import { ratioTail, testChange } from '../../../pipelines/core/radar/ratio-test.ts';
import { addPower, createPowerMean, meanPower } from '../../../pipelines/core/radar/temporal-mean.ts';
import {
  checkUnit,
  fromPower,
  guessUnit,
  isCalibrated,
  toPower,
  unitFromWords,
} from '../../../pipelines/core/radar/units.ts';
import type { ValueSummary } from '../../../pipelines/core/radar/units.ts';
import reference from './reference/filters.json' with { type: 'json' };
import { createSpeckle, simulate } from './simulate.ts';

describe('units of backscatter', () => {
  it('lead to linear power and back', () => {
    for (const [unit, values] of [
      ['power', [0.1, 2]],
      ['amplitude', [0.1, 2]],
      ['db', [-12.5, 3]],
    ] as const) {
      const there = Float32Array.from(values);
      toPower(there, unit);
      const back = there.slice();
      fromPower(back, unit);
      for (const [i, v] of values.entries()) expect(back[i]).toBeCloseTo(v, 5);
    }
    const db = Float32Array.of(1, 0.1, 0.02);
    fromPower(db, 'db');
    expect([...db].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([0, -10, -16.9897]);
  });

  it('have no power for zero, less, nothing and infinity', () => {
    const power = Float32Array.of(0, -1, NaN, Infinity, 2);
    toPower(power, 'power');
    expect([...power]).toEqual([NaN, NaN, NaN, NaN, 2]);
    const amplitude = Float32Array.of(0, -1, NaN, 3);
    toPower(amplitude, 'amplitude');
    expect([...amplitude]).toEqual([NaN, NaN, NaN, 9]);
    const db = Float32Array.of(-Infinity, Infinity, 1e6, 0);
    toPower(db, 'db');
    expect([...db]).toEqual([0, NaN, NaN, 1]);
  });

  it('are raised to the noise floor in decibels', () => {
    const values = Float32Array.of(1e-6, 0.1, NaN);
    fromPower(values, 'db', 0.001);
    expect([...values].map((v) => Math.round(v * 1e3) / 1e3)).toEqual([-30, -10, NaN]);
  });

  it('are told by words, and by nothing that only contains them', () => {
    expect(unitFromWords(['dB', null])).toBe('db');
    expect(unitFromWords([null, 'Sigma0_VV_db'])).toBe('db');
    expect(unitFromWords(['', 'Intensity_VH'])).toBe('power');
    expect(unitFromWords([null, 'Amplitude_VV'])).toBe('amplitude');
    expect(unitFromWords([null, 'Adbc', 'Gamma0_VH', 'powerful'])).toBeNull();
  });

  const summary = (part: Partial<ValueSummary>): ValueSummary => ({
    count: 1000,
    negative: 0,
    median: 0.05,
    zeros: 0,
    isInteger: false,
    ...part,
  });

  it('are guessed from the numbers, and a wrong one is refused', () => {
    expect(guessUnit(summary({ negative: 0.99, median: -12 }))).toBe('db');
    expect(guessUnit(summary({ isInteger: true, median: 140 }))).toBe('amplitude');
    expect(guessUnit(summary({}))).toBe('power');
    expect(() => checkUnit('a.tif', 'power', summary({ negative: 0.99, median: -12 }))).toThrow(
      'a.tif cannot hold backscatter in linear power: 99 % of its values are negative; say --input db',
    );
    expect(() => checkUnit('a.tif', 'db', summary({}))).toThrow('none of its values is negative');
    expect(() => checkUnit('a.tif', 'db', summary({ negative: 1, median: -9999 }))).toThrow('-1.00e+4 dB');
    checkUnit('a.tif', 'db', summary({ negative: 0.99, median: -12 }));
    checkUnit('a.tif', 'power', summary({ negative: 0.02 })); // noise was subtracted
    expect(isCalibrated(summary({ isInteger: true, median: 140 }), 'amplitude')).toBe(false);
    expect(isCalibrated(summary({}), 'power')).toBe(true);
  });
});

describe('the number of looks', () => {
  it.each([1, 4.4, 20])('of simulated speckle of %f looks is found within 10 %%', (looks) => {
    const image = simulate(450, 450, () => 0.05, createSpeckle(looks, 5));
    const [a, b] = [emptyLooks(), emptyLooks()];
    addLooks(a, image.subarray(0, 450 * 225), { width: 450, height: 225 });
    addLooks(b, image.subarray(450 * 225), { width: 450, height: 225 });
    mergeLooks(a, b);
    expect(Math.abs(estimateLooks(a) / looks - 1)).toBeLessThan(0.1);
  });

  it('is that of the even ground where half of the scene is not', () => {
    const texture = createSpeckle(3, 6);
    const image = simulate(450, 450, (col) => (col < 225 ? 0.05 : 0.05 * texture()), createSpeckle(4.4, 7));
    const histogram = emptyLooks();
    addLooks(histogram, image, { width: 450, height: 450 });
    expect(Math.abs(estimateLooks(histogram) / 4.4 - 1)).toBeLessThan(0.15);
  });

  it('is as good as infinite where there is no speckle, and that of the rest where a part is even', () => {
    const image = simulate(270, 270, () => 0.05, createSpeckle(4.4, 8));
    const even = emptyLooks();
    const twoLevels = Float32Array.from({ length: 270 * 270 }, (_, i) => (i % 270 < 100 ? 0.01 : 0.1));
    addLooks(even, twoLevels, { width: 270, height: 270 });
    expect(estimateLooks(even)).toBe(1e4);
    const part = emptyLooks();
    addLooks(part, image.fill(0.01, 0, 270 * 200), { width: 270, height: 270 });
    expect(Math.abs(estimateLooks(part) / 4.4 - 1)).toBeLessThan(0.15);
  });

  it('cannot be told from a few pixels', () => {
    expect(() => estimateLooks(emptyLooks())).toThrow(/cannot be estimated from 0 squares.*--looks/);
  });
});

describe('means over time', () => {
  it('are means of power over the dates that are valid', () => {
    const mean = createPowerMean(3);
    addPower(mean, Float32Array.of(1, NaN, NaN));
    addPower(mean, Float32Array.of(3, 5, NaN));
    const out = new Float32Array(3);
    meanPower(mean, out);
    expect([...out]).toEqual([2, 5, NaN]);
    expect([...mean.count]).toEqual([2, 1, 0]);
  });
});

describe('the test of a ratio', () => {
  it("has scipy's incomplete beta function under it", () => {
    for (const [x, a, b, expected] of reference.beta as [number, number, number, number][])
      expect(Math.abs(incompleteBeta(x, a, b) - expected), `${x} ${a} ${b}`).toBeLessThanOrEqual(1e-11 * expected);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });

  it("has the p of scipy's F distribution", () => {
    for (const [ratio, before, after, expected] of reference.ratio as [number, number, number, number][])
      expect(Math.abs(ratioTail(ratio, before, after) / expected - 1), `${ratio} ${before} ${after}`).toBeLessThan(
        1e-9,
      );
  });

  it('per pixel gives the change in decibels and nearly the exact p', () => {
    const ratios = [0.01, 0.4, 0.8, 1, 1.3, 3, 50];
    const [before, after] = [createPowerMean(8), createPowerMean(8)];
    addPower(before, new Float32Array(8).fill(0.2));
    addPower(before, new Float32Array(8).fill(0.2));
    addPower(after, Float32Array.from([...ratios.map((r) => r * 0.2), NaN]));
    const [change, p] = [new Float32Array(8), new Float32Array(8)];
    testChange(before, after, 4.4, change, p);
    for (const [i, ratio] of ratios.entries()) {
      expect(change[i]).toBeCloseTo(10 * Math.log10(ratio), 4);
      expect(Math.abs(p[i]! / ratioTail(ratio, 8.8, 4.4) - 1)).toBeLessThan(1e-3);
    }
    expect([change[7], p[7]]).toEqual([NaN, NaN]);
  });

  it('calls 5 % of unchanged ground changed at p < 0.05', () => {
    const pixels = 100 * 100;
    const date = (seed: number) => simulate(100, 100, () => 0.05, createSpeckle(4.4, seed));
    const [before, after] = [createPowerMean(pixels), createPowerMean(pixels)];
    for (const seed of [1, 2, 3]) addPower(before, date(seed));
    addPower(after, date(4));
    const [change, p] = [new Float32Array(pixels), new Float32Array(pixels)];
    testChange(before, after, 4.4, change, p);
    expect(p.filter((v) => v < 0.05).length / pixels).toBeCloseTo(0.05, 2);
  });
});
