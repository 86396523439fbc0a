/** One row of a zone as runs of wholly covered cells and single cut cells, both from left to right. */
import type { EdgeScan } from './edge-scan.ts';

/** Less than this share of a cell is the noise of rounding, and no coverage. */
const LEAST_SHARE = 1e-9;
/** Beyond 0 to 1 by more than this, rings overlap. */
const OVERLAP = 1e-6;

export class RowSpans {
  runs = 0;
  /** First column of each run, and the column after it. */
  runFrom = new Int32Array(256);
  runTo = new Int32Array(256);
  cuts = 0;
  cutCol = new Int32Array(256);
  /** Share of each cut cell, between 0 and 1. */
  cutShare = new Float64Array(256);

  /** Adds up what the edges gave from left to right. @returns false where a share beyond 0 to 1 shows an overlap */
  load(scan: EdgeScan, row: number): boolean {
    const count = scan.loadRow(row);
    const { cols, covers, areas, width } = scan;
    this.#reserve(count === 0 ? 0 : cols[count - 1]! - cols[0]! + 2);
    const { runFrom, runTo, cutCol, cutShare } = this;
    let runs = 0;
    let cuts = 0;
    let sum = 0; // share of the cells to the right of those seen
    let open = -1; // where the open run began
    let least = 0;
    let most = 1;
    for (let i = 0; i < count; i++) {
      const col = cols[i]!;
      const share = sum + areas[i]!;
      sum += covers[i]!;
      if (share > most) most = share;
      if (share < least) least = share;
      if (share > 1 - LEAST_SHARE) {
        if (open < 0) open = col;
      } else {
        if (open >= 0) {
          runFrom[runs] = open;
          runTo[runs++] = col;
          open = -1;
        }
        if (share > LEAST_SHARE) {
          cutCol[cuts] = col;
          cutShare[cuts++] = share;
        }
      }
      const next = i + 1 < count ? cols[i + 1]! : width;
      if (next === col + 1) continue;
      if (sum > most) most = sum;
      if (sum < least) least = sum;
      if (sum > 1 - LEAST_SHARE) {
        if (open < 0) open = col + 1;
        continue;
      }
      if (open >= 0) {
        runFrom[runs] = open;
        runTo[runs++] = col + 1;
        open = -1;
      }
      if (sum <= LEAST_SHARE) continue;
      // Below an edge that runs along the row no cell was noted: all up to the next one have the same share.
      if (next === width) this.#reserve(width);
      for (let c = col + 1; c < next; c++) {
        this.cutCol[cuts] = c;
        this.cutShare[cuts++] = sum;
      }
    }
    if (open >= 0) {
      runFrom[runs] = open;
      runTo[runs++] = width;
    }
    this.runs = runs;
    this.cuts = cuts;
    return least >= -OVERLAP && most <= 1 + OVERLAP;
  }

  /** Makes room for a row of so many cells; what is there stays. */
  #reserve(cells: number): void {
    if (cells <= this.cutCol.length) return;
    const room = 2 * cells;
    const larger = <A extends Int32Array | Float64Array>(array: A, copy: A): A => {
      copy.set(array);
      return copy;
    };
    this.runFrom = larger(this.runFrom, new Int32Array(room));
    this.runTo = larger(this.runTo, new Int32Array(room));
    this.cutCol = larger(this.cutCol, new Int32Array(room));
    this.cutShare = larger(this.cutShare, new Float64Array(room));
  }
}
