/** A list of 32-bit words that doubles when it is full. */
export class GrowableWords {
  #words = new Uint32Array(256);
  length = 0;

  push(word: number): void {
    if (this.length === this.#words.length) this.#reserve(2 * this.length);
    this.#words[this.length++] = word;
  }

  /** A view, good until the next push. */
  words(): Uint32Array<ArrayBuffer> {
    return this.#words.subarray(0, this.length);
  }

  /** A copy of just the right size. */
  take(): Uint32Array<ArrayBuffer> {
    return this.#words.slice(0, this.length);
  }

  #reserve(length: number): void {
    const larger = new Uint32Array(length);
    larger.set(this.#words);
    this.#words = larger;
  }
}
