/** Lists of covered cells that grow: runs of whole ones, and cut ones with their share. */
import { withRoom } from '../../vector/growable.ts';
import type { RowSpans } from './row-spans.ts';

/** A share of a cell is stored in units of 2^-32: half the room of a double, 250 times as fine as a float32. */
export const SHARE_UNIT = 2 ** -32;
const UNITS = 2 ** 32;

export class CoveredCells {
  runs = 0;
  #runStart: Uint32Array<ArrayBuffer>;
  #runLength: Uint32Array<ArrayBuffer>;
  cuts = 0;
  #cutCell: Uint32Array<ArrayBuffer>;
  #cutShare: Uint32Array<ArrayBuffer>;

  /** Room for so many to begin with: what is never filled costs no memory. */
  constructor(runs = 256, cuts = 256) {
    this.#runStart = new Uint32Array(runs);
    this.#runLength = new Uint32Array(runs);
    this.#cutCell = new Uint32Array(cuts);
    this.#cutShare = new Uint32Array(cuts);
  }

  /** @param base  Added to a column, it gives the number of the cell. */
  addRow(row: RowSpans, base: number): void {
    this.#reserve(this.runs + row.runs, this.cuts + row.cuts);
    const { runFrom, runTo, cutCol, cutShare } = row;
    let at = this.runs;
    for (let i = 0; i < row.runs; i++) {
      this.#runStart[at] = base + runFrom[i]!;
      this.#runLength[at++] = runTo[i]! - runFrom[i]!;
    }
    this.runs = at;
    const [cells, shares] = [this.#cutCell, this.#cutShare];
    at = this.cuts;
    for (let i = 0; i < row.cuts; i++) {
      cells[at] = base + cutCol[i]!;
      shares[at++] = cutShare[i]! * UNITS + 0.5;
    }
    this.cuts = at;
  }

  /** The cells of a row from column `from` on and before `to`. @param base  Number of the cell in column `from`. */
  addPart(row: RowSpans, base: number, from: number, to: number): void {
    this.#reserve(this.runs + row.runs, this.cuts + row.cuts);
    const { runFrom, runTo, cutCol, cutShare } = row;
    for (let i = 0; i < row.runs; i++) {
      const start = Math.max(from, runFrom[i]!);
      const end = Math.min(to, runTo[i]!);
      if (start >= end) continue;
      this.#runStart[this.runs] = base + start - from;
      this.#runLength[this.runs++] = end - start;
    }
    for (let i = 0; i < row.cuts; i++) {
      const col = cutCol[i]!;
      if (col < from || col >= to) continue;
      this.#cutCell[this.cuts] = base + col - from;
      this.#cutShare[this.cuts++] = cutShare[i]! * UNITS + 0.5;
    }
  }

  append(other: CoveredCells): void {
    this.#reserve(this.runs + other.runs, this.cuts + other.cuts);
    this.#runStart.set(other.#runStart.subarray(0, other.runs), this.runs);
    this.#runLength.set(other.#runLength.subarray(0, other.runs), this.runs);
    this.#cutCell.set(other.#cutCell.subarray(0, other.cuts), this.cuts);
    this.#cutShare.set(other.#cutShare.subarray(0, other.cuts), this.cuts);
    this.runs += other.runs;
    this.cuts += other.cuts;
  }

  /** Forgets what came after so many. */
  cutBack(runs: number, cuts: number): void {
    this.runs = runs;
    this.cuts = cuts;
  }

  /**
   * The cells of pieces in another order of the pieces.
   * @param range  Of each piece: first run, end of runs, first cut cell, end of cut cells.
   */
  inOrder(order: Uint32Array, range: Uint32Array) {
    const runStart = new Uint32Array(this.runs);
    const runLength = new Uint32Array(this.runs);
    const cutCell = new Uint32Array(this.cuts);
    const cutShare = new Uint32Array(this.cuts);
    const pieceRange = new Uint32Array(range.length);
    let runs = 0;
    let cuts = 0;
    for (let i = 0; i < order.length; i++) {
      const from = 4 * order[i]!;
      pieceRange[4 * i] = runs;
      pieceRange[4 * i + 2] = cuts;
      for (let run = range[from]!; run < range[from + 1]!; run++) {
        runStart[runs] = this.#runStart[run]!;
        runLength[runs++] = this.#runLength[run]!;
      }
      for (let cut = range[from + 2]!; cut < range[from + 3]!; cut++) {
        cutCell[cuts] = this.#cutCell[cut]!;
        cutShare[cuts++] = this.#cutShare[cut]!;
      }
      pieceRange[4 * i + 1] = runs;
      pieceRange[4 * i + 3] = cuts;
    }
    return { pieceRange, runStart, runLength, cutCell, cutShare };
  }

  #reserve(runs: number, cuts: number): void {
    if (runs > this.#runStart.length) {
      this.#runStart = withRoom(this.#runStart, runs);
      this.#runLength = withRoom(this.#runLength, runs);
    }
    if (cuts > this.#cutCell.length) {
      this.#cutCell = withRoom(this.#cutCell, cuts);
      this.#cutShare = withRoom(this.#cutShare, cuts);
    }
  }
}
