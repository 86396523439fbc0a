/**
 * Deflate for filtered pictures: prediction has left noise, in which LZ77 finds nothing, and stretches of zeros. So
 * there is one block with its own prefix code, and the only matches are runs of zeros. Smaller than zlib's Z_RLE, at
 * half of its time: no hash chains to clear, no window to fill.
 * @see RFC 1950 (zlib), RFC 1951 (Deflate)
 */
import { codeLengths, packCodes } from './huffman.ts';

const END_OF_BLOCK = 256;
const SYMBOLS = 286;
/** Deflate allows 15; 12 costs nothing here, and two of them fit in a word with what is left of a byte. */
const LONGEST_CODE = 12;
const LONGEST_MATCH = 258;
/** Shorter runs are as cheap as literals. A multiple of 4: zeros are looked for in 32-bit words. */
const SHORTEST_RUN = 16;

/**
 * @param data  At offset 0 of its buffer; so much of its buffer as fills the last word is read too.
 * @returns a zlib stream. The same data gives the same bytes.
 */
export function deflateResiduals(data: Uint8Array): Uint8Array {
  const runs = findRuns(data);
  const counts = countSymbols(data, runs);
  const lengths = codeLengths(counts, LONGEST_CODE);
  const out = createBits(data.length * 2 + 1024);
  out.put(0x78, 8);
  out.put(0x01, 8);
  writeHeader(out, lengths);
  writeBody(out, data, runs, packCodes(lengths));
  return out.finish(adler32(data));
}

/** Starts and lengths of the matches: each follows a literal zero at distance 1. */
function findRuns(data: Uint8Array): Int32Array {
  const words = new Uint32Array(data.buffer, 0, data.length >> 2);
  const runs: number[] = [];
  for (let w = 0; w < words.length; w++) {
    if (words[w] !== 0) continue;
    const first = w;
    while (w < words.length && words[w] === 0) w++;
    if ((w - first) * 4 >= SHORTEST_RUN) runs.push(first * 4 + 1, (w - first) * 4 - 1);
  }
  return Int32Array.from(runs);
}

/** The length symbol of a match (RFC 1951, 3.2.5), its extra bits and their number. */
const LENGTH_SYMBOL = new Uint16Array(LONGEST_MATCH + 1);
const LENGTH_EXTRA = new Uint8Array(LONGEST_MATCH + 1);
const LENGTH_BITS = new Uint8Array(LONGEST_MATCH + 1);
for (let symbol = 257, length = 3; symbol < 285; symbol++) {
  const bits = symbol < 265 ? 0 : (symbol - 261) >> 2;
  for (let extra = 0; extra < 1 << bits; extra++, length++) {
    LENGTH_SYMBOL[length] = symbol;
    LENGTH_EXTRA[length] = extra;
    LENGTH_BITS[length] = bits;
  }
}
LENGTH_SYMBOL[LONGEST_MATCH] = 285;
LENGTH_EXTRA[LONGEST_MATCH] = LENGTH_BITS[LONGEST_MATCH] = 0;

/** A run as matches of 3 to 258. */
function nextMatch(rest: number): number {
  if (rest <= LONGEST_MATCH) return rest;
  return rest - LONGEST_MATCH < 3 ? rest - 3 : LONGEST_MATCH;
}

function countSymbols(data: Uint8Array, runs: Int32Array): Uint32Array {
  // Four tables in turn: increments of one counter by neighbours would wait for each other.
  const tables = new Uint32Array(1024);
  const counts = new Uint32Array(SYMBOLS);
  let at = 0;
  for (let r = 0; r <= runs.length; r += 2) {
    const end = r < runs.length ? runs[r]! : data.length;
    for (; at < end; at++) tables[((at & 3) << 8) | data[at]!]!++;
    if (r === runs.length) break;
    for (let rest = runs[r + 1]!; rest > 0;) {
      const length = nextMatch(rest);
      counts[LENGTH_SYMBOL[length]!]!++;
      rest -= length;
    }
    at += runs[r + 1]!;
  }
  for (let i = 0; i < 256; i++) counts[i] = tables[i]! + tables[256 + i]! + tables[512 + i]! + tables[768 + i]!;
  counts[END_OF_BLOCK] = 1;
  return counts;
}

