/**
 * Deflate that looks for nothing but runs: one block of dynamic Huffman codes, in which repeated words are matches at
 * distance 2. On differences of noisy values matching finds nothing else, and this is several times as fast as zlib's
 * fastest strategy at the same size: two bytes are looked up and written at a time.
 * @see RFC 1950 (zlib wrapper), RFC 1951 sections 3.2.5 and 3.2.7
 */
import { codeLengths, reversedCodes } from './huffman-code.ts';

/** Codes of two bytes and up to 7 bits that wait must fit into 31 bits. */
const MAX_CODE_BITS = 12;
const END_OF_BLOCK = 256;
/** Bytes, the end of the block, and 29 codes for the lengths of matches. */
const SYMBOLS = 286;
/** Match lengths: the least of each code, and how many bits follow to tell more. */
const LENGTH_BASES = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LONGEST_MATCH = 258;
/** Lengths of the two distance codes: none for distance 1, one bit for distance 2. */
const DISTANCE_LENGTHS = [0, 1];
/** The order in which the lengths of the code-length codes are written. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_CODES = 19;
const MAX_LENGTH_CODE_BITS = 7;
const ADLER_PRIME = 65521;
/** As many pairs of bytes as can be summed before a sum of sums passes 2³¹. */
const ADLER_RUN = 1900;
/** Shorter runs of words are not worth a match. */
const LEAST_RUN = 8;
/** Header, code lengths, end of block and checksum take less. */
const OVERHEAD_BYTES = 512;

/** Code and length of each pair of bytes: `code · 32 + length`, 24 bits of code at most. */
const pairs = new Uint32Array(65536);

/**
 * @param bytes  An even number of bytes at an even address.
 * @returns a zlib stream.
 */
export function huffmanDeflate(bytes: Uint8Array): Uint8Array {
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
  const { counts, runs, checksum } = scan(words);
  const lengths = codeLengths(counts, MAX_CODE_BITS);
  const codes = reversedCodes(lengths);
  fillPairs(codes, lengths);
  const writer = createBitWriter(new Uint8Array(sizeOf(counts, lengths)));
  writer.put(0x0178, 16); // zlib's header: 32 KiB window, fastest compression
  writer.put(0b101, 3); // the last block; dynamic Huffman codes
  putCodeLengths(writer, lengths);
  let at = 0;
  for (const { start, size } of runs) {
    writer.putPairs(words, at, start);
    forMatches(2 * size, (symbol, extra, bits) => {
      writer.put(codes[symbol]!, lengths[symbol]!);
      writer.put(extra, bits + 1); // and the distance's code, a zero
    });
    at = start + size;
  }
  writer.putPairs(words, at, words.length);
  writer.put(codes[END_OF_BLOCK]!, lengths[END_OF_BLOCK]!);
  return writer.finish(checksum);
}

/** Words that all equal the one before `start`. */
interface Run {
  readonly start: number;
  readonly size: number;
}

/** How often each symbol occurs, the runs, and the Adler-32 checksum, in one pass. */
function scan(words: Uint16Array): { counts: Uint32Array; runs: Run[]; checksum: number } {
  const counts = new Uint32Array(SYMBOLS);
  const highs = new Uint32Array(256); // a table of their own, so that equal neighbours do not wait for each other
  const runs: Run[] = [];
  // variables of the loop must not be shared with a closure: V8 then keeps them in memory, which takes twice as long
  let a = 1;
  let b = 0;
  let before = -1;
  let first = 0; // where the word before began to repeat itself
  for (let i = 0; i < words.length;) {
    const end = Math.min(words.length, i + ADLER_RUN);
    for (; i < end; i++) {
      const word = words[i]!;
      const low = word & 255;
      const high = word >>> 8;
      counts[low]!++;
      highs[high]!++;
      b = (b + 2 * a + 2 * low + high) | 0;
      a = (a + low + high) | 0;
      if (word === before) continue;
      if (i - first > LEAST_RUN) runs.push({ start: first + 1, size: i - first - 1 });
      before = word;
      first = i;
    }
    a %= ADLER_PRIME;
    b %= ADLER_PRIME;
  }
  if (words.length - first > LEAST_RUN) runs.push({ start: first + 1, size: words.length - first - 1 });
  for (const { start, size } of runs) {
    counts[words[start]! & 255]! -= size;
    highs[words[start]! >>> 8]! -= size;
    forMatches(2 * size, (symbol) => counts[symbol]!++);
  }
  for (let i = 0; i < 256; i++) counts[i]! += highs[i]!;
  counts[END_OF_BLOCK] = 1;
  return { counts, runs, checksum: ((b << 16) | a) >>> 0 };
}

