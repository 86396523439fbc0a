/** A region of a radar product: backscatter read with a halo, filtered or reduced in linear power, encoded. */
import type { Window } from '../core/grid/window.ts';
import type { Frame } from '../core/radar/frame.ts';
import { addDate, createDateRatios, finishDate } from '../core/radar/multitemporal.ts';
import { testChange } from '../core/radar/ratio-test.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import { filterSpeckle, haloOf } from '../core/radar/speckle.ts';
import { addPower, createPowerMean, meanPower } from '../core/radar/temporal-mean.ts';
import type { PowerMean } from '../core/radar/temporal-mean.ts';
import type { RadarUnit } from '../core/radar/units.ts';
import { fromPower } from '../core/radar/units.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import type { RadarBand } from './radar-layer.ts';
import { frameOf, readPower } from './radar-layer.ts';

export type RadarWork =
  /** `noiseFloor` in power; 0: none. */
  | { readonly kind: 'convert'; readonly noiseFloor: number }
  | { readonly kind: 'spatial'; readonly choice: SpatialChoice }
  | { readonly kind: 'multitemporal'; readonly side: number }
  | { readonly kind: 'mean' }
  /** The first `before` rasters are of before. */
  | { readonly kind: 'change'; readonly before: number; readonly looks: number };

export interface RadarRegionInput {
  /** Float32; bands in the order of the results, and within one of the polarisations. */
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** For each polarisation, its band of each raster. */
  readonly polarisations: readonly (readonly RadarBand[])[];
  readonly work: RadarWork;
  /** Of results that are backscatter. */
  readonly unit: RadarUnit;
}

export interface RadarRegionOutput extends EncodedRegion {
  /** Of the first band. */
  readonly validPixels: number;
}

export async function run(input: RadarRegionInput, { signal }: TaskContext): Promise<RadarRegionOutput> {
  const { spec, region, polarisations, work } = input;
  const bands: Float32Array[] = [];
  for (const [p, dates] of polarisations.entries()) {
    const results = await compute(dates, region, work, input.unit, signal);
    for (const [r, result] of results.entries()) bands[r * polarisations.length + p] = result;
  }
  return { ...encodeRegion({ spec, region, bands }), validPixels: countValid(bands[0]!) };
}

async function compute(
  dates: readonly RadarBand[],
  region: Window,
  work: RadarWork,
  unit: RadarUnit,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  switch (work.kind) {
    case 'convert':
      return each(dates, frameOf(region, 0), signal, (values, _, out) => {
        out.set(values);
        fromPower(out, unit, work.noiseFloor);
      });
    case 'spatial':
      return each(dates, frameOf(region, haloOf(work.choice.side)), signal, (values, frame, out) => {
        filterSpeckle(values, frame, work.choice, out);
        fromPower(out, unit);
      });
    case 'multitemporal':
      return multitemporal(dates, frameOf(region, haloOf(work.side)), work.side, unit, signal);
    case 'mean': {
      const { count, ...sums } = await meanOf(dates, region, signal);
      const out = new Float32Array(count.length);
      meanPower({ count, ...sums }, out);
      fromPower(out, unit);
      return [out, Float32Array.from(count)];
    }
    case 'change': {
      const before = await meanOf(dates.slice(0, work.before), region, signal);
      const after = await meanOf(dates.slice(work.before), region, signal);
      const [change, p] = [new Float32Array(before.count.length), new Float32Array(before.count.length)];
      testChange(before, after, work.looks, change, p);
      return [change, p];
    }
  }
}

async function each(
  dates: readonly RadarBand[],
  frame: Frame,
  signal: AbortSignal,
  make: (values: Float32Array, frame: Frame, out: Float32Array) => void,
): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (const date of dates) {
    checkAborted(signal);
    const out = new Float32Array(frame.width * frame.height);
    make(await readPower(date, frame), frame, out);
    results.push(out);
  }
  return results;
}

async function multitemporal(
  dates: readonly RadarBand[],
  frame: Frame,
  side: number,
  unit: RadarUnit,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const ratios = createDateRatios(frame);
  const results = await each(dates, frame, signal, (values, _, out) => addDate(values, frame, side, ratios, out));
  for (const result of results) {
    finishDate(result, ratios);
    fromPower(result, unit);
  }
  return results;
}

async function meanOf(dates: readonly RadarBand[], region: Window, signal: AbortSignal): Promise<PowerMean> {
  const mean = createPowerMean(region.width * region.height);
  for (const date of dates) {
    checkAborted(signal);
    addPower(mean, await readPower(date, frameOf(region, 0)));
  }
  return mean;
}

function countValid(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) count++;
  return count;
}
