/** A band of a file that lies under the grid of a run, and windows of it. */
import type { Window } from '../core/grid/window.ts';
import { alignBlock, isIdentity, sourceWindow } from '../core/raster/align.ts';
import type { Alignment } from '../core/raster/align.ts';
import type { BandBlock, DataType } from '../core/raster/block.ts';
import { maskSpecialValues } from '../core/raster/calibrate.ts';
import type { RasterSource } from '../io/raster-source.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { withSource } from '../io/source-cache.ts';
import type { Scratch } from './scratch.ts';

/** A band of a file and where it lies under the grid of the run. */
export interface AlignedBand extends SourceRef {
  /** From 0. */
  readonly band: number;
  readonly alignment: Alignment;
  readonly special: SpecialValues;
}

/** Numbers of a product that are no measurement and that its files do not declare as nodata. */
export interface SpecialValues {
  readonly nodata: number | null;
  readonly saturated: number | null;
}

export const NO_SPECIAL_VALUES: SpecialValues = { nodata: null, saturated: null };

/** A window of the run's grid out of a band. */
export async function readAligned(band: AlignedBand, window: Window, scratch: Scratch): Promise<BandBlock> {
  return withSource(band, async (source) => {
    const block = await readPixels(source, band, sourceWindow(band.alignment, window), scratch);
    const aligned = alignTo(window, band, block, source.info.bands[band.band]!.dtype, scratch);
    if (band.special.nodata === null && band.special.saturated === null) return aligned;
    const mask = aligned.mask ?? new Uint8Array(aligned.data.length).fill(1);
    maskSpecialValues(aligned.data, mask, band.special);
    return { ...aligned, mask };
  });
}

/** A window of a band's own grid. */
export async function readPixels(
  source: RasterSource,
  { band }: AlignedBand,
  window: Window,
  scratch: Scratch,
): Promise<BandBlock> {
  const into = [scratch.samples(source.info.bands[band]!.dtype, window.width * window.height)];
  const [block] = await source.read(window, { bands: [band], into });
  return block!;
}

/** The block of the source window of `window`, brought onto the run's grid. */
export function alignTo(
  window: Window,
  { alignment }: AlignedBand,
  block: BandBlock,
  type: DataType,
  scratch: Scratch,
): BandBlock {
  if (isIdentity(alignment)) return block;
  return alignBlock(block, alignment, window, scratch.samples(type, window.width * window.height));
}