/** The matches that a run of `bytes` bytes, at least 3, is written as. */
function forMatches(bytes: number, use: (symbol: number, extra: number, extraBits: number) => void): void {
  while (bytes > 0) {
    const rest = bytes - LONGEST_MATCH;
    const length = rest === 1 || rest === 2 ? LONGEST_MATCH - 2 : Math.min(bytes, LONGEST_MATCH);
    let code = LENGTH_BASES.length - 1;
    while (LENGTH_BASES[code]! > length) code--;
    use(END_OF_BLOCK + 1 + code, length - LENGTH_BASES[code]!, LENGTH_BITS[code]!);
    bytes -= length;
  }
}

/** The first byte of a pair is the low one of its word, and goes first into the stream. */
function fillPairs(codes: Uint16Array, lengths: Uint8Array): void {
  for (let high = 0, pair = 0; high < 256; high++)
    for (let low = 0; low < 256; low++, pair++) {
      const length = lengths[low]!;
      pairs[pair] = (((codes[high]! << length) | codes[low]!) << 5) | (length + lengths[high]!);
    }
}

/** Bytes that suffice. */
function sizeOf(counts: Uint32Array, lengths: Uint8Array): number {
  let bits = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol++)
    bits += counts[symbol]! * (lengths[symbol]! + (LENGTH_BITS[symbol - END_OF_BLOCK - 1] ?? 0) + 1);
  return Math.ceil(bits / 8) + OVERHEAD_BYTES;
}

interface BitWriter {
  /** At most 16 bits, least significant first. */
  put(value: number, bits: number): void;
  putPairs(words: Uint16Array, start: number, end: number): void;
  /** Fills the last byte and adds the checksum. @returns what was written */
  finish(checksum: number): Uint8Array;
}

function createBitWriter(out: Uint8Array): BitWriter {
  const view = new DataView(out.buffer);
  let at = 0;
  let waiting = 0; // fewer than 8 bits
  let count = 0;
  return {
    put(value, bits) {
      waiting |= value << count;
      count += bits;
      for (; count >= 8; count -= 8, waiting >>>= 8) out[at++] = waiting;
    },
    putPairs(words, start, end) {
      let [position, held, bits] = [at, waiting, count];
      for (let i = start; i < end; i++) {
        const pair = pairs[words[i]!]!;
        held |= (pair >>> 5) << bits;
        bits += pair & 31;
        view.setInt32(position, held, true); // whole bytes of it stay, the rest is overwritten
        position += bits >>> 3;
        held >>>= bits & 24;
        bits &= 7;
      }
      [at, waiting, count] = [position, held, bits];
    },
    finish(checksum) {
      if (count > 0) out[at++] = waiting;
      view.setUint32(at, checksum); // big endian
      return out.subarray(0, at + 4);
    },
  };
}

/** The lengths of all codes, themselves Huffman coded, without the codes for repetition. */
function putCodeLengths(writer: BitWriter, lengths: Uint8Array): void {
  const all = Uint8Array.of(...lengths, ...DISTANCE_LENGTHS);
  const counts = new Uint32Array(LENGTH_CODES);
  for (const length of all) counts[length]!++;
  const lengthLengths = codeLengths(counts, MAX_LENGTH_CODE_BITS);
  const lengthCodes = reversedCodes(lengthLengths);
  writer.put(SYMBOLS - 257, 5);
  writer.put(DISTANCE_LENGTHS.length - 1, 5);
  writer.put(LENGTH_CODES - 4, 4);
  for (const symbol of LENGTH_ORDER) writer.put(lengthLengths[symbol]!, 3);
  for (const length of all) writer.put(lengthCodes[length]!, lengthLengths[length]!);
}
