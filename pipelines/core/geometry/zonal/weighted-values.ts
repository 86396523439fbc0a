/** The values of a zone with their weights: what percentiles, majorities and histograms are made of. */
import type { DataType, Samples } from '../../raster/block.ts';
import type { Pieces } from './coverage.ts';
import { SHARE_UNIT } from './covered-cells.ts';
import { sortPairs } from './sort-pairs.ts';

/** Distinct values in ascending order, each with the sum of its weights; `length` of each array count. */
export interface WeightedValues {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly length: number;
}

/** The lowest sample of the types that are counted value by value. */
const LOWEST: Partial<Record<DataType, number>> = { uint8: 0, int8: -128, uint16: 0, int16: -32768 };
const WORD_BITS = 32;

/** Whether samples of a type can be counted in a small table. */
export function isCountable(dtype: DataType): boolean {
  return LOWEST[dtype] !== undefined;
}

/** Gathers the values of pieces and of whole zones; its arrays are used again and again. */
export class ValueCollector {
  readonly #lowest: number | undefined;
  /** Weight of each sample, by sample minus the lowest of the type; all 0 between two calls, as is the next. */
  readonly #table: Float64Array;
  /** One bit for each: which samples have a weight. */
  readonly #seen: Uint32Array;
  #values = new Float64Array(4096);
  #weights = new Float64Array(4096);
  #spareValues = new Float64Array(4096);
  #spareWeights = new Float64Array(4096);
  #length = 0;

  constructor(dtype: DataType) {
    this.#lowest = LOWEST[dtype];
    const samples = this.#lowest === undefined ? 0 : dtype.endsWith('16') ? 65536 : 256;
    this.#table = new Float64Array(samples);
    this.#seen = new Uint32Array(samples / WORD_BITS);
  }

  /**
   * The valid values of a piece. The result is a view that the next call overwrites.
   * @param mask  1 = valid; null: all are. Valid samples are finite.
   */
  collect(pieces: Pieces, piece: number, data: Samples, mask: Uint8Array | null): WeightedValues {
    if (this.#lowest !== undefined) return this.#counted(pieces, piece, data, mask, this.#lowest);
    this.#gather(pieces, piece, data, mask);
    return this.#sorted();
  }

  /** Several lists as one. The result is a view that the next call overwrites. */
  merge(lists: readonly WeightedValues[]): WeightedValues {
    this.#reserve(lists.reduce((sum, list) => sum + list.length, 0));
    this.#length = 0;
    for (const { values, weights, length } of lists) {
      this.#values.set(values.subarray(0, length), this.#length);
      this.#weights.set(weights.subarray(0, length), this.#length);
      this.#length += length;
    }
    return this.#sorted();
  }

  #gather(pieces: Pieces, piece: number, data: Samples, mask: Uint8Array | null): void {
    const { pieceRange, runStart, runLength, cutCell, cutShare } = pieces;
    const [endRun, endCut] = [pieceRange[4 * piece + 1]!, pieceRange[4 * piece + 3]!];
    let cells = endCut - pieceRange[4 * piece + 2]!;
    for (let run = pieceRange[4 * piece]!; run < endRun; run++) cells += runLength[run]!;
    this.#reserve(cells);
    const [values, weights] = [this.#values, this.#weights];
    let n = 0;
    for (let run = pieceRange[4 * piece]!; run < endRun; run++) {
      const end = runStart[run]! + runLength[run]!;
      for (let i = runStart[run]!; i < end; i++) {
        if (mask !== null && mask[i] === 0) continue;
        values[n] = data[i]!;
        weights[n++] = 1;
      }
    }
    for (let cut = pieceRange[4 * piece + 2]!; cut < endCut; cut++) {
      const i = cutCell[cut]!;
      if (mask !== null && mask[i] === 0) continue;
      values[n] = data[i]!;
      weights[n++] = cutShare[cut]! * SHARE_UNIT;
    }
    this.#length = n;
  }

  #counted(
    { pieceRange, runStart, runLength, cutCell, cutShare }: Pieces,
    piece: number,
    data: Samples,
    mask: Uint8Array | null,
    lowest: number,
  ): WeightedValues {
    const table = this.#table;
    const seen = this.#seen;
    const endRun = pieceRange[4 * piece + 1]!;
    const endCut = pieceRange[4 * piece + 3]!;
    let cells = endCut - pieceRange[4 * piece + 2]!;
    let first = table.length;
    let last = -1;
    for (let run = pieceRange[4 * piece]!; run < endRun; run++) {
      const start = runStart[run]!;
      const end = start + runLength[run]!;
      cells += end - start;
      for (let i = start; i < end; i++) {
        if (mask !== null && mask[i] === 0) continue;
        const at = data[i]! - lowest;
        if (at < first) first = at;
        if (at > last) last = at;
        seen[at >>> 5]! |= 1 << at; // of a shift only the lower five bits count
        table[at]!++;
      }
    }
    for (let cut = pieceRange[4 * piece + 2]!; cut < endCut; cut++) {
      const i = cutCell[cut]!;
      if (mask !== null && mask[i] === 0) continue;
      const at = data[i]! - lowest;
      if (at < first) first = at;
      if (at > last) last = at;
      seen[at >>> 5]! |= 1 << at;
      table[at]! += cutShare[cut]! * SHARE_UNIT;
    }
    this.#reserve(cells);
    return this.#drain(first, last, lowest);
  }

  /** The samples that were seen, in order, between two places of the table; the tables are empty afterwards. */
  #drain(first: number, last: number, lowest: number): WeightedValues {
    const table = this.#table;
    const seen = this.#seen;
    const values = this.#values;
    const weights = this.#weights;
    let length = 0;
    for (let word = first >>> 5; word <= last >> 5; word++) {
      let bits = seen[word]! | 0;
      if (bits === 0) continue;
      seen[word] = 0;
      for (; bits !== 0; bits &= bits - 1) {
        const at = word * WORD_BITS + 31 - Math.clz32(bits & -bits);
        values[length] = at + lowest;
        weights[length++] = table[at]!;
        table[at] = 0;
      }
    }
    return { values, weights, length };
  }

  #sorted(): WeightedValues {
    const [values, weights] = [this.#values, this.#weights];
    sortPairs(values, weights, this.#length, this.#spareValues, this.#spareWeights);
    let distinct = 0;
    for (let i = 0; i < this.#length; i++) {
      if (distinct > 0 && values[distinct - 1] === values[i]) weights[distinct - 1]! += weights[i]!;
      else {
        values[distinct] = values[i]!;
        weights[distinct++] = weights[i]!;
      }
    }
    return { values, weights, length: distinct };
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const room = Math.max(length, 2 * this.#values.length);
    this.#values = new Float64Array(room);
    this.#weights = new Float64Array(room);
    this.#spareValues = new Float64Array(room);
    this.#spareWeights = new Float64Array(room);
  }
}
