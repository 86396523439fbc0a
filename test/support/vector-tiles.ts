/** Tiles of features in memory, decoded by Mapbox's own reader. */
import { VectorTile } from '@mapbox/vector-tile';
import type { VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { RawFeature } from '../../pipelines/core/vector/feature.ts';
import { FeatureLayer } from '../../pipelines/core/vector/feature-layer.ts';
import { TileEncoder } from '../../pipelines/core/vector/tile-encoder.ts';
import { walkTiles } from '../../pipelines/core/vector/tile-walk.ts';

export interface DecodedTile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly features: readonly VectorTileFeature[];
}

export function decodeTile(bytes: Uint8Array): VectorTile {
  return new VectorTile(new PbfReader(bytes));
}

export function featuresOf(tile: VectorTile, layer: string): VectorTileFeature[] {
  const found = tile.layers[layer];
  return found ? Array.from({ length: found.length }, (_, i) => found.feature(i)) : [];
}

/** Every tile that holds anything, of one layer named `l`. */
export function makeTiles(features: Iterable<RawFeature>, minZoom: number, maxZoom: number, share = 1): DecodedTile[] {
  const layer = new FeatureLayer('l', minZoom, maxZoom);
  for (const feature of features) layer.add(feature);
  layer.points.arrange(minZoom, maxZoom);
  const encoder = new TileEncoder([layer]);
  const tiles: DecodedTile[] = [];
  for (const node of walkTiles([layer], minZoom, maxZoom)) {
    const { bytes, features: count } = encoder.encode(node, share);
    const decoded = featuresOf(decodeTile(bytes.slice()), 'l');
    if (decoded.length !== count) throw new Error(`${decoded.length} features decoded, ${count} were written`);
    if (count > 0) tiles.push({ z: node.z, x: node.x, y: node.y, features: decoded });
  }
  return tiles;
}

/** Place of a tile's coordinate in the world, 0 to 1. */
export function worldPosition(tile: DecodedTile, point: { x: number; y: number }, extent = 4096): [number, number] {
  const size = 2 ** -tile.z;
  return [(tile.x + point.x / extent) * size, (tile.y + point.y / extent) * size];
}
