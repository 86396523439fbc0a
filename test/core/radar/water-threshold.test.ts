import { describe, expect, it } from 'vitest';
import { judgeBimodality } from '../../../pipelines/core/radar/bimodality.ts';
import { classifyFlood } from '../../../pipelines/core/radar/flood-classes.ts';
import { BIN_DB, BINS, histogramOf, middleOf, momentsOf } from '../../../pipelines/core/radar/histogram.ts';
import type { Histogram } from '../../../pipelines/core/radar/histogram.ts';
import type { ThresholdMethod } from '../../../pipelines/core/radar/threshold.ts';
import { findThreshold } from '../../../pipelines/core/radar/threshold.ts';
import type { TileVerdict } from '../../../pipelines/core/radar/water-threshold.ts';
import { chooseThreshold, darkLimitOf, judgeTile } from '../../../pipelines/core/radar/water-threshold.ts';
import { toDecibels } from '../../../pipelines/core/radar/units.ts';
import { createRandom } from '../../support/random.ts';
import { createSpeckle } from './simulate.ts';

const SIDE = 256;
const fill = (value: () => number): Histogram =>
  histogramOf(Float32Array.from({ length: SIDE * SIDE }, value), 0, SIDE, { width: SIDE, height: SIDE });

/** Water of 0.01 and land of 0.1 under speckle. */
function shore(share: number, looks: number, seed = 1): Histogram {
  const [speckle, random] = [createSpeckle(looks, seed), createRandom(seed)];
  return fill(() => toDecibels((random() < share ? 0.01 : 0.1) * speckle()));
}

describe('a histogram of decibels', () => {
  it('counts a window, without what is invalid', () => {
    const values = Float32Array.of(-10.02, NaN, 99, -10.07, -99, 99);
    const counts = histogramOf(values, 0, 3, { width: 2, height: 2 });
    expect(counts.reduce((a, b) => a + b, 0)).toBe(3);
    expect(
      [...counts.entries()].filter(([, n]) => n > 0).map(([bin, n]) => [Math.round(middleOf(bin) * 100) / 100, n]),
    ).toEqual([
      [-59.95, 1],
      [-10.05, 2],
    ]);
  });

  it('has the moments of its values', () => {
    const random = createRandom(8);
    const values = Float32Array.from(
      { length: 10_000 },
      () => -20 + 6 * random() + 2 * random() + (random() < 0.3 ? 4 : 0),
    );
    const { mean, variance, skewness, kurtosis } = momentsOf(histogramOf(values, 0, 100, { width: 100, height: 100 }));
    const average = (f: (v: number) => number) => values.reduce((sum, v) => sum + f(v), 0) / values.length;
    const m = average((v) => v);
    const s2 = average((v) => (v - m) ** 2);
    expect(mean).toBeCloseTo(m, 2);
    expect(variance).toBeCloseTo(s2, 2);
    expect(skewness).toBeCloseTo(average((v) => (v - m) ** 3) / s2 ** 1.5, 2);
    expect(kurtosis).toBeCloseTo(average((v) => (v - m) ** 4) / s2 ** 2, 2);
  });
});

/** Every cut, from the definition: means and variances of the values on both sides. */
function bruteForce(counts: Histogram, method: ThresholdMethod): number {
  const values = [...counts.entries()].filter(([, n]) => n > 0).map(([bin, n]) => ({ v: middleOf(bin), n }));
  const total = values.reduce((sum, { n }) => sum + n, 0);
  const mean = (list: typeof values) =>
    list.reduce((s, { v, n }) => s + v * n, 0) / list.reduce((s, { n }) => s + n, 0);
  let [best, at] = [-Infinity, NaN];
  for (let bin = 0; bin < BINS; bin++) {
    const cut = middleOf(bin) + BIN_DB / 2;
    const sides = [values.filter(({ v }) => v < cut), values.filter(({ v }) => v > cut)];
    const shares = sides.map((list) => list.reduce((s, { n }) => s + n, 0) / total);
    if (shares.some((share) => share < 0.01)) continue;
    const means = sides.map(mean);
    const spreads = sides.map((list, k) =>
      Math.sqrt(
        list.reduce((s, { v, n }) => s + n * (v - means[k]!) ** 2, 0) / (shares[k]! * total) + BIN_DB ** 2 / 12,
      ),
    );
    const score =
      method === 'otsu'
        ? shares[0]! * shares[1]! * (means[0]! - means[1]!) ** 2
        : -(
            1 +
            2 * (shares[0]! * Math.log(spreads[0]!) + shares[1]! * Math.log(spreads[1]!)) -
            2 * (shares[0]! * Math.log(shares[0]!) + shares[1]! * Math.log(shares[1]!))
          );
    if (score > best) [best, at] = [score, cut];
  }
  return at;
}

