/** A window of a level out of the tiles that meet it. */
import type { Window } from '../../core/grid/window.ts';
import { clip } from '../../core/grid/window.ts';
import type { BandBlock, DataType, Samples } from '../../core/raster/block.ts';
import { createSamples } from '../../core/raster/block.ts';
import type { CodestreamHeader } from './codestream.ts';
import { atLevel } from './levels.ts';
import type { TileRect } from './single-tile.ts';
import { tileRect } from './single-tile.ts';

export interface WindowRequest {
  readonly header: CodestreamHeader;
  readonly level: number;
  /** In pixels of the level; may reach beyond the image. */
  readonly window: Window;
  readonly bands: readonly number[];
  readonly dtype: DataType;
}

/**
 * @param tileAt  The samples of a tile at the level, one array per component; null where the image has no such tile.
 * @returns one block per band; masked where no tile lies.
 */
export async function assembleWindow(
  { header, level, window, bands, dtype }: WindowRequest,
  tileAt: (tile: number) => Promise<readonly Samples[] | null>,
): Promise<BandBlock[]> {
  const { width, height } = window;
  const image = atLevel(header, level);
  const inside = clip(window, image.x1 - image.x0, image.y1 - image.y0);
  const data = bands.map(() => createSamples(dtype, width * height));
  const valid = new Uint8Array(width * height);
  for (const { tile, rect } of inside ? tilesOf(header, inside, level) : []) {
    const samples = await tileAt(tile);
    if (!samples) continue;
    const area = clipTo(rect, inside!);
    fillMask(valid, window, area);
    for (const [i, band] of bands.entries()) paste(samples[band]!, rect, data[i]!, window, area);
  }
  const mask = valid.includes(0) ? valid : null;
  return data.map((d) => ({ width, height, data: d, mask: mask && mask.slice() }));
}

/** The tiles that meet a window of a level, with their rectangles in pixels of that level. */
function* tilesOf(
  header: CodestreamHeader,
  window: Window,
  level: number,
): Generator<{ tile: number; rect: TileRect }> {
  const origin = atLevel(header, level);
  for (let row = 0; row < header.tilesDown; row++) {
    for (let col = 0; col < header.tilesAcross; col++) {
      const tile = row * header.tilesAcross + col;
      const at = atLevel(tileRect(header, tile), level);
      const rect = { x0: at.x0 - origin.x0, y0: at.y0 - origin.y0, x1: at.x1 - origin.x0, y1: at.y1 - origin.y0 };
      if (rect.y0 >= window.row + window.height || rect.y1 <= window.row) break; // the whole row of tiles lies elsewhere
      const isEmpty = rect.x1 === rect.x0 || rect.y1 === rect.y0; // a tile of 8 pixels has none at the fourth level
      if (!isEmpty && rect.x0 < window.col + window.width && rect.x1 > window.col) yield { tile, rect };
    }
  }
}

function clipTo(rect: TileRect, window: Window): TileRect {
  return {
    x0: Math.max(rect.x0, window.col),
    y0: Math.max(rect.y0, window.row),
    x1: Math.min(rect.x1, window.col + window.width),
    y1: Math.min(rect.y1, window.row + window.height),
  };
}

function paste(from: Samples, rect: TileRect, to: Samples, window: Window, area: TileRect): void {
  const stride = rect.x1 - rect.x0;
  for (let y = area.y0; y < area.y1; y++) {
    const start = (y - rect.y0) * stride - rect.x0;
    to.set(from.subarray(start + area.x0, start + area.x1), (y - window.row) * window.width + area.x0 - window.col);
  }
}

function fillMask(mask: Uint8Array, window: Window, area: TileRect): void {
  for (let y = area.y0; y < area.y1; y++) {
    const start = (y - window.row) * window.width - window.col;
    mask.fill(1, start + area.x0, start + area.x1);
  }
}
