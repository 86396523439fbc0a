/** A raster onto a grid of another CRS, or another grid of its own → COG. */
import { stat } from 'node:fs/promises';
import { PlatformError } from '../core/errors.ts';
import type { Bounds } from '../core/grid/bounds.ts';
import { findCrs, isSupportedCrs } from '../core/grid/crs.ts';
import { bytesPerSample } from '../core/raster/block.ts';
import type { DataType } from '../core/raster/block.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { overallScale, planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { planTarget } from '../core/raster/warp-target.ts';
import { openRaster } from '../io/open-raster.ts';
import type { BandInfo, RasterInfo } from '../io/raster-source.ts';
import { checkSpec, cogRegions, REGION_LEVELS, storedType } from '../io/tiff/cog-layout.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { runInOrder } from '../runner.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { WarpSettings } from '../tasks/warp-region.ts';
import type { RunControls } from './progress.ts';
import { bandUse, operationsBetween, storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface WarpRunRequest {
  readonly path: string;
  readonly epsg: number;
  /** Units of the target CRS; null: as gdalwarp suggests. */
  readonly resolution: number | null;
  /** In the target CRS; null: all of the source. */
  readonly bounds: Bounds | null;
  readonly resampling: Resampling;
  readonly output: string;
}

export interface WarpRunPlan extends WarpSettings {
  readonly spec: CogSpec;
  readonly output: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
}

export interface WarpReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly epsg: number;
  readonly resolution: number;
  /** Largest error of position that was measured, in source pixels. */
  readonly maxErrorPixels: number;
  /** Share of pixels with a value in the first band, 0 to 1. */
  readonly validShare: number;
  readonly notes: readonly string[];
}

/** Tighter than gdalwarp's eighth of a pixel: finer control grids cost nothing beside the pixels of a region. */
const MAX_ERROR_PIXELS = 0.01;
/** Bytes of one region's samples, all bands. */
const REGION_BYTES = 64 * 2 ** 20;

/**
 * Reads the source's header and settles everything that the tasks then do.
 * @throws {PlatformError} `crs-missing`, `crs-unsupported`, `outside`, `parameter-invalid`, `too-large`, and what
 *   opening the file throws
 */
export async function planWarpRun(request: WarpRunRequest, signal?: AbortSignal): Promise<WarpRunPlan> {
  const { path, resampling, output } = request;
  findCrs(request.epsg);
  const raster = await openRaster(path, signal ? { signal } : {});
  await raster.close();
  const { info } = raster;
  const sourceGrid = gridOf(info);
  const target = planTarget(sourceGrid, request, path);
  const overall = planWarp({ source: sourceGrid, target, maxErrorPixels: Infinity });
  const notes: string[] = [];
  const spec = specOf(info, target, resampling, notes);
  checkSpec(spec);
  return {
    source: { path, version: await versionOf(path, info) },
    sourceGrid,
    resampling,
    maxErrorPixels: MAX_ERROR_PIXELS,
    scale: overallScale(overall),
    spec,
    output,
    notes,
    facts: await factsOf(path, info, request, spec),
  };
}

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runWarp(plan: WarpRunPlan, runner: TaskRunner, controls: RunControls = {}): Promise<WarpReport> {
  const { output, notes, facts, ...settings } = plan;
  const { spec } = settings;
  const { width, height } = spec;
  const pixels = width * height;
  controls.passport?.begin(facts, runner);
  const inputs = cogRegions(spec).map((region) => ({ ...settings, region }));
  let maxErrorPixels = 0;
  let valid = 0;
  async function* regions() {
    const options = controls.signal ? { signal: controls.signal } : {};
    for await (const region of runInOrder(runner, 'warp-region', inputs, options)) {
      maxErrorPixels = Math.max(maxErrorPixels, region.maxErrorPixels);
      valid += region.validPixels;
      yield region;
    }
    const validShare = valid / pixels;
    controls.passport?.found({ pixels, validPixels: valid, validShare, maxErrorPixels }, notes);
  }
  const sizeBytes = await writeCogFromRegions(output, spec, regions(), controls);
  return {
    output,
    sizeBytes,
    width,
    height,
    epsg: spec.epsg!,
    resolution: spec.transform![0],
    maxErrorPixels,
    validShare: valid / pixels,
    notes,
  };
}

