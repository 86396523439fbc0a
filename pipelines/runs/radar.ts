/** Products of radar backscatter: decibels, speckle filters, means over time, change. `landmeter radar` */
import { basename } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import { checkLooks, checkSide, haloOf } from '../core/radar/speckle.ts';
import type { SpeckleFilter } from '../core/radar/speckle.ts';
import { UNIT_WORDS } from '../core/radar/units.ts';
import type { RadarUnit } from '../core/radar/units.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { TaskRunner } from '../runner.ts';
import type { RadarWork } from '../tasks/radar-region.ts';
import type { RunControls } from './progress.ts';
import { openRadar, settleLooks } from './radar-inputs.ts';
import type { Looks, RadarInputs } from './radar-inputs.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export type RadarOperation =
  /** Below `noiseFloor` (decibels) values are raised to it. */
  | { readonly kind: 'db'; readonly noiseFloor: number | null }
  | {
      readonly kind: 'filter';
      readonly method: SpeckleFilter;
      /** Side in pixels. */
      readonly window: number;
      /** Null: estimated. */
      readonly looks: number | null;
      /** Of the result; null: that of the first raster. */
      readonly unit: RadarUnit | null;
    }
  | { readonly kind: 'mean'; readonly unit: RadarUnit | null }
  /** The first `before` rasters are of before, the others of after. */
  | { readonly kind: 'change'; readonly before: number; readonly looks: number | null };

export interface RadarRequest {
  readonly rasters: readonly string[];
  /** Of all rasters; null: found out. */
  readonly input: RadarUnit | null;
  readonly operation: RadarOperation;
  readonly output: string;
}

export interface RadarReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly bands: readonly string[];
  readonly inputs: RadarInputs['units'];
  /** Null where they do not matter. */
  readonly looks: Looks | null;
  /** Of the first band, 0 to 1. */
  readonly validShare: number;
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `usage` for no raster; `parameter-invalid` for a window, looks or a number of dates that the
 *   operation cannot have; `calibration-invalid`, `grid-mismatch`; as reading and writing do
 */
