/** One image of a TIFF (full resolution, overview or mask) as numbers that have been checked. */
import { PlatformError } from '../../../core/errors.ts';
import { bytesPerSample } from '../../../core/raster/block.ts';
import type { DataType } from '../../../core/raster/block.ts';
import type { ReadLimits } from '../../raster-source.ts';
import { damaged } from './directories.ts';
import type { Directory, Field, TiffFile } from './directories.ts';
import { readBytes, readList, readNumber, typeBytes } from './field-values.ts';
import { COMPRESSION, PREDICTOR, TAG } from './tags.ts';

export interface TiffImage {
  readonly directory: Directory;
  readonly width: number;
  readonly height: number;
  /** Bands of the raster. */
  readonly samples: number;
  /** Bits of a sample in the file: 1 to 32, or 64. */
  readonly bits: number;
  readonly isFloat: boolean;
  /** What a sample becomes when read: odd bit counts grow to the next whole type. */
  readonly dtype: DataType;
  readonly compression: number;
  readonly predictor: number;
  /** Each band in blocks of its own. */
  readonly isPlanar: boolean;
  readonly photometric: number;
  readonly isTiled: boolean;
  /** The last sample is an alpha channel. */
  readonly hasAlpha: boolean;
  /** Bits lie in bytes from the lowest up. */
  readonly isReversed: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Samples per pixel within one block: all of them, or 1 where planar. */
  readonly blockSamples: number;
  /** Rows of a strip as stored; an uncompressed strip is read in smaller blocks. */
  readonly stripHeight: number;
  readonly offsets: Field;
  readonly byteCounts: Field | null;
  readonly jpegTables: Uint8Array | null;
  /** LERC: the compression around the blob; 0 none, 1 deflate, 2 zstd. */
  readonly lercWrap: number;
}

/** Uncompressed strips are read in blocks of about this size, whatever the file's RowsPerStrip. */
const SPLIT_STRIP_BYTES = 1024 * 1024;
const MAX_SIDE = 2 ** 31;
const MAX_SAMPLES = 65535;

/**
 * @throws {PlatformError} `format-damaged` where the fields contradict each other or the file's size;
 *   `format-unsupported` for a kind of sample that is not read; `too-large` where one block passes the limit.
 */
export async function readImage(file: TiffFile, directory: Directory, limits: ReadLimits): Promise<TiffImage> {
  const name = file.bytes.source.name;
  const number = async (tag: number, otherwise: number) => {
    const value = await readNumber(file, directory, tag, otherwise);
    if (!Number.isSafeInteger(value) || value < 0) throw damaged(name, `tag ${tag} is ${value}`);
    return value;
  };
  const width = await number(TAG.imageWidth, 0);
  const height = await number(TAG.imageLength, 0);
  const samples = await number(TAG.samplesPerPixel, 1);
  if (!(width > 0 && height > 0 && width < MAX_SIDE && height < MAX_SIDE))
    throw damaged(name, `it declares ${width} × ${height} pixels`);
  if (!(samples > 0 && samples <= MAX_SAMPLES)) throw damaged(name, `it declares ${samples} samples per pixel`);
  const { bits, isFloat, dtype } = await readSampleType(file, directory);
  const compression = await number(TAG.compression, COMPRESSION.none);
  const isPlanar = (await number(TAG.planarConfiguration, 1)) === 2 && samples > 1;
  const isTiled = directory.fields.has(TAG.tileWidth) && directory.fields.has(TAG.tileOffsets);
  const blockSamples = isPlanar ? 1 : samples;
  const stripHeight = Math.min(height, (await number(TAG.rowsPerStrip, height)) || height);
  const blockWidth = isTiled ? await number(TAG.tileWidth, 0) : width;
  const rowBytes = Math.ceil((blockWidth * blockSamples * bits) / 8);
  const blockHeight = isTiled
    ? await number(TAG.tileLength, 0)
    : compression === COMPRESSION.none
      ? splitStrip(stripHeight, height, rowBytes)
      : stripHeight;
  if (!(blockWidth > 0 && blockHeight > 0)) throw damaged(name, `its blocks are ${blockWidth} × ${blockHeight} pixels`);
  const decodedBytes = blockWidth * blockHeight * blockSamples * bytesPerSample(dtype);
  if (Math.max(decodedBytes, rowBytes * blockHeight) > limits.maxBlockBytes)
    throw tooLarge(name, { blockWidth, blockHeight, blockSamples, decodedBytes }, limits);
  const offsets = directory.fields.get(isTiled ? TAG.tileOffsets : TAG.stripOffsets);
  if (!offsets) throw damaged(name, 'it does not say where its pixels are');
  const byteCounts = directory.fields.get(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts) ?? null;
  if (!byteCounts && compression !== COMPRESSION.none) throw damaged(name, 'it does not say how long its blocks are');
  const blocksAcross = Math.ceil(width / blockWidth);
  const stored = blocksAcross * Math.ceil(height / (isTiled ? blockHeight : stripHeight)) * (isPlanar ? samples : 1);
  checkTable(file, offsets, stored);
  if (byteCounts) checkTable(file, byteCounts, stored);
  const extra = await readList(file, directory, TAG.extraSamples);
  return {
    directory,
    width,
    height,
    samples,
    bits,
    isFloat,
    dtype,
    compression,
    predictor: await number(TAG.predictor, PREDICTOR.none),
    isPlanar,
    photometric: await number(TAG.photometric, 1),
    isTiled,
    hasAlpha: samples > 1 && extra !== null && (extra.at(-1) === 1 || extra.at(-1) === 2),
    isReversed: (await number(TAG.fillOrder, 1)) === 2,
    blockWidth,
    blockHeight,
    blocksAcross,
    blocksDown: Math.ceil(height / blockHeight),
    blockSamples,
    stripHeight: isTiled ? blockHeight : stripHeight,
    offsets,
    byteCounts,
    jpegTables: compression === COMPRESSION.jpeg ? await readBytes(file, directory, TAG.jpegTables) : null,
    lercWrap: (await readList(file, directory, TAG.lercParameters))?.[1] ?? 0,
  };
}

