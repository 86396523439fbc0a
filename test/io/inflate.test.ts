import { constants, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { huffmanDeflate } from '../../pipelines/io/tiff/huffman-deflate.ts';
import { inflateInPlace, isInPlace, sumInPlace } from '../../pipelines/io/tiff/read/inflate/kernel.ts';
import { undoHorizontal } from '../../pipelines/io/tiff/read/predictor.ts';
import { createRandom } from '../support/random.ts';

const random = createRandom(11);
const upTo = (limit: number) => Math.floor(random() * limit);

/** Kinds of bytes; each makes a kind of code or match. */
const KINDS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  'one value': (bytes) => bytes.fill(7),
  'all values alike': (bytes) => bytes.forEach((_, i) => (bytes[i] = upTo(256))),
  'differences of noise': (bytes) =>
    bytes.forEach((_, i) => (bytes[i] = i & 1 ? -upTo(2) : (random() + random()) * 30)),
  'ever rarer values': (bytes) => bytes.forEach((_, i) => (bytes[i] = -Math.log2(random() + 1e-9) * 4)),
  'repetitions of 1 to 40 bytes': (bytes) => {
    for (let i = 0, period = 1, end = 0; i < bytes.length; i++) {
      if (i >= end) [period, end] = [1 + upTo(40), i + upTo(700)];
      bytes[i] = i < period || random() < 0.002 ? upTo(256) : bytes[i - period]!;
    }
  },
  'words again from far away': (bytes) => {
    for (let i = 0; i < bytes.length;) {
      const from = random() < 0.4 ? i - 1 - upTo(Math.min(i, 40_000)) : -1;
      for (let left = 1 + upTo(300); left > 0 && i < bytes.length; left--, i++)
        bytes[i] = from < 0 ? upTo(64) : bytes[from + (i % 50)]!;
    }
  },
};
const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;

function streamsOf(bytes: Uint8Array): Uint8Array[] {
  const streams = [];
  for (const level of [0, 1, 6, 9])
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE])
      streams.push(deflateSync(bytes, { level, strategy, windowBits: 9 + upTo(7), memLevel: 1 + upTo(9) }));
  if (bytes.length % 2 === 0) streams.push(huffmanDeflate(bytes));
  return streams;
}

const bytesOf = (kind: string, size: number) => {
  const bytes = new Uint8Array(size);
  KINDS[kind]!(bytes);
  return bytes;
};

describe('inflateInPlace', () => {
  for (const kind of Object.keys(KINDS))
    it(`gives back ${kind}, whatever the level, strategy and window`, () => {
      for (const size of [16_384, 16_385, 70_001, 300_000]) {
        const bytes = bytesOf(kind, size);
        for (const stream of streamsOf(bytes)) {
          const read = inflateInPlace(stream, size);
          if (!read || Buffer.compare(read, bytes) !== 0) expect.fail(`${size} bytes, ${read ? 'others' : 'refused'}`);
        }
      }
    });

  it('has room for fewer bytes than asked for, not for more', () => {
    const bytes = bytesOf('words again from far away', 50_000);
    for (const stream of streamsOf(bytes)) {
      expect(inflateInPlace(stream, 60_000)).toHaveLength(50_000);
      for (const size of [49_999, 49_000, 16_384]) expect(inflateInPlace(stream, size)).toBeNull();
    }
  });

  it('refuses whatever zlib refuses, and reads nothing else out of the rest', { timeout: 30_000 }, () => {
    let refused = 0;
    let read = 0;
    for (const kind of Object.keys(KINDS))
      for (const stream of streamsOf(bytesOf(kind, 20_000)))
        for (let round = 0; round < 12; round++) {
          const damaged = damage(stream, round);
          const ours = inflateInPlace(damaged, 20_000);
          const theirs = zlibOrNull(damaged, 20_000);
          if (!!ours !== !!theirs || Buffer.compare(ours ?? NOTHING, theirs ?? NOTHING) !== 0)
            expect.fail(`${kind}, round ${round}: ${ours?.length} bytes where zlib reads ${theirs?.length}`);
          if (ours) read++;
          else refused++;
        }
    expect(refused).toBeGreaterThan(500);
    expect(read).toBeGreaterThan(100);
  });

  it('comes to an end with random codes', () => {
    for (let round = 0; round < 3000; round++) {
      const stream = Uint8Array.from({ length: 400 }, () => upTo(256));
      stream.set([0x78, 0x01, (stream[2]! & 0xf8) | 0b101]); // a last block with codes of its own
      expect(inflateInPlace(stream, 16_384)).toBeNull();
    }
  });

  it('refuses a stream with the wrong checksum', () => {
    const stream = deflateSync(bytesOf('differences of noise', 30_000));
    stream[stream.length - 1]! ^= 1;
    expect(inflateInPlace(stream, 30_000)).toBeNull();
  });

  it('lets memory grow and forgets what was there', () => {
    for (const size of [20_000, 2_000_000, 20_000, 8_000_000]) {
      const bytes = bytesOf('ever rarer values', size);
      const read = inflateInPlace(deflateSync(bytes, { level: 1 }), size)!;
      expect(isInPlace(read)).toBe(true);
      expect(Buffer.compare(read, bytes)).toBe(0);
    }
    expect(inflateInPlace(deflateSync(new Uint8Array(9_000_000)), 9_000_000)).toBeNull();
  });
});

const NOTHING = new Uint8Array(0);

/** Bits flipped, bytes cut off, cut out, put in or overwritten. */
function damage(stream: Uint8Array, round: number): Uint8Array {
  const at = round % 3 === 0 ? upTo(Math.min(stream.length, 120)) : upTo(stream.length);
  const [head, rest] = [stream.subarray(0, at), stream.subarray(at)];
  if (round % 5 === 0) return head;
  if (round % 5 === 1) return Buffer.concat([head, rest.subarray(1 + upTo(8))]);
  if (round % 5 === 2) return Buffer.concat([head, Uint8Array.of(upTo(256), upTo(256)), rest]);
  if (round % 5 === 3) return Buffer.concat([stream, head]); // more than the stream
  const bytes = stream.slice();
  bytes[at]! ^= 1 << upTo(8);
  return bytes;
}

function zlibOrNull(stream: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateSync(stream, { maxOutputLength: size });
  } catch {
    return null;
  }
}

describe('sumInPlace', () => {
  it('undoes the horizontal predictor of every width as the loop does', () => {
    for (const Words of [Uint8Array, Uint16Array, Uint32Array])
      for (const width of [1, 3, 7, 8, 15, 16, 17, 64, 515]) {
        const size = width * Math.ceil(20_000 / width);
        const bytes = bytesOf('all values alike', size * Words.BYTES_PER_ELEMENT);
        const words = new Words(bytes.buffer);
        const inPlace = inflateInPlace(deflateSync(bytes, { level: 1 }), bytes.length)!;
        const sums = new Words(inPlace.buffer as ArrayBuffer, inPlace.byteOffset, size);
        sumInPlace(sums, width);
        undoHorizontal(words, width, 1);
        expect(sums).toEqual(words);
      }
  });
});
