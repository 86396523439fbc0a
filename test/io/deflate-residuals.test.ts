import { inflateSync } from 'node:zlib';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateResiduals } from '../../pipelines/io/encode/deflate-residuals.ts';
import { codeLengths, packCodes } from '../../pipelines/io/encode/huffman.ts';

/** Stretches of zeros, of few different bytes, and of noise, each as long as the property wishes. */
const stretch = record({
  length: integer({ min: 1, max: 1200 }),
  spread: constantFrom(1, 2, 5, 40, 256),
  seed: integer({ min: 1, max: 1e6 }),
});

function build(stretches: readonly { length: number; spread: number; seed: number }[]): Uint8Array {
  return Uint8Array.from(
    stretches.flatMap(({ length, spread, seed }) => {
      let state = seed;
      return Array.from({ length }, () => {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        return (state >> 8) % spread;
      });
    }),
  );
}

describe('deflateResiduals', () => {
  it('is inflated by zlib to what it was', () => {
    assert(
      property(array(stretch, { minLength: 1, maxLength: 12 }), (stretches) => {
        const data = build(stretches);
        return Buffer.compare(inflateSync(deflateResiduals(data)), data) === 0;
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('takes runs of every length around those that a match has', () => {
    for (let length = 1; length < 1100; length++) {
      const data = new Uint8Array(length + 6).fill(7);
      data.fill(0, 3, 3 + length);
      expect(Buffer.compare(inflateSync(deflateResiduals(data)), data), `${length} zeros`).toBe(0);
    }
  });

  it('makes next to nothing of zeros', () => {
    expect(deflateResiduals(new Uint8Array(65536)).length).toBeLessThan(160);
  });
});

describe('codeLengths', () => {
  const kraft = (lengths: Uint8Array) => lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0);

  it('are complete, and longer for what is rarer', () => {
    const lengths = codeLengths(Uint32Array.of(50, 0, 3, 3, 20, 1, 8), 15);
    expect(kraft(lengths)).toBe(1);
    expect([...lengths]).toEqual([1, 0, 5, 4, 2, 5, 3]);
  });

  it('keep to the limit where the counts grow like Fibonacci numbers', () => {
    const counts = new Uint32Array(30).fill(1);
    for (let i = 2; i < 30; i++) counts[i] = counts[i - 1]! + counts[i - 2]!;
    for (const limit of [7, 12, 15]) {
      const lengths = codeLengths(counts, limit);
      expect(Math.max(...lengths)).toBe(limit);
      expect(kraft(lengths)).toBe(1);
    }
  });

  it('give at least two codes', () => {
    expect([...codeLengths(Uint32Array.of(0, 9, 0), 7)]).toEqual([1, 1, 0]);
    expect([...codeLengths(Uint32Array.of(9, 0, 0), 7)]).toEqual([1, 1, 0]);
    expect([...codeLengths(new Uint32Array(3), 7)]).toEqual([1, 1, 0]);
  });

  it('become the canonical codes of RFC 1951, section 3.2.2, bits reversed', () => {
    const codes = packCodes(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4));
    const bits = [...codes].map((code) => {
      const length = code >> 16;
      return Array.from({ length }, (_, bit) => (code >> bit) & 1).join('');
    });
    expect(bits).toEqual(['010', '011', '100', '101', '110', '00', '1110', '1111']);
  });
});
