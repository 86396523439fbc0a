/** Compressed bytes of one block → its rows as stored, before predictor and byte order. */
import { constants, inflateSync, zstdDecompressSync } from 'node:zlib';
import { damaged } from './directories.ts';
import { unsupported } from './image.ts';
import { inflateInPlace } from './inflate/kernel.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackbits } from './packbits.ts';
import { COMPRESSION, COMPRESSION_NAMES } from './tags.ts';

/**
 * @param size  Bytes that the block must have; more in the data is cut off, so that a bomb stays harmless.
 * @returns Bytes that may be changed in place, until the next block is decompressed.
 * @throws {PlatformError} `format-damaged` where the data give fewer; `format-unsupported`
 */
export function decompress(compression: number, data: Uint8Array, size: number, name: string): Uint8Array {
  const bytes = decode(compression, data, size, name);
  if (bytes.length < size)
    throw damaged(name, `a block holds ${bytes.length} bytes where ${size} are needed; copy or download it again`);
  return bytes.length === size ? bytes : bytes.subarray(0, size);
}

/** Whether rows come out of `decompress`; the others are pictures or blobs of their own (`image-codecs.ts`). */
export function isByteCompression(compression: number): boolean {
  return compression in DECODERS;
}

/**
 * The same for a blob whose size is not known beforehand, up to `limit` bytes.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`
 */
export function decompressUpTo(compression: number, data: Uint8Array, limit: number, name: string): Uint8Array {
  return decode(compression, data, limit, name);
}

function decode(compression: number, data: Uint8Array, size: number, name: string): Uint8Array {
  const decoder = DECODERS[compression];
  if (!decoder)
    throw unsupported(
      name,
      `is compressed with ${nameOf(compression)}, which is not read here; rewrite it with deflate`,
    );
  try {
    return decoder(data, size);
  } catch (error) {
    throw damaged(name, `a block cannot be decompressed (${(error as Error).message}); copy or download it again`);
  }
}

export function nameOf(compression: number): string {
  return COMPRESSION_NAMES[compression] ?? `method ${compression}`;
}

type Decoder = (data: Uint8Array, size: number) => Uint8Array;

/** A little more than the block, so that its end is seen without a second chunk. */
const SPARE = 64;

const inflate: Decoder = (data, size) => inflateInPlace(data, size) ?? inflateWithZlib(data, size);

function inflateWithZlib(data: Uint8Array, size: number): Uint8Array {
  try {
    return plain(inflateSync(data, bounded(size)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error;
    // A stream whose end is cut off, but whose rows are complete, is read as libtiff reads it.
    return plain(inflateSync(data, { ...bounded(size), finishFlush: constants.Z_SYNC_FLUSH }));
  }
}

function bounded(size: number) {
  return { chunkSize: Math.max(size, 64) + SPARE, maxOutputLength: size + SPARE };
}

/** The same bytes without Buffer's own `slice`, which shares where that of typed arrays copies. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const DECODERS: Readonly<Record<number, Decoder>> = {
  [COMPRESSION.none]: (data, size) => Uint8Array.prototype.slice.call(data, 0, size),
  [COMPRESSION.deflate]: inflate,
  [COMPRESSION.deflateOld]: inflate,
  [COMPRESSION.zstd]: (data, size) => plain(zstdDecompressSync(data, bounded(size))),
  [COMPRESSION.packbits]: (data, size) => {
    const out = new Uint8Array(size);
    return out.subarray(0, decodePackbits(data, out));
  },
  [COMPRESSION.lzw]: (data, size) => {
    const out = new Uint8Array(size);
    const written = decodeLzw(data, out);
    if (written < 0) throw new Error('its LZW codes contradict each other');
    return out.subarray(0, written);
  },
};
