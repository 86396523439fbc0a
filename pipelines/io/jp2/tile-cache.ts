/** Decoded tiles by key, the least recently used given up first; readers that ask at the same time share one decode. */
export class TileCache<T> {
  readonly #limitBytes: number;
  readonly #sizeOf: (value: T) => number;
  readonly #kept = new Map<string, T>();
  readonly #pending = new Map<string, Promise<T>>();
  #bytes = 0;

  constructor(limitBytes: number, sizeOf: (value: T) => number) {
    this.#limitBytes = limitBytes;
    this.#sizeOf = sizeOf;
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept); // most recent is last
      return kept;
    }
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = make();
      this.#pending.set(key, pending);
      const forget = () => void this.#pending.delete(key);
      pending
        .then(
          (value) => this.#keep(key, value),
          () => {},
        )
        .finally(forget);
    }
    return pending;
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  #keep(key: string, value: T): void {
    const size = this.#sizeOf(value);
    if (size > this.#limitBytes) return;
    this.#kept.set(key, value);
    this.#bytes += size;
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= this.#limitBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= this.#sizeOf(old);
    }
  }
}
