/** A vector tile out of rows of the database. */
import type { DrawnTile, DrawTileInput } from '../vector-tiles/draw-tile.ts';
import { drawTile } from '../vector-tiles/draw-tile.ts';

export function run(input: DrawTileInput): DrawnTile {
  return drawTile(input);
}
