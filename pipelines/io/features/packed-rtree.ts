/**
 * The spatial index of FlatGeobuf: a packed Hilbert R-tree, parents before leaves, each node its box and an offset.
 * @see https://github.com/flatgeobuf/flatgeobuf/blob/master/src/cpp/packedrtree.cpp
 */
import { hilbertPosition } from '../../core/grid/hilbert.ts';
import { sortOrder } from '../../core/grid/sort-order.ts';

export const NODE_SIZE = 16;
const NODE_BYTES = 40;
const LEVEL = 16;

/** Order along a Hilbert curve of boxes that follow one another as minX, minY, maxX, maxY. */
export function hilbertOrder(
  boxes: Float64Array,
  count: number,
  [minX, minY, maxX, maxY]: readonly number[],
): Uint32Array {
  const most = 2 ** LEVEL - 1;
  const [width, height] = [maxX! - minX!, maxY! - minY!];
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = (boxes[4 * i]! + boxes[4 * i + 2]!) / 2;
    const y = (boxes[4 * i + 1]! + boxes[4 * i + 3]!) / 2;
    keys[i] = hilbertPosition(
      LEVEL,
      width > 0 ? Math.floor((most * (x - minX!)) / width) : 0,
      height > 0 ? Math.floor((most * (y - minY!)) / height) : 0,
    );
  }
  return sortOrder(keys);
}

/**
 * @param sizes  Bytes of each feature as it is written, its length included; all by their number before sorting.
 * @param order  In which they are written.
 */
export function buildPackedTree(boxes: Float64Array, sizes: Uint32Array, order: Uint32Array): Uint8Array<ArrayBuffer> {
  const levels = levelBounds(order.length);
  const total = levels[0]![1];
  const bytes = new Uint8Array(total * NODE_BYTES);
  const view = new DataView(bytes.buffer);
  let at = levels[0]![0];
  let offset = 0;
  for (let i = 0; i < order.length; i++, at++) {
    const feature = order[i]!;
    for (let k = 0; k < 4; k++) view.setFloat64(at * NODE_BYTES + 8 * k, boxes[4 * feature + k]!, true);
    view.setBigUint64(at * NODE_BYTES + 32, BigInt(offset), true);
    offset += sizes[feature]!;
  }
  for (let level = 0; level + 1 < levels.length; level++) {
    const [from, to] = levels[level]!;
    let parent = levels[level + 1]![0];
    for (let first = from; first < to; first += NODE_SIZE, parent++)
      putParent(view, parent, first, Math.min(to, first + NODE_SIZE));
  }
  return bytes;
}

/** A node's box is that of its children; its offset the number of the first. */
function putParent(view: DataView, parent: number, first: number, end: number): void {
  for (let k = 0; k < 4; k++) {
    let side = view.getFloat64(first * NODE_BYTES + 8 * k, true);
    for (let child = first + 1; child < end; child++) {
      const other = view.getFloat64(child * NODE_BYTES + 8 * k, true);
      side = k < 2 ? Math.min(side, other) : Math.max(side, other);
    }
    view.setFloat64(parent * NODE_BYTES + 8 * k, side, true);
  }
  view.setBigUint64(parent * NODE_BYTES + 32, BigInt(first), true);
}

/** First node and end of each level, leaves first; there is a root even over one leaf. */
function levelBounds(count: number): [from: number, to: number][] {
  const sizes = [count];
  do sizes.push(Math.ceil(sizes.at(-1)! / NODE_SIZE));
  while (sizes.at(-1)! > 1);
  let end = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => {
    end -= size;
    return [end, end + size];
  });
}
