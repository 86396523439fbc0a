/**
 * Points in world coordinates, in the order of a Hilbert curve: the points of any tile then lie together, and every
 * n-th one of them is an even sample of the whole.
 */
import { hilbertPosition } from '../grid/hilbert.ts';
import { sortOrder } from '../grid/sort-order.ts';
import { withRoom } from './growable.ts';

/** Between one zoom and the next, this many times as many points are shown: tippecanoe's default. */
export const DROP_RATE = 2.5;
/** As many are shown at any zoom where there are as many: a small data set is never thinned. */
const LEAST_SHOWN = 500;
/** The curve is at least this fine, so that thinning is even within a tile of the deepest zoom too. */
const LEAST_LEVEL = 16;

export class Points {
  xs = new Float64Array(1024);
  ys = new Float64Array(1024);
  features = new Uint32Array(1024);
  count = 0;
  /** Lowest zoom at which a point is shown; filled by `arrange`. */
  minZooms = new Uint8Array(0);
  #keys = new Float64Array(0);
  #level = 0;

  add(x: number, y: number, feature: number): void {
    const i = this.count++;
    if (i >= this.xs.length) {
      this.xs = withRoom(this.xs, i + 1);
      this.ys = withRoom(this.ys, i + 1);
      this.features = withRoom(this.features, i + 1);
    }
    this.xs[i] = x;
    this.ys[i] = y;
    this.features[i] = feature;
  }

  /** Brings the points into the curve's order and decides from which zoom on each is shown. */
  arrange(minZoom: number, maxZoom: number): void {
    this.#level = Math.max(LEAST_LEVEL, maxZoom);
    const cells = 2 ** this.#level;
    const keys = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++)
      keys[i] = hilbertPosition(
        this.#level,
        Math.min(cells - 1, Math.floor(this.xs[i]! * cells)),
        Math.min(cells - 1, Math.floor(this.ys[i]! * cells)),
      );
    const order = sortOrder(keys);
    this.#keys = inOrder(keys, order);
    this.xs = inOrder(this.xs, order);
    this.ys = inOrder(this.ys, order);
    this.features = inOrder(this.features, order);
    this.minZooms = lowestZooms(this.count, minZoom, maxZoom);
  }

  /** Index of the first point at or after a place on the curve of zoom `z`. */
  firstAt(z: number, position: number, from: number, to: number): number {
    const key = position * 4 ** (this.#level - z);
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * The lowest zoom of each of `count` points in curve order, so that at every zoom the intended share is shown, spread
 * evenly, and what is shown at one zoom is shown at all deeper ones. All are shown at `maxZoom`.
 */
export function lowestZooms(count: number, minZoom: number, maxZoom: number): Uint8Array<ArrayBuffer> {
  const zooms = new Uint8Array(count);
  const shares = new Float64Array(maxZoom + 1);
  const shown = new Float64Array(maxZoom + 1);
  for (let z = minZoom; z <= maxZoom; z++)
    shares[z] = Math.min(1, Math.max(DROP_RATE ** (z - maxZoom), LEAST_SHOWN / count));
  for (let i = 0; i < count; i++) {
    let z = minZoom;
    while (z < maxZoom && shown[z]! + 1 > shares[z]! * (i + 1) + 1e-9) z++;
    zooms[i] = z;
    for (; z < maxZoom; z++) shown[z]!++;
  }
  return zooms;
}

function inOrder<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: A, order: Uint32Array): A {
  const sorted = new (values.constructor as new (length: number) => A)(order.length);
  for (let i = 0; i < order.length; i++) sorted[i] = values[order[i]!]!;
  return sorted;
}
