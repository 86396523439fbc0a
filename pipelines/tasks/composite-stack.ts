/** Parts of composites that need the values of all dates at once: the median and other percentiles. */
import type { Window } from '../core/grid/window.ts';
import { sourceWindow } from '../core/raster/align.ts';
import { addToCounts, NO_PICK, pickNearest } from '../core/raster/accumulate.ts';
import { createLayerStack } from '../core/raster/composite.ts';
import type { Floats, LayerStack, Percentile } from '../core/raster/composite.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { alignTo } from './aligned-band.ts';
import { readOwnClassMask } from './class-mask.ts';
import type { ClassMask } from './class-mask.ts';
import { isEmpty } from './composite-part.ts';
import type { ComposedPart, CompositeLayers } from './composite-part.ts';
import { packBits, unpackBits } from './pack-bits.ts';
import { computeValues, readBands } from './layer.ts';
import type { Layer } from './layer.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

/** The class mask of a date over a region, a bit a pixel of the class band: read once, margins included, for all parts. */
export interface PackedClasses {
  readonly classes: ClassMask;
  /** Of the class band's grid. */
  readonly window: Window;
  /** Rows of whole bytes, the first pixel in the lowest bit. */
  readonly bits: Uint8Array;
}

export async function packClasses(classes: ClassMask, region: Window): Promise<PackedClasses> {
  const window = sourceWindow(classes.source.alignment, region);
  return withScratch(async (scratch) => {
    const valid = await readOwnClassMask(classes, window, scratch);
    const bits = packBits(valid, window.width);
    return { classes, window, bits };
  });
}

/** 1 where the class stays, for a part of the region. */
function unpackClasses({ classes, window, bits }: PackedClasses, part: Window, scratch: Scratch): Uint8Array {
  const own = sourceWindow(classes.source.alignment, part);
  const valid = scratch.bytes(own.width * own.height);
  const from = { ...own, col: own.col - window.col, row: own.row - window.row };
  unpackBits(bits, window.width, from, valid);
  const block = { width: own.width, height: own.height, data: valid, mask: null };
  return alignTo(part, classes.source, block, 'uint8', scratch).data as Uint8Array;
}

/**
 * One band of a part.
 * @param packed  One per layer; null: it has no classes.
 * @param capacity  Pixels of the largest part, so that all parts of a run share one stack.
 */
export async function composeStack(
  { method, precision, extras }: CompositeLayers & { readonly method: 'median' | Percentile },
  layers: readonly Layer[],
  packed: readonly (PackedClasses | null)[],
  part: Window,
  capacity: number,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<ComposedPart> {
  const pixels = part.width * part.height;
  return withStack(layers.length, capacity, precision, async (stack) => {
    const views = stack.layers.map((layer) => layer.subarray(0, pixels) as Floats);
    for (const [k, layer] of layers.entries()) {
      checkAborted(signal);
      await fillLayer(layer, packed[k] ?? null, part, views[k]!);
    }
    const values = scratch.samples(precision === 'single' ? 'float32' : 'float64', pixels) as Floats;
    values.set(stack.reduce(method, pixels).subarray(0, pixels));
    const words = (fill: number) => (scratch.samples('uint16', pixels) as Uint16Array).fill(fill);
    const picks = extras.includes('date') ? words(NO_PICK) : null;
    const counts = extras.includes('count') ? words(0) : null;
    if (picks) pickNearest(views, values, picks);
    if (counts) for (const view of views) addToCounts([view], counts);
    return { values: [values], picks, counts };
  });
}

/** A date that is wholly clouded here costs nothing. */
async function fillLayer(layer: Layer, packed: PackedClasses | null, part: Window, into: Floats): Promise<void> {
  await withScratch(async (scratch) => {
    const classes = packed && unpackClasses(packed, part, scratch);
    if (classes && isEmpty(classes)) into.fill(NaN);
    else computeValues(layer, await readBands(layer, part, classes, scratch), into);
  });
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