/** Order in which the lengths of the code for lengths are sent. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Block header: the last one, of the dynamic kind, with 286 literal and length codes and one distance code. */
function writeHeader(out: Bits, lengths: Uint8Array): void {
  const sequence = [...runLengths([...lengths, 1])];
  const counts = new Uint32Array(19);
  for (const { symbol } of sequence) counts[symbol]!++;
  const own = codeLengths(counts, 7);
  const codes = packCodes(own);
  out.put(0b101, 3);
  out.put(SYMBOLS - 257, 5);
  out.put(0, 5);
  out.put(LENGTH_ORDER.length - 4, 4);
  for (const symbol of LENGTH_ORDER) out.put(own[symbol]!, 3);
  for (const { symbol, extra, bits } of sequence) {
    out.put(codes[symbol]! & 0xffff, codes[symbol]! >> 16);
    if (bits > 0) out.put(extra, bits);
  }
}

/** Code lengths with repeats: 16 the last one 3 to 6 times, 17 and 18 zero 3 to 10 and 11 to 138 times. */
function* runLengths(lengths: readonly number[]): Generator<{ symbol: number; extra: number; bits: number }> {
  for (let i = 0; i < lengths.length;) {
    const length = lengths[i]!;
    let n = 1;
    while (i + n < lengths.length && lengths[i + n] === length) n++;
    i += n;
    if (length !== 0) {
      yield { symbol: length, extra: 0, bits: 0 };
      n--;
    }
    while (n >= 3) {
      const part = Math.min(n, length === 0 ? 138 : 6);
      if (length !== 0) yield { symbol: 16, extra: part - 3, bits: 2 };
      else yield part < 11 ? { symbol: 17, extra: part - 3, bits: 3 } : { symbol: 18, extra: part - 11, bits: 7 };
      n -= part;
    }
    for (; n > 0; n--) yield { symbol: length, extra: 0, bits: 0 };
  }
}

function writeBody(out: Bits, data: Uint8Array, runs: Int32Array, codes: Uint32Array): void {
  let at = 0;
  for (let r = 0; r < runs.length; r += 2) {
    out.putAll(data, at, runs[r]!, codes);
    for (let rest = runs[r + 1]!; rest > 0;) {
      const length = nextMatch(rest);
      const code = codes[LENGTH_SYMBOL[length]!]!;
      out.put(code & 0xffff, code >> 16);
      if (LENGTH_BITS[length]! > 0) out.put(LENGTH_EXTRA[length]!, LENGTH_BITS[length]!);
      out.put(0, 1); // distance 1
      rest -= length;
    }
    at = runs[r]! + runs[r + 1]!;
  }
  out.putAll(data, at, data.length, codes);
  out.put(codes[END_OF_BLOCK]! & 0xffff, codes[END_OF_BLOCK]! >> 16);
}

interface Bits {
  /** `count` up to 16 bits, lowest first. */
  put(value: number, count: number): void;
  /** The codes of `data[from]` to `data[to - 1]`. */
  putAll(data: Uint8Array, from: number, to: number, codes: Uint32Array): void;
  /** Fills the last byte and appends the checksum. @returns a copy of what was written */
  finish(checksum: number): Uint8Array;
}

/** Reused from call to call. */
let scratch = new Uint8Array(0);

function createBits(capacity: number): Bits {
  if (scratch.length < capacity) scratch = new Uint8Array(capacity);
  const bytes = scratch;
  const view = new DataView(bytes.buffer);
  let at = 0;
  let bits = 0;
  let count = 0;
  return {
    put(value, length) {
      bits |= value << count;
      count += length;
      for (; count >= 8; count -= 8) {
        bytes[at++] = bits;
        bits >>>= 8;
      }
    },
    putAll(data, from, to, codes) {
      // 7 bits left over and two codes of 12 fill 31. Whole words are stored, and only whole bytes of them counted: a
      // branch on the number of bits would be guessed wrong every other time.
      let [b, n, o] = [bits, count, at];
      let i = from;
      for (const last = to - 1; i < last; i += 2) {
        const first = codes[data[i]!]!;
        b |= (first & 0xffff) << n;
        n += first >> 16;
        const second = codes[data[i + 1]!]!;
        b |= (second & 0xffff) << n;
        n += second >> 16;
        view.setUint32(o, b, true);
        o += n >> 3;
        b >>>= n & 24;
        n &= 7;
      }
      [bits, count, at] = [b, n, o];
      if (i < to) this.put(codes[data[i]!]! & 0xffff, codes[data[i]!]! >> 16);
    },
    finish(checksum) {
      if (count > 0) bytes[at++] = bits;
      for (let shift = 24; shift >= 0; shift -= 8) bytes[at++] = checksum >>> shift;
      return bytes.slice(0, at);
    },
  };
}

/** The largest number of bytes whose sums stay below 2^32 (RFC 1950). */
const SUMS_AT_ONCE = 5552;

function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < data.length; from += SUMS_AT_ONCE) {
    const to = Math.min(data.length, from + SUMS_AT_ONCE);
    for (let i = from; i < to; i++) {
      a += data[i]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
