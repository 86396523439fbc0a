/**
 * Writes PMTiles version 3. Tiles come in any order and are appended to a scratch file; `finish` lays them out in the
 * order of their ids, which lets a reader fetch neighbours with one request. Memory grows by some 100 bytes a tile.
 */
import { hash } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { LonLatBox } from '../../core/grid/bounds.ts';
import { PlatformError } from '../../core/errors.ts';
import { sortOrder } from '../../core/grid/sort-order.ts';
import { isTile } from '../../core/grid/tile-matrix-set.ts';
import type { Tile } from '../../core/grid/tile-matrix-set.ts';
import { createOutputFile, createScratchFile, writeError } from '../output-file.ts';
import type { OutputFile } from '../output-file.ts';
import { emptyDirectory, encodeDirectories } from './directory.ts';
import type { Directory } from './directory.ts';
import { encodeHeader, HEADER_BYTES } from './header.ts';
import { tileId, tileOfId, zoomOfTileId } from './tile-id.ts';

export interface ArchiveOptions {
  readonly tileType: 'mvt' | 'png' | 'jpeg' | 'webp' | 'avif';
  /** How the bytes given to `put` are compressed already. */
  readonly tileCompression: 'none' | 'gzip';
}

export interface ArchiveDescription {
  /** Zooms that were asked for; the header states those in which tiles exist. */
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Degrees. A box across 180° is stated as all longitudes, because the format has no other way. */
  readonly bounds: LonLatBox;
  /** Default: the middle of the bounds, at the zoom at which they are about as wide as a tile. */
  readonly center?: readonly [lon: number, lat: number, zoom: number];
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ArchiveReport {
  /** Tiles that can be asked for. */
  readonly tiles: number;
  /** Distinct contents among them. */
  readonly contents: number;
  /** Size of the file. */
  readonly bytes: number;
}

const BUFFER_BYTES = 1 << 20;

export class ArchiveWriter {
  readonly #path: string;
  readonly #options: ArchiveOptions;
  readonly #output: OutputFile;
  readonly #scratch: OutputFile;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #buffered = 0;
  #written = 0;
  /** Tile ids and the index of each tile's content, in the order of `put`. */
  #ids = new Float64Array(1024);
  #contentOf = new Uint32Array(1024);
  #tiles = 0;
  /** Where each content starts in the scratch file; they lie one after the other. */
  #starts = new Float64Array(1024);
  readonly #contents = new Map<string, number>();

  private constructor(path: string, options: ArchiveOptions, output: OutputFile, scratch: OutputFile) {
    this.#path = path;
    this.#options = options;
    this.#output = output;
    this.#scratch = scratch;
  }

  /** @throws {PlatformError} `not-writable`, `disk-full` */
  static async create(path: string, options: ArchiveOptions): Promise<ArchiveWriter> {
    const output = await createOutputFile(path);
    try {
      return new ArchiveWriter(path, options, output, await createScratchFile(path, 'tiles'));
    } catch (error) {
      await output.discard();
      throw error;
    }
  }

