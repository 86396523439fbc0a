/** Walks the tiles that hold anything, from the top down and along the Hilbert curve, cutting shapes on the way. */
import { hilbertCell } from '../grid/hilbert.ts';
import { cutAll } from './cut.ts';
import type { FeatureLayer } from './feature-layer.ts';

/** Units across a tile, and the margin beyond its edges that shapes are drawn in, so that outlines do not show there. */
export const TILE_EXTENT = 4096;
const TILE_MARGIN = 64;

/** What one layer has in a tile: a range of its points and some of its shapes. */
export interface LayerPart {
  readonly from: number;
  readonly to: number;
  readonly shapes: Uint32Array;
}

export interface TileNode {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  /** One for each layer, in their order. */
  readonly parts: readonly LayerPart[];
}

/**
 * Points must have been arranged. A node is valid until the next one is asked for: its shapes lie on the layers'
 * stacks.
 */
export function* walkTiles(layers: readonly FeatureLayer[], minZoom: number, maxZoom: number): Generator<TileNode> {
  const parts = layers.map((layer) => ({ from: 0, to: layer.points.count, shapes: worldShapes(layer) }));
  yield* walk(layers, { z: 0, x: 0, y: 0, parts }, 0, minZoom, maxZoom);
}

function* walk(
  layers: readonly FeatureLayer[],
  node: TileNode,
  position: number,
  minZoom: number,
  maxZoom: number,
): Generator<TileNode> {
  if (node.z >= minZoom) yield node;
  if (node.z === maxZoom) return;
  const z = node.z + 1;
  const size = 2 ** -z;
  const margin = (TILE_MARGIN / TILE_EXTENT) * size;
  const marks = layers.map((layer) => layer.shapes.mark());
  const columns = [0, 1].map((column) => {
    const low = (2 * node.x + column) * size - margin;
    return layers.map((layer, i) => cutAll(layer.shapes, node.parts[i]!.shapes, 0, low, low + size + 2 * margin));
  });
  for (let quarter = 0; quarter < 4; quarter++) {
    const place = position * 4 + quarter;
    const [x, y] = hilbertCell(z, place);
    const low = y * size - margin;
    const inner = layers.map((layer) => layer.shapes.mark());
    const parts = layers.map(({ points, shapes }, i) => {
      const { from, to } = node.parts[i]!;
      return {
        from: points.firstAt(z, place, from, to),
        to: points.firstAt(z, place + 1, from, to),
        shapes: cutAll(shapes, columns[x - 2 * node.x]![i]!, 1, low, low + size + 2 * margin),
      };
    });
    if (parts.some((part) => part.to > part.from || part.shapes.length > 0))
      yield* walk(layers, { z, x, y, parts }, place, minZoom, maxZoom);
    layers.forEach((layer, i) => layer.shapes.release(inner[i]!));
  }
  layers.forEach((layer, i) => layer.shapes.release(marks[i]!));
}

/** All shapes; one that reaches across the 180° meridian is there twice, a world's width apart. */
function worldShapes({ shapes }: FeatureLayer): Uint32Array {
  const count = shapes.shapeCount;
  const moved: number[] = [];
  for (let s = 0; s < count; s++) {
    if (shapes.boxes[4 * s]! < 0) moved.push(shapes.moved(s, 1));
    if (shapes.boxes[4 * s + 2]! > 1) moved.push(shapes.moved(s, -1));
  }
  const all = new Uint32Array(count + moved.length);
  for (let s = 0; s < count; s++) all[s] = s;
  all.set(moved, count);
  const margin = TILE_MARGIN / TILE_EXTENT;
  return cutAll(shapes, all, 0, -margin, 1 + margin);
}
