/** A region of a warped raster: the source pixels under it are read by this thread, resampled and encoded. */
import type { Window } from '../core/grid/window.ts';
import { translate } from '../core/grid/affine.ts';
import type { BandBlock, Samples } from '../core/raster/block.ts';
import { createSamples } from '../core/raster/block.ts';
import { resample, toFloats, windowFor } from '../core/raster/resample.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { keepValid } from '../core/raster/store-rounded.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid, WarpPlan } from '../core/raster/warp-plan.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { RasterSource } from '../io/raster-source.ts';
import { withSource } from '../io/source-cache.ts';
import type { SourceRef } from '../io/source-cache.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';

export interface WarpSettings {
  readonly source: SourceRef;
  readonly sourceGrid: RasterGrid;
  readonly resampling: Resampling;
  /** Bound on the position, in source pixels. */
  readonly maxErrorPixels: number;
  /** The same for all regions, so that none is smoother than its neighbour. */
  readonly scale: readonly [x: number, y: number];
}

export interface WarpRegionInput extends WarpSettings {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
}

export interface WarpRegionOutput extends EncodedRegion {
  /** The largest error of position that was measured, in source pixels. */
  readonly maxErrorPixels: number;
  readonly validPixels: number;
}

/** Source numbers (pixels times bands) read at once: 16 M, so that a coarse target costs time but not memory. */
const MOST_SAMPLES = 2 ** 24;
/** Side of the pieces that get a control grid of their own. */
const PIECE = 512;

export async function run(input: WarpRegionInput, { signal }: TaskContext): Promise<WarpRegionOutput> {
  const { spec, region, source } = input;
  const output = createOutput(input);
  await withSource(source, (raster) => warpPart(input, raster, wholeOf(region), output, signal));
  checkAborted(signal);
  for (const [b, data] of output.bands.entries()) keepValid(data, output.masks[b]!, spec.nodata);
  const { maxErrorPixels, validPixels } = output;
  return { ...encodeRegion({ spec, region, bands: output.bands, masks: output.masks }), maxErrorPixels, validPixels };
}

interface Output {
  readonly bands: readonly Samples[];
  readonly masks: readonly Uint8Array[];
  maxErrorPixels: number;
  validPixels: number;
}

function createOutput({ spec, region }: WarpRegionInput): Output {
  const pixels = region.width * region.height;
  const each = <T>(make: () => T) => Array.from({ length: spec.bands }, make);
  return {
    bands: each(() => createSamples(spec.dtype, pixels)),
    masks: each(() => new Uint8Array(pixels)),
    maxErrorPixels: 0,
    validPixels: 0,
  };
}

/** `part` is in pixels of the region. Halved until the source pixels under it are few enough to be held. */
async function warpPart(
  input: WarpRegionInput,
  raster: RasterSource,
  part: Window,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  checkAborted(signal);
  const window = windowFor(planOf(input, part), input.resampling);
  if (!window) return;
  const { bands } = input.spec;
  if (window.width * window.height * bands > MOST_SAMPLES && part.width * part.height > 1) {
    for (const half of halves(part)) await warpPart(input, raster, half, output, signal);
    return;
  }
  const wanted = Array.from({ length: bands }, (_, b) => b);
  const blocks = await raster.read(window, { bands: wanted, signal });
  const isComputed = input.resampling !== 'nearest';
  const sources = blocks.map(({ data, mask }: BandBlock) => ({
    data: isComputed ? toFloats(data) : data,
    mask,
    window,
  }));
  for (const piece of pieces(part)) {
    checkAborted(signal);
    const plan = planOf(input, piece);
    output.maxErrorPixels = Math.max(output.maxErrorPixels, plan.maxErrorPixels);
    if (!windowFor(plan, input.resampling)) continue;
    for (const [b, source] of sources.entries()) {
      const pixels = piece.width * piece.height;
      const out = { data: createSamples(input.spec.dtype, pixels), mask: new Uint8Array(pixels) };
      const valid = resample(plan, input.resampling, source, out);
      if (b === 0) output.validPixels += valid;
      place(out.data, piece, output.bands[b]!, input.region.width);
      place(out.mask, piece, output.masks[b]!, input.region.width);
    }
  }
}

function planOf({ spec, region, sourceGrid, maxErrorPixels, scale }: WarpRegionInput, part: Window): WarpPlan {
  const transform = translate(spec.transform!, region.col + part.col, region.row + part.row);
  const target = { transform, epsg: spec.epsg!, width: part.width, height: part.height };
  return planWarp({ source: sourceGrid, target, maxErrorPixels, scale });
}

function wholeOf({ width, height }: Window): Window {
  return { col: 0, row: 0, width, height };
}

function halves({ col, row, width, height }: Window): Window[] {
  if (width >= height) {
    const left = width >> 1;
    return [
      { col, row, width: left, height },
      { col: col + left, row, width: width - left, height },
    ];
  }
  const upper = height >> 1;
  return [
    { col, row, width, height: upper },
    { col, row: row + upper, width, height: height - upper },
  ];
}

function* pieces({ col, row, width, height }: Window): Generator<Window> {
  for (let r = 0; r < height; r += PIECE)
    for (let c = 0; c < width; c += PIECE)
      yield { col: col + c, row: row + r, width: Math.min(PIECE, width - c), height: Math.min(PIECE, height - r) };
}

function place(from: Samples, { col, row, width, height }: Window, to: Samples, stride: number): void {
  for (let r = 0; r < height; r++) to.set(from.subarray(r * width, (r + 1) * width), (row + r) * stride + col);
}
