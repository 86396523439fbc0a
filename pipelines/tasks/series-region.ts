/** A region of the analysis of series: all dates of a window on a stack, each pixel's series analysed, bands encoded. */
import { setImmediate } from 'node:timers/promises';
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import type { PixelAnalysis } from '../core/series/pixel/create-analyst.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import type { PixelAnalyst } from '../core/series/pixel/pixel-analyst.ts';
import type { DateValues } from '../core/series/pixel/run-pixels.ts';
import { runPixels } from '../core/series/pixel/run-pixels.ts';
import { createSamples } from '../core/raster/block.ts';
import type { DataType } from '../core/raster/block.ts';
import type { Floats } from '../core/raster/composite.ts';
import { toIntegers } from '../core/raster/quantise.ts';
import type { StoredRange } from '../core/raster/quantise.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { computeValues, readLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { withScratch } from './scratch.ts';

/** What was seen on one date, by one raster or by several. */
export interface DateLayers {
  /** Days since 1970. */
  readonly day: number;
  readonly layers: readonly Layer[];
}

export interface SeriesRegionInput {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** Ascending. */
  readonly dates: readonly DateLayers[];
  /** What counts of several layers of one date. */
  readonly duplicates: 'mean' | 'first' | 'last';
  readonly analysis: PixelAnalysis;
  /** `double` where single precision does not hold the numbers of the files. */
  readonly precision: 'single' | 'double';
  /** How integers are stored; null for floats, which are stored as they are. */
  readonly integers: StoredRange | null;
}

export interface SeriesRegionOutput extends EncodedRegion {
  /** Pixels with at least one value on any date. */
  readonly seenPixels: number;
  /** Pixels whose first band has a value. */
  readonly validPixels: number;
  /** Values that integers do not hold. */
  readonly lostPixels: number;
}

/** Bytes that the dates of a window may take in one thread: 96 dates of a block. With more dates the windows are smaller. */
export const STACK_BYTES = 96 * 1024 * 1024;
const LEAST_SIDE = 32;
/** Pixels between two looks at the signal: a slow analysis takes some milliseconds for each. */
const BREATH = 512;

export async function run(input: SeriesRegionInput, { signal }: TaskContext): Promise<SeriesRegionOutput> {
  const { spec, region, dates } = input;
  const days = Float64Array.from(dates, ({ day }) => day);
  const analyst = createPixelAnalyst(input.analysis, days);
  const bands = Array.from({ length: spec.bands }, () => new Float32Array(region.width * region.height));
  let seenPixels = 0;
  let validPixels = 0;
  for (const part of partsOf(region, dates.length * BYTES[input.precision])) {
    const pixels = part.width * part.height;
    await withScratch(async (scratch) => {
      const type = input.precision === 'single' ? 'float32' : 'float64';
      const stack = scratch.samples(type, dates.length * pixels) as Floats;
      const values: DateValues[] = [];
      for (const [k, { layers }] of dates.entries()) {
        checkAborted(signal);
        values.push(await readDate(layers, part, stack.subarray(k * pixels, (k + 1) * pixels), input.duplicates));
      }
      seenPixels += countSeen(values);
      const isWhole = pixels === region.width * region.height;
      const spare = isWhole ? null : (scratch.samples('float32', bands.length * pixels) as Float32Array);
      const out = spare ? bands.map((_, b) => spare.subarray(b * pixels, (b + 1) * pixels)) : bands;
      await analyse(analyst, days, values, out, signal);
      for (let i = 0; i < pixels; i++) if (out[0]![i] === out[0]![i]) validPixels++;
      if (spare) for (const [b, band] of bands.entries()) putPart(band, region, out[b]!, part);
    });
  }
  const stored = input.integers ? toStored(bands, spec.dtype, input.integers) : { bands, lostPixels: 0 };
  const encoded = encodeRegion({ spec, region, bands: stored.bands });
  return { ...encoded, seenPixels, validPixels, lostPixels: stored.lostPixels };
}

function toStored(values: readonly Float32Array[], type: DataType, range: StoredRange) {
  let lostPixels = 0;
  const bands = values.map((band) => {
    const numbers = createSamples(type, band.length);
    lostPixels += toIntegers(band, numbers, range);
    return numbers;
  });
  return { bands, lostPixels };
}

const BYTES = { single: 4, double: 8 } as const;

/** Squares of the region whose dates fit; halved, so that they stay aligned with the blocks of most sources. */
function partsOf(region: Window, bytesPerPixel: number): Window[] {
  let side = 2 ** Math.ceil(Math.log2(Math.max(region.width, region.height)));
  while (side > LEAST_SIDE && side * side * bytesPerPixel > STACK_BYTES) side /= 2;
  return split(region.width, region.height, side).map((part) => ({
    ...part,
    col: part.col + region.col,
    row: part.row + region.row,
  }));
}

/** Numbers of a file stay as they are stored, so that they become values in double precision, as those of a table are. */
async function readDate(
  layers: readonly Layer[],
  part: Window,
  numbers: Floats,
  duplicates: SeriesRegionInput['duplicates'],
): Promise<DateValues> {
  const [first, ...others] = layers;
  if (others.length > 0) {
    await mergeLayers(layers, part, numbers, duplicates);
    return { numbers, scale: 1, offset: 0 };
  }
  const { scale, offset } = first!;
  await readInto({ ...first!, scale: 1, offset: 0 }, part, numbers);
  return { numbers, scale, offset };
}

async function readInto(layer: Layer, part: Window, numbers: Floats): Promise<void> {
  await withScratch(async (scratch) => computeValues(layer, await readLayer(layer, part, scratch), numbers));
}

async function mergeLayers(
  layers: readonly Layer[],
  part: Window,
  values: Floats,
  duplicates: SeriesRegionInput['duplicates'],
): Promise<void> {
  const counts = new Uint16Array(values.length);
  values.fill(NaN);
  const others = values.slice();
  for (const layer of layers) {
    await readInto(layer, part, others);
    for (let i = 0; i < values.length; i++) {
      const other = others[i]!;
      if (other !== other) continue;
      if (counts[i] === 0 || duplicates === 'last') values[i] = other;
      else if (duplicates === 'mean') values[i]! += other;
      counts[i]! += 1;
    }
  }
  if (duplicates === 'mean') for (let i = 0; i < values.length; i++) values[i]! /= counts[i]!;
}

function countSeen(dates: readonly DateValues[]): number {
  const seen = new Uint8Array(dates[0]!.numbers.length);
  for (const { numbers } of dates)
    for (let i = 0; i < seen.length; i++) {
      const value = numbers[i]!;
      if (value - value === 0) seen[i] = 1; // finite
    }
  let count = 0;
  for (let i = 0; i < seen.length; i++) count += seen[i]!;
  return count;
}

async function analyse(
  analyst: PixelAnalyst,
  days: Float64Array,
  dates: readonly DateValues[],
  out: readonly Float32Array[],
  signal: AbortSignal,
): Promise<void> {
  const pixels = out[0]!.length;
  for (let from = 0; from < pixels; from += BREATH) {
    const to = from + BREATH;
    const cut = dates.map((date) => ({ ...date, numbers: date.numbers.subarray(from, to) }));
    runPixels(
      analyst,
      days,
      cut,
      out.map((band) => band.subarray(from, to)),
    );
    await setImmediate();
    checkAborted(signal);
  }
}

function putPart(out: Float32Array, region: Window, part: Float32Array, { col, row, width, height }: Window): void {
  for (let y = 0; y < height; y++)
    out.set(part.subarray(y * width, (y + 1) * width), (row - region.row + y) * region.width + col - region.col);
}
