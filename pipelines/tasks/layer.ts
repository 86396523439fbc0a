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
  /** One per band, the same for all: 1 = valid by the file of every band, and by the class. */
  readonly masks: readonly (Uint8Array | null)[];
}

/** Reads what a layer needs of a window of the run's grid, into memory of `scratch`. */
export async function readLayer(layer: Layer, window: Window, scratch: Scratch): Promise<LayerBlocks> {
  const classes = layer.classes && (await readClassMask(layer.classes, window, scratch));
  return readBands(layer, window, classes, scratch);
}

/** The same where the mask of the classes is known; it is left as it is. */
export async function readBands(
  { bands }: Layer,
  window: Window,
  classes: Uint8Array | null,
  scratch: Scratch,
): Promise<LayerBlocks> {
  const blocks: BandBlock[] = [];
  for (const band of bands) blocks.push(await readAligned(band, window, scratch));
  // one mask for all: a formula is valid where all of its bands are
  let all: Uint8Array | null = null;
  for (const { mask } of blocks) all = both(all, mask);
  if (classes) all = all ? both(all, classes) : classes;
  return { blocks, masks: blocks.map(() => all) };
}

/** Where both are 1, in the memory of the first. */
function both(mask: Uint8Array | null, other: Uint8Array | null): Uint8Array | null {
  if (!mask || !other || mask === other) return mask ?? other;
  const isAligned = mask.byteOffset % 4 === 0 && other.byteOffset % 4 === 0;
  const whole = isAligned ? mask.length >> 2 : 0;
  const [words, others] = [mask, other].map(({ buffer, byteOffset }) =>
    isAligned ? new Uint32Array(buffer, byteOffset, whole) : new Uint32Array(0),
  ) as [Uint32Array, Uint32Array];
  for (let i = 0; i < whole; i++) words[i]! &= others[i]!;
  for (let i = 4 * whole; i < mask.length; i++) mask[i]! &= other[i]!;
  return mask;
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