export async function runRadar(
  { rasters, input, operation, output }: RadarRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<RadarReport> {
  checkRequest(rasters, operation);
  const inputs = await openRadar(rasters, input, runner, controls);
  const notes = [...inputs.notes];
  if (operation.kind === 'db')
    for (const { path, unit } of inputs.units) if (unit === 'db') notes.push(`${path} is in decibels already`);
  const asked = operation.kind === 'filter' || operation.kind === 'change' ? operation.looks : null;
  const needsLooks =
    operation.kind === 'change' || (operation.kind === 'filter' && operation.method !== 'multitemporal');
  const looks = needsLooks ? settleLooks(asked, inputs, notes) : null;
  const work = workOf(operation, looks);
  const unit = unitOf(operation, inputs);
  const names = bandNames(operation, rasters, inputs);
  const spec = specOf(inputs, operation, unit, names, looks);
  const summary = spec.metadata!['PROCESSING']!;
  controls.passport?.begin({ inputs: inputs.uses, method: { summary, ...storageOf(spec) } }, runner);
  const { polarisations } = inputs;
  const tasks = cogRegions(spec).map((region) => ({ spec, region, polarisations, work, unit }));
  const pixels = spec.width * spec.height;
  let valid = 0;
  async function* regions() {
    for await (const region of runRegions(runner, 'radar-region', tasks, spec, bytesPerPixel(work, spec), controls)) {
      valid += region.validPixels;
      yield region;
    }
    controls.passport?.found({ pixels, validPixels: valid, validShare: valid / pixels }, notes);
  }
  const sizeBytes = await writeCogFromRegions(output, spec, regions(), controls);
  const { width, height } = spec;
  const validShare = valid / pixels;
  return { output, sizeBytes, width, height, bands: names, inputs: inputs.units, looks, validShare, notes };
}

function checkRequest(rasters: readonly string[], operation: RadarOperation): void {
  if (rasters.length === 0) throw new PlatformError('usage', 'Name the rasters of backscatter');
  if (operation.kind === 'filter') checkSide(operation.method, operation.window);
  if ('looks' in operation && operation.looks !== null) checkLooks(operation.looks);
  if (operation.kind === 'filter' && operation.method === 'multitemporal' && rasters.length < 2)
    throw new PlatformError(
      'usage',
      'The multi-temporal filter needs two dates or more; --method lee or refined-lee takes one',
    );
  if (operation.kind === 'change' && (operation.before < 1 || operation.before >= rasters.length))
    throw new PlatformError('usage', 'Name a raster of before with --before, and one of after with --after');
}

function workOf(operation: RadarOperation, looks: Looks | null): RadarWork {
  switch (operation.kind) {
    case 'db':
      return { kind: 'convert', noiseFloor: operation.noiseFloor === null ? 0 : 10 ** (operation.noiseFloor / 10) };
    case 'filter': {
      const { method, window: side } = operation;
      return method === 'multitemporal'
        ? { kind: method, side }
        : { kind: 'spatial', choice: { method, side, looks: looks!.value } };
    }
    case 'mean':
      return { kind: 'mean' };
    case 'change':
      return { kind: 'change', before: operation.before, looks: looks!.value };
  }
}

function unitOf(operation: RadarOperation, { units }: RadarInputs): RadarUnit {
  if (operation.kind === 'filter' || operation.kind === 'mean') return operation.unit ?? units[0]!.unit;
  return 'db';
}

/** Results come first in the order of bands, polarisations within them: see `RadarRegionInput`. */
function bandNames(operation: RadarOperation, rasters: readonly string[], { bandNames: named }: RadarInputs): string[] {
  const polarisations = named.map((name, b) => name ?? (named.length > 1 ? `band ${b + 1}` : null));
  const join = (...words: (string | null)[]) => words.filter((word) => word !== null).join(' ');
  const each = (results: readonly (string | null)[]) =>
    results.flatMap((result) => polarisations.map((name) => join(name, result)));
  switch (operation.kind) {
    case 'mean':
      return each(['mean', 'count']);
    case 'change':
      return each(['change', 'p']);
    default:
      if (rasters.length > 1) return each(rasters.map((path) => basename(path).replace(/\.tiff?(?=$|#)/i, '')));
      return polarisations.map((name) => name ?? (operation.kind === 'db' ? 'backscatter' : 'filtered'));
  }
}

function specOf(
  { grid: { width, height, transform, epsg } }: RadarInputs,
  operation: RadarOperation,
  unit: RadarUnit,
  names: readonly string[],
  looks: Looks | null,
): CogSpec {
  const mixed = operation.kind === 'mean' || operation.kind === 'change'; // a count and a p have no decibels
  return {
    width,
    height,
    transform,
    epsg,
    dtype: 'float32',
    bands: names.length,
    nodata: NaN,
    unit: unit === 'db' && !mixed ? 'dB' : null,
    bandNames: names,
    blockSize: blockSizeFor(names.length),
    metadata: { PROCESSING: describe(operation, unit, looks), BACKSCATTER: UNIT_WORDS[unit] },
  };
}

/** All bands of a region are in memory at once. */
function blockSizeFor(bands: number): number {
  return bands <= 6 ? 512 : bands <= 24 ? 256 : 128;
}

function describe(operation: RadarOperation, unit: RadarUnit, looks: Looks | null): string {
  switch (operation.kind) {
    case 'db':
      return 'Backscatter in decibels: 10 log10 of power';
    case 'filter': {
      const { method, window: side } = operation;
      const filter = `${method} speckle filter, ${side} x ${side} pixels${looks ? `, ${looks.value} looks` : ''}`;
      return `Backscatter in ${UNIT_WORDS[unit]}: ${filter}`;
    }
    case 'mean':
      return `Backscatter in ${UNIT_WORDS[unit]}: mean over time of power, and count`;
    case 'change':
      return `Change of backscatter in decibels, and p of no change by the ratio test, ${looks!.value} looks`;
  }
}

function bytesPerPixel(work: RadarWork, { bands }: CogSpec): number {
  const halo = work.kind === 'spatial' ? haloOf(work.choice.side) : 0;
  const reading = 4 + 4 + 1 + (halo > 0 ? 2 : 0);
  const working = work.kind === 'spatial' ? 8 : work.kind === 'multitemporal' ? 10 : 20;
  return 4 * bands + reading + working + 8;
}