const SAMPLE_FORMAT = { unsigned: 1, signed: 2, float: 3, undefined: 4 } as const;

async function readSampleType(
  file: TiffFile,
  directory: Directory,
): Promise<{ bits: number; isFloat: boolean; dtype: DataType }> {
  const name = file.bytes.source.name;
  const all = (await readList(file, directory, TAG.bitsPerSample)) ?? [1];
  const bits = all[0] ?? 1;
  const formats = (await readList(file, directory, TAG.sampleFormat)) ?? [SAMPLE_FORMAT.unsigned];
  const format = formats[0] ?? SAMPLE_FORMAT.unsigned;
  if (all.some((b) => b !== bits) || formats.some((f) => f !== format))
    throw unsupported(name, 'has bands of different types; split it with gdal_translate -b');
  const whole = Number.isInteger(bits) ? ([8, 16, 32, 64] as const).find((b) => bits <= b) : undefined;
  if (format === SAMPLE_FORMAT.float && (bits === 16 || bits === 24)) return { bits, isFloat: true, dtype: 'float32' };
  if (format === SAMPLE_FORMAT.float && (bits === 32 || bits === 64))
    return { bits, isFloat: true, dtype: `float${bits}` };
  if (format === SAMPLE_FORMAT.signed && bits === whole) return { bits, isFloat: false, dtype: `int${whole}` };
  const isUnsigned = format === SAMPLE_FORMAT.unsigned || format === SAMPLE_FORMAT.undefined;
  if (isUnsigned && bits > 0 && whole && (bits <= 32 || bits === 64))
    return { bits, isFloat: false, dtype: `uint${whole}` };
  const kind =
    ['', 'unsigned', 'signed', 'float', 'untyped', 'complex integer', 'complex'][format] ?? `format ${format}`;
  throw unsupported(name, `has samples that are not read here (${kind}, ${bits} bits)`);
}

/** Rows that divide a strip evenly (so that blocks stay regular) and take about a mebibyte. */
function splitStrip(stripHeight: number, height: number, rowBytes: number): number {
  const wanted = Math.max(1, Math.floor(SPLIT_STRIP_BYTES / rowBytes));
  if (stripHeight <= wanted) return stripHeight;
  if (stripHeight >= height) return wanted;
  for (let rows = wanted; rows > wanted / 8; rows--) if (stripHeight % rows === 0) return rows;
  return 1;
}

function checkTable(file: TiffFile, field: Field, needed: number): void {
  const { name, size } = file.bytes.source;
  const bytes = typeBytes(file, field);
  if (field.count < needed) throw damaged(name, `it needs ${needed} blocks, but its directory lists ${field.count}`);
  if (size !== null && field.offset + needed * bytes > size)
    throw damaged(name, `it lists ${needed} blocks, more than fit in its ${size} bytes`);
}

export function unsupported(name: string, what: string): PlatformError {
  return new PlatformError('format-unsupported', `${name} ${what}`, { detail: { path: name } });
}

/** A blob that says another size than its block has. */
export function wrongSize(name: string, image: TiffImage, width: number, height: number): PlatformError {
  return damaged(name, `a block of ${image.blockWidth} × ${image.blockHeight} pixels holds ${width} × ${height}`);
}

interface BlockSize {
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly blockSamples: number;
  readonly decodedBytes: number;
}

function tooLarge(name: string, size: BlockSize, limits: ReadLimits): PlatformError {
  const { blockWidth, blockHeight, blockSamples, decodedBytes } = size;
  const limit = limits.maxBlockBytes;
  return new PlatformError(
    'too-large',
    `${name} is in blocks of ${blockWidth} × ${blockHeight} pixels × ${blockSamples}, ${Math.ceil(decodedBytes / 2 ** 20)} MiB each; ` +
      `at most ${Math.floor(limit / 2 ** 20)} MiB can be read at once; rewrite it in tiles (gdal_translate -of COG)`,
    { detail: { path: name, blockWidth, blockHeight, blockSamples, limit } },
  );
}
