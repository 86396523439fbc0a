/** Values at stations → COG of estimates: what a table, and a moment out of the store of observations, have in common. */
import { PlatformError } from '../core/errors.ts';
import { createTransform, findCrs } from '../core/grid/crs.ts';
import type { EmpiricalVariogram } from '../core/interpolation/empirical-variogram.ts';
import type { FittedVariogram } from '../core/interpolation/fit-variogram.ts';
import type { LeaveOneOut } from '../core/interpolation/leave-one-out.ts';
import { mergeStations, pick } from '../core/interpolation/stations.ts';
import type { Stations } from '../core/interpolation/stations.ts';
import type { Variogram, VariogramChoice } from '../core/interpolation/variogram-model.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { checkSpec, cogRegions } from '../io/tiff/cog-layout.ts';
import { inlineRunner } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import { readDriftAt } from '../tasks/interpolate-drift.ts';
import type { DriftSource } from '../tasks/interpolate-drift.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { writeCogFromRegions } from './write-cog.ts';

export const INTERPOLATION_METHODS = ['idw', 'kriging', 'ked'] as const;
export type InterpolationMethod = (typeof INTERPOLATION_METHODS)[number];

export interface StationValues {
  /** In units of `epsg`; longitude is x. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** NaN: no value. */
  readonly values: Float64Array;
  readonly epsg: number;
}

export interface InterpolationSpec {
  readonly method: InterpolationMethod;
  /** Distances are taken in its CRS. */
  readonly grid: RasterGrid;
  /** Of `ked`; null for the others. */
  readonly drift: DriftSource | null;
  /** Nearest stations that count for a cell; all of them where there are no more. */
  readonly neighbours: number;
  /** Null for `idw`. */
  readonly variogram: VariogramChoice | null;
  readonly unit?: string | null;
  readonly output: string;
}

export interface InterpolationReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly method: InterpolationMethod;
  readonly width: number;
  readonly height: number;
  readonly epsg: number;
  /** Places that were interpolated from. */
  readonly stations: number;
  readonly neighbours: number;
  readonly variogram: (Variogram & { readonly fitted: boolean }) | null;
  readonly empirical: EmpiricalVariogram | null;
  readonly fits: readonly FittedVariogram[];
  readonly leaveOneOut: LeaveOneOut;
  readonly validShare: number;
  readonly notes: readonly string[];
}

/** A system of more stations takes too much memory: 150 MB. */
const MOST_NEIGHBOURS = 6000;
/** Stations of one system from which on settling the model is work for a thread. */
const MANY = 400;
/** Multiplications that one thread does sooner, or for little more, than several are started. */
const QUICK_WORK = 3e8;
const NEVER = new AbortController().signal;

/**
 * Stations without a value, and for `ked` those without a drift, are left out; those at one place become one, with their
 * mean. The result has the band `estimate`, and for kriging `standard_error`: that of a new observation.
 *
 * @throws {PlatformError} `parameter-invalid` where too few places have a value or no variogram can be fitted;
 *   `crs-unsupported`, `too-large`, and as the tasks and `writeCogFromRegions` do
 */
