import { describe, expect, it } from 'vitest';
import type { StratumPlan } from '../../../pipelines/core/accuracy/allocation.ts';
import { allocate, expectedStandardError, sampleSizeFor } from '../../../pipelines/core/accuracy/allocation.ts';
import { countClasses, mergeClasses } from '../../../pipelines/core/accuracy/class-counts.ts';
import { createRandom, drawWithoutReplacement, shuffle } from '../../../pipelines/core/accuracy/draw.ts';
import { locateRanks, ranksByPart } from '../../../pipelines/core/accuracy/locate.ts';

/** The example of Olofsson et al. (2014): table 5. */
const STRATA: readonly StratumPlan[] = [
  { name: '1', pixels: 200_000, weight: 0.02, expected: 0.7 },
  { name: '2', pixels: 150_000, weight: 0.015, expected: 0.6 },
  { name: '3', pixels: 3_200_000, weight: 0.32, expected: 0.9 },
  { name: '4', pixels: 6_450_000, weight: 0.645, expected: 0.95 },
];

describe('the size of a sample', () => {
  it('is 641 in the example of Olofsson et al. (2014)', () => {
    expect(sampleSizeFor(0.01, STRATA)).toBe(641);
  });

  it('reaches the standard error it was asked for, with the optimal allocation', () => {
    const n = sampleSizeFor(0.01, STRATA);
    expect(expectedStandardError(STRATA, allocate(n, STRATA, 'optimal', 0))).toBeCloseTo(0.01, 4);
    expect(expectedStandardError(STRATA, allocate(n, STRATA, 'proportional', 0))).toBeGreaterThan(0.0102);
  });
});

describe('the allocation of a sample', () => {
  it('is by area, alike, or by area times spread', () => {
    // Olofsson et al. (2014), table 5: 13, 10, 205, 413; the optimal one by hand from its W and S
    expect(allocate(641, STRATA, 'proportional', 0)).toEqual([13, 10, 205, 413]);
    expect(allocate(641, STRATA, 'equal', 0)).toEqual([161, 160, 160, 160]);
    expect(allocate(641, STRATA, 'optimal', 0)).toEqual([23, 19, 243, 356]);
  });

  it('gives each class its minimum and takes it from the others in proportion', () => {
    const units = allocate(641, STRATA, 'proportional', 75);
    expect(units.slice(0, 2)).toEqual([75, 75]);
    expect(units.reduce((a, b) => a + b, 0)).toBe(641);
    expect(units[3]! / units[2]!).toBeCloseTo(0.645 / 0.32, 1);
  });

  it('draws no more than there are', () => {
    const few = [{ ...STRATA[0]!, pixels: 7 }, STRATA[3]!];
    expect(allocate(500, few, 'equal', 50)).toEqual([7, 493]);
    expect(() => allocate(641, STRATA, 'equal', 200)).toThrow('641 points are too few for 4 classes of at least 200');
    expect(() => allocate(20, [{ ...STRATA[0]!, pixels: 7 }], 'equal', 0)).toThrow(
      '20 points are asked for of 7 pixels',
    );
  });

  it('always adds up within its bounds', () => {
    const random = createRandom(5, 0);
    for (let k = 0; k < 300; k++) {
      const strata = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, h) => ({
        name: String(h),
        pixels: 1 + Math.floor(random() ** 4 * 1e5),
        weight: random() ** 3 + 1e-6,
        expected: 0.05 + 0.9 * random(),
      }));
      const minimum = Math.floor(random() * 30);
      const least = strata.reduce((sum, { pixels }) => sum + Math.min(minimum, pixels), 0);
      const most = strata.reduce((sum, { pixels }) => sum + pixels, 0);
      const n = least + Math.floor(random() * (Math.min(most, 5000) - least + 1));
      if (n < least || n > most) continue;
      for (const method of ['proportional', 'equal', 'optimal'] as const) {
        const units = allocate(n, strata, method, minimum);
        expect(units.reduce((a, b) => a + b, 0)).toBe(n);
        for (const [h, u] of units.entries()) {
          expect(u).toBeGreaterThanOrEqual(Math.min(minimum, strata[h]!.pixels));
          expect(u).toBeLessThanOrEqual(strata[h]!.pixels);
        }
      }
    }
  });
});

describe('drawing', () => {
  it('takes each number once, the same for the same seed', () => {
    const drawn = drawWithoutReplacement(1000, 1_000_000_007, createRandom(9, 1));
    expect(new Set(drawn).size).toBe(1000);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(drawn).toEqual(drawWithoutReplacement(1000, 1_000_000_007, createRandom(9, 1)));
    expect(drawn).not.toEqual(drawWithoutReplacement(1000, 1_000_000_007, createRandom(10, 1)));
    expect(drawn).not.toEqual(drawWithoutReplacement(1000, 1_000_000_007, createRandom(9, 2)));
    expect(drawWithoutReplacement(5, 5, createRandom(1, 1))).toEqual([0, 1, 2, 3, 4]);
  });

  it('makes each set as likely as any other', () => {
    const random = createRandom(3, 0);
    const seen = new Map<string, number>();
    for (let k = 0; k < 10_000; k++) {
      const key = drawWithoutReplacement(2, 5, random).join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    // Ten pairs, 1000 of each expected: chi-squared with 9 degrees is below 27.9 in 999 of 1000 cases
    expect(seen.size).toBe(10);
    expect([...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
  });

  it('shuffles every item to every place', () => {
    const random = createRandom(4, 0);
    const sums = [0, 0, 0, 0];
    for (let k = 0; k < 4000; k++) {
      const items = [0, 1, 2, 3];
      shuffle(items, random);
      for (const [place, item] of items.entries()) sums[place]! += item;
    }
    for (const sum of sums) expect(sum / 4000).toBeCloseTo(1.5, 1);
  });
});

describe('classes of a raster', () => {
  const data = Uint8Array.of(1, 1, 2, 0, 2, 1);
  const mask = Uint8Array.of(1, 1, 1, 0, 1, 1);

  it('are counted with the area of their rows', () => {
    const counts = countClasses(data, mask, Float64Array.of(100, 50))!;
    expect(counts).toEqual(
      new Map([
        [1, { pixels: 3, area: 250 }],
        [2, { pixels: 2, area: 150 }],
      ]),
    );
    const total = new Map([[2, { pixels: 1, area: 1 }]]);
    expect(mergeClasses(total, counts)).toBe(true);
    expect(total.get(2)).toEqual({ pixels: 3, area: 151 });
  });

  it('are no fractions and not too many', () => {
    expect(countClasses(Float32Array.of(1, 1.5), null, Float64Array.of(1))).toBeNull();
    expect(countClasses(Float32Array.of(1, NaN), null, Float64Array.of(1))!.size).toBe(1);
    expect(
      countClasses(
        Uint16Array.from({ length: 300 }, (_, i) => i),
        null,
        Float64Array.of(1),
      ),
    ).toBeNull();
  });

  it('have a first, second and n-th pixel, through all parts', () => {
    expect(
      locateRanks(data, mask, [
        { value: 1, ranks: [0, 2] },
        { value: 2, ranks: [1] },
        { value: 0, ranks: [0] },
      ]),
    ).toEqual([[0, 5], [4], []]);
    expect(ranksByPart([0, 3, 4, 9], [3, 2, 0, 5])).toEqual([[0], [0, 1], [], [4]]);
  });
});
