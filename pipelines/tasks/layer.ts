/** One layer of pixels on the grid of a run: bands read and aligned, clouds masked, a formula applied. */
import { compileKernel } from '../core/expression/compile.ts';
import type { Kernel } from '../core/expression/compile.ts';
import type { Calibration, KernelOutput } from '../core/expression/codegen.ts';
import type { Window } from '../core/grid/window.ts';
import type { BandBlock } from '../core/raster/block.ts';
import { copyValues } from '../core/raster/quantise.ts';
import type { Floats } from '../core/raster/composite.ts';
import { readAligned } from './aligned-band.ts';
import type { AlignedBand } from './aligned-band.ts';
import { readClassMask } from './class-mask.ts';
import type { ClassMask } from './class-mask.ts';
import type { Scratch } from './scratch.ts';

export { NO_SPECIAL_VALUES } from './aligned-band.ts';
export type { AlignedBand, SpecialValues } from './aligned-band.ts';
export type { ClassMask } from './class-mask.ts';

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

function keepBoth(mask: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i]! &= other[i]!;
}
