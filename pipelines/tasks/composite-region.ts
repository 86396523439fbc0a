/** A region of a composite: layers computed by this thread onto a stack, reduced to one, encoded. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import type { Samples } from '../core/raster/block.ts';
import { createLayerStack } from '../core/raster/composite.ts';
import type { CompositeMethod, LayerStack } from '../core/raster/composite.ts';
import type { StoredRange } from '../core/raster/quantise.ts';
import { toIntegers } from '../core/raster/quantise.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { computeValues, readLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

export interface CompositeRegionInput {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** For each band of the result, its layers in order. */
  readonly bands: readonly (readonly Layer[])[];
  readonly method: CompositeMethod;
  readonly precision: 'single' | 'double';
  /** How integers are stored; null for floats, which are stored as they are. */
  readonly integers: StoredRange | null;
}

export interface CompositeRegionOutput extends EncodedRegion {
  readonly lostPixels: number;
}

/** Bytes that a stack of layers may take in one thread; more layers are worked through in smaller windows. */
const STACK_BYTES = 48 * 1024 * 1024;
const LEAST_SIDE = 256;

export async function run(input: CompositeRegionInput, { signal }: TaskContext): Promise<CompositeRegionOutput> {
  return withScratch((scratch) => runWith(input, scratch, signal));
}

async function runWith(
  input: CompositeRegionInput,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<CompositeRegionOutput> {
  const { spec, region } = input;
  const bands: Samples[] = [];
  let lostPixels = 0;
  for (const layers of input.bands) {
    const out = scratch.samples(spec.dtype, region.width * region.height);
    for (const part of partsOf(region, layers.length, input.precision === 'single' ? 4 : 8))
      lostPixels += await compositePart(input, layers, part, out, signal);
    bands.push(out);
  }
  return { ...encodeRegion({ spec, region, bands }), lostPixels };
}

async function compositePart(
  { spec, region, method, precision, integers }: CompositeRegionInput,
  layers: readonly Layer[],
  part: Window,
  out: Samples,
  signal: AbortSignal,
): Promise<number> {
  return withStack(layers.length, part.width * part.height, precision, async (stack) => {
    for (const [k, layer] of layers.entries()) {
      checkAborted(signal);
      await withScratch(async (scratch) =>
        computeValues(layer, await readLayer(layer, part, scratch), stack.layers[k]!),
      );
    }
    checkAborted(signal);
    return withScratch(async (scratch) => {
      const values = stack.reduce(method);
      const isWhole = values.length === out.length;
      const stored = isWhole ? out : scratch.samples(spec.dtype, values.length);
      let lostPixels = 0;
      if (integers) lostPixels = toIntegers(values, stored, integers);
      else stored.set(values);
      if (!isWhole) putPart(out, region, stored, part);
      return lostPixels;
    });
  });
}

/** Squares of the region whose stack fits; halved, so that they stay aligned with the blocks of most sources. */
function partsOf(region: Window, layers: number, bytesPerValue: number): Window[] {
  let side = 2 ** Math.ceil(Math.log2(Math.max(region.width, region.height)));
  while (side > LEAST_SIDE && side * side * bytesPerValue * (layers + 1) > STACK_BYTES) side /= 2;
  return split(region.width, region.height, side).map((part) => ({
    ...part,
    col: part.col + region.col,
    row: part.row + region.row,
  }));
}

let kept: { key: string; stack: LayerStack } | undefined;

/** The stack of the part before where it has the same shape: memory of this size is not given back and taken anew. */
async function withStack<T>(
  layers: number,
  pixels: number,
  precision: 'single' | 'double',
  use: (stack: LayerStack) => Promise<T>,
): Promise<T> {
  const key = `${layers} ${pixels} ${precision}`;
  const stack = kept?.key === key ? kept.stack : createLayerStack(layers, pixels, precision);
  kept = undefined; // another task of this thread may come in between
  try {
    return await use(stack);
  } finally {
    kept = { key, stack };
  }
}

function putPart(out: Samples, region: Window, part: Samples, { col, row, width, height }: Window): void {
  for (let y = 0; y < height; y++)
    out.set(part.subarray(y * width, (y + 1) * width), (row - region.row + y) * region.width + col - region.col);
}
