/** A region of a raster of change: two periods compared, changes too small to be mapped removed, encoded. */
import type { Window } from '../core/grid/window.ts';
import { CHANGE_BANDS } from '../core/raster/change.ts';
import { borderOf } from '../core/raster/component-borders.ts';
import { findComponents } from '../core/raster/components.ts';
import type { Connectedness } from '../core/raster/components.ts';
import { findRuns } from '../core/raster/runs.ts';
import { sieveRegion } from '../core/raster/sieve.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import type { ChangeInput } from './change-values.ts';
import { compareParts } from './change-values.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { withScratch } from './scratch.ts';

export interface ChangeRegionInput extends ChangeInput {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  readonly sieve: RegionSieve | null;
}

export interface RegionSieve {
  readonly minPixels: number;
  readonly connectedness: Connectedness;
  /** Labels of the region's components that touch its border and are too small with what they have beyond it. */
  readonly small: Uint32Array;
}

export interface ChangeCounts {
  /** Pixels that are valid in both periods. */
  readonly valid: number;
  readonly decreased: number;
  readonly increased: number;
}

export interface ChangeRegionOutput extends EncodedRegion {
  readonly counts: ChangeCounts;
}

export async function run(input: ChangeRegionInput, { signal }: TaskContext): Promise<ChangeRegionOutput> {
  const { spec, region, sieve } = input;
  return withScratch(async (scratch) => {
    const bands = CHANGE_BANDS.map(() => scratch.samples('float32', region.width * region.height) as Float32Array);
    await compareParts(input, region, 'all', signal, (part, kernel) => {
      for (const [b, name] of CHANGE_BANDS.entries()) putPart(kernel.bands[name], part, bands[b]!, region);
    });
    const classes = bands[CHANGE_BANDS.indexOf('class')]!;
    if (sieve) removeSmall(classes, region, sieve);
    for (const name of ROUNDED) roundMantissa(bands[CHANGE_BANDS.indexOf(name)]!);
    return { ...encodeRegion({ spec, region, bands }), counts: countClasses(classes) };
  });
}

/** Statistics whose fourth digit is noise; without it the file is a third smaller. */
const ROUNDED = ['relative', 'z', 'p', 'valid'] as const;
/** Bits of 23 that are left out: what stays is right within 5e-4 of its size. */
const LOST_BITS = 13;

function roundMantissa(values: Float32Array): void {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const half = 1 << (LOST_BITS - 1);
  for (let i = 0; i < bits.length; i++)
    if (values[i] === values[i]) bits[i] = ((bits[i]! + half) >> LOST_BITS) << LOST_BITS;
}

function removeSmall(classes: Float32Array, region: Window, { minPixels, connectedness, small }: RegionSieve): void {
  const known = Int8Array.from(classes); // NaN becomes 0
  const runs = findRuns(known, region);
  const components = findComponents(runs, connectedness);
  const isSmall = components.sizes.map((size) => (size < minPixels ? 1 : 0));
  for (const label of borderOf(runs, components, region).labels) isSmall[label] = 0; // may go on beyond
  for (const label of small) isSmall[label] = 1;
  sieveRegion(classes, region, runs, components, (label) => isSmall[label] === 1);
}

function putPart(from: Float32Array, part: Window, into: Float32Array, region: Window): void {
  for (let y = 0; y < part.height; y++) {
    const offset = (part.row - region.row + y) * region.width + part.col - region.col;
    into.set(from.subarray(y * part.width, (y + 1) * part.width), offset);
  }
}

function countClasses(classes: Float32Array): ChangeCounts {
  let [valid, decreased, increased] = [0, 0, 0];
  for (let i = 0; i < classes.length; i++) {
    const value = classes[i]!;
    if (value !== value) continue;
    valid++;
    if (value < 0) decreased++;
    else if (value > 0) increased++;
  }
  return { valid, decreased, increased };
}
