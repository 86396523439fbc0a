/** A region of the analysis of series: all dates of a window on a stack, each pixel's series analysed, bands encoded. */
import { setImmediate } from 'node:timers/promises';
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import type { PixelAnalysis } from '../core/series/pixel/create-analyst.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import type { PixelAnalyst } from '../core/series/pixel/pixel-analyst.ts';
import { runPixels } from '../core/series/pixel/run-pixels.ts';
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
}

export interface SeriesRegionOutput extends EncodedRegion {
  /** Pixels with at least one value on any date. */
  readonly seenPixels: number;
  /** Pixels whose first band has a value. */
  readonly validPixels: number;
}

/** Bytes that the dates of a window may take in one thread; with more dates the windows are smaller. */
export const STACK_BYTES = 48 * 1024 * 1024;
const LEAST_SIDE = 32;
/** Pixels between two looks at the signal: a slow analysis takes some milliseconds for each. */
const BREATH = 4096;

export async function run(input: SeriesRegionInput, { signal }: TaskContext): Promise<SeriesRegionOutput> {
  const { spec, region, dates } = input;
  const days = Float64Array.from(dates, ({ day }) => day);
  const analyst = createPixelAnalyst(input.analysis, days);
  const bands = Array.from({ length: spec.bands }, () => new Float32Array(region.width * region.height));
  let seenPixels = 0;
  let validPixels = 0;
  for (const part of partsOf(region, dates.length)) {
    const pixels = part.width * part.height;
    await withScratch(async (scratch) => {
      const stack = scratch.samples('float32', dates.length * pixels) as Float32Array;
      const layers = dates.map((_, k) => stack.subarray(k * pixels, (k + 1) * pixels));
      for (const [k, date] of dates.entries()) {
        checkAborted(signal);
        await fillDate(date.layers, part, layers[k]!, input.duplicates);
      }
      seenPixels += countSeen(layers);
      const isWhole = pixels === region.width * region.height;
      const spare = isWhole ? null : (scratch.samples('float32', bands.length * pixels) as Float32Array);
      const out = spare ? bands.map((_, b) => spare.subarray(b * pixels, (b + 1) * pixels)) : bands;
      await analyse(analyst, days, layers, out, signal);
      for (let i = 0; i < pixels; i++) if (out[0]![i] === out[0]![i]) validPixels++;
      if (spare) for (const [b, band] of bands.entries()) putPart(band, region, out[b]!, part);
    });
  }
  return { ...encodeRegion({ spec, region, bands }), seenPixels, validPixels };
}

/** Squares of the region whose dates fit; halved, so that they stay aligned with the blocks of most sources. */
function partsOf(region: Window, dates: number): Window[] {
  let side = 2 ** Math.ceil(Math.log2(Math.max(region.width, region.height)));
  while (side > LEAST_SIDE && side * side * 4 * dates > STACK_BYTES) side /= 2;
  return split(region.width, region.height, side).map((part) => ({
    ...part,
    col: part.col + region.col,
    row: part.row + region.row,
  }));
}

async function fillDate(
  sources: readonly Layer[],
  part: Window,
  values: Float32Array,
  duplicates: SeriesRegionInput['duplicates'],
): Promise<void> {
  const counts = sources.length > 1 ? new Uint16Array(values.length) : null;
  for (const [k, source] of sources.entries())
    await withScratch(async (scratch) => {
      const into = k === 0 ? values : (scratch.samples('float32', values.length) as Float32Array);
      computeValues(source, await readLayer(source, part, scratch), into);
      if (counts) for (let i = 0; i < into.length; i++) if (into[i] === into[i]) counts[i]! += 1;
      if (k > 0) merge(values, into, duplicates);
    });
  if (counts && duplicates === 'mean') for (let i = 0; i < values.length; i++) values[i]! /= counts[i]!;
}

function merge(values: Float32Array, others: Float32Array, duplicates: SeriesRegionInput['duplicates']): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const other = others[i]!;
    if (other !== other) continue;
    if (value !== value || duplicates === 'last') values[i] = other;
    else if (duplicates === 'mean') values[i] = value + other; // divided by the number of them at the end
  }
}

function countSeen(layers: readonly Float32Array[]): number {
  const seen = new Uint8Array(layers[0]!.length);
  for (const layer of layers) for (let i = 0; i < seen.length; i++) if (layer[i] === layer[i]) seen[i] = 1;
  let count = 0;
  for (let i = 0; i < seen.length; i++) count += seen[i]!;
  return count;
}

async function analyse(
  analyst: PixelAnalyst,
  days: Float64Array,
  layers: readonly Float32Array[],
  out: readonly Float32Array[],
  signal: AbortSignal,
): Promise<void> {
  const pixels = layers[0]!.length;
  for (let from = 0; from < pixels; from += BREATH) {
    const cut = (of: Float32Array) => of.subarray(from, from + BREATH);
    runPixels(analyst, days, layers.map(cut), out.map(cut));
    await setImmediate();
    checkAborted(signal);
  }
}

function putPart(out: Float32Array, region: Window, part: Float32Array, { col, row, width, height }: Window): void {
  for (let y = 0; y < height; y++)
    out.set(part.subarray(y * width, (y + 1) * width), (row - region.row + y) * region.width + col - region.col);
}