describe('a threshold', () => {
  it.each(['otsu', 'kittler-illingworth'] as const)('by %s is that of trying every cut', (method) => {
    for (const [share, looks] of [
      [0.1, 4.4],
      [0.4, 4.4],
      [0.5, 6],
      [0.8, 5],
    ] as const) {
      const counts = shore(share, looks, looks + share * 100);
      expect(findThreshold(counts, method)).toBeCloseTo(bruteForce(counts, method), 9);
    }
  });

  it('between values that are far apart lies in the middle', () => {
    const counts = fill(() => 0).fill(0);
    counts[300] = 400;
    counts[400] = 600;
    for (const method of ['otsu', 'kittler-illingworth'] as const)
      expect(findThreshold(counts, method)).toBeCloseTo((middleOf(300) + middleOf(400)) / 2, 9);
  });

  it('is none where all values are one', () => {
    expect(
      findThreshold(
        fill(() => -10),
        'otsu',
      ),
    ).toBeNaN();
  });
});

describe('two humps', () => {
  it.each([
    [0.15, 4.4],
    [0.5, 4.4],
    [0.85, 4.4],
    [0.15, 40],
    [0.5, 40],
  ])('are seen in a tile with a share of %f water at %f looks', (share, looks) => {
    const { isBimodal, dark, bright, separation } = judgeBimodality(shore(share, looks));
    expect(isBimodal).toBe(true);
    expect(separation).toBeGreaterThan(3);
    expect(dark.share).toBeCloseTo(share, 1);
    expect(Math.abs(bright.mean - dark.mean - 10)).toBeLessThan(1);
  });

  const random = createRandom(12);
  const speckle = createSpeckle(40, 12);
  const db = () => toDecibels(speckle());
  const one = (looks: number) => {
    const draw = createSpeckle(looks, 5);
    return () => toDecibels(0.1 * draw());
  };
  const texture = createSpeckle(3, 13);
  it.each([
    ['speckle of one look', one(1)],
    ['speckle of 4.4 looks', one(4.4)],
    ['speckle of 100 looks', one(100)],
    ['fields of every brightness', () => -14 + 8 * random() + db()],
    ['textured land', () => toDecibels(0.1 * texture()) + db()],
    ['land with bright buildings', () => -9 + (random() < 0.15 ? 6 * random() : 0) + db()],
    ['a sliver of water', () => (random() < 0.03 ? -20 : -10) + db()],
    ['one value', () => -10],
  ])('are not seen in %s', (_, value) => {
    expect(judgeBimodality(fill(value)).isBimodal).toBe(false);
  });
});

describe('the threshold of a scene', () => {
  const verdict = (threshold: number, isUsed = true): TileVerdict => ({
    pixels: 1,
    isUsed,
    threshold,
    darkMean: -20,
    brightMean: -10,
    separation: 5,
  });

  it('is the median of the tiles that hold both', () => {
    expect(chooseThreshold([verdict(-15), verdict(-17), verdict(-14), verdict(-3, false)])).toEqual({
      threshold: -15,
      separation: 5,
      quartiles: [-16, -14.5],
      tiles: 3,
    });
    expect(chooseThreshold([verdict(-15, false)])).toBeNull();
  });

  it('is that of the darkest, where bright fields have two humps as well', () => {
    const fields = { ...verdict(-11), darkMean: -15.5 };
    expect(chooseThreshold([verdict(-16), verdict(-17), fields, fields, fields, fields])).toMatchObject({
      threshold: -16.5,
      tiles: 2,
    });
  });

  it('does not come from fields beside a forest, which are too bright for water', () => {
    const [speckle, random] = [createSpeckle(40, 3), createRandom(3)];
    const fields = fill(() => (random() < 0.5 ? -7 : -11) + toDecibels(speckle()));
    expect(judgeBimodality(fields).isBimodal).toBe(true);
    expect(judgeTile(fields, 'otsu', darkLimitOf('VV', true)).isUsed).toBe(false);
    expect(judgeTile(fields, 'otsu', darkLimitOf('VV', false)).isUsed).toBe(true);
    expect(judgeTile(shore(0.4, 40), 'otsu', darkLimitOf('vv', true)).isUsed).toBe(true);
  });

  it('asks darker water of cross-polarised channels', () => {
    expect(darkLimitOf('Sigma0_VH_db', true)).toBeLessThan(darkLimitOf('Sigma0_VV_db', true));
    expect(darkLimitOf(null, true)).toBe(darkLimitOf('vv', true));
  });
});

describe('flood classes', () => {
  const rule = { threshold: -15, grow: 2 };
  it('tell flood from permanent water, and seeds from what only touches them', () => {
    const values = Float32Array.of(-20, -14, -10, NaN, -20, -20, -14, -10);
    const before = Float32Array.of(-10, -10, -20, -20, -20, NaN, -20, -10);
    const permanent = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1);
    const { classes, seeds } = classifyFlood(values, before, permanent, rule);
    expect([...classes]).toEqual([1, 1, 0, 255, 2, 1, 2, 2]);
    expect([...seeds]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('call all water flood where nothing is known of before', () => {
    const { classes } = classifyFlood(Float32Array.of(-20, -15, -16), null, null, { threshold: -15, grow: 0 });
    expect([...classes]).toEqual([1, 0, 1]);
  });
});
