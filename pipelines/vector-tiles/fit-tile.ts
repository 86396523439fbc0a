/** A tile small enough for a map to draw: encoded, again with less where it must be, and compressed. */
import { gzipSync } from 'node:zlib';
import type { TileEncoder } from '../core/vector/tile-encoder.ts';
import type { TileNode } from '../core/vector/tile-walk.ts';

/** Limits of a tile, compressed: those of tippecanoe. */
export const MAX_TILE_BYTES = 500_000;
export const MAX_TILE_FEATURES = 200_000;
/** Compressed size as a part of the size, at the least: what is far too large need not be compressed to know it. */
const LEAST_RATIO = 0.2;
/** Each attempt aims a little below the limit, and none is more than the one before. */
const AIM = 0.95;
const MOST_KEPT = 0.9;
/** Below this share only a single enormous feature can be left; it is stored as it is. */
const LEAST_SHARE = 1e-6;
/** The least that zlib takes as the size of its output buffer. */
const MIN_CHUNK = 64;

export interface FittedTile {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
  /** 1 where all is in it; else points are thinned to this share, and shapes are coarser by as much. */
  readonly share: number;
}

/**
 * Encodes a tile, again with a smaller share until it is within the limits; null where nothing is to be drawn.
 * @param plainFrom  What has more bytes than this, and is within the limit even so, is left to the caller to compress.
 */
export function fitTile(encoder: TileEncoder, node: TileNode, plainFrom = Infinity): FittedTile | null {
  let share = 1;
  for (;;) {
    const { bytes, features } = encoder.encode(node, share);
    if (features === 0) return null;
    let excess = features / MAX_TILE_FEATURES;
    if (excess <= 1 && bytes.length > plainFrom && bytes.length <= MAX_TILE_BYTES)
      return { bytes: bytes.slice(), isCompressed: false, share };
    if (bytes.length * LEAST_RATIO > MAX_TILE_BYTES)
      excess = Math.max(excess, (bytes.length * LEAST_RATIO) / MAX_TILE_BYTES);
    if (excess <= 1 || share < LEAST_SHARE) {
      const compressed = compressTile(bytes);
      excess = compressed.length / MAX_TILE_BYTES;
      if (excess <= 1 || share < LEAST_SHARE) return { bytes: compressed, isCompressed: true, share };
    }
    share *= Math.min(MOST_KEPT, AIM / excess);
  }
}

/** In this thread. */
export function compressTile(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { chunkSize: Math.max(MIN_CHUNK, bytes.length) });
}