  /**
   * Adds one tile; `bytes` may be reused afterwards. Tiles of the same content are stored once.
   * @throws {PlatformError} `disk-full`, `not-writable`
   */
  async put(tile: Tile, bytes: Uint8Array): Promise<void> {
    if (!isTile(tile)) throw new RangeError(`There is no tile ${tile.z}/${tile.x}/${tile.y}`);
    if (bytes.length === 0) throw new RangeError(`Tile ${tile.z}/${tile.x}/${tile.y} is empty`);
    const digest = hash('sha256', bytes, 'latin1' as 'hex');
    let content = this.#contents.get(digest);
    if (content === undefined) {
      content = this.#contents.size;
      this.#append(bytes);
      this.#contents.set(digest, content);
      if (content + 1 >= this.#starts.length) this.#starts = grown(this.#starts);
      this.#starts[content + 1] = this.#written + this.#buffered;
    }
    if (this.#tiles === this.#ids.length) {
      this.#ids = grown(this.#ids);
      this.#contentOf = grown(this.#contentOf);
    }
    this.#ids[this.#tiles] = tileId(tile.z, tile.x, tile.y);
    this.#contentOf[this.#tiles++] = content;
  }

  /**
   * Lays the archive out and gives it its name.
   * @throws {PlatformError} `outside` where no tile was put; `disk-full`, `not-writable`; nothing is left then.
   */
  async finish(description: ArchiveDescription): Promise<ArchiveReport> {
    try {
      if (this.#tiles === 0)
        throw new PlatformError('outside', `Nothing to write to ${this.#path}: no tile holds any data`, {
          detail: { path: this.#path },
        });
      this.#flush();
      const { directory, order } = this.#layOut();
      const bytes = this.#assemble(directory, order, description);
      await this.#output.commit();
      await this.#scratch.discard();
      return { tiles: this.#tiles, contents: order.length, bytes };
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Removes what was written; does nothing after `finish`. */
  async discard(): Promise<void> {
    await this.#scratch.discard();
    await this.#output.discard();
  }

  /** Entries in the order of the ids, and the contents in the order of the first tile that has each. */
  #layOut(): { directory: Directory; order: Uint32Array } {
    const byId = sortOrder(this.#ids, this.#tiles);
    const entries = emptyDirectory(this.#tiles);
    const order = new Uint32Array(this.#contents.size);
    const offsets = new Float64Array(this.#contents.size).fill(-1);
    let placed = 0;
    let end = 0;
    let count = 0;
    let lastContent = -1;
    let lastId = -1;
    for (const index of byId) {
      const id = this.#ids[index]!;
      const content = this.#contentOf[index]!;
      if (id === lastId) throw new RangeError(`Tile ${JSON.stringify(tileOfId(id))} was put twice`);
      if (content === lastContent && id === lastId + 1) entries.runs[count - 1]!++;
      else {
        const length = this.#starts[content + 1]! - this.#starts[content]!;
        if (offsets[content] === -1) {
          offsets[content] = end;
          end += length;
          order[placed++] = content;
        }
        entries.ids[count] = id;
        entries.runs[count] = 1;
        entries.lengths[count] = length;
        entries.offsets[count++] = offsets[content]!;
      }
      lastContent = content;
      lastId = id;
    }
    return {
      directory: {
        ids: entries.ids.subarray(0, count),
        runs: entries.runs.subarray(0, count),
        lengths: entries.lengths.subarray(0, count),
        offsets: entries.offsets.subarray(0, count),
      },
      order,
    };
  }

  /** @returns the size of the file. */
  #assemble(directory: Directory, order: Uint32Array, description: ArchiveDescription): number {
    const { root, leaves } = encodeDirectories(directory);
    const metadata = gzipSync(JSON.stringify(description.metadata));
    const leafBytes = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
    const metadataOffset = HEADER_BYTES + root.length;
    const leavesOffset = metadataOffset + metadata.length;
    const { minZoom, maxZoom, bounds, center } = this.#stated(directory, description);
    const header = encodeHeader({
      root: { offset: HEADER_BYTES, length: root.length },
      metadata: { offset: metadataOffset, length: metadata.length },
      leaves: { offset: leavesOffset, length: leafBytes },
      tileData: { offset: leavesOffset + leafBytes, length: this.#written },
      tiles: this.#tiles,
      entries: directory.ids.length,
      contents: order.length,
      clustered: true,
      internalCompression: 'gzip',
      ...this.#options,
      minZoom,
      maxZoom,
      bounds,
      center,
    });
    for (const part of [header, root, metadata, ...leaves]) this.#write(this.#output, part);
    this.#copyContents(order);
    return leavesOffset + leafBytes + this.#written;
  }

  #stated({ ids }: Directory, { minZoom, maxZoom, bounds, center }: ArchiveDescription) {
    const zooms = { minZoom: zoomOfTileId(ids[0]!), maxZoom: zoomOfTileId(ids.at(-1)!) };
    if (zooms.minZoom < minZoom || zooms.maxZoom > maxZoom)
      throw new RangeError(
        `Tiles of zoom ${zooms.minZoom} to ${zooms.maxZoom} in an archive of ${minZoom} to ${maxZoom}`,
      );
    const box = withArea(bounds);
    const [lon, lat, zoom] = center ?? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, zoomOf(box)];
    const inside = Math.min(zooms.maxZoom, Math.max(zooms.minZoom, Math.round(zoom)));
    return { ...zooms, bounds: box, center: [lon, lat, inside] as const };
  }

  /** Copies contents to the output; those that lie together in the scratch file are read together. */
  #copyContents(order: Uint32Array): void {
    const starts = this.#starts;
    const buffer = this.#buffer;
    let filled = 0;
    for (let i = 0; i < order.length;) {
      let start = starts[order[i]!]!;
      let last = order[i++]!;
      while (i < order.length && order[i] === last + 1) last = order[i++]!;
      const end = starts[last + 1]!;
      while (start < end) {
        const size = Math.min(end - start, buffer.length - filled);
        this.#read(buffer, filled, size, start);
        filled += size;
        start += size;
        if (filled === buffer.length) {
          this.#write(this.#output, buffer);
          filled = 0;
        }
      }
    }
    this.#write(this.#output, buffer.subarray(0, filled));
  }

  #append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#write(this.#scratch, bytes);
      this.#written += bytes.length;
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
  }

  #flush(): void {
    this.#write(this.#scratch, this.#buffer.subarray(0, this.#buffered));
    this.#written += this.#buffered;
    this.#buffered = 0;
  }

  /** Synchronous, so that calls of `put` that run at the same time cannot mix; it goes to the system's page cache. */
  #write(file: OutputFile, bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file.handle.fd, bytes, at, bytes.length - at);
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  #read(into: Uint8Array, at: number, length: number, position: number): void {
    for (let done = 0; done < length;) {
      const got = readSync(this.#scratch.handle.fd, into, at + done, length - done, position + done);
      if (got === 0)
        throw new PlatformError('not-writable', `Cannot write ${this.#path}: its scratch file was cut short`);
      done += got;
    }
  }
}

function grown<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(array.length * 2);
  larger.set(array);
  return larger;
}

/** The deepest zoom at which a box is not wider or higher than a tile, Mercator's stretching of latitudes left aside. */
function zoomOf([west, south, east, north]: LonLatBox): number {
  return Math.floor(Math.log2(360 / Math.max(east - west, north - south)));
}

/** Readers refuse or misplace a box without area: a single point gets the format's smallest step around it. */
function withArea([west, south, east, north]: LonLatBox): LonLatBox {
  const step = 1e-7;
  const [left, right] = west > east ? [-180, 180] : [west, east];
  return [
    Math.max(-180, right - left < step ? left - step : left),
    Math.max(-90, north - south < step ? south - step : south),
    Math.min(180, right - left < step ? right + step : right),
    Math.min(90, north - south < step ? north + step : north),
  ];
}
