/** A region of an index: bands read by this thread, masked, evaluated in one loop, encoded. */
import type { KernelOutput } from '../core/expression/codegen.ts';
import type { Window } from '../core/grid/window.ts';
import type { Samples } from '../core/raster/block.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { kernelFor, readLayer } from './layer.ts';
import type { Formula, Layer } from './layer.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

export interface IndexRegionInput {
  /** Of one band; its `dtype` is that of `output`. */
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  readonly layer: Layer & { readonly formula: Formula };
  readonly output: KernelOutput;
}

export interface IndexRegionOutput extends EncodedRegion {
  readonly validPixels: number;
  /** Results that are finite but beyond what the output's type holds. */
  readonly lostPixels: number;
}

export async function run(input: IndexRegionInput, { signal }: TaskContext): Promise<IndexRegionOutput> {
  return withScratch((scratch) => runWith(input, scratch, signal));
}

async function runWith(input: IndexRegionInput, scratch: Scratch, signal: AbortSignal): Promise<IndexRegionOutput> {
  const { spec, region, layer, output } = input;
  const { blocks, masks } = await readLayer(layer, region, scratch);
  checkAborted(signal);
  const bands = blocks.map((block) => block.data);
  const pixels = region.width * region.height;
  const out = scratch.samples(output.kind, pixels) as Int16Array | Float32Array;
  const validPixels = kernelFor(layer.formula, output).run(bands, masks, out);
  const lostPixels =
    output.kind === 'int16' && validPixels < countValid(masks, pixels)
      ? countFinite(layer.formula, bands, masks, pixels) - validPixels
      : 0;
  checkAborted(signal);
  return { ...encodeRegion({ spec, region, bands: [out] }), validPixels, lostPixels };
}

/** Pixels that are valid in every band. */
function countValid(masks: readonly (Uint8Array | null)[], pixels: number): number {
  const given = masks.filter((mask) => mask !== null);
  const [first, ...rest] = given;
  if (!first) return pixels;
  const all = rest.length === 0 ? first : first.slice();
  for (const mask of rest) for (let i = 0; i < pixels; i++) all[i]! &= mask[i]!;
  let count = 0;
  for (let i = 0; i < pixels; i++) count += all[i]!;
  return count;
}

function countFinite(
  formula: Formula,
  bands: readonly Samples[],
  masks: readonly (Uint8Array | null)[],
  pixels: number,
): number {
  return kernelFor(formula, { kind: 'float32' }).run(bands, masks, new Float32Array(pixels));
}
