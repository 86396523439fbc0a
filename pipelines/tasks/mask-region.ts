/** A region of a mask: a class or flag band read with a halo, brought to categories, refined, encoded. */
import type { Window } from '../core/grid/window.ts';
import { sourceWindow } from '../core/raster/align.ts';
import type { Samples } from '../core/raster/block.ts';
import { refinementHalo, refineMask } from '../core/raster/cloud-mask.ts';
import type { MaskRefinement } from '../core/raster/cloud-mask.ts';
import { categoryOf, categoryTable, MASK_NODATA } from '../core/raster/mask-category.ts';
import type { ClassRule } from '../core/raster/mask-category.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { withSource } from '../io/source-cache.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import type { AlignedBand } from './aligned-band.ts';
import { readAligned, readPixels } from './aligned-band.ts';
import { cutOut, widen } from './class-mask.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

/** Ground that is darker than lit ground, in a band under the grid of the classes. */
export interface DarkBand {
  readonly band: AlignedBand;
  /** Digital numbers below it are dark. */
  readonly below: number;
}

export interface MaskRegionInput {
  readonly spec: CogSpec;
  readonly region: Window;
  /** On the grid of the mask. */
  readonly classes: AlignedBand;
  readonly rules: readonly ClassRule[];
  readonly refinement: MaskRefinement | null;
  /** Null: no ground is dark but what is classed so. */
  readonly dark: DarkBand | null;
}

export interface MaskRegionOutput extends EncodedRegion {
  /** Pixels by the number that is stored. */
  readonly counts: Uint32Array;
}

export async function run(input: MaskRegionInput, { signal }: TaskContext): Promise<MaskRegionOutput> {
  return withScratch(async (scratch) => {
    const { spec, region, refinement, dark } = input;
    const wide = refinement ? widen(region, refinementHalo(refinement)) : region;
    let codes = await readCategories(input, wide, scratch);
    checkAborted(signal);
    if (refinement) {
      const isDark = dark && refinement.projection ? await readDark(dark, wide, scratch) : null;
      refineMask(codes, wide.width, wide, refinement, isDark);
      codes = cutOut(codes, wide, region, scratch.bytes(region.width * region.height));
    }
    checkAborted(signal);
    const counts = new Uint32Array(256);
    for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++;
    return { ...encodeRegion({ spec, region, bands: [codes] }), counts };
  });
}

async function readCategories({ classes, rules }: MaskRegionInput, window: Window, scratch: Scratch) {
  return withSource(classes, async (source) => {
    const { dtype } = source.info.bands[classes.band]!;
    const { data, mask } = await readPixels(source, classes, sourceWindow(classes.alignment, window), scratch);
    const codes = scratch.bytes(data.length);
    if (data.BYTES_PER_ELEMENT > 2) for (let i = 0; i < codes.length; i++) codes[i] = categoryOf(data[i]!, rules);
    else lookUp(categoryTable(rules, dtype.startsWith('int')), data, codes);
    if (mask) for (let i = 0; i < codes.length; i++) if (mask[i] === 0) codes[i] = MASK_NODATA;
    return codes;
  });
}

function lookUp(table: Uint8Array, data: Samples, codes: Uint8Array): void {
  for (let i = 0; i < codes.length; i++) codes[i] = table[data[i]! & 65535]!;
}

async function readDark({ band, below }: DarkBand, window: Window, scratch: Scratch): Promise<Uint8Array> {
  const { data, mask } = await readAligned(band, window, scratch);
  const isDark = scratch.bytes(data.length);
  for (let i = 0; i < isDark.length; i++) isDark[i] = data[i]! < below ? 1 : 0;
  if (mask) for (let i = 0; i < isDark.length; i++) isDark[i]! &= mask[i]!;
  return isDark;
}
