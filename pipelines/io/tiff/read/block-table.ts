/** Where the blocks of an image lie. Offset tables are read in parts: a national mosaic has millions of entries. */
import { bytesPerSample } from '../../../core/raster/block.ts';
import type { TiffFile } from './directories.ts';
import { readNumbers } from './field-values.ts';
import type { TiffImage } from './image.ts';

export interface BlockPlace {
  readonly offset: number;
  /** 0: the block is not stored; it is nodata (or 0) throughout. */
  readonly length: number;
}

const CHUNK = 2048;
/** Some 2 MiB of entries for one image. */
const MAX_CHUNKS = 64;

export class BlockTable {
  readonly #file: TiffFile;
  readonly #image: TiffImage;
  readonly #chunks = new Map<number, Promise<{ offsets: Float64Array; counts: Float64Array | null }>>();

  constructor(file: TiffFile, image: TiffImage) {
    this.#file = file;
    this.#image = image;
  }

  /**
   * @param block  Index of a block of the image, as it is read: `plane · across · down + row · across + col`.
   * @throws {PlatformError} `format-damaged` where the table lies beyond the file.
   */
  async locate(block: number, signal?: AbortSignal): Promise<BlockPlace> {
    const { image, part } = this.#stored(block);
    const chunk = await this.#chunk(Math.floor(image / CHUNK), signal);
    const at = image % CHUNK;
    const offset = chunk.offsets[at]!;
    const stored = chunk.counts ? chunk.counts[at]! : offset === 0 ? 0 : Infinity;
    if (offset === 0 || stored === 0) return { offset: 0, length: 0 };
    if (part === null) return { offset, length: stored };
    return { offset: offset + part.from, length: Math.min(part.length, stored - part.from) };
  }

  /** The stored block that holds one that is read, and for an uncompressed strip the part of it. */
  #stored(block: number): { image: number; part: { from: number; length: number } | null } {
    const { isTiled, stripHeight, blockHeight, height, blocksDown, byteCounts } = this.#image;
    if (isTiled || (stripHeight === blockHeight && byteCounts)) return { image: block, part: null };
    const plane = Math.floor(block / blocksDown);
    const row = (block % blocksDown) * blockHeight;
    const rowBytes = bytesPerRow(this.#image);
    const strip = Math.floor(row / stripHeight);
    const rows = Math.min(blockHeight, height - row);
    const part = { from: (row - strip * stripHeight) * rowBytes, length: rows * rowBytes };
    return { image: plane * Math.ceil(height / stripHeight) + strip, part };
  }

  #chunk(index: number, signal?: AbortSignal) {
    const known = this.#chunks.get(index);
    if (known) return known;
    if (this.#chunks.size >= MAX_CHUNKS) this.#chunks.clear();
    const chunk = this.#read(index, signal);
    this.#chunks.set(index, chunk);
    chunk.catch(() => this.#chunks.delete(index));
    return chunk;
  }

  async #read(index: number, signal?: AbortSignal) {
    const { offsets, byteCounts } = this.#image;
    const from = index * CHUNK;
    return {
      offsets: await readNumbers(this.#file, offsets, from, Math.min(CHUNK, offsets.count - from), signal),
      counts:
        byteCounts &&
        (await readNumbers(this.#file, byteCounts, from, Math.min(CHUNK, byteCounts.count - from), signal)),
    };
  }
}

/** Bytes of a row of one block as stored: rows begin on whole bytes. */
export function bytesPerRow(image: TiffImage): number {
  return Math.ceil((image.blockWidth * image.blockSamples * image.bits) / 8);
}

/** Rows that a block holds: a strip at the bottom edge is shorter, a tile never is. */
export function rowsOfBlock(image: TiffImage, blockRow: number): number {
  return image.isTiled ? image.blockHeight : Math.min(image.blockHeight, image.height - blockRow * image.blockHeight);
}

/** Bytes that a whole block takes once decoded. */
export function decodedBytes(image: TiffImage): number {
  return image.blockWidth * image.blockHeight * image.blockSamples * bytesPerSample(image.dtype);
}
