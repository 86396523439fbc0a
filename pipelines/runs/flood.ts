/** Where water stands that does not always stand there, from one radar scene. `landmeter flood` */
import { PlatformError } from '../core/errors.ts';
import { FLOOD_CLASSES } from '../core/radar/flood-classes.ts';
import type { SpatialChoice, SpatialFilter } from '../core/radar/speckle.ts';
import { checkLooks } from '../core/radar/speckle.ts';
import { REFINED_LEE_SIDE } from '../core/radar/refined-lee.ts';
import type { ThresholdMethod } from '../core/radar/threshold.ts';
import type { RadarUnit } from '../core/radar/units.ts';
import type { PixelGrid } from '../core/raster/polygon-geometry.ts';
import { areaMeasure } from '../core/raster/polygon-geometry.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { FloodInput } from '../tasks/radar-flood-classes.ts';
import type { FloodAreas } from '../tasks/radar-flood-region.ts';
import type { PermanentWater, PermanentWaterRequest } from './flood-permanent.ts';
import { openPermanentWater } from './flood-permanent.ts';
import { dropSmallFloods, FLOOD_BYTES } from './flood-sizes.ts';
import type { FloodThreshold } from './flood-threshold.ts';
import { settleThreshold } from './flood-threshold.ts';
import type { RunControls } from './progress.ts';
import type { Looks, RadarInputs } from './radar-inputs.ts';
import { notOnTheGround, openRadar, settleLooks } from './radar-inputs.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface FloodRequest {
  /** The scene with the flood; of several bands the one named `vv`, else the first. */
  readonly raster: string;
  /** Scenes of the same orbit without a flood: what is dark in their mean too is permanent water. */
  readonly before: readonly string[];
  /** Of all of them; null: found out. */
  readonly input: RadarUnit | null;
  /** Decibels; null: found in the scene. */
  readonly threshold: number | null;
  readonly method: ThresholdMethod;
  /** Side of the tiles in which the threshold is looked for, pixels. */
  readonly tile: number;
  /** Null: none. */
  readonly filter: SpatialFilter | null;
  /** Null: estimated. */
  readonly looks: number | null;
  /** Decibels above the threshold for pixels that touch water; 0: none. */
  readonly grow: number;
  /** Square metres that a flood must have; null: any. */
  readonly minArea: number | null;
  readonly permanent: PermanentWaterRequest | null;
  readonly output: string;
}

