/**
 * LERC blocks, decoded by geotiff.js's decoder; the validity mask, which that decoder drops, is read here.
 * @see Esri, LERC 2 (https://github.com/Esri/lerc), Lerc2.cpp, `ReadHeader` and `ReadMask`
 */
import { createSamples } from '../../../core/raster/block.ts';
import type { Samples } from '../../../core/raster/block.ts';
import { decodedBytes } from './block-table.ts';
import { decompressUpTo } from './decompress.ts';
import { damaged } from './directories.ts';
import { unsupported, wrongSize } from './image.ts';
import type { TiffImage } from './image.ts';
import type { FileTraits } from './samples.ts';
import { COMPRESSION } from './tags.ts';

/** LERC's number for a data type. */
const TYPES = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array];
const WRAPS = [COMPRESSION.none, COMPRESSION.deflate, COMPRESSION.zstd];
const MAX_VERSION = 4;

/**
 * @returns `blockWidth * rows * blockSamples` numbers, pixel by pixel; NaN where a float block's mask says invalid.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`
 */
export async function decodeLerc(image: TiffImage, data: Uint8Array, rows: number, file: FileTraits): Promise<Samples> {
  const { name } = file;
  const wrap = WRAPS[image.lercWrap];
  if (wrap === undefined) throw unsupported(name, `wraps LERC in the unknown compression ${image.lercWrap}`);
  if (!file.littleEndian) throw unsupported(name, 'holds LERC in big-endian order, which is not read here');
  const limit = decodedBytes(image) + 65536;
  const blob = wrap === COMPRESSION.none ? data.slice() : decompressUpTo(wrap, data, limit, name).slice();
  const head = readHead(blob, name);
  if (
    head.width !== image.blockWidth ||
    head.height < rows ||
    head.height > image.blockHeight ||
    head.depth !== image.blockSamples
  )
    throw wrongSize(name, image, head.width, head.height);
  const isPartial = head.valid < head.width * head.height;
  if (isPartial && !image.isFloat)
    throw unsupported(name, 'holds LERC with a mask in whole numbers, which is not read here');
  const length = image.blockWidth * rows * image.blockSamples;
  const Type = TYPES[head.type];
  if (!Type || !(createSamples(image.dtype, 0) instanceof Type))
    throw damaged(name, `a LERC block is of type ${head.type}, the file of ${image.dtype}`);
  const numbers = new Type(await decodeBlob(blob, name)).subarray(0, length) as Samples;
  if (numbers.length < length) throw damaged(name, 'a LERC block holds too few numbers');
  if (isPartial) maskInvalid(numbers, blob, head, image.blockSamples);
  return numbers;
}

interface LercHead {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly valid: number;
  readonly type: number;
  /** Where the mask's byte count stands. */
  readonly maskAt: number;
}

function readHead(blob: Uint8Array, name: string): LercHead {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < 70 || new TextDecoder('latin1').decode(blob.subarray(0, 6)) !== 'Lerc2 ')
    throw damaged(name, 'a block is no LERC blob');
  const version = view.getInt32(6, true);
  if (version > MAX_VERSION) throw unsupported(name, `holds LERC of version ${version}; up to ${MAX_VERSION} is read`);
  let at = version >= 3 ? 14 : 10;
  const next = () => view.getInt32((at += 4) - 4, true);
  const [height, width] = [next(), next()];
  const depth = version >= 4 ? next() : 1;
  const valid = next();
  at += 8; // micro block size, blob size
  const type = next();
  return { width, height, depth, valid, type, maskAt: at + 24 };
}

async function decodeBlob(blob: Uint8Array, name: string): Promise<ArrayBuffer> {
  // geotiff.js looks for a browser's Worker when it is loaded, which fails within a Node thread.
  (globalThis as { Worker?: unknown }).Worker ??= Object;
  const { getDecoder } = await import('geotiff');
  const parameters = {
    LercParameters: [0, 0],
    planarConfiguration: 1,
    predictor: 1,
    tileWidth: 0,
    tileHeight: 0,
    bitsPerSample: 0,
  };
  try {
    const decoder = await getDecoder(COMPRESSION.lerc, parameters);
    return (await decoder.decode(blob.buffer as ArrayBuffer)) as ArrayBuffer;
  } catch (error) {
    throw damaged(name, `a LERC block cannot be decoded (${(error as Error).message})`);
  }
}

/** The mask: 1 bit per pixel from the highest down, run-length encoded in 16-bit counts (negative: one byte repeated). */
function maskInvalid(numbers: Samples, blob: Uint8Array, head: LercHead, depth: number): void {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const end = head.maskAt + 4 + view.getInt32(head.maskAt, true);
  const bits = new Uint8Array(Math.ceil((head.width * head.height) / 8));
  let to = 0;
  for (let at = head.maskAt + 4; at + 2 < end && to < bits.length;) {
    const count = view.getInt16(at, true);
    at += 2;
    if (count <= 0) bits.fill(blob[at++]!, to, (to -= count));
    else {
      bits.set(blob.subarray(at, at + Math.min(count, bits.length - to)), to);
      at += count;
      to += count;
    }
  }
  for (let i = 0; i < numbers.length; i++) {
    const pixel = (i / depth) | 0;
    if ((bits[pixel >> 3]! & (0x80 >> (pixel & 7))) === 0) numbers[i] = NaN;
  }
}
