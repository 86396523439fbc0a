/**
 * Blocks of an image, decoded: from the cache, from a local file without waiting, or in few requests from afar.
 */
import type { Samples } from '../../../core/raster/block.ts';
import { checkAborted, endsTooEarly } from '../../byte-source/byte-source.ts';
import type { ByteSource } from '../../byte-source/byte-source.ts';
import { PlatformError } from '../../../core/errors.ts';
import { BlockTable, bytesPerRow, decodedBytes, rowsOfBlock } from './block-table.ts';
import type { BlockPlace } from './block-table.ts';
import type { BlockCache } from './block-cache.ts';
import { decompress, isByteCompression } from './decompress.ts';
import type { TiffFile } from './directories.ts';
import type { TiffImage } from './image.ts';
import { isInPlace } from './inflate/kernel.ts';
import { canLeaveDifferences, toSamples } from './samples.ts';
import type { FileTraits } from './samples.ts';

export interface WantedBlock {
  readonly index: number;
  /** Row of blocks it is in, within its plane. */
  readonly blockRow: number;
  /** Whether a later read may want it again. */
  readonly keep: boolean;
  /**
   * Receives the block's numbers, pixel by pixel; null where the file does not store the block. Blocks that are not kept
   * may come as the differences of the horizontal predictor.
   */
  readonly use: (samples: Samples | null, areDifferences: boolean) => void;
}

/** Ranges of a remote file closer than this are fetched in one request: the bytes between cost less than a round trip. */
const MAX_GAP_BYTES = 32 * 1024;
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const CONCURRENT_REQUESTS = 6;
/** Memory for the bytes of a block, kept from read to read: as garbage of megabytes it kept the collector busy. */
let spare: Uint8Array | null = null;
const MAX_SPARE_BYTES = 4 * 1024 * 1024;
/** A thread that decodes from a local file lets others (an abort) have their turn this often, milliseconds. */
const BREATH_MS = 25;

/** Tells the blocks of one image from those of another in a cache. */
let readers = 0;

export class BlockReader {
  readonly #traits: FileTraits;
  readonly #source: ByteSource;
  readonly #image: TiffImage;
  readonly #table: BlockTable;
  readonly #cache: BlockCache;
  readonly #key: string;

  constructor(file: TiffFile, image: TiffImage, cache: BlockCache) {
    this.#source = file.bytes.source;
    this.#traits = { littleEndian: file.littleEndian, name: this.#source.name };
    this.#image = image;
    this.#table = new BlockTable(file, image);
    this.#cache = cache;
    this.#key = `${readers++}:`;
  }

  async locate(index: number, signal?: AbortSignal): Promise<BlockPlace> {
    return this.#table.locate(index, signal);
  }

