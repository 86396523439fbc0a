/** Order and inversions of a sequence in one merge sort, in buffers that are used again. */

const RUN = 8;

export class OrderSorter {
  /** After `sort`: the indices of the keys, smallest key first; equal keys in their own order. */
  order: Int32Array;
  #spare: Int32Array;

  constructor(capacity: number) {
    this.order = new Int32Array(capacity);
    this.#spare = new Int32Array(capacity);
  }

  /**
   * Sorts the first `n` keys.
   * @returns the number of inversions: pairs i < j with keys[i] > keys[j].
   */
  sort(keys: Float64Array, n: number): number {
    let inversions = sortRuns(keys, this.order, n);
    for (let width = RUN; width < n; width *= 2) {
      for (let low = 0; low < n; low += 2 * width)
        inversions += merge(keys, this.order, this.#spare, low, Math.min(low + width, n), Math.min(low + 2 * width, n));
      const swap = this.order;
      this.order = this.#spare;
      this.#spare = swap;
    }
    return inversions;
  }
}

/** Insertion sort of runs; each step down is one inversion. */
function sortRuns(keys: Float64Array, order: Int32Array, n: number): number {
  let inversions = 0;
  for (let i = 0; i < n; i++) {
    const key = keys[i]!;
    const start = i - (i % RUN);
    let j = i;
    for (; j > start && keys[order[j - 1]!]! > key; j--) order[j] = order[j - 1]!;
    order[j] = i;
    inversions += i - j;
  }
  return inversions;
}

function merge(
  keys: Float64Array,
  from: Int32Array,
  to: Int32Array,
  low: number,
  middle: number,
  high: number,
): number {
  let inversions = 0;
  let left = low;
  let right = middle;
  for (let k = low; k < high; k++) {
    if (right >= high || (left < middle && keys[from[left]!]! <= keys[from[right]!]!)) to[k] = from[left++]!;
    else {
      to[k] = from[right++]!;
      inversions += middle - left;
    }
  }
  return inversions;
}
