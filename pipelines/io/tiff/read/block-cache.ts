import type { Samples } from '../../../core/raster/block.ts';

/** Decoded blocks, the longest unused one goes first; bounded by bytes. */
export class BlockCache {
  readonly #limit: number;
  readonly #blocks = new Map<string, Samples>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** False: nothing is ever kept, so that nothing needs to be copied for it. */
  get keeps(): boolean {
    return this.#limit > 0;
  }

  get(key: string): Samples | undefined {
    const block = this.#blocks.get(key);
    if (!block) return undefined;
    this.#blocks.delete(key); // a Map keeps the order of insertion: what is used moves to its end
    this.#blocks.set(key, block);
    return block;
  }

  set(key: string, block: Samples): void {
    if (block.byteLength > this.#limit || this.#blocks.has(key)) return;
    this.#blocks.set(key, block);
    this.#bytes += block.byteLength;
    for (const [oldest, old] of this.#blocks) {
      if (this.#bytes <= this.#limit) break;
      this.#blocks.delete(oldest);
      this.#bytes -= old.byteLength;
    }
  }

  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
