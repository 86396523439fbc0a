/**
 * Where the parts of each tile lie. With a table of lengths (TLM) that is arithmetic; without, the tile-parts are
 * walked from the first on, no further than the tile that is asked for.
 */
import { PlatformError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { endsTooEarly } from '../byte-source/byte-source.ts';
import type { CodestreamHeader } from './codestream.ts';

export interface TilePart {
  /** Position of the SOT marker in the file. */
  readonly start: number;
  /** Bytes from the SOT marker to the last byte of the tile-part's data. */
  readonly length: number;
}

/** Position of a codestream in its file; `end` is null where it goes on to the file's end. */
export interface CodestreamSpan {
  readonly start: number;
  readonly end: number | null;
}

const SOT = 0xff90;
const EOC = 0xffd9;
const SOT_BYTES = 12;
/** Small tile-parts lie many to a page: one read then serves several steps of the walk. */
const READ_AHEAD = 4096;

export class TilePartIndex {
  readonly #source: ByteSource;
  readonly #header: CodestreamHeader;
  readonly #span: CodestreamSpan;
  readonly #parts = new Map<number, TilePart[]>();
  /** Tiles of which all parts have been seen. */
  readonly #complete = new Set<number>();
  #position: number;
  #ended = false;
  #walk: Promise<void> = Promise.resolve();
  #page: Uint8Array = new Uint8Array(0);
  #pageStart = 0;

  constructor(source: ByteSource, header: CodestreamHeader, span: CodestreamSpan) {
    this.#source = source;
    this.#header = header;
    this.#span = span;
    this.#position = span.start + header.length;
  }

  /**
   * The parts of a tile, in order; empty where a codestream that is whole has none for it.
   * @throws {PlatformError} `format-damaged` where the file ends, or the chain of tile-parts breaks, before they are found.
   */
  async partsOf(tile: number): Promise<readonly TilePart[]> {
    if (!this.#complete.has(tile)) {
      const listed = await this.#fromTable(tile);
      if (listed) return listed;
      // One walk at a time: parallel reads queue behind each other and then find their tile.
      const mine = this.#walk.then(() => this.#walkTo(tile));
      this.#walk = mine.catch(() => {});
      await mine;
    }
    return this.#parts.get(tile) ?? [];
  }

  async #walkTo(tile: number): Promise<void> {
    while (!this.#ended && !this.#complete.has(tile)) await this.#step();
  }

  /** Notes one more tile-part, or that there are no more. */
  async #step(): Promise<void> {
    const sot = await this.#sotAt(this.#position);
    if (sot === null) {
      this.#ended = true;
      return;
    }
    const tile = sot.getUint16(4);
    const stated = sot.getUint32(6);
    const total = sot.getUint8(11);
    const isLast = stated === 0; // such a part goes on to the end of the codestream
    const length = isLast ? this.#end() - this.#position : stated;
    if (tile >= this.#header.tilesAcross * this.#header.tilesDown || length < SOT_BYTES + 2)
      throw this.#damaged(`an impossible tile-part at byte ${this.#position}`);
    const parts = this.#parts.get(tile) ?? [];
    parts.push({ start: this.#position, length });
    this.#parts.set(tile, parts);
    if (isLast || (total > 0 && parts.length >= total)) this.#complete.add(tile);
    this.#position += length;
    this.#ended = isLast;
  }

  /** Null at the end of the codestream. */
  async #sotAt(at: number): Promise<DataView | null> {
    if (at === this.#span.end) return null; // no end marker, but whole: some writers leave it out
    if (at < this.#pageStart || at + SOT_BYTES > this.#pageStart + this.#page.length) {
      this.#page = await this.#source.read(at, READ_AHEAD);
      this.#pageStart = at;
    }
    const offset = at - this.#pageStart;
    const view = new DataView(this.#page.buffer, this.#page.byteOffset + offset, this.#page.length - offset);
    if (view.byteLength >= 2 && view.getUint16(0) === EOC) return null;
    if (view.byteLength < SOT_BYTES) throw endsTooEarly(this.#source, at + SOT_BYTES);
    if (view.getUint16(0) !== SOT || view.getUint16(2) !== 10)
      throw this.#damaged(`no tile-part where one should begin (byte ${at})`);
    return view;
  }

  /** From the table of lengths, where it proves true at the tile asked for. */
  async #fromTable(tile: number): Promise<TilePart[] | null> {
    const found: TilePart[] = [];
    let at = this.#span.start + this.#header.length;
    for (const entry of this.#header.tileParts ?? []) {
      if (entry.tile === tile) found.push({ start: at, length: entry.length });
      at += entry.length;
    }
    for (const part of found) {
      const bytes = await this.#source.read(part.start, SOT_BYTES);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isThere = view.byteLength === SOT_BYTES && view.getUint16(0) === SOT;
      if (!isThere || view.getUint16(4) !== tile || view.getUint32(6) !== part.length) return null;
    }
    return found.length > 0 ? found : null;
  }

  #end(): number {
    const size = this.#source.size ?? Infinity;
    return Math.min(this.#span.end ?? size, size);
  }

  #damaged(what: string): PlatformError {
    return new PlatformError('format-damaged', `${this.#source.name} is damaged: ${what}; copy or download it again`, {
      detail: { path: this.#source.name },
    });
  }
}
