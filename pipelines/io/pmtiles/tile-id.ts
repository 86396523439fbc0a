/**
 * The number under which an archive keeps a tile: all tiles of the zooms above it, then its place on the zoom's
 * Hilbert curve.
 */
import { hilbertCell, hilbertPosition } from '../../core/grid/hilbert.ts';
import type { Tile } from '../../core/grid/tile-matrix-set.ts';

export function tileId(z: number, x: number, y: number): number {
  return firstTileId(z) + hilbertPosition(z, x, y);
}

/** How many tiles the zooms above `z` have. */
function firstTileId(z: number): number {
  return (4 ** z - 1) / 3;
}

export function zoomOfTileId(id: number): number {
  let z = 0;
  while (firstTileId(z + 1) <= id) z++;
  return z;
}

export function tileOfId(id: number): Tile {
  const z = zoomOfTileId(id);
  const [x, y] = hilbertCell(z, id - firstTileId(z));
  return { z, x, y };
}
