/** One layer of pixels on the grid of a run: bands read and aligned, clouds masked, a formula applied. */
import { compileKernel } from '../core/expression/compile.ts';
import type { Kernel } from '../core/expression/compile.ts';
import type { Calibration, KernelOutput } from '../core/expression/codegen.ts';
import type { Window } from '../core/grid/window.ts';
import { alignBlock, isIdentity, sourceWindow } from '../core/raster/align.ts';
import type { Alignment } from '../core/raster/align.ts';
import type { BandBlock, DataType, Samples } from '../core/raster/block.ts';
import { maskSpecialValues } from '../core/raster/calibrate.ts';
import { copyValues } from '../core/raster/quantise.ts';
import type { Floats } from '../core/raster/composite.ts';
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

/** Scene classes of which some are invalid. */
export interface ClassMask {
  readonly source: AlignedBand;
  /** Codes of classes whose pixels are invalid; where the class band itself has no data the code is 0. */
  readonly excluded: readonly number[];
}

export interface Formula {
  readonly expression: string;
  /** In the order of the bands: value = dn · scale + offset. */
  readonly calibration: readonly Calibration[];
}

export interface Layer {
  /** In the order in which the expression first names them; one band where there is no formula. */
  readonly bands: readonly AlignedBand[];
  readonly classes: ClassMask | null;
  /** Null: the band's numbers as stored, times `scale` plus `offset`. */
  readonly formula: Formula | null;
  readonly scale: number;
  readonly offset: number;
}

export interface LayerBlocks {
  readonly blocks: readonly BandBlock[];
  /** One per band; 1 = valid by the band's file, and for the first also by its class. */
  readonly masks: readonly (Uint8Array | null)[];
}

/** Reads what a layer needs of a window of the run's grid, into memory of `scratch`. */
export async function readLayer(layer: Layer, window: Window, scratch: Scratch): Promise<LayerBlocks> {
  const blocks: BandBlock[] = [];
  for (const band of layer.bands) blocks.push(await readAligned(band, window, scratch));
  const masks = blocks.map((block) => block.mask);
  if (layer.classes) {
    const classes = await readClassMask(layer.classes, window, scratch);
    if (masks[0]) keepBoth(classes, masks[0]);
    masks[0] = classes;
  }
  return { blocks, masks };
}

/** A window of the run's grid out of a band. */
async function readAligned(band: AlignedBand, window: Window, scratch: Scratch): Promise<BandBlock> {
  return withSource(band, async (source) => {
    const block = await readWindow(source, band, window, scratch);
    const aligned = alignTo(window, band, block, source.info.bands[band.band]!.dtype, scratch);
    if (band.special.nodata === null && band.special.saturated === null) return aligned;
    const mask = aligned.mask ?? new Uint8Array(aligned.data.length).fill(1);
    maskSpecialValues(aligned.data, mask, band.special);
    return { ...aligned, mask };
  });
}

const kernels = new Map<string, Kernel>();

/** The kernel of a formula; kept, because the next region asks for the same. */
export function kernelFor(formula: Formula, output: KernelOutput): Kernel {
  const key = JSON.stringify([formula, output]);
  let kernel = kernels.get(key);
  if (!kernel) {
    if (kernels.size > 64) kernels.clear();
    kernels.set(key, (kernel = compileKernel(formula.expression, { calibration: formula.calibration, output })));
  }
  return kernel;
}

/** Values of a layer, NaN where invalid. Formulas are evaluated in double and stored in single precision. */
export function computeValues(layer: Layer, { blocks, masks }: LayerBlocks, out: Floats): void {
  if (layer.formula && out instanceof Float32Array)
    kernelFor(layer.formula, { kind: 'float32' }).run(
      blocks.map((block) => block.data),
      masks,
      out,
    );
  else copyValues(blocks[0]!.data, masks[0] ?? null, layer, out);
}

/** 1 where the class of a pixel stays; looked up where the classes lie, before they are repeated on a finer grid. */
async function readClassMask(
  { source: band, excluded }: ClassMask,
  window: Window,
  scratch: Scratch,
): Promise<Uint8Array> {
  const stays = new Uint8Array(256).fill(1);
  for (const code of excluded) stays[code] = 0;
  return withSource(band, async (source) => {
    const { data, mask, width, height } = await readWindow(source, band, window, scratch);
    const valid = scratch.bytes(data.length);
    lookUp(stays, data, valid);
    if (mask) for (let i = 0; i < valid.length; i++) if (mask[i] === 0) valid[i] = stays[0]!;
    return alignTo(window, band, { width, height, data: valid, mask: null }, 'uint8', scratch).data as Uint8Array;
  });
}

/** A function of its own: inside another's closure V8 leaves such a loop slow. */
function lookUp(stays: Uint8Array, codes: Samples, valid: Uint8Array): void {
  for (let i = 0; i < valid.length; i++) valid[i] = stays[codes[i]! & 255]!;
}

/** The pixels of a band that a window of the run's grid needs. */
async function readWindow(
  source: RasterSource,
  { band, alignment }: AlignedBand,
  window: Window,
  scratch: Scratch,
): Promise<BandBlock> {
  const from = sourceWindow(alignment, window);
  const into = [scratch.samples(source.info.bands[band]!.dtype, from.width * from.height)];
  const [block] = await source.read(from, { bands: [band], into });
  return block!;
}

function alignTo(
  window: Window,
  { alignment }: AlignedBand,
  block: BandBlock,
  type: DataType,
  scratch: Scratch,
): BandBlock {
  if (isIdentity(alignment)) return block;
  return alignBlock(block, alignment, window, scratch.samples(type, window.width * window.height));
}

function keepBoth(mask: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i]! &= other[i]!;
}
