/**
 * A raster of classes to polygons along the edges of its pixels, in one pass from top to bottom. Memory goes with the
 * components that are open at the row being read, not with the raster: a finished one is handed out and forgotten.
 */
import type { Connectedness } from './components.ts';
import type { PixelRing } from './rings.ts';
import { traceRings } from './rings.ts';
import type { RunTable } from './runs.ts';

/** A connected component of one class, with its outline. */
export interface PixelComponent {
  readonly value: number;
  readonly pixels: number;
  /** Per measure, the sum over its pixels. */
  readonly sums: readonly number[];
  /**
   * Per part that is connected by edges: the outer ring, then holes (see `traceRings`). One part, unless pixels that
   * touch by corners count as connected.
   */
  readonly polygons: readonly (readonly PixelRing[])[];
}

export interface VectoriseOptions {
  readonly connectedness: Connectedness;
  /** Components of fewer pixels are left out. Default 1. */
  readonly minPixels?: number;
}

export interface Vectoriser {
  /**
   * The next runs, from top to bottom; rows without runs are background.
   * @param runs  As `findRuns` makes them for windows of the raster's full width (`joinRuns` for several side by side).
   *   A window may begin only where the one before has ended.
   * @returns the components that are finished by then, in the order in which their last rows come
   */
  add(runs: RunTable): PixelComponent[];
  /** The components that reach the last row. */
  finish(): PixelComponent[];
}

/** What is connected by edges. */
interface Part {
  joinedTo: Part | null;
  readonly group: Group;
  /** See `traceRings`. */
  edges: number[];
  lastRow: number;
}

/** What is connected: a part, or several whose corners touch. */
interface Group {
  joinedTo: Group | null;
  readonly value: number;
  openParts: number;
  pixels: number;
  readonly sums: number[];
  polygons: PixelRing[][];
}

/** The runs of a row, with the rows at which their left and right edges began. */
interface Row {
  count: number;
  readonly starts: number[];
  readonly ends: number[];
  readonly values: number[];
  readonly parts: Part[];
  readonly leftTops: number[];
  readonly rightTops: number[];
}

const createRow = (): Row => ({
  count: 0,
  starts: [],
  ends: [],
  values: [],
  parts: [],
  leftTops: [],
  rightTops: [],
});

