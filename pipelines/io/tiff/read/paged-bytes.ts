/** Small pieces of a file (headers, directories, offset tables) out of pages, so that they cost few reads or requests. */
import { endsTooEarly } from '../../byte-source/byte-source.ts';
import type { ByteSource } from '../../byte-source/byte-source.ts';

const PAGE_BYTES = 32 * 1024;
/** 4 MiB: a chain of directories strewn over a large file does not grow without end. */
const MAX_PAGES = 128;

export class PagedBytes {
  readonly source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * @throws {PlatformError} `format-damaged` where the file ends before `offset + length`.
   */
  async view(offset: number, length: number, signal?: AbortSignal): Promise<DataView> {
    const { size } = this.source;
    if (size !== null && offset + length > size) throw endsTooEarly(this.source, offset + length);
    const first = Math.floor(offset / PAGE_BYTES);
    const start = offset - first * PAGE_BYTES;
    const bytes =
      start + length <= PAGE_BYTES
        ? (await this.#page(first, signal)).subarray(start, start + length)
        : await this.source.read(offset, length, signal);
    if (bytes.length < length) throw endsTooEarly(this.source, offset + length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  async #page(index: number, signal?: AbortSignal): Promise<Uint8Array> {
    const known = this.#pages.get(index);
    if (known) return known;
    const page = await this.source.read(index * PAGE_BYTES, PAGE_BYTES, signal);
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
    this.#pages.set(index, page);
    return page;
  }
}
