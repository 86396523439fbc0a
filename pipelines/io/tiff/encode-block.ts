/** One TIFF block: cut out of a band, predicted, compressed. Deflate's effort is chosen by trying a few rows. */
import { deflateSync, zstdCompressSync } from 'node:zlib';
import type { Samples } from '../../core/raster/block.ts';
import type { CogSpec } from './cog-layout.ts';
import { blockMemory, huffmanDeflate, predictWords } from './huffman-deflate.ts';

/** TIFF 6.0's Predictor tag: 1 none, 2 horizontal differences, 3 floating point (Technical Note 3). */
export type Predictor = 1 | 2 | 3;

export interface BlockSource {
  readonly data: Samples;
  readonly width: number;
  readonly height: number;
}

/** Compresses the predicted bytes of a block, into memory that the next block may overwrite. */
export type Compressor = (bytes: Uint8Array) => Uint8Array;

/** Differences help continuous values and hurt classes, whose overviews are not averages either. */
export function predictorOf(spec: CogSpec): Predictor {
  if (spec.dtype === 'float32' || spec.dtype === 'float64') return 3;
  return (spec.overviewResampling ?? 'average') === 'average' ? 2 : 1;
}

/**
 * The block of `size` × `size` samples whose upper left sample is (col, row) of a band, predicted, as the bytes that
 * are then compressed (little endian; predictor 3 is big endian by its definition). What lies beyond the band is zero
 * after prediction, which costs next to nothing.
 * @returns memory that the next block overwrites
 */
export function predictBlock(
  from: BlockSource,
  col: number,
  row: number,
  size: number,
  predictor: Predictor,
): Uint8Array {
  const { data } = from;
  const width = Math.min(size, from.width - col);
  const height = Math.min(size, from.height - row);
  const bytes = blockMemory(size * size * data.BYTES_PER_ELEMENT);
  if (width < size || height < size) bytes.fill(0);
  const words = new (data.constructor as SamplesConstructor)(bytes.buffer, bytes.byteOffset, size * size);
  const isWords = predictor === 2 && data.BYTES_PER_ELEMENT === 2;
  for (let y = 0; y < height; y++) {
    const start = (row + y) * from.width + col;
    const to = y * size;
    if (predictor === 3) predictFloats(data, start, width, bytes, to * data.BYTES_PER_ELEMENT, size);
    else if (predictor === 2 && !isWords) difference(data, start, width, words, to);
    else words.set(data.subarray(start, start + width), to);
    if (isWords && width < size) words.fill(words[to + width - 1]!, to + width, to + size);
  }
  if (isWords) predictWords(size, height);
  return bytes;
}

type SamplesConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Samples;

function difference(data: Samples, start: number, width: number, out: Samples, to: number): void {
  let before = 0;
  for (let i = 0; i < width; i++) {
    const v = data[start + i]!;
    out[to + i] = v - before;
    before = v;
  }
}

/** Bytes of a row regrouped by significance, most significant first, then differenced along the whole row. */
function predictFloats(data: Samples, start: number, width: number, out: Uint8Array, to: number, size: number): void {
  const bytesPerSample = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset + start * bytesPerSample, width * bytesPerSample);
  let before = 0;
  for (let k = bytesPerSample - 1; k >= 0; k--) {
    for (let i = 0, from = k; i < width; i++, from += bytesPerSample) {
      const b = bytes[from]!;
      out[to++] = b - before;
      before = b;
    }
    to += size - width; // the rest of the row repeats the last byte of each plane: differences of zero
  }
}

/** Bytes within 3 % of the fewest are worth a fraction of the time; tried on NDVI, reflectance, masks and classes. */
const WORTH = 1.03;
/** A block that repeats itself more than this says nothing about the others. */
const FLAT = 0.9;

const DEFLATERS: readonly Compressor[] = [huffmanDeflate, (bytes) => deflate(bytes, 1), (bytes) => deflate(bytes, 6)];

/**
 * A compressor for many alike blocks. For deflate it tries the ways from quick to thorough on a part of the first block
 * that is not flat, and keeps the quickest whose size is within 3 % of the smallest: on noisy continuous values matching
 * finds nothing and Huffman codes alone are many times as fast; on classes and smooth values matching wins by far.
 */
export function createCompressor(compression: 'deflate' | 'zstd'): Compressor {
  if (compression === 'zstd') return (bytes) => zstdCompressSync(bytes);
  let chosen: Compressor | undefined;
  return (bytes) => {
    if (chosen) return chosen(bytes);
    if (repeatedShare(bytes) > FLAT) return huffmanDeflate(bytes);
    const whole = bytes.slice(); // trying overwrites the block's memory
    chosen = chooseDeflater(whole.subarray(whole.length >> 2, (whole.length >> 2) + (whole.length >> 3)));
    return chosen(whole);
  };
}

function chooseDeflater(sample: Uint8Array): Compressor {
  const sizes = DEFLATERS.map((compress) => compress(sample).length);
  const limit = Math.min(...sizes) * WORTH;
  return DEFLATERS[sizes.findIndex((size) => size <= limit)]!;
}

/** How many 32-bit words equal the one before, 0 to 1. */
function repeatedShare(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  let repeated = 0;
  let before = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === before) repeated++;
    before = word;
  }
  return repeated / words.length;
}

function deflate(bytes: Uint8Array, level: number): Uint8Array {
  return deflateSync(bytes, { level, memLevel: 9, chunkSize: bytes.length + 1024 });
}