export async function interpolateStations(
  values: StationValues,
  spec: InterpolationSpec,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<InterpolationReport> {
  const { method, grid, drift, output, neighbours } = spec;
  const notes: string[] = [];
  const stations = await prepareStations(values, spec, notes, controls.signal ?? NEVER);
  const count = stations.x.length;
  const used = Math.min(neighbours, count);
  if (used > MOST_NEIGHBOURS)
    throw new PlatformError(
      'too-large',
      `A system of ${used} stations is too large; ask for at most ${MOST_NEIGHBOURS} with --neighbours`,
    );
  const threads = used > MANY ? runner : inlineRunner;
  controls.progress?.stage('Fitting');
  const options = controls.signal ? { signal: controls.signal } : {};
  const model = await threads.run('interpolate-model', { stations, neighbours, variogram: spec.variogram }, options);
  const fitted = spec.variogram !== null && 'fit' in spec.variogram;
  if (fitted && model.variogram!.range > 2 * model.empirical!.cutoff)
    notes.push(
      `The variogram does not level off within ${short(model.empirical!.cutoff)}, the distance up to which it is fitted: the values have a trend over the whole area, and the standard errors far from stations lean on a guess`,
    );
  const cog = cogSpecOf(spec);
  const task = { spec: cog, stations, neighbours, variogram: model.variogram, drift };
  const inputs = cogRegions(cog).map((region) => ({ ...task, region }));
  const pixels = grid.width * grid.height;
  let [valid, withoutDrift] = [0, 0];
  async function* regions() {
    for await (const region of runRegions(runner, 'interpolate-region', inputs, cog, 16 * cog.bands, controls)) {
      valid += region.validPixels;
      withoutDrift += region.cellsWithoutDrift;
      yield region;
    }
    if (withoutDrift > 0)
      notes.push(
        `The neighbours of ${withoutDrift} of ${pixels} cells all have one drift, which therefore has no say there: they are kriged without it; --neighbours ${count} takes all stations`,
      );
    controls.passport?.found({ pixels, validPixels: valid, validShare: valid / pixels }, [
      ...notes,
      ...sentencesOf(model),
    ]);
  }
  const sizeBytes = await writeCogFromRegions(output, cog, regions(), controls);
  return {
    output,
    sizeBytes,
    method,
    width: grid.width,
    height: grid.height,
    epsg: grid.epsg,
    stations: count,
    neighbours: used,
    ...model,
    variogram: model.variogram && { ...model.variogram, fitted },
    validShare: valid / pixels,
    notes,
  };
}

/** What the result is stored as. @throws {PlatformError} `parameter-invalid`, `too-large` for a grid that is none */
export function cogSpecOf({
  method,
  grid,
  neighbours,
  unit,
}: Pick<InterpolationSpec, 'method' | 'grid' | 'neighbours' | 'unit'>): CogSpec {
  const bandNames = method === 'idw' ? ['estimate'] : ['estimate', 'standard_error'];
  const side = Math.max(grid.width, grid.height);
  const isQuick = grid.width * grid.height * neighbours ** 2 < QUICK_WORK;
  const spec: CogSpec = {
    ...grid,
    dtype: 'float32',
    bands: bandNames.length,
    nodata: NaN,
    bandNames,
    ...(unit ? { unit } : {}),
    // much work on a small grid in small blocks, so that there are regions for all threads
    blockSize: side > 4096 ? 512 : side > 2048 || isQuick ? 256 : 128,
  };
  checkSpec(spec);
  return spec;
}

async function prepareStations(
  { x, y, values, epsg }: StationValues,
  { method, grid, drift }: InterpolationSpec,
  notes: string[],
  signal: AbortSignal,
): Promise<Stations> {
  const known = Uint32Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]!));
  if (known.length < values.length)
    notes.push(`${values.length - known.length} stations have no value and are left out`);
  let stations: Stations = {
    ...project(pick(x, known), pick(y, known), epsg, grid),
    values: pick(values, known),
    drift: null,
  };
  if (drift) {
    const at = await readDriftAt(drift, grid, stations.x, stations.y, signal);
    const inside = Uint32Array.from(at.keys()).filter((i) => !Number.isNaN(at[i]!));
    if (inside.length < at.length)
      notes.push(`${at.length - inside.length} stations lie where the drift has no value and are left out`);
    stations = {
      x: pick(stations.x, inside),
      y: pick(stations.y, inside),
      values: pick(stations.values, inside),
      drift: pick(at, inside),
    };
  }
  const merged = mergeStations(stations);
  const twins = stations.x.length - merged.x.length;
  if (twins > 0) notes.push(`${twins} stations stand where another does: values at one place became their mean`);
  const least = method === 'ked' ? 3 : 2;
  if (merged.x.length < least)
    throw new PlatformError(
      'parameter-invalid',
      `Values at ${merged.x.length} ${merged.x.length === 1 ? 'place' : 'places'} (of ${values.length} stations) cannot be interpolated; ${method} needs at least ${least}`,
      { detail: { stations: values.length, places: merged.x.length, least } },
    );
  if (merged.drift?.every((value) => value === merged.drift![0]))
    throw new PlatformError(
      'parameter-invalid',
      `The drift is ${merged.drift[0]} at all ${merged.x.length} stations, so that nothing follows from it; use kriging without drift`,
    );
  if (findCrs(grid.epsg).units === 'degree')
    notes.push(
      `Distances are in degrees of EPSG:${grid.epsg}, which are shorter from west to east; a grid in metres is better`,
    );
  return merged;
}

/** @throws {PlatformError} `outside` for a place without coordinates in the grid's CRS */
function project(x: Float64Array, y: Float64Array, epsg: number, grid: RasterGrid): Pick<Stations, 'x' | 'y'> {
  const xy = new Float64Array(2 * x.length);
  for (let i = 0; i < x.length; i++) [xy[2 * i], xy[2 * i + 1]] = [x[i]!, y[i]!];
  createTransform(epsg, grid.epsg).transform(xy);
  const lost = xy.findIndex((value) => !Number.isFinite(value)) >> 1;
  if (lost >= 0)
    throw new PlatformError(
      'outside',
      `The station at ${x[lost]}, ${y[lost]} (EPSG:${epsg}) has no place in EPSG:${grid.epsg}`,
    );
  return { x: xy.filter((_, i) => i % 2 === 0), y: xy.filter((_, i) => i % 2 === 1) };
}

interface Model {
  readonly variogram: Variogram | null;
  readonly leaveOneOut: LeaveOneOut;
}

/** What was found, for the passport. */
function sentencesOf({ variogram, leaveOneOut }: Model): string[] {
  const sentences = [`Leaving out one station at a time: ${describeErrors(leaveOneOut)}`];
  if (variogram) sentences.unshift(`Variogram: ${describeVariogram(variogram)}`);
  return sentences;
}

const short = (value: number) => String(Number(value.toPrecision(6)));

export function describeVariogram({ model, nugget, partialSill, range }: Variogram): string {
  return `${model}, nugget ${short(nugget)}, partial sill ${short(partialSill)}, range ${short(range)}`;
}

export function describeErrors({ n, meanError, rootMeanSquareError, meanSquaredDeviationRatio }: LeaveOneOut): string {
  const ratio =
    meanSquaredDeviationRatio === null ? '' : `, mean squared deviation ratio ${short(meanSquaredDeviationRatio)}`;
  return `mean error ${short(meanError)}, root mean square error ${short(rootMeanSquareError)}${ratio}, of ${n} stations`;
}
