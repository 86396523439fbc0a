/**
 * Runs: neighbouring pixels of a row that have the same class. Components, sieves and polygons are made of runs, not of
 * pixels: what has no class costs nothing, and a region of a large raster travels between threads as its runs.
 */
import type { Window } from '../grid/window.ts';
import { withRoom } from '../vector/growable.ts';
import type { Samples } from './block.ts';

/** Runs by ascending row, then column, in pixels of the whole raster. */
export interface RunTable {
  readonly count: number;
  readonly rows: Uint32Array;
  /** First column of each run, and the column after its last. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Never 0: that is no class. */
  readonly classes: Float64Array;
  /** Per measure, the sum of its values over the pixels of each run. */
  readonly sums: readonly Float64Array[];
}

/**
 * The runs of a window, each as long as it can be.
 *
 * @param classes  Whole numbers, row-major, of the window's size; 0 is background. Invalid pixels must be 0.
 * @param measures  Values, such as a mean is wanted of, of the window's size and valid where the class is not 0.
 */
export function findRuns(
  classes: Samples,
  { col, row, width, height }: Window,
  measures: readonly Samples[] = [],
): RunTable {
  let rows = new Uint32Array(1024);
  let starts = new Uint32Array(1024);
  let ends = new Uint32Array(1024);
  let found = new Float64Array(1024);
  let count = 0;
  for (let y = 0; y < height; y++) {
    const first = y * width;
    const last = first + width;
    for (let i = first; i < last;) {
      const value = classes[i]!;
      if (value === 0) {
        i++;
        continue;
      }
      const from = i++;
      while (i < last && classes[i] === value) i++;
      if (count === rows.length) {
        rows = withRoom(rows, count + 1);
        starts = withRoom(starts, count + 1);
        ends = withRoom(ends, count + 1);
        found = withRoom(found, count + 1);
      }
      rows[count] = row + y;
      starts[count] = col + from - first;
      ends[count] = col + i - first;
      found[count++] = value;
    }
  }
  const table = {
    count,
    rows: rows.slice(0, count),
    starts: starts.slice(0, count),
    ends: ends.slice(0, count),
    classes: found.slice(0, count),
  };
  return { ...table, sums: measures.map((measure) => sumRuns(table, measure, { col, row, width, height })) };
}

function sumRuns(
  { count, rows, starts, ends }: Omit<RunTable, 'sums'>,
  measure: Samples,
  { col, row, width }: Window,
): Float64Array {
  const sums = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const offset = (rows[k]! - row) * width - col;
    let sum = 0;
    for (let i = offset + starts[k]!, end = offset + ends[k]!; i < end; i++) sum += measure[i]!;
    sums[k] = sum;
  }
  return sums;
}

/**
 * Runs of windows that lie side by side, from left to right, as those of one window; what was cut between two is whole
 * again.
 */
export function joinRuns(tables: readonly RunTable[]): RunTable {
  if (tables.length === 1) return tables[0]!;
  const size = tables.reduce((sum, { count }) => sum + count, 0);
  const [rows, starts, ends] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
  const classes = new Float64Array(size);
  const sums = (tables[0]?.sums ?? []).map(() => new Float64Array(size));
  const next = tables.map(() => 0);
  let count = 0;
  for (let row = firstRow(tables, next); row < Infinity; row = firstRow(tables, next))
    for (let t = 0; t < tables.length; t++) {
      const table = tables[t]!;
      let k = next[t]!;
      for (; k < table.count && table.rows[k] === row; k++) {
        const last = count - 1;
        const goesOn =
          last >= 0 && rows[last] === row && ends[last] === table.starts[k] && classes[last] === table.classes[k];
        const at = goesOn ? last : count++;
        if (!goesOn) {
          rows[at] = row;
          starts[at] = table.starts[k]!;
          classes[at] = table.classes[k]!;
        }
        ends[at] = table.ends[k]!;
        for (let m = 0; m < sums.length; m++) sums[m]![at]! += table.sums[m]![k]!;
      }
      next[t] = k;
    }
  const cut = <A extends Uint32Array | Float64Array>(array: A) => array.subarray(0, count) as A;
  return {
    count,
    rows: cut(rows),
    starts: cut(starts),
    ends: cut(ends),
    classes: cut(classes),
    sums: sums.map(cut),
  };
}

function firstRow(tables: readonly RunTable[], next: readonly number[]): number {
  let row = Infinity;
  for (let t = 0; t < tables.length; t++)
    if (next[t]! < tables[t]!.count) row = Math.min(row, tables[t]!.rows[next[t]!]!);
  return row;
}