  /** @throws {PlatformError} `format-damaged`, `format-unsupported`, `remote-failed`, `aborted` */
  async read(blocks: readonly WantedBlock[], signal?: AbortSignal): Promise<void> {
    const missing = blocks.filter((block) => {
      const known = this.#cache.get(this.#key + block.index);
      if (known) block.use(known, false);
      return !known;
    });
    const placed: PlacedBlock[] = [];
    for (const block of missing) {
      const place = await this.#table.locate(block.index, signal);
      if (place.length === 0) block.use(null, false);
      else placed.push({ ...block, ...this.#check(place) });
    }
    if (this.#source.readIntoSync && isByteCompression(this.#image.compression)) await this.#readLocal(placed, signal);
    else await this.#readRemote(placed, signal);
  }

  /** A length beyond all compression's worst case is a lie, or at least nothing that is read whole. */
  #check(place: BlockPlace): BlockPlace {
    const { name, size } = this.#source;
    const most = 2 * Math.max(decodedBytes(this.#image), bytesPerRow(this.#image)) + 65536;
    const length = Math.min(place.length, most);
    if (size !== null && place.offset + length > size) throw endsTooEarly(this.#source, place.offset + place.length);
    if (!Number.isFinite(place.offset)) throw new PlatformError('format-damaged', `${name} has a block nowhere`);
    return { offset: place.offset, length };
  }

  async #readLocal(blocks: readonly PlacedBlock[], signal?: AbortSignal): Promise<void> {
    let since = performance.now();
    const most = blocks.reduce((length, block) => Math.max(length, block.length), 0);
    const scratch = spare && spare.length >= most ? spare : new Uint8Array(most);
    spare = null; // others may read while this one takes breath
    for (const block of blocks) {
      const data = scratch.subarray(0, block.length);
      if (this.#source.readIntoSync!(block.offset, data) < block.length)
        throw endsTooEarly(this.#source, block.offset + block.length);
      this.#decode(block, data);
      if (performance.now() - since < BREATH_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      checkAborted(signal);
      since = performance.now();
    }
    if (scratch.length <= MAX_SPARE_BYTES) spare = scratch;
  }

  async #readRemote(blocks: readonly PlacedBlock[], signal?: AbortSignal): Promise<void> {
    const groups = groupByRange(blocks);
    let next = 0;
    const work = async () => {
      while (next < groups.length) {
        const group = groups[next++]!;
        const { offset } = group[0]!;
        const last = group.reduce((a, b) => (b.offset + b.length > a.offset + a.length ? b : a));
        const length = last.offset + last.length - offset;
        const bytes = await this.#source.read(offset, length, signal);
        if (bytes.length < length) throw endsTooEarly(this.#source, offset + length);
        for (const block of group) {
          const data = bytes.subarray(block.offset - offset, block.offset - offset + block.length);
          if (isByteCompression(this.#image.compression)) this.#decode(block, data);
          else this.#deliver(block, await this.#decodePicture(block, data), false);
        }
        checkAborted(signal);
      }
    };
    const stop = (error: unknown) => {
      next = groups.length; // the others end with what they have begun
      throw error;
    };
    const length = Math.min(CONCURRENT_REQUESTS, groups.length);
    await Promise.all(Array.from({ length }, () => work().catch(stop)));
  }

  #decode(block: PlacedBlock, data: Uint8Array): void {
    const rows = rowsOfBlock(this.#image, block.blockRow);
    const bytes = decompress(this.#image.compression, data, rows * bytesPerRow(this.#image), this.#source.name);
    const areDifferences = !block.keep && canLeaveDifferences(this.#image, bytes);
    const samples = toSamples(this.#image, bytes, rows, this.#traits, areDifferences);
    const isKept = block.keep && this.#cache.keeps;
    this.#deliver(block, isKept && isInPlace(samples) ? samples.slice() : samples, areDifferences);
  }

  async #decodePicture(block: PlacedBlock, data: Uint8Array): Promise<Samples> {
    const { decodePicture } = await import('./image-codecs.ts'); // sharp takes a tenth of a second to load
    return decodePicture(this.#image, data, rowsOfBlock(this.#image, block.blockRow), this.#traits);
  }

  #deliver(block: PlacedBlock, samples: Samples, areDifferences: boolean): void {
    if (block.keep) this.#cache.set(this.#key + block.index, samples);
    block.use(samples, areDifferences);
  }
}

type PlacedBlock = WantedBlock & BlockPlace;

function groupByRange(blocks: readonly PlacedBlock[]): PlacedBlock[][] {
  const groups: PlacedBlock[][] = [];
  let start = 0;
  let end = 0;
  for (const block of blocks.toSorted((a, b) => a.offset - b.offset)) {
    const stop = Math.max(end, block.offset + block.length);
    if (groups.length > 0 && block.offset - end <= MAX_GAP_BYTES && stop - start <= MAX_REQUEST_BYTES)
      groups.at(-1)!.push(block);
    else {
      groups.push([block]);
      start = block.offset;
    }
    end = groups.at(-1)!.length === 1 ? block.offset + block.length : stop;
  }
  return groups;
}
