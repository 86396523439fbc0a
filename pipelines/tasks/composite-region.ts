/** A region of a composite, worked through in parts whose memory is bounded whatever the number of dates; encoded. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import { NO_PICK } from '../core/raster/accumulate.ts';
import type { Samples } from '../core/raster/block.ts';
import { quantileOf } from '../core/raster/composite.ts';
import type { Percentile } from '../core/raster/composite.ts';
import type { StoredRange } from '../core/raster/quantise.ts';
import { toIntegers } from '../core/raster/quantise.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import type { ComposedPart, CompositeLayers } from './composite-part.ts';
import { composeStack, packClasses } from './composite-stack.ts';
import type { PackedClasses } from './composite-stack.ts';
import { composeStream } from './composite-stream.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

export interface CompositeRegionInput extends CompositeLayers {
  /** Its bands are those of the layers, then `extras`. */
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** How integers are stored; null for floats, which are stored as they are. */
  readonly integers: StoredRange | null;
  /** Days since 1970-01-01 of the layers; null where `date` is not among the extras. */
  readonly days: readonly number[] | null;
}

export interface CompositeRegionOutput extends EncodedRegion {
  readonly lostPixels: number;
}

/**
 * Bytes that the layers of a part may take in one thread. Parts larger than a block are quicker only while they are small;
 * blocks of up to 76 dates in single precision are taken whole; more dates take flatter parts, whose blocks are decoded
 * twice, or four times.
 */
const AMPLE_BYTES = 32 * 1024 * 1024;
const STACK_BYTES = 80 * 1024 * 1024;
/** Of parts whose layers come one after the other. */
const STREAM_SIDE = 1024;
/** Side of the blocks that most files have. */
const BLOCK_SIDE = 512;
const LEAST_HEIGHT = 16;

export async function run(input: CompositeRegionInput, { signal }: TaskContext): Promise<CompositeRegionOutput> {
  return withScratch(async (scratch) => {
    const { spec, region } = input;
    const outs = Array.from({ length: spec.bands }, () => scratch.samples(spec.dtype, region.width * region.height));
    const lostPixels = isStacked(input)
      ? await runStacked(input, outs, signal)
      : await runStreamed(input, outs, signal);
    return { ...encodeRegion({ spec, region, bands: outs }), lostPixels };
  });
}

type Stacked = CompositeRegionInput & { readonly method: 'median' | Percentile };

function isStacked(input: CompositeRegionInput): input is Stacked {
  return quantileOf(input.method) !== null;
}

async function runStacked(input: Stacked, outs: readonly Samples[], signal: AbortSignal): Promise<number> {
  const { bands, region, precision } = input;
  const count = bands[0]!.length;
  const packed: (PackedClasses | null)[] = [];
  for (const { classes } of bands[0]!) packed.push(classes && (await packClasses(classes, region)));
  const bytes = precision === 'single' ? 4 : 8;
  const shape = shapeOf(region, Infinity, bytes * (count + 1));
  const capacity = shape.width * shape.height;
  let lost = 0;
  for (const [b, layers] of bands.entries())
    for (const part of partsOf(region, shape))
      await withScratch(async (scratch) => {
        const composed = await composeStack(input, layers, packed, part, capacity, scratch, signal);
        lost += put(input, composed, part, outs.slice(b, bands.length === 1 ? undefined : b + 1), scratch);
      });
  return lost;
}

async function runStreamed(
  input: CompositeRegionInput,
  outs: readonly Samples[],
  signal: AbortSignal,
): Promise<number> {
  const { bands, region, precision } = input;
  const bytes = precision === 'single' ? 4 : 8;
  const shape = shapeOf(region, STREAM_SIDE, 2 * bytes * bands.length + 16);
  let lost = 0;
  for (const part of partsOf(region, shape))
    await withScratch(async (scratch) => {
      lost += put(input, await composeStream(input, part, scratch, signal), part, outs, scratch);
    });
  return lost;
}

interface Shape {
  readonly width: number;
  readonly height: number;
}

/** Squares down to the side of a block, then flatter, so that parts stay aligned with blocks. */
function shapeOf(region: Window, mostSide: number, bytesPerPixel: number): Shape {
  let side = Math.min(mostSide, 2 ** Math.ceil(Math.log2(Math.max(region.width, region.height))));
  while (side > BLOCK_SIDE && side * side * bytesPerPixel > AMPLE_BYTES) side /= 2;
  let height = side;
  while (height > LEAST_HEIGHT && side * height * bytesPerPixel > STACK_BYTES) height /= 2;
  return { width: side, height };
}

/** Row by row of the region; but the parts of a row of blocks one below the other, as they share them. */
function partsOf(region: Window, { width, height }: Shape): Window[] {
  const band = Math.max(height, BLOCK_SIDE);
  return split(region.width, region.height, Math.max(width, band)).flatMap((square) =>
    rectangles(square, width, height).map((part) => ({
      ...part,
      col: part.col + square.col + region.col,
      row: part.row + square.row + region.row,
    })),
  );
}

function rectangles(whole: Window, width: number, height: number): Window[] {
  const parts: Window[] = [];
  for (let col = 0; col < whole.width; col += width)
    for (let row = 0; row < whole.height; row += height)
      parts.push({ col, row, width: Math.min(width, whole.width - col), height: Math.min(height, whole.height - row) });
  return parts;
}

/** Stores a part into the bands of its region, values first. @returns values that did not fit */
function put(
  { spec, region, extras, integers, days }: CompositeRegionInput,
  { values, picks, counts }: ComposedPart,
  part: Window,
  outs: readonly Samples[],
  scratch: Scratch,
): number {
  let lost = 0;
  for (const [b, floats] of values.entries()) {
    const stored = scratch.samples(spec.dtype, floats.length);
    if (integers) lost += toIntegers(floats, stored, integers);
    else stored.set(floats);
    putPart(outs[b]!, region, stored, part);
  }
  for (const [e, extra] of extras.entries()) {
    const stored = scratch.samples(spec.dtype, values[0]!.length);
    if (extra === 'count') stored.set(counts!);
    else lookUpDays(picks!, days!, spec.nodata ?? 0, stored);
    putPart(outs[values.length + e]!, region, stored, part);
  }
  return lost;
}

function lookUpDays(picks: Uint16Array, days: readonly number[], nodata: number, out: Samples): void {
  for (let i = 0; i < out.length; i++) out[i] = picks[i] === NO_PICK ? nodata : days[picks[i]!]!;
}

function putPart(out: Samples, region: Window, part: Samples, { col, row, width, height }: Window): void {
  for (let y = 0; y < height; y++)
    out.set(part.subarray(y * width, (y + 1) * width), (row - region.row + y) * region.width + col - region.col);
}
