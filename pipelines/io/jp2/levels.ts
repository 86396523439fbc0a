/**
 * Resolution levels of a JPEG 2000 image: level 0 is full size, each further one halves the reference grid. Coarser ones
 * are low-pass filtered by the wavelet: never for classes, of which they invent new ones.
 */
import type { LevelInfo } from '../raster-source.ts';
import type { CodestreamHeader } from './codestream.ts';
import type { TileRect } from './single-tile.ts';

export function levelsOf(header: CodestreamHeader): LevelInfo[] {
  const deepest = Math.min(...header.codings.map((c) => c.decompositions));
  const levels: LevelInfo[] = [];
  for (let level = 0; level <= deepest; level++) {
    const { x0, y0, x1, y1 } = atLevel(header, level);
    const [width, height] = [x1 - x0, y1 - y0];
    if (width === 0 || height === 0) break;
    const scale = 2 ** level;
    const blockWidth = Math.min(width, Math.ceil(header.tileWidth / scale));
    const blockHeight = Math.min(height, Math.ceil(header.tileHeight / scale));
    levels.push({ width, height, blockWidth, blockHeight });
  }
  return levels;
}

/** A rectangle of the reference grid in samples of a level: both ends are rounded up (T.800, B-15). */
export function atLevel(rect: TileRect, level: number): TileRect {
  const scale = 2 ** level;
  const at = (v: number) => Math.ceil(v / scale);
  return { x0: at(rect.x0), y0: at(rect.y0), x1: at(rect.x1), y1: at(rect.y1) };
}
