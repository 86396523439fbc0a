/** With which of the tiles at hand a view is drawn while the ones it needs are on their way. */
import type { Tile } from '../../../pipelines/core/grid/tile-matrix-set.ts';

/** Draw on the place of `tile` what `from`, itself or an ancestor of it, holds there. */
export interface Patch {
  readonly tile: Tile;
  readonly from: Tile;
}

const MOST_LEVELS_UP = 6;

/** The tile itself, else the nearest ancestor at hand, else those of its four children that are. */
export function planTile(tile: Tile, isAtHand: (tile: Tile) => boolean): readonly Patch[] {
  for (let up = 0; up <= Math.min(MOST_LEVELS_UP, tile.z); up++) {
    const from = { z: tile.z - up, x: tile.x >> up, y: tile.y >> up };
    if (isAtHand(from)) return [{ tile, from }];
  }
  return childrenOf(tile)
    .filter(isAtHand)
    .map((child) => ({ tile: child, from: child }));
}

/** The patch's place in the tile it is drawn from: left, top, right, bottom as shares. */
export function partOf({ tile, from }: Patch): readonly [number, number, number, number] {
  const size = 2 ** (from.z - tile.z);
  const left = tile.x * size - from.x;
  const top = tile.y * size - from.y;
  return [left, top, left + size, top + size];
}

function childrenOf({ z, x, y }: Tile): readonly Tile[] {
  return [0, 1, 2, 3].map((i) => ({ z: z + 1, x: x * 2 + (i & 1), y: y * 2 + (i >> 1) }));
}
