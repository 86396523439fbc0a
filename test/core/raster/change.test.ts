/** The statistics of change, against their definitions and on series without any. */
import { describe, expect, test } from 'vitest';
import { createChangeKernel, medianVariance } from '../../../pipelines/core/raster/change.ts';
import type { ChangeKernel, ChangeNoise } from '../../../pipelines/core/raster/change.ts';
import { createSeriesNoise, robustMoments } from '../../../pipelines/core/raster/change-noise.ts';
import { twoSidedTail } from '../../../pipelines/core/series/normal.ts';
import { createRandom } from '../../support/random.ts';

/** Normal numbers by Box and Muller. */
function createNormal(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const medianOf = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? NaN : (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};

/** Layers of noise around 0.5 in which a share of the values is missing. */
function fill(
  kernel: Pick<ChangeKernel, 'before' | 'after'>,
  seed: number,
  gaps: number,
  sigmaOf: (i: number) => number,
) {
  const [random, normal] = [createRandom(seed + 1), createNormal(seed)];
  for (const layer of [...kernel.before, ...kernel.after])
    for (let i = 0; i < layer.length; i++) layer[i] = random() < gaps ? NaN : 0.5 + sigmaOf(i) * normal();
}

const validIn = (layers: readonly Float32Array[], i: number) =>
  layers.map((layer) => layer[i]!).filter((value) => !Number.isNaN(value));

const anything = { threshold: null, significance: 1 };

describe('the kernel', () => {
  test('compares medians of what is valid', () => {
    const kernel = createChangeKernel(3, 4, 200);
    fill(kernel, 5, 0.4, () => 0.2);
    kernel.run({ kind: 'scene', median: 0.01, sigma: 0.05 }, { threshold: 0.1, significance: 0.2 });
    const { bands } = kernel;
    let invalid = 0;
    for (let i = 0; i < 200; i++) {
      const [before, after] = [validIn(kernel.before, i), validIn(kernel.after, i)];
      if (before.length === 0 || after.length === 0) {
        for (const band of Object.values(bands)) expect(band[i]).toBeNaN();
        invalid++;
        continue;
      }
      const difference = medianOf(after) - medianOf(before);
      const z = (difference - 0.01) / 0.05;
      expect(bands.difference[i]).toBeCloseTo(difference, 6);
      expect(bands.relative[i]).toBeCloseTo(difference / Math.abs(medianOf(before)), 4);
      expect(bands.z[i]).toBeCloseTo(z, 4);
      expect(bands.p[i]).toBeCloseTo(twoSidedTail(z), 5);
      expect(bands.valid[i]).toBeCloseTo((before.length + after.length) / 7, 6);
      const isChange = Math.abs(difference) >= 0.1 && bands.p[i]! <= 0.2;
      expect(bands.class[i]).toBe(isChange ? Math.sign(difference) : 0);
    }
    expect(invalid).toBeGreaterThan(5);
  });

  test('has no relative difference where there was nothing, and no infinite z', () => {
    const kernel = createChangeKernel(1, 1, 3);
    kernel.before[0]!.set([0, 0.5, 0.5]);
    kernel.after[0]!.set([0.1, 0.5, 0.1]);
    kernel.run({ kind: 'scene', median: 0, sigma: 0 }, anything);
    expect([...kernel.bands.relative]).toEqual([NaN, 0, expect.closeTo(-0.8, 6)]);
    expect([...kernel.bands.z]).toEqual([99, 0, -99]);
    expect([...kernel.bands.class]).toEqual([1, 0, -1]);
  });

  test('holds a pixel against its own noise, moderated by that of the scene', () => {
    const kernel = createChangeKernel(6, 2, 500);
    fill(kernel, 3, 0.2, () => 0.05);
    const scene = 0.04;
    kernel.run({ kind: 'series', sigma: scene }, anything);
    let own = 0;
    for (let i = 0; i < 500; i++) {
      const [before, after] = [validIn(kernel.before, i), validIn(kernel.after, i)];
      if (before.length === 0 || after.length === 0) continue;
      const sigma = kernel.sigma![i]!;
      const freedom = before.length < 4 ? 0 : 0.37 * (before.length - 1);
      if (freedom > 0) own++;
      expect(Number.isNaN(sigma)).toBe(before.length < 4);
      const variance = (4 * scene ** 2 + (freedom > 0 ? freedom * sigma ** 2 : 0)) / (4 + freedom);
      const spread = Math.sqrt(variance * (medianVariance(before.length) + medianVariance(after.length)));
      const t = kernel.bands.difference[i]! / spread;
      const all = 4 + freedom;
      const z = ((8 * all + 1) / (8 * all + 3)) * Math.sqrt(all * Math.log(1 + t ** 2 / all));
      expect(Math.abs(kernel.bands.z[i]!)).toBeCloseTo(z, 3);
    }
    expect(own).toBeGreaterThan(300);
  });

  // quantiles of Student's t with 4 degrees of freedom, of any table: those of the normal distribution beside them
  test.each([
    [2.776445, 1.959964],
    [4.604095, 2.575829],
    [8.610302, 3.290527],
  ])('turns t = %f of four degrees of freedom into z = %f', (t, z) => {
    const kernel = createChangeKernel(4, 1, 1);
    for (const layer of [...kernel.before.slice(0, 2), ...kernel.after]) layer[0] = 0;
    for (const layer of kernel.before.slice(2)) layer[0] = NaN;
    kernel.after[0]![0] = t * Math.sqrt(1.5); // the variance of a median of two and of one
    kernel.run({ kind: 'series', sigma: 1 }, anything);
    expect(Math.abs(kernel.bands.z[0]! / z - 1)).toBeLessThan(0.02);
  });
});

describe('on series without change', () => {
  const PIXELS = 40_000;
  const found = (seed: number, dates: readonly [number, number], gaps: number, spread: number, p: number) => {
    const kernel = createChangeKernel(...dates, PIXELS);
    const random = createRandom(seed);
    const sigmas = Float64Array.from({ length: PIXELS }, () => 0.03 * spread ** (2 * random() - 1));
    fill(kernel, seed, gaps, (i) => sigmas[i]!);
    kernel.run({ kind: 'scene', median: 0, sigma: 1 }, anything);
    const noise: ChangeNoise = kernel.sigma
      ? { kind: 'series', sigma: robustMoments(kernel.sigma.slice())!.median }
      : { kind: 'scene', ...robustMoments(kernel.bands.difference.slice())! };
    kernel.run(noise, { threshold: null, significance: p });
    const valid = kernel.bands.class.filter((value) => value === value);
    return valid.filter((value) => value !== 0).length / valid.length;
  };

  test.each([
    { dates: [4, 1] as const, gaps: 0 },
    { dates: [8, 3] as const, gaps: 0.3 },
    { dates: [24, 6] as const, gaps: 0.4 },
  ])('$dates dates find no more than p says, also where noise differs fourfold', ({ dates, gaps }) => {
    for (const p of [0.05, 0.01])
      for (const spread of [1, 2]) {
        const share = found(1, dates, gaps, spread, p);
        expect(share).toBeLessThan(p);
        expect(share).toBeGreaterThan(spread === 2 ? p / 4 : 0);
      }
  });

  test('two dates find what p says where noise is everywhere the same', () => {
    expect(found(2, [1, 1], 0, 1, 0.05)).toBeCloseTo(0.05, 2);
    expect(found(2, [1, 1], 0, 1, 0.01)).toBeCloseTo(0.01, 2);
  });
});

describe('noise of series', () => {
  test.each([4, 6, 12, 30])('of %i dates is that of a single observation, trend and season left out', (dates) => {
    const pixels = 20_000;
    const layers = Array.from({ length: dates }, () => new Float32Array(pixels));
    const normal = createNormal(dates);
    for (const [k, layer] of layers.entries())
      for (let i = 0; i < pixels; i++)
        layer[i] = 0.02 * normal() + 0.05 * k + (dates > 10 ? 0.2 * Math.sin((2 * Math.PI * k) / 120) : 0);
    const noise = createSeriesNoise(layers, pixels);
    noise.run();
    const mean = noise.sigma.reduce((sum, sigma) => sum + sigma, 0) / pixels;
    expect(mean / 0.02).toBeGreaterThan(0.85);
    expect(mean / 0.02).toBeLessThan(1.17);
    expect(noise.counts[0]).toBe(dates - 1);
  });

  test('bridges gaps and is not moved by one outlier', () => {
    const values = [0.5, 0.52, NaN, 0.49, 0.9, 0.51, NaN, 0.5, 0.52, 0.49];
    const noise = createSeriesNoise(
      values.map((value) => Float32Array.of(value)),
      1,
    );
    noise.run();
    const known = values.filter((value) => !Number.isNaN(value));
    const steps = known.slice(1).map((value, k) => value - known[k]!);
    const middle = medianOf(steps);
    const expected = ((1.4826 * 1.14) / Math.SQRT2) * medianOf(steps.map((step) => Math.abs(step - middle)));
    expect(noise.counts[0]).toBe(7);
    expect(noise.sigma[0]).toBeCloseTo(expected, 6);
    expect(noise.sigma[0]).toBeLessThan(0.05);
  });
});

test('the variance of a median is that of simulated medians', () => {
  const normal = createNormal(9);
  for (const n of [1, 2, 3, 4, 5, 10, 11, 16]) {
    let sum = 0;
    for (let k = 0; k < 30_000; k++) sum += medianOf(Array.from({ length: n }, normal)) ** 2;
    expect(sum / 30_000 / medianVariance(n)).toBeCloseTo(1, 1.2);
  }
});

test('robust moments tell of samples that are mostly one value', () => {
  expect(robustMoments(new Float32Array(0))).toBeNull();
  const stepped = robustMoments(Float32Array.of(1, 1, 1, 1, 5, NaN))!;
  expect(stepped).toMatchObject({ median: 1, isStepped: true });
  expect(stepped.sigma).toBeCloseTo(Math.sqrt(16 / 5), 6);
  expect(robustMoments(Float32Array.of(1, 2, 3, 4, 100))).toMatchObject({ median: 3, sigma: 1.4826, isStepped: false });
});