/** Parts are joined as they meet, so that one pass is enough where GDALPolygonize takes two. */
export function createVectoriser({ connectedness, minPixels = 1 }: VectoriseOptions): Vectoriser {
  const touchesCorners = connectedness === 8;
  let above = createRow();
  let here = createRow();
  let rowAbove = -2;
  let done: PixelComponent[] = [];

  /** Ends the row above, whose runs have met those of `here`, which begins at row `edge`. */
  const closeAbove = (edge: number) => {
    for (let j = 0; j < above.count; j++) {
      const part = rootPart(above.parts[j]!);
      const [left, right] = [above.leftTops[j]!, above.rightTops[j]!];
      if (left >= 0) part.edges.push(above.starts[j]!, left, edge, 1);
      if (right >= 0) part.edges.push(above.ends[j]!, right, edge, 0);
    }
    for (let j = 0; j < above.count; j++) {
      const part = rootPart(above.parts[j]!);
      if (part.lastRow >= edge || part.edges.length === 0) continue;
      const group = rootGroup(part.group);
      group.openParts--;
      if (group.pixels >= minPixels || group.openParts > 0) group.polygons.push(traceRings(part.edges));
      part.edges = [];
      if (group.openParts === 0 && group.pixels >= minPixels) done.push(toComponent(group));
    }
  };

  const addRow = (runs: RunTable, from: number, to: number) => {
    const row = runs.rows[from]!;
    if (rowAbove !== row - 1) {
      closeAbove(rowAbove + 1);
      above.count = 0;
    }
    here.count = to - from;
    let j = 0;
    for (let k = 0; k < here.count; k++) {
      const [start, end, value] = [runs.starts[from + k]!, runs.ends[from + k]!, runs.classes[from + k]!];
      here.starts[k] = start;
      here.ends[k] = end;
      here.values[k] = value;
      here.leftTops[k] = row;
      here.rightTops[k] = row;
      while (j < above.count && above.ends[j]! < start) j++;
      let part: Part | null = null;
      for (let i = j; i < above.count && above.starts[i]! < end; i++) {
        if (above.values[i] !== value || above.ends[i] === start) continue;
        const other = rootPart(above.parts[i]!);
        part = part === null ? other : joinParts(part, other);
        if (above.starts[i] === start) {
          here.leftTops[k] = above.leftTops[i]!;
          above.leftTops[i] = -1; // goes on below
        }
        if (above.ends[i] === end) {
          here.rightTops[k] = above.rightTops[i]!;
          above.rightTops[i] = -1;
        }
      }
      part ??= createPart(value, runs.sums.length);
      here.parts[k] = part;
      part.lastRow = row;
      let group = rootGroup(part.group);
      if (touchesCorners)
        for (let i = j; i < above.count && above.starts[i]! <= end; i++)
          if (above.values[i] === value && (above.ends[i] === start || above.starts[i] === end))
            group = joinGroups(group, rootGroup(rootPart(above.parts[i]!).group));
      group.pixels += end - start;
      for (let m = 0; m < runs.sums.length; m++) group.sums[m]! += runs.sums[m]![from + k]!;
    }
    here.parts.length = here.count; // forget the parts of rows before
    if (rowAbove === row - 1) closeAbove(row);
    [above, here] = [here, above];
    rowAbove = row;
  };

  const take = () => {
    const taken = done;
    done = [];
    return taken;
  };

  return {
    add(runs) {
      for (let from = 0; from < runs.count;) {
        let to = from + 1;
        while (to < runs.count && runs.rows[to] === runs.rows[from]) to++;
        addRow(runs, from, to);
        from = to;
      }
      return take();
    },
    finish() {
      closeAbove(rowAbove + 1);
      above.count = 0;
      return take();
    },
  };
}

function createPart(value: number, measures: number): Part {
  const sums: number[] = [];
  for (let m = 0; m < measures; m++) sums.push(0);
  const group = { joinedTo: null, value, openParts: 1, pixels: 0, sums, polygons: [] };
  return { joinedTo: null, group, edges: [], lastRow: 0 };
}

function rootPart(part: Part): Part {
  let at = part;
  while (at.joinedTo !== null) {
    if (at.joinedTo.joinedTo !== null) at.joinedTo = at.joinedTo.joinedTo;
    at = at.joinedTo;
  }
  return at;
}

function rootGroup(group: Group): Group {
  let at = group;
  while (at.joinedTo !== null) {
    if (at.joinedTo.joinedTo !== null) at.joinedTo = at.joinedTo.joinedTo;
    at = at.joinedTo;
  }
  return at;
}

/** Two parts that meet become one; the smaller moves into the larger. */
function joinParts(a: Part, b: Part): Part {
  if (a === b) return a;
  const [large, small] = a.edges.length >= b.edges.length ? [a, b] : [b, a];
  for (let i = 0; i < small.edges.length; i++) large.edges.push(small.edges[i]!);
  small.edges = [];
  small.joinedTo = large;
  large.lastRow = Math.max(large.lastRow, small.lastRow);
  joinGroups(rootGroup(large.group), rootGroup(small.group)).openParts--;
  return large;
}

function joinGroups(a: Group, b: Group): Group {
  if (a === b) return a;
  const [large, small] = a.polygons.length >= b.polygons.length ? [a, b] : [b, a];
  for (const polygon of small.polygons) large.polygons.push(polygon);
  small.polygons = [];
  small.joinedTo = large;
  large.openParts += small.openParts;
  large.pixels += small.pixels;
  for (let m = 0; m < large.sums.length; m++) large.sums[m]! += small.sums[m]!;
  return large;
}

function toComponent({ value, pixels, sums, polygons }: Group): PixelComponent {
  return { value, pixels, sums, polygons };
}
