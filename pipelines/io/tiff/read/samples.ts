/** Rows of a block as stored → numbers: byte order, predictor, odd bit counts, half floats. */
import type { Samples } from '../../../core/raster/block.ts';
import { bytesPerRow } from './block-table.ts';
import { unsupported } from './image.ts';
import type { TiffImage } from './image.ts';
import { isInPlace, sumInPlace } from './inflate/kernel.ts';
import { undoFloatingPoint, undoHorizontal } from './predictor.ts';
import { COMPRESSION, PREDICTOR } from './tags.ts';

/** What a block's decoder must know of its file. */
export interface FileTraits {
  readonly littleEndian: boolean;
  /** For messages. */
  readonly name: string;
}

/** Compressions that carry a predictor; for the others libtiff ignores the tag. */
const PREDICTED: ReadonlySet<number> = new Set([
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.deflateOld,
  COMPRESSION.zstd,
]);

/** Whether `toSamples` had better leave the undoing of the predictor to whoever copies the block (`sumRowsInto`). */
export function canLeaveDifferences(image: TiffImage, bytes: Uint8Array): boolean {
  const { isFloat, bits } = image;
  return predictorOf(image) === PREDICTOR.horizontal && !isFloat && bits <= 32 && !canSumInPlace(image, bytes);
}

function canSumInPlace(image: TiffImage, bytes: Uint8Array): boolean {
  return image.blockSamples === 1 && image.bits <= 32 && isInPlace(bytes);
}

function predictorOf(image: TiffImage): number {
  return PREDICTED.has(image.compression) ? image.predictor : PREDICTOR.none;
}

/**
 * @param bytes  Rows of the block, whole bytes each; changed in place.
 * @param leaveDifferences  Do not undo the horizontal predictor.
 * @returns `blockWidth * rows * blockSamples` numbers, pixel by pixel.
 * @throws {PlatformError} `format-unsupported` for a predictor over odd bit counts.
 */
export function toSamples(
  image: TiffImage,
  bytes: Uint8Array,
  rows: number,
  file: FileTraits,
  leaveDifferences: boolean,
): Samples {
  const { bits, blockWidth, blockSamples, isFloat } = image;
  const predictor = predictorOf(image);
  const isWhole = bits === 8 || bits === 16 || bits === 32 || bits === 64;
  if (image.isReversed) reverseBits(bytes);
  if (predictor === PREDICTOR.floatingPoint) {
    if (!isFloat) throw unsupported(file.name, 'uses the floating-point predictor on whole numbers');
    return toNumbers(image, undoFloatingPoint(bytes, blockWidth, blockSamples, bits / 8));
  }
  if (!isWhole && predictor !== PREDICTOR.none)
    throw unsupported(file.name, `uses a predictor on samples of ${bits} bits; rewrite it without`);
  if (!isWhole && !(isFloat && bits === 24)) return unpackBits(image, bytes, rows);
  const own = aligned(bytes, 8);
  if (!file.littleEndian) swap(own, bits);
  if (predictor === PREDICTOR.horizontal && !leaveDifferences) {
    const values = words(own, bits);
    if (canSumInPlace(image, own) && !(values instanceof BigUint64Array)) sumInPlace(values, blockWidth);
    else undoHorizontal(values, blockWidth, blockSamples);
  }
  return toNumbers(image, own);
}

function swap(bytes: Uint8Array, bits: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bits === 16) buffer.swap16();
  else if (bits === 32) buffer.swap32();
  else if (bits === 64) buffer.swap64();
  else if (bits === 24)
    for (let i = 0; i + 2 < bytes.length; i += 3) {
      const first = bytes[i]!;
      bytes[i] = bytes[i + 2]!;
      bytes[i + 2] = first;
    }
}

/** FillOrder 2: the first pixel is in the lowest bit. Only scanners wrote it, without compression. */
function reverseBits(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    let b = bytes[i]!;
    b = ((b & 0xf0) >> 4) | ((b & 0x0f) << 4);
    b = ((b & 0xcc) >> 2) | ((b & 0x33) << 2);
    bytes[i] = ((b & 0xaa) >> 1) | ((b & 0x55) << 1);
  }
}

function words(bytes: Uint8Array, bits: number): Uint8Array | Uint16Array | Uint32Array | BigUint64Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength >> 1);
  if (bits === 32) return new Uint32Array(buffer, byteOffset, byteLength >> 2);
  if (bits === 64) return new BigUint64Array(buffer, byteOffset, byteLength >> 3);
  return bytes;
}

/** Little-endian bytes as numbers; only where the type has no array of its own are they copied. */
function toNumbers(image: TiffImage, bytes: Uint8Array): Samples {
  const { buffer, byteOffset, byteLength } = bytes;
  if (image.bits === 24) return floatsOf24(bytes);
  if (image.isFloat && image.bits === 16) return floatsOf16(new Uint16Array(buffer, byteOffset, byteLength >> 1));
  switch (image.dtype) {
    case 'uint8':
      return bytes;
    case 'int8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, byteLength >> 1);
    case 'int16':
      return new Int16Array(buffer, byteOffset, byteLength >> 1);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, byteLength >> 2);
    case 'int32':
      return new Int32Array(buffer, byteOffset, byteLength >> 2);
    case 'float32':
      return new Float32Array(buffer, byteOffset, byteLength >> 2);
    case 'float64':
      return new Float64Array(buffer, byteOffset, byteLength >> 3);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, byteLength >> 3), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, byteLength >> 3), Number);
  }
}

/** Samples of 1 to 31 bits, from the highest bit of each byte down in both byte orders; a row begins on a whole byte. */
function unpackBits(image: TiffImage, bytes: Uint8Array, rows: number): Samples {
  const { bits, blockWidth, blockSamples } = image;
  const perRow = blockWidth * blockSamples;
  const rowBytes = bytesPerRow(image);
  const length = perRow * rows;
  const out = bits < 8 ? new Uint8Array(length) : bits < 16 ? new Uint16Array(length) : new Uint32Array(length);
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let held = 0;
    let heldBits = 0;
    const end = (row + 1) * perRow;
    for (let i = row * perRow; i < end; i++) {
      let missing = bits;
      let value = 0;
      while (missing > 0) {
        if (heldBits === 0) {
          held = bytes[at++]!;
          heldBits = 8;
        }
        const take = missing < heldBits ? missing : heldBits;
        heldBits -= take;
        value = (value << take) | ((held >> heldBits) & ((1 << take) - 1));
        missing -= take;
      }
      out[i] = value;
    }
  }
  return out;
}

/** IEEE 754 binary16. */
function floatsOf16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const h = halves[i]!;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    const size =
      exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    out[i] = h & 0x8000 ? -size : size;
  }
  return out;
}

/** 24-bit floats: 1 sign bit, 7 of exponent (bias 63), 16 of fraction. @see TIFF Technical Note 3 */
function floatsOf24(bytes: Uint8Array): Float32Array {
  const out = new Float32Array((bytes.length / 3) | 0);
  for (let i = 0, at = 0; i < out.length; i++, at += 3) {
    const w = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const exponent = (w >> 16) & 127;
    const fraction = w & 0xffff;
    const size =
      exponent === 127
        ? fraction === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? fraction * 2 ** -78
          : (0x10000 + fraction) * 2 ** (exponent - 79);
    out[i] = w & 0x800000 ? -size : size;
  }
  return out;
}

/** Bytes at a multiple of `step`, as arrays of wider types need; moved only where they are not. */
function aligned(bytes: Uint8Array, step: number): Uint8Array {
  return bytes.byteOffset % step === 0 ? bytes : bytes.slice();
}
