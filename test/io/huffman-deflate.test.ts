import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeLengths } from '../../pipelines/io/tiff/huffman-code.ts';
import { huffmanDeflate } from '../../pipelines/io/tiff/huffman-deflate.ts';
import { createRandom } from '../support/random.ts';

const random = createRandom(5);

/** Kinds of bytes, from one value to all, even and skewed. */
const KINDS: Readonly<Record<string, (i: number) => number>> = {
  'one value': () => 7,
  'two values': (i) => i & 1,
  'all values alike': () => random() * 256,
  'differences of noise': () => Math.round((random() + random() + random() - 1.5) * 20) & 255,
  'runs of all lengths': (i) => ((i >> 1) % 1700 < (i >> 9) % 1500 ? 5 : random() * 256),
  'ever rarer values': () => -Math.log2(random() + 1e-9),
};

describe('huffmanDeflate', () => {
  for (const [kind, value] of Object.entries(KINDS))
    it(`zlib inflates ${kind}`, () => {
      for (const size of [2, 4, 10, 1000, 65536, 524288]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => value(i));
        expect(Buffer.compare(inflateSync(huffmanDeflate(bytes)), bytes)).toBe(0);
      }
    });

  it('limits the codes of a tree that is deeper than the limit', () => {
    // Fibonacci numbers as counts make the deepest tree
    const parts: number[] = [];
    for (let symbol = 0, a = 1, b = 1; symbol < 24; symbol++, [a, b] = [b, a + b])
      for (let i = 0; i < a; i++) parts.push(symbol);
    const bytes = Uint8Array.from(parts.slice(parts.length & 1));
    expect(Buffer.compare(inflateSync(huffmanDeflate(bytes)), bytes)).toBe(0);
  });

  it('comes within 1 % of the entropy of independent bytes', () => {
    const bytes = Uint8Array.from({ length: 262144 }, KINDS['differences of noise']!);
    const counts = new Map<number, number>();
    for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    let bits = 0;
    for (const count of counts.values()) bits -= count * Math.log2(count / bytes.length);
    expect(huffmanDeflate(bytes).length).toBeLessThan((1.01 * bits) / 8 + 300);
  });
});

describe('runs', () => {
  it('of every length survive, at the start, inside and at the end', () => {
    for (let size = 1; size < 700; size++) {
      const words = Uint16Array.of(
        ...Array.from({ length: size }, () => 0x1234),
        1,
        ...Array.from({ length: size }, () => 0),
        2,
        3,
      );
      for (const part of [words, words.subarray(0, 2 * size + 1)]) {
        const bytes = new Uint8Array(part.buffer, 0, part.byteLength);
        if (Buffer.compare(inflateSync(huffmanDeflate(bytes)), bytes) !== 0) expect.fail(`runs of ${size} words`);
      }
    }
  });

  it('cost next to nothing', () => {
    expect(huffmanDeflate(new Uint8Array(524288)).length).toBeLessThan(1200);
  });
});

describe('codeLengths', () => {
  it('fill the code space exactly and give rarer symbols longer codes', () => {
    for (let round = 0; round < 200; round++) {
      const counts = Uint32Array.from({ length: 257 }, () => (random() < 0.5 ? 0 : 1 + 2 ** (random() * 24)));
      const lengths = codeLengths(counts, 12);
      let space = 0;
      for (const length of lengths) if (length > 0) space += 2 ** -length;
      expect(space).toBe(1);
      for (let symbol = 1; symbol < 257; symbol++)
        if (counts[symbol]! > counts[0]! && counts[0]! > 0) expect(lengths[symbol]).toBeLessThanOrEqual(lengths[0]!);
      for (let symbol = 0; symbol < 257; symbol++) expect(lengths[symbol]! > 0).toBe(counts[symbol]! > 0);
    }
  });
});
