/**
 * How two geometries lie to each other: the nine-intersection matrix. Every edge is cut where it meets the other
 * geometry; the middle of each piece then lies wholly inside, on the edge of, or outside of the other, and with it the
 * piece and what is beside it.
 * @see OGC 06-103r4, Simple Feature Access, Part 1, 6.1.15 (DE-9IM); Clementini, Di Felice, van Oosterom 1993
 */
import { cutsOf, isCrossing } from './cuts.ts';
import type { Location, Segment, Shape } from './shape.ts';
import { BOUNDARY, EXTERIOR, INTERIOR, isOn, locate } from './shape.ts';

/** Dimension of what is shared, of (part of a, part of b) at `3 * a + b`; -1: nothing. */
export type Matrix = Int8Array;

export function relationMatrix(a: Shape, b: Shape): Matrix {
  const matrix = new Int8Array(9).fill(-1);
  matrix[8] = 2;
  const put = (ofA: Location, ofB: Location, dimension: number) => {
    const at = 3 * ofA + ofB;
    if (matrix[at]! < dimension) matrix[at] = dimension;
  };
  const turned = (ofB: Location, ofA: Location, dimension: number) => put(ofA, ofB, dimension);
  addEdges(a, b, put);
  addEdges(b, a, turned);
  addPoints(a, b, put);
  addPoints(b, a, turned);
  if (a.dimension === 2 && b.dimension < 2) put(INTERIOR, EXTERIOR, 2);
  if (b.dimension === 2 && a.dimension < 2) put(EXTERIOR, INTERIOR, 2);
  return matrix;
}

type Put = (ofThis: Location, ofOther: Location, dimension: number) => void;

function addEdges(shape: Shape, other: Shape, put: Put): void {
  const cutters = [...other.rings, ...other.lines];
  for (const [segments, location] of [
    [shape.rings, BOUNDARY],
    [shape.lines, INTERIOR],
  ] as const)
    for (const segment of segments) {
      const shares = [0, 1];
      for (const [k, cutter] of cutters.entries()) {
        const cuts = cutsOf(segment, cutter);
        shares.push(...cuts);
        if (isCrossing(segment, cutter, cuts)) put(location, k < other.rings.length ? BOUNDARY : INTERIOR, 0);
      }
      shares.sort((p, q) => p - q);
      for (let k = 1; k < shares.length; k++)
        if (shares[k]! - shares[k - 1]! > 1e-12)
          addPiece(segment, (shares[k - 1]! + shares[k]!) / 2, location, other, put);
    }
}

function addPiece(segment: Segment, share: number, location: Location, other: Shape, put: Put): void {
  const [x1, y1, x2, y2] = segment;
  const [x, y] = [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
  const found = locate(x, y, other);
  put(location, found, 1);
  if (location === INTERIOR) {
    if (found === INTERIOR && other.dimension === 2) put(EXTERIOR, INTERIOR, 2);
    return;
  }
  // The edge of an area: its interior is on the left, its exterior on the right.
  if (found === EXTERIOR) put(INTERIOR, EXTERIOR, 2);
  else if (found === INTERIOR && other.dimension === 2) {
    put(INTERIOR, INTERIOR, 2);
    put(EXTERIOR, INTERIOR, 2);
  } else if (found === BOUNDARY) addShared(segment, x, y, other, put);
}

/** Two areas along one edge: on the same side of it, or on either. */
function addShared([x1, y1, x2, y2]: Segment, x: number, y: number, other: Shape, put: Put): void {
  for (const edge of other.rings) {
    if (!isOn(x, y, edge)) continue;
    const isSameWay = (x2 - x1) * (edge[2] - edge[0]) + (y2 - y1) * (edge[3] - edge[1]) > 0;
    if (isSameWay) put(INTERIOR, INTERIOR, 2);
    else {
      put(INTERIOR, EXTERIOR, 2);
      put(EXTERIOR, INTERIOR, 2);
    }
  }
}

function addPoints(shape: Shape, other: Shape, put: Put): void {
  const add = (x: number, y: number) => put(locate(x, y, shape), locate(x, y, other), 0);
  for (const [x, y] of [...shape.points, ...shape.ends]) add(x!, y!);
  for (const [x, y] of [...shape.rings, ...shape.lines]) add(x, y);
}
