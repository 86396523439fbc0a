/** The values of a zone with their weights: what percentiles, majorities and histograms are made of. */
import type { DataType, Samples } from '../../raster/block.ts';
import type { Coverage } from './coverage.ts';
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
/** A table is walked from its lowest to its highest number where that is at most so many times the numbers in it. */
const WALK = 8;

/** Whether samples of a type can be counted in a small table. */
export function isCountable(dtype: DataType): boolean {
  return LOWEST[dtype] !== undefined;
}

/** Gathers the values of pieces and of whole zones; its arrays are used again and again. */
export class ValueCollector {
  readonly #lowest: number | undefined;
  readonly #table: Float64Array;
  #values = new Float64Array(4096);
  #weights = new Float64Array(4096);
  #spareValues = new Float64Array(4096);
  #spareWeights = new Float64Array(4096);
  #length = 0;

  constructor(dtype: DataType) {
    this.#lowest = LOWEST[dtype];
    this.#table = new Float64Array(this.#lowest === undefined ? 0 : dtype.endsWith('16') ? 65536 : 256);
  }

  /**
   * The valid values of a piece. The result is a view that the next call overwrites.
   * @param mask  1 = valid; null: all are. Valid samples are finite.
   */
  collect(coverage: Coverage, piece: number, data: Samples, mask: Uint8Array | null): WeightedValues {
    this.#gather(coverage, piece, data, mask);
    return this.#lowest === undefined ? this.#sorted() : this.#counted(this.#lowest);
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

  #gather(coverage: Coverage, piece: number, data: Samples, mask: Uint8Array | null): void {
    const { pieceRange, runStart, runLength, cutCell, cutShare } = coverage;
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

  #counted(lowest: number): WeightedValues {
    const [table, values, weights] = [this.#table, this.#values, this.#weights];
    let distinct = 0;
    let [min, max] = [Infinity, -Infinity];
    for (let i = 0; i < this.#length; i++) {
      const value = values[i]!;
      const at = value - lowest;
      if (table[at] === 0) values[distinct++] = value; // never ahead of `i`
      table[at]! += weights[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (max - min < WALK * distinct) {
      distinct = 0;
      for (let value = min; value <= max; value++) if (table[value - lowest] !== 0) values[distinct++] = value;
    } else values.subarray(0, distinct).sort();
    for (let i = 0; i < distinct; i++) {
      const at = values[i]! - lowest;
      weights[i] = table[at]!;
      table[at] = 0;
    }
    return { values, weights, length: distinct };
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