async function factsOf(
  path: string,
  raster: RasterInfo,
  { epsg, resampling }: WarpRunRequest,
  spec: CogSpec,
): Promise<RunFacts> {
  const inputs = raster.bands.map((info, band) =>
    bandUse(
      raster.bands.length === 1 ? 'raster' : `band ${band + 1}`,
      { path, band, raster, info },
      {
        placement: resampling,
      },
    ),
  );
  const coordinates = await operationsBetween(raster.epsg!, epsg);
  const summary = `Warped from EPSG:${raster.epsg} to EPSG:${epsg}, ${resampling}`;
  return {
    inputs,
    method: { summary, resampling, coordinates, maxErrorPixels: MAX_ERROR_PIXELS, ...storageOf(spec) },
  };
}

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` */
function gridOf({ name, epsg, crsText, transform, width, height }: RasterInfo): RasterGrid {
  if (!transform)
    throw new PlatformError('crs-missing', `${name} has no georeference, so there is nothing to warp it from`);
  if (epsg === null && crsText === null)
    throw new PlatformError(
      'crs-missing',
      `${name} has no CRS; give it one first (gdal_edit.py -a_srs EPSG:… does it)`,
    );
  if (epsg === null || !isSupportedCrs(epsg))
    throw new PlatformError(
      'crs-unsupported',
      `${name} is in ${epsg === null ? `"${crsText}"` : `EPSG:${epsg}`}, a CRS that is not known here`,
      { detail: { path: name, epsg } },
    );
  return { transform, epsg, width, height };
}

function specOf(info: RasterInfo, target: RasterGrid, resampling: Resampling, notes: string[]): CogSpec {
  const { bands } = info;
  const [first] = bands as readonly [BandInfo];
  const sameType = bands.every((band) => band.dtype === first.dtype);
  const dtype = storedType(sameType ? first.dtype : 'float64');
  const sameScale = bands.every((b) => b.scale === first.scale && b.offset === first.offset && b.unit === first.unit);
  if (!sameScale)
    throw new PlatformError(
      'format-unsupported',
      `The bands of ${info.name} have different scales or units, which one output cannot hold; warp them one by one`,
    );
  const nodata = first.nodata ?? emptyValue(dtype);
  if (first.nodata === null && !Number.isNaN(nodata))
    notes.push(`${info.name} declares no nodata: ${nodata} marks what it does not cover`);
  const { scale, offset, unit } = first;
  const { width, height, transform, epsg } = target;
  return {
    width,
    height,
    transform,
    epsg,
    dtype,
    bands: bands.length,
    nodata,
    scale,
    offset,
    unit,
    blockSize: blockSizeFor(bands.length * bytesPerSample(dtype)),
    overviewResampling: resampling === 'nearest' || resampling === 'mode' ? resampling : 'average',
    ...(bands.some((band) => band.name !== null) ? { bandNames: bands.map((band) => band.name ?? '') } : {}),
  };
}

/** What marks a pixel without value where the source has no such number: the one that loses least. */
function emptyValue(dtype: DataType): number {
  const lowest: Partial<Record<DataType, number>> = { int8: -128, int16: -32_768, int32: -2_147_483_648 };
  return dtype.startsWith('float') ? NaN : (lowest[dtype] ?? 0);
}

/** The largest usual block whose regions, of 4 × 4 blocks, stay within the limit. */
function blockSizeFor(bytesPerPixel: number): number {
  const side = (block: number) => block << REGION_LEVELS;
  return [512, 256].find((block) => side(block) ** 2 * bytesPerPixel <= REGION_BYTES) ?? 128;
}

async function versionOf(path: string, info: RasterInfo): Promise<string> {
  const local = await stat(path).catch(() => null);
  return local ? `${local.size}:${local.mtimeMs}` : String(info.sizeBytes ?? '');
}
