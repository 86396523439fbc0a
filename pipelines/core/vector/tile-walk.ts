/** Walks the tiles that hold anything, from the top down and along the Hilbert curve, cutting shapes on the way. */
import { hilbertCell, hilbertPosition } from '../grid/hilbert.ts';
import type { Tile } from '../grid/tile-matrix-set.ts';
import { cutAll } from './cut.ts';
import type { Axis } from './cut.ts';
import type { FeatureLayer } from './feature-layer.ts';

/** Units across a tile, and the margin beyond its edges that shapes are drawn in, so that outlines do not show there. */
export const TILE_EXTENT = 4096;
export const TILE_MARGIN = 64;

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
  yield* walk(layers, { z: 0, x: 0, y: 0, parts: wholeWorld(layers) }, 0, minZoom, maxZoom);
}

/**
 * One tile alone. Shapes are cut at every zoom on the way down, as the walk does it, so that the tile has the same bytes;
 * features that do not reach into it may be missing. Its shapes stay on the layers' stacks.
 */
export function walkTo(layers: readonly FeatureLayer[], { z, x, y }: Tile): TileNode {
  let parts = wholeWorld(layers);
  for (let depth = 1; depth <= z; depth++) {
    const up = 2 ** (z - depth);
    const columns = cutBand(layers, parts, 0, depth, Math.floor(x / up));
    parts = parts.map((part, i) => ({ ...part, shapes: columns[i]! }));
    const rows = cutBand(layers, parts, 1, depth, Math.floor(y / up));
    parts = parts.map((part, i) => ({ ...part, shapes: rows[i]! }));
  }
  const place = hilbertPosition(z, x, y);
  return {
    z,
    x,
    y,
    parts: layers.map(({ points }, i) => ({
      from: points.firstAt(z, place, 0, points.count),
      to: points.firstAt(z, place + 1, 0, points.count),
      shapes: parts[i]!.shapes,
    })),
  };
}

function wholeWorld(layers: readonly FeatureLayer[]): LayerPart[] {
  return layers.map((layer) => ({ from: 0, to: layer.points.count, shapes: worldShapes(layer) }));
}

/** What each layer's shapes have in one column (axis 0) or row (axis 1) of a zoom, with its margin. */
function cutBand(
  layers: readonly FeatureLayer[],
  parts: readonly Pick<LayerPart, 'shapes'>[],
  axis: Axis,
  z: number,
  index: number,
): Uint32Array[] {
  const size = 2 ** -z;
  const margin = (TILE_MARGIN / TILE_EXTENT) * size;
  const low = index * size - margin;
  return layers.map(({ shapes }, i) => cutAll(shapes, parts[i]!.shapes, axis, low, low + size + 2 * margin));
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
  const marks = layers.map((layer) => layer.shapes.mark());
  const columns = [0, 1].map((column) => cutBand(layers, node.parts, 0, z, 2 * node.x + column));
  for (let quarter = 0; quarter < 4; quarter++) {
    const place = position * 4 + quarter;
    const [x, y] = hilbertCell(z, place);
    const inner = layers.map((layer) => layer.shapes.mark());
    const column = columns[x - 2 * node.x]!.map((shapes) => ({ shapes }));
    const rows = cutBand(layers, column, 1, z, y);
    const parts = layers.map(({ points }, i) => {
      const { from, to } = node.parts[i]!;
      return {
        from: points.firstAt(z, place, from, to),
        to: points.firstAt(z, place + 1, from, to),
        shapes: rows[i]!,
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
