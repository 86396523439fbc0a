/**
 * The overviews that are coarser than a region: reductions of regions are joined to strips one block high, encoded when
 * complete and reduced on to the next level. Memory is one strip per level, whatever the height of the raster.
 */
import type { Window } from '../../core/grid/window.ts';
import type { Reduction } from '../../core/raster/overview.ts';
import { emptyLike, place, reduceAgain, toStored } from '../../core/raster/overview.ts';
import type { EncodedTile } from './block-sink.ts';
import { createBlockSink } from './block-sink.ts';
import type { CogSpec } from './cog-layout.ts';
import { blockSizeOf, cogLevels, REGION_LEVELS } from './cog-layout.ts';

export interface EncodedStrip {
  readonly bytes: Uint8Array;
  readonly tiles: readonly EncodedTile[];
}

export interface OverviewStrips {
  /** Takes one reduction per band of a region; regions come row by row. @returns the strips that became complete. */
  add(region: Window, rest: readonly Reduction[]): EncodedStrip[];
}

export function createOverviewStrips(spec: CogSpec): OverviewStrips {
  const size = blockSizeOf(spec);
  const levels = cogLevels(spec);
  const open = new Map<number, { readonly bands: readonly Reduction[]; readonly row: number }>();

  /** Puts pieces into the strip of a level; closes it where they end both its row and its height. */
  function put(level: number, pieces: readonly Reduction[], col: number, row: number, into: EncodedStrip[]): void {
    const { width, height } = levels[level]!;
    const top = row - (row % size);
    const strip = open.get(level) ?? {
      row: top,
      bands: pieces.map((piece) => emptyLike(piece, width, Math.min(size, height - top))),
    };
    open.set(level, strip);
    pieces.forEach((piece, b) => place(strip.bands[b]!, piece, col, row - strip.row));
    const { width: w, height: h } = pieces[0]!;
    const last = strip.bands[0]!;
    if (col + w < width || row + h < strip.row + last.height) return;
    open.delete(level);
    into.push(encodeStrip(strip.bands, level, strip.row));
    if (level + 1 < levels.length) {
      const next = strip.bands.map((band) => reduceAgain(band, spec.overviewResampling ?? 'average', spec.nodata));
      put(level + 1, next, 0, strip.row >> 1, into);
    }
  }

  function encodeStrip(bands: readonly Reduction[], level: number, row: number): EncodedStrip {
    const sink = createBlockSink(spec);
    const sources = bands.map((band) => ({
      data: toStored(band, spec.dtype, spec.nodata),
      width: band.width,
      height: band.height,
    }));
    sink.add(sources, level, 0, row);
    return sink.finish();
  }

  return {
    add(region, rest) {
      const level = REGION_LEVELS + 1;
      const strips: EncodedStrip[] = [];
      put(level, rest, region.col >> level, region.row >> level, strips);
      return strips;
    },
  };
}