export interface FloodReport extends FloodThreshold {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly looks: Looks | null;
  readonly minPixels: number;
  readonly areasHa: FloodAreas;
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `parameter-invalid` where no tile has two humps, so that a threshold would be a guess, and for
 *   options out of range; `crs-missing` for a scene in radar geometry; as `openRadar`, reading and writing
 */
export async function runFlood(
  request: FloodRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<FloodReport> {
  checkRequest(request);
  const inputs = await openRadar([request.raster, ...request.before], request.input, runner, controls);
  const notes = [...inputs.notes];
  const grid = gridOf(request.raster, inputs);
  const channel = chooseChannel(inputs, request.raster, notes);
  const [water, ...before] = inputs.polarisations[channel]!;
  const looks = request.filter === null ? null : settleLooks(request.looks, inputs, notes);
  const filter: SpatialChoice | null =
    request.filter === null ? null : { method: request.filter, side: REFINED_LEE_SIDE, looks: looks!.value };
  const spec = specOf(grid, request);
  const permanent =
    request.permanent && (await openPermanentWater(request.permanent, inputs.grid, spec, notes, controls));
  const name = inputs.bandNames[channel] ?? request.raster.replace(/^.*[\\/]/, '');
  const scene = { water: water!, filter, spec };
  const found = await settleThreshold(request, { ...scene, name, isCalibrated: inputs.isCalibrated }, runner, controls);
  notes.push(...found.notes);
  controls.passport?.begin(factsOf(request, inputs, permanent, spec, found), runner);
  const minPixels = leastPixels(request.minArea, grid);
  const rule = { threshold: found.threshold, grow: request.grow };
  const tasks = cogRegions(spec).map((region, r): FloodInput => ({
    water: water!,
    before,
    filter,
    rule,
    permanent: permanent?.raster ?? null,
    permanentRuns: permanent?.runs?.[r] ?? null,
    region,
  }));
  const dropped = await dropSmallFloods(tasks, spec, minPixels, runner, controls);
  const regionTasks = tasks.map((task, r) => ({ ...task, spec, grid, minPixels, dropped: dropped[r] ?? null }));
  const areas = { dry: 0, flood: 0, permanent: 0, nodata: 0 };
  const pixels = spec.width * spec.height;
  let valid = 0;
  async function* regions() {
    for await (const region of runRegions(runner, 'radar-flood-region', regionTasks, spec, FLOOD_BYTES, controls)) {
      for (const name of ['dry', 'flood', 'permanent', 'nodata'] as const) areas[name] += region.areas[name] / 1e4;
      valid += region.validPixels;
      yield region;
    }
    controls.passport?.found({ pixels, validPixels: valid, validShare: valid / pixels }, notes);
  }
  const sizeBytes = await writeCogFromRegions(request.output, spec, regions(), controls);
  const { width, height } = spec;
  return { ...found, output: request.output, sizeBytes, width, height, looks, minPixels, areasHa: areas, notes };
}

function checkRequest({ filter, looks, threshold, grow, tile, minArea }: FloodRequest): void {
  const refuse = (words: string) => {
    throw new PlatformError('parameter-invalid', words);
  };
  if (filter !== null && looks !== null) checkLooks(looks);
  if (threshold !== null && !(threshold > -60 && threshold < 40))
    refuse(`--threshold is ${threshold} dB; -60 to 40 are accepted (some -15 for VV, -22 for VH)`);
  if (!(grow >= 0 && grow <= 10)) refuse(`--grow is ${grow} dB; 0 to 10 are accepted`);
  if (!(Number.isInteger(tile) && tile >= 64 && tile <= 2048))
    refuse(`--tile is ${tile}; 64 to 2048 pixels are accepted`);
  if (minArea !== null && !(minArea >= 0)) refuse(`--mmu is ${minArea} m²; an area such as 500m2 or 0.3ha is accepted`);
}

/** @throws {PlatformError} `crs-missing`, with what a scene in radar geometry lacks */
function gridOf(path: string, { grid: { width, height, transform, epsg } }: RadarInputs): PixelGrid {
  if (transform === null) throw new PlatformError('crs-missing', notOnTheGround(path), { detail: { path } });
  if (epsg === null)
    throw new PlatformError('crs-missing', `${path} has no CRS that is known here, so that floods have no area`, {
      detail: { path },
    });
  return { width, height, transform, epsg };
}

function chooseChannel({ bandNames }: RadarInputs, path: string, notes: string[]): number {
  if (bandNames.length === 1) return 0;
  const vv = Math.max(
    0,
    bandNames.findIndex((name) => /(^|[^a-z])vv([^a-z]|$)/i.test(name ?? '')),
  );
  notes.push(`${path} has ${bandNames.length} bands; ${bandNames[vv] ?? 'the first'} is taken (file#2 is the second)`);
  return vv;
}

/** The least number of pixels that has the area. */
function leastPixels(minArea: number | null, grid: PixelGrid): number {
  return minArea === null ? 1 : Math.max(1, Math.ceil(minArea / areaMeasure(grid).pixelArea - 1e-9));
}

function specOf({ width, height, transform, epsg }: PixelGrid, request: FloodRequest): CogSpec {
  return {
    width,
    height,
    transform,
    epsg,
    dtype: 'uint8',
    bands: 1,
    nodata: FLOOD_CLASSES.nodata,
    bandNames: ['flood'],
    overviewResampling: 'mode',
    metadata: {
      CLASSES: Object.entries(FLOOD_CLASSES)
        .map(([name, code]) => `${code} ${name}`)
        .join(', '),
      FILTER: request.filter ?? 'none',
    },
  };
}

function factsOf(
  { filter, grow, minArea }: FloodRequest,
  { uses }: RadarInputs,
  permanent: PermanentWater | null,
  spec: CogSpec,
  { threshold, method }: FloodThreshold,
): RunFacts {
  const words = [
    `backscatter below ${threshold.toFixed(2)} dB (${method})`,
    ...(filter === null ? [] : [`after ${filter}`]),
    ...(grow > 0 ? [`grown by ${grow} dB`] : []),
    ...(minArea === null ? [] : [`at least ${minArea} m²`]),
  ];
  return {
    inputs: [...uses, ...(permanent?.uses ?? [])],
    method: { summary: `Flood: ${words.join(', ')}`, ...storageOf(spec) },
  };
}
