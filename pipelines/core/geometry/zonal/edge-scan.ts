/**
 * Exact signed coverage of the cells of a grid by rings, as font rasterisers compute it: each piece of an edge inside a
 * cell gives the area between itself and the cell's right side, and a height that counts for all cells to the right in
 * its row. Costs time and memory in proportion to the perimeter, however large the area.
 * @see M. Levoy, Polygon scan conversion by exact area coverage; FreeType's ftgrays.c for the idea of cover and area
 */
import { withRoom } from '../../vector/growable.ts';

const NONE = -1;
const SHORT_LIST = 24;

export class EdgeScan {
  readonly width: number;
  readonly height: number;
  /** First and last row that an edge met since `reset`; first > last where none did. */
  firstRow = 0;
  lastRow = NONE;

  /** Newest cell of each row, and of each cell the one before it in its row. */
  readonly #newest: Int32Array<ArrayBuffer>;
  #before = new Int32Array(1024);
  #col = new Int32Array(1024);
  #cover = new Float64Array(1024);
  #area = new Float64Array(1024);
  #count = 0;

  /** One row of cells in ascending order, each column once: filled by `loadRow`. */
  cols = new Int32Array(256);
  /** Height that counts for all cells to the right. */
  covers = new Float64Array(256);
  /** Coverage of the cell itself, beside the heights from its left. */
  areas = new Float64Array(256);

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#newest = new Int32Array(height).fill(NONE);
    this.firstRow = height;
  }

  reset(): void {
    this.#newest.fill(NONE, this.firstRow, this.lastRow + 1);
    this.#count = 0;
    this.firstRow = this.height;
    this.lastRow = NONE;
  }

  /**
   * Adds a ring. Its inside counts +1 for `sign` 1 and −1 for `sign` −1, whichever way round it runs.
   * @param xy  Positions in pixels; those of the ring are `start` to `end` (index of positions, end excluded).
   */
  addRing(xy: Float64Array, start: number, end: number, sign: 1 | -1): void {
    const turn = doubleArea(xy, start, end) < 0 ? sign : -sign;
    let x0 = xy[2 * end - 2]!;
    let y0 = xy[2 * end - 1]!;
    for (let i = 2 * start; i < 2 * end; i += 2) {
      const x1 = xy[i]!;
      const y1 = xy[i + 1]!;
      if (y0 < y1) this.#addDownward(x0, y0, x1, y1, turn);
      else if (y0 > y1) this.#addDownward(x1, y1, x0, y0, -turn);
      x0 = x1;
      y0 = y1;
    }
  }

  /** An edge that runs down, `y0 < y1`; what lies to its right gains `turn`. */
  #addDownward(x0: number, y0: number, x1: number, y1: number, turn: number): void {
    const { height } = this;
    if (y1 <= 0 || y0 >= height || (x0 >= this.width && x1 >= this.width)) return;
    const slope = (x1 - x0) / (y1 - y0);
    const low = x0 < x1 ? x0 : x1;
    const high = x0 < x1 ? x1 : x0;
    let y = y0;
    let x = x0;
    if (y < 0) {
      x = Math.min(high, Math.max(low, x0 - y0 * slope));
      y = 0;
    }
    const bottom = y1 > height ? height : y1;
    let row = y | 0;
    if (row < this.firstRow) this.firstRow = row;
    for (; row + 1 < bottom; row++) {
      let xEnd = x0 + (row + 1 - y0) * slope;
      if (xEnd < low) xEnd = low;
      else if (xEnd > high) xEnd = high;
      this.#addInRow(row, x, xEnd, (row + 1 - y) * turn);
      x = xEnd;
      y = row + 1;
    }
    const xEnd = bottom === y1 ? x1 : Math.min(high, Math.max(low, x0 + (bottom - y0) * slope));
    this.#addInRow(row, x, xEnd, (bottom - y) * turn);
    if (row > this.lastRow) this.lastRow = row;
  }

  /** The part of an edge within a row, from column `a` to `b`, over the height `dy` (signed). */
  #addInRow(row: number, a: number, b: number, dy: number): void {
    const { width } = this;
    let left = a < b ? a : b;
    let right = a < b ? b : a;
    if (left >= width) return;
    if (right <= 0) return this.#addToCell(row, 0, dy, dy);
    const perColumn = dy / (right - left); // infinite for an upright edge, which is in one cell and does not ask for it
    let height = dy;
    if (left < 0) {
      this.#addToCell(row, 0, -left * perColumn, -left * perColumn);
      height += left * perColumn;
      left = 0;
    }
    if (right > width) {
      height -= (right - width) * perColumn;
      right = width;
    }
    const first = left | 0;
    if (right <= first + 1) return this.#addToCell(row, first, height, height * (first + 1 - (left + right) / 2));
    const last = Math.ceil(right) - 1;
    let share = first + 1 - left;
    this.#addToCell(row, first, share * perColumn, (share * share * perColumn) / 2);
    for (let col = first + 1; col < last; col++) this.#addToCell(row, col, perColumn, perColumn / 2);
    share = right - last;
    this.#addToCell(row, last, share * perColumn, share * perColumn * (1 - share / 2));
  }

  #addToCell(row: number, col: number, cover: number, area: number): void {
    const newest = this.#newest[row]!;
    if (newest !== NONE && this.#col[newest] === col) {
      this.#cover[newest]! += cover;
      this.#area[newest]! += area;
      return;
    }
    const at = this.#count++;
    if (at === this.#col.length) this.#grow();
    this.#before[at] = newest;
    this.#col[at] = col;
    this.#cover[at] = cover;
    this.#area[at] = area;
    this.#newest[row] = at;
  }

  #grow(): void {
    const room = 2 * this.#col.length;
    const larger = new Int32Array(room);
    larger.set(this.#before);
    this.#before = larger;
    const cols = new Int32Array(room);
    cols.set(this.#col);
    this.#col = cols;
    this.#cover = withRoom(this.#cover, room);
    this.#area = withRoom(this.#area, room);
  }

  /** Fills `cols`, `covers` and `areas` with the cells of a row. @returns how many there are */
  loadRow(row: number): number {
    let count = 0;
    for (let at = this.#newest[row]!; at !== NONE; at = this.#before[at]!) count++;
    if (count > this.cols.length) {
      this.cols = new Int32Array(2 * count);
      this.covers = new Float64Array(2 * count);
      this.areas = new Float64Array(2 * count);
    }
    return count <= SHORT_LIST ? this.#loadShort(row) : this.#loadLong(row, count);
  }

  /** By insertion: most rows of a field have a handful of cells. */
  #loadShort(row: number): number {
    const { cols, covers, areas } = this;
    let count = 0;
    for (let at = this.#newest[row]!; at !== NONE; at = this.#before[at]!) {
      const col = this.#col[at]!;
      let place = count;
      while (place > 0 && cols[place - 1]! > col) place--;
      if (place > 0 && cols[place - 1] === col) {
        covers[place - 1]! += this.#cover[at]!;
        areas[place - 1]! += this.#area[at]!;
        continue;
      }
      for (let i = count; i > place; i--) {
        cols[i] = cols[i - 1]!;
        covers[i] = covers[i - 1]!;
        areas[i] = areas[i - 1]!;
      }
      cols[place] = col;
      covers[place] = this.#cover[at]!;
      areas[place] = this.#area[at]!;
      count++;
    }
    return count;
  }

  #loadLong(row: number, length: number): number {
    const { cols, covers, areas } = this;
    const keys = new Float64Array(length); // column and index in one number: sorted without a comparator
    let n = 0;
    for (let at = this.#newest[row]!; at !== NONE; at = this.#before[at]!) keys[n++] = this.#col[at]! * 2 ** 31 + at;
    keys.sort();
    let count = 0;
    for (let i = 0; i < length; i++) {
      const col = Math.floor(keys[i]! / 2 ** 31);
      const at = keys[i]! - col * 2 ** 31;
      if (count === 0 || cols[count - 1] !== col) {
        cols[count] = col;
        covers[count] = 0;
        areas[count] = 0;
        count++;
      }
      covers[count - 1]! += this.#cover[at]!;
      areas[count - 1]! += this.#area[at]!;
    }
    return count;
  }
}

/** Twice the area of a ring, positive where it runs clockwise on screen (y down). */
export function doubleArea(xy: Float64Array, start: number, end: number): number {
  const ox = xy[2 * start]!; // near the ring: no digits are lost far from the origin
  const oy = xy[2 * start + 1]!;
  let sum = 0;
  let x0 = xy[2 * end - 2]! - ox;
  let y0 = xy[2 * end - 1]! - oy;
  for (let i = 2 * start; i < 2 * end; i += 2) {
    const x1 = xy[i]! - ox;
    const y1 = xy[i + 1]! - oy;
    sum += x0 * y1 - x1 * y0;
    x0 = x1;
    y0 = y1;
  }
  return sum;
}
