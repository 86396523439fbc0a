/**
 * Deflate that looks for nothing but runs: one block of dynamic Huffman codes, in which repeated words are matches at
 * distance 2. On differences of noisy values matching finds nothing else, and this is several times as fast as zlib's
 * fastest strategy at the same size: two bytes are looked up and written at a time. The passes over the bytes are
 * WebAssembly (`huffman.as`).
 * @see RFC 1950 (zlib wrapper), RFC 1951 sections 3.2.5 and 3.2.7
 */
import { instantiate } from '../../core/kernel/web-assembly.ts';
import type { WasmMemory } from '../../core/kernel/web-assembly.ts';
import { codeLengths, reversedCodes } from './huffman-code.ts';
import { MODULE } from './huffman-wasm.ts';

/** Two codes and their length must fit into 32 bits, and four codes with 7 bits that wait into 64. */
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
/** Header, code lengths, end of block and checksum take less. */
const OVERHEAD_BYTES = 512;

interface Kernel {
  readonly memory: WasmMemory;
  /** Addresses in the memory. */
  readonly COUNTS: { readonly value: number };
  readonly CODES: { readonly value: number };
  readonly LENGTHS: { readonly value: number };
  readonly INPUT: { readonly value: number };
  predict(width: number, height: number): void;
  countBytes(size: number): void;
  findRuns(size: number, to: number): number;
  adler(size: number): number;
  fillPairs(): void;
  start(to: number): void;
  put(value: number, bits: number): void;
  putPairs(start: number, end: number): void;
  finish(): number;
}

const kernel = instantiate<Kernel>(MODULE);
const INPUT = kernel.INPUT.value;
const PAGE_BYTES = 65536;

/**
 * Where a block is best put before it is compressed: `huffmanDeflate` works there. Anything that compresses overwrites
 * it, so that it serves one block at a time.
 */
export function blockMemory(sizeBytes: number): Uint8Array {
  const { memory } = kernel;
  const missing = INPUT + 4 * sizeBytes + OVERHEAD_BYTES - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return new Uint8Array(memory.buffer, INPUT, sizeBytes);
}

/** TIFF's horizontal predictor over the 16-bit words of `blockMemory`. */
export function predictWords(width: number, height: number): void {
  kernel.predict(width, height);
}

/**
 * @param bytes  An even number of bytes.
 * @returns a zlib stream, in memory that the next block overwrites.
 */
export function huffmanDeflate(bytes: Uint8Array): Uint8Array {
  const size = bytes.length;
  const input = blockMemory(size);
  const { buffer } = input;
  if (bytes.buffer !== buffer || bytes.byteOffset !== INPUT) input.set(bytes);
  const runsAt = (INPUT + size + 3) & ~3;
  const output = runsAt + size; // a run takes 8 bytes and is at least as long as 18
  const runs = new Uint32Array(buffer, runsAt, 2 * kernel.findRuns(size, runsAt));
  const counts = countSymbols(input, runs);
  const lengths = codeLengths(counts, MAX_CODE_BITS);
  const codes = reversedCodes(lengths);
  new Uint16Array(buffer, kernel.CODES.value, 256).set(codes.subarray(0, 256));
  new Uint8Array(buffer, kernel.LENGTHS.value, 256).set(lengths.subarray(0, 256));
  kernel.fillPairs();
  kernel.start(output);
  kernel.put(0x0178, 16); // zlib's header: 32 KiB window, fastest compression
  kernel.put(0b101, 3); // the last block; dynamic Huffman codes
  putCodeLengths(lengths);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const [start, length] = [runs[i]!, runs[i + 1]!];
    kernel.putPairs(at, start);
    forMatches(2 * length, (symbol, extra, bits) => {
      kernel.put(codes[symbol]!, lengths[symbol]!);
      kernel.put(extra, bits + 1); // and the distance's code, a zero
    });
    at = start + length;
  }
  kernel.putPairs(at, size >> 1);
  kernel.put(codes[END_OF_BLOCK]!, lengths[END_OF_BLOCK]!);
  const end = kernel.finish();
  new DataView(buffer).setInt32(end, kernel.adler(size)); // big endian
  return new Uint8Array(buffer, output, end + 4 - output);
}

/** How often each symbol occurs where runs become matches. */
function countSymbols(input: Uint8Array, runs: Uint32Array): Uint32Array {
  kernel.countBytes(input.length);
  const counts = new Uint32Array(SYMBOLS);
  counts.set(new Uint32Array(input.buffer, kernel.COUNTS.value, 256));
  for (let i = 0; i < runs.length; i += 2) {
    const [start, length] = [runs[i]!, runs[i + 1]!];
    counts[input[2 * start]!]! -= length;
    counts[input[2 * start + 1]!]! -= length;
    forMatches(2 * length, (symbol) => counts[symbol]!++);
  }
  counts[END_OF_BLOCK] = 1;
  return counts;
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

/** The lengths of all codes, themselves Huffman coded, without the codes for repetition. */
function putCodeLengths(lengths: Uint8Array): void {
  const all = Uint8Array.of(...lengths, ...DISTANCE_LENGTHS);
  const counts = new Uint32Array(LENGTH_CODES);
  for (const length of all) counts[length]!++;
  const lengthLengths = codeLengths(counts, MAX_LENGTH_CODE_BITS);
  const lengthCodes = reversedCodes(lengthLengths);
  kernel.put(SYMBOLS - 257, 5);
  kernel.put(DISTANCE_LENGTHS.length - 1, 5);
  kernel.put(LENGTH_CODES - 4, 4);
  for (const symbol of LENGTH_ORDER) kernel.put(lengthLengths[symbol]!, 3);
  for (const length of all) kernel.put(lengthCodes[length]!, lengthLengths[length]!);
}
