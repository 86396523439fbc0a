/**
 * The k nearest stations of many places at once, exactly. A box of places has a short list of stations that can be
 * among the nearest of any place in it; halving the box shortens the list. No index is built, and clusters do no harm.
 *
 * Of stations equally far the one with the lower number is nearer: the same neighbours whatever box a place came in.
 */
import type { Stations } from './stations.ts';

type Places = Pick<Stations, 'x' | 'y'>;

/** Working arrays for lists of up to `size` stations. */
export interface NeighbourScratch {
  /** Squared distances of the list that was looked at last, in its order. */
  readonly squares: Float64Array;
  readonly sorted: Float64Array;
}

export function createScratch(size: number): NeighbourScratch {
  return { squares: new Float64Array(size), sorted: new Float64Array(size) };
}

/** All stations, as the list to begin with. */
export function allStations({ x }: Places): Uint32Array {
  return Uint32Array.from(x, (_, i) => i);
}

/**
 * The stations of `list` that can be among the `k` nearest of a place within `radius` of (x, y), in the list's order:
 * with d the distance of the k-th nearest to the middle, those within d + 2 · radius.
 */
export function narrow(
  stations: Places,
  list: Uint32Array,
  x: number,
  y: number,
  radius: number,
  k: number,
  scratch: NeighbourScratch,
): Uint32Array {
  if (list.length <= k) return list;
  const { squares } = scratch;
  squaresTo(stations, list, x, y, squares);
  const reach = (Math.sqrt(kthSmallest(squares, list.length, k, scratch.sorted)) + 2 * radius) * (1 + 1e-9);
  const limit = reach * reach;
  let count = 0;
  for (let i = 0; i < list.length; i++) if (squares[i]! <= limit) count++;
  const kept = new Uint32Array(count);
  for (let i = 0, at = 0; at < count; i++) if (squares[i]! <= limit) kept[at++] = list[i]!;
  return kept;
}

/** Squared distances of the stations of a list to (x, y). */
export function squaresTo(
  { x: xs, y: ys }: Places,
  list: Uint32Array,
  x: number,
  y: number,
  squares: Float64Array,
): void {
  for (let i = 0; i < list.length; i++) {
    const id = list[i]!;
    const dx = xs[id]! - x;
    const dy = ys[id]! - y;
    squares[i] = dx * dx + dy * dy;
  }
}

/**
 * Marks the `k` smallest of `squares`: 1 in `chosen`, 0 for the others; of equal ones the first. `count` is above `k`.
 */
export function chooseNearest(count: number, k: number, scratch: NeighbourScratch, chosen: Uint8Array): void {
  const { squares } = scratch;
  const limit = kthSmallest(squares, count, k, scratch.sorted);
  let left = k;
  for (let i = 0; i < count; i++) if (squares[i]! < limit) left--;
  for (let i = 0; i < count; i++) {
    const square = squares[i]!;
    if (square < limit) chosen[i] = 1;
    else if (square === limit && left > 0) {
      chosen[i] = 1;
      left--;
    } else chosen[i] = 0;
  }
}

/** The k-th smallest of the first `count` numbers (k from 1), by Hoare's quickselect in `work`. */
function kthSmallest(numbers: Float64Array, count: number, k: number, work: Float64Array): number {
  for (let i = 0; i < count; i++) work[i] = numbers[i]!;
  let low = 0;
  let high = count - 1;
  const wanted = k - 1;
  while (low < high) {
    const pivot = middleOf(work[low]!, work[(low + high) >> 1]!, work[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (work[i]! < pivot) i++;
      while (work[j]! > pivot) j--;
      if (i <= j) {
        const swapped = work[i]!;
        work[i] = work[j]!;
        work[j] = swapped;
        i++;
        j--;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return work[wanted]!;
}

function middleOf(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}
