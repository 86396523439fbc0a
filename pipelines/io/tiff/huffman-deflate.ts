/**
 * Deflate without matching: one dynamic Huffman block over plain bytes. On differences of noisy values matching finds
 * nothing, and this is several times as fast as zlib's fastest strategy at the same size: two bytes are looked up and
 * written at a time.
 * @see RFC 1950 (zlib wrapper), RFC 1951 sections 3.2.2 and 3.2.7
 */
import { codeLengths, reversedCodes } from './huffman-code.ts';

/** Codes of two bytes and up to 7 bits that wait must fit into 31 bits. */
const MAX_CODE_BITS = 12;
const END_OF_BLOCK = 256;
/** The order in which the lengths of the code-length codes are written. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_CODES = 19;
const MAX_LENGTH_CODE_BITS = 7;
const ADLER_PRIME = 65521;
/** As many pairs of bytes as can be summed before a sum of sums passes 2³¹. */
const ADLER_RUN = 1900;
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
  const { counts, checksum } = scan(words);
  counts[END_OF_BLOCK] = 1;
  const lengths = codeLengths(counts, MAX_CODE_BITS);
  const codes = reversedCodes(lengths);
  fillPairs(codes, lengths);
  let bits = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) bits += counts[symbol]! * lengths[symbol]!;
  const writer = createBitWriter(new Uint8Array(Math.ceil(bits / 8) + OVERHEAD_BYTES));
  writer.put(0x0178, 16); // zlib's header: 32 KiB window, fastest compression
  writer.put(0b101, 3); // the last block; dynamic Huffman codes
  putCodeLengths(writer, lengths);
  writer.putPairs(words);
  writer.put(codes[END_OF_BLOCK]!, lengths[END_OF_BLOCK]!);
  return writer.finish(checksum);
}

/**
 * How often each byte occurs, and the Adler-32 checksum, in one pass. Two tables, so that equal neighbours do not wait
 * for each other.
 */
function scan(words: Uint16Array): { counts: Uint32Array; checksum: number } {
  const counts = new Uint32Array(END_OF_BLOCK + 1);
  const highs = new Uint32Array(256);
  let [a, b] = [1, 0];
  for (let i = 0; i < words.length;) {
    const end = Math.min(words.length, i + ADLER_RUN);
    for (; i < end; i++) {
      const word = words[i]!;
      const [low, high] = [word & 255, word >>> 8];
      counts[low]!++;
      highs[high]!++;
      b = (b + 2 * a + 2 * low + high) | 0;
      a = (a + low + high) | 0;
    }
    a %= ADLER_PRIME;
    b %= ADLER_PRIME;
  }
  for (let i = 0; i < 256; i++) counts[i]! += highs[i]!;
  return { counts, checksum: ((b << 16) | a) >>> 0 };
}

/** The first byte of a pair is the low one of its word, and goes first into the stream. */
function fillPairs(codes: Uint16Array, lengths: Uint8Array): void {
  for (let high = 0, pair = 0; high < 256; high++)
    for (let low = 0; low < 256; low++, pair++) {
      const length = lengths[low]!;
      pairs[pair] = (((codes[high]! << length) | codes[low]!) << 5) | (length + lengths[high]!);
    }
}

interface BitWriter {
  /** At most 16 bits, least significant first. */
  put(value: number, bits: number): void;
  putPairs(words: Uint16Array): void;
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
    putPairs(words) {
      let [position, held, bits] = [at, waiting, count];
      for (let i = 0; i < words.length; i++) {
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

/** The lengths of all codes, themselves Huffman coded (without the codes for repetition), and one unused distance code. */
function putCodeLengths(writer: BitWriter, lengths: Uint8Array): void {
  const all = Uint8Array.of(...lengths, 0);
  const counts = new Uint32Array(LENGTH_CODES);
  for (const length of all) counts[length]!++;
  const lengthLengths = codeLengths(counts, MAX_LENGTH_CODE_BITS);
  const lengthCodes = reversedCodes(lengthLengths);
  writer.put(lengths.length - 257, 5);
  writer.put(0, 5); // one distance code, of length 0: no distances
  writer.put(LENGTH_CODES - 4, 4);
  for (const symbol of LENGTH_ORDER) writer.put(lengthLengths[symbol]!, 3);
  for (const length of all) writer.put(lengthCodes[length]!, lengthLengths[length]!);
}
