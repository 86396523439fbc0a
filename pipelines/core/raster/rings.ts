/** From the vertical edges of a component to its rings: horizontal edges follow from where vertical ones end. */
import { OrderSorter } from '../series/sort-order.ts';

/** Numbers per edge: column, top row, bottom row, and 1 where the component lies to its east, 0 to its west. */
const EDGE_NUMBERS = 4;

/** A ring of corners of pixels, `col, row, col, row, …`, the first not repeated at the end. */
export type PixelRing = readonly number[] | Int32Array;

/** Used again for each component: most have a few edges, and there may be millions of them. */
let sorter = new OrderSorter(256);
let keys = new Float64Array(256);
let partners = new Int32Array(256);
let isDone = new Uint8Array(128);

/**
 * The rings of a component whose pixels are connected by edges: the outer one first, then its holes.
 *
 * With rows going down the outer ring goes counter-clockwise as one looks at the raster, holes clockwise (RFC 7946 for a
 * raster with north up). No ring touches itself: where two pixels of the component meet at a corner alone, the ring
 * goes on at the other one, so that what lies between becomes a hole that touches the ring at a point. Corners are
 * those where the direction changes.
 *
 * @param edges  All vertical edges, each as long as it can be, of `EDGE_NUMBERS` numbers each.
 */
export function traceRings(edges: readonly number[]): PixelRing[] {
  const count = (2 * edges.length) / EDGE_NUMBERS; // ends: 2e is the top of edge e, 2e + 1 its bottom
  makeRoom(count);
  pairEnds(edges, count);
  const { order } = sorter;
  const rings: PixelRing[] = [];
  for (let i = 0; i < count; i++) {
    const first = order[i]! >> 1;
    if (isDone[first] === 1) continue;
    const corners: number[] = [];
    for (let edge = first; isDone[edge] === 0;) {
      isDone[edge] = 1;
      const at = edge * EDGE_NUMBERS;
      const isDown = edges[at + 3] === 1; // the component is on the left hand
      const [from, to] = isDown ? [edges[at + 1]!, edges[at + 2]!] : [edges[at + 2]!, edges[at + 1]!];
      corners.push(edges[at]!, from, edges[at]!, to);
      edge = partners[2 * edge + (isDown ? 1 : 0)]! >> 1;
    }
    rings.push(corners);
  }
  return rings;
}

/**
 * Along a row of corners the ends of vertical edges come in pairs, which are joined by horizontal edges. Two ends meet
 * at one corner only where the component has two opposite pixels of its four; the order of the two decides how the ring
 * goes on there.
 */
function pairEnds(edges: readonly number[], count: number): void {
  let width = 0;
  for (let at = 0; at < edges.length; at += EDGE_NUMBERS) width = Math.max(width, edges[at]! + 1);
  for (let e = 0, at = 0; at < edges.length; e += 2, at += EDGE_NUMBERS) {
    const [col, top, bottom, isEast] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
    keys[e] = (top * width + col) * 3 + 1;
    keys[e + 1] = (bottom * width + col) * 3 + (isEast === 1 ? 0 : 2);
  }
  sorter.sort(keys, count);
  const { order } = sorter;
  for (let i = 0; i < count; i += 2) {
    const [left, right] = [order[i]!, order[i + 1]!];
    partners[left] = right;
    partners[right] = left;
  }
}

function makeRoom(count: number): void {
  if (keys.length < count) {
    sorter = new OrderSorter(2 * count);
    keys = new Float64Array(2 * count);
    partners = new Int32Array(2 * count);
    isDone = new Uint8Array(count);
  } else isDone.fill(0, 0, count / 2);
}
