import { describe, expect, it } from 'vitest';
import { createMedianStack } from '../../../pipelines/core/kernel/median.ts';
import { sortingNetwork } from '../../../pipelines/core/kernel/median-network.ts';
import { createRandom } from '../../support/random.ts';

/** numpy.nanmedian, by the definition. */
function nanMedian(values: readonly number[]): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  const n = sorted.length;
  return n === 0 ? NaN : Math.fround(sorted[(n - 1) >> 1]! / 2 + sorted[n >> 1]! / 2);
}

describe('the sorting network', () => {
  it('sorts every sequence of zeros and ones, and so (Knuth) every sequence', () => {
    for (let n = 1; n <= 12; n++) {
      const network = sortingNetwork(n);
      for (let bits = 0; bits < 1 << n; bits++) {
        const wires = Array.from({ length: n }, (_, i) => (bits >> i) & 1);
        for (const { low, high } of network)
          if (wires[low]! > wires[high]!) [wires[low], wires[high]] = [wires[high]!, wires[low]!];
        expect(wires.join('')).toBe(wires.toSorted((a, b) => a - b).join(''));
      }
    }
  });
});

describe('the median kernel', () => {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 17, 33, 64, 70])
    it(`is the median of the valid ones of ${n} values`, () => {
      const random = createRandom(n);
      const pixels = 403; // no multiple of the vector's width
      const stack = createMedianStack(n, pixels);
      for (const layer of stack.layers)
        for (let i = 0; i < pixels; i++) layer[i] = random() < 0.4 ? NaN : Math.round(random() * 40 - 20) / 8 + 0;
      const expected = Array.from({ length: pixels }, (_, i) => nanMedian(stack.layers.map((layer) => layer[i]!)));
      expect([...stack.run()]).toEqual(expected);
    });

  it('can be filled and run again', () => {
    const stack = createMedianStack(3, 4);
    stack.layers.forEach((layer, k) => layer.fill(k));
    expect([...stack.run()]).toEqual([1, 1, 1, 1]);
    stack.layers[2]!.fill(NaN);
    expect([...stack.run()]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('keeps infinities and zeros of both signs in order', () => {
    const stack = createMedianStack(3, 1);
    const median = (...values: number[]) => {
      stack.layers.forEach((layer, k) => (layer[0] = values[k]!));
      return stack.run()[0]!;
    };
    expect(median(Infinity, 1, 2)).toBe(2);
    expect(median(Infinity, Infinity, 2)).toBe(Infinity);
    expect(median(-Infinity, 5, 1e30)).toBe(5);
    expect(median(0, -0, -0)).toBeCloseTo(0, 20);
  });
});
