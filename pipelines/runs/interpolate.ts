/** A table of stations → COG: `landmeter sensors interpolate`. */
import { stat } from 'node:fs/promises';
import { PlatformError } from '../core/errors.ts';
import type { Bounds } from '../core/grid/bounds.ts';
import { findCrs, isSupportedCrs } from '../core/grid/crs.ts';
import { parseVariogram } from '../core/interpolation/variogram-model.ts';
import { overallScale, planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { DriftSource } from '../tasks/interpolate-drift.ts';
import { cogSpecOf, interpolateStations } from './interpolate-stations.ts';
import type { InterpolationMethod, InterpolationReport, InterpolationSpec } from './interpolate-stations.ts';
import { readStations } from './interpolate-table.ts';
import type { StationColumns } from './interpolate-table.ts';
import type { RunControls } from './progress.ts';
import { bandUse, operationsBetween, storageOf } from './run-facts.ts';

export interface InterpolateRequest {
  readonly table: string;
  readonly columns: StationColumns;
  /** CRS of the stations. */
  readonly epsg: number;
  readonly method: InterpolationMethod;
  /** That of a raster, or one of square cells from the upper left corner of bounds. */
  readonly grid: { readonly like: string } | { readonly bounds: Bounds; readonly resolution: number };
  /** Raster whose first band is the drift; null but for `ked`. */
  readonly drift: string | null;
  readonly neighbours: number;
  /** As `parseVariogram` reads it; null for `idw`. */
  readonly variogram: string | null;
  readonly output: string;
}

const TITLES = { idw: 'Inverse distance weighting', kriging: 'Ordinary kriging', ked: 'Kriging with external drift' };
/** 2³⁴ cells: beyond it a resolution is mistaken, not meant. */
const MOST_CELLS = 2 ** 34;

/** @throws {PlatformError} `usage` for words that do not fit together, and as `interpolateStations` and the readers do */
export async function runInterpolate(
  request: InterpolateRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<InterpolationReport> {
  const { table, columns, epsg, method, neighbours, output } = request;
  checkWords(request);
  const variogram = request.variogram === null ? null : parseVariogram(request.variogram);
  const like = 'like' in request.grid ? await openInfo(request.grid.like, controls.signal) : null;
  const grid = like ? gridOf(like) : squareGrid(request.grid as Exclude<InterpolateRequest['grid'], { like: string }>);
  const driftInfo = request.drift === null ? null : await openInfo(request.drift, controls.signal);
  const drift = driftInfo && (await driftOf(request.drift!, driftInfo, grid));
  const spec: InterpolationSpec = { method, grid, drift, neighbours, variogram, output };
  controls.passport?.begin(await factsOf(request, spec, driftInfo), runner);
  const options = controls.signal ? { signal: controls.signal } : {};
  return interpolateStations(await readStations(table, columns, epsg, options), spec, runner, controls);
}

function checkWords({ method, drift, neighbours, variogram }: InterpolateRequest): void {
  const refuse = (message: string) => {
    throw new PlatformError('usage', message);
  };
  if (method === 'ked' && drift === null) refuse('Kriging with external drift needs a raster: name it with --drift');
  if (method !== 'ked' && drift !== null) refuse(`--drift goes with --method ked; ${method} has none`);
  if (method === 'idw' && variogram !== null) refuse('--variogram goes with kriging; idw has none');
  if (method !== 'idw' && variogram === null) refuse(`${method} needs a variogram`);
  const least = method === 'ked' ? 3 : 1;
  if (!Number.isInteger(neighbours) || neighbours < least)
    refuse(`--neighbours is ${neighbours}; a whole number from ${least} is accepted with ${method}`);
}

async function openInfo(path: string, signal: AbortSignal | undefined): Promise<RasterInfo> {
  const raster = await openRaster(path, signal ? { signal } : {});
  await raster.close();
  return raster.info;
}

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` */
function gridOf({ name, transform, epsg, crsText, width, height }: RasterInfo): RasterGrid {
  if (!transform || (epsg === null && crsText === null))
    throw new PlatformError(
      'crs-missing',
      `${name} has no ${transform ? 'CRS' : 'georeference'}, so that it is no grid`,
    );
  if (epsg === null || !isSupportedCrs(epsg))
    throw new PlatformError(
      'crs-unsupported',
      `${name} is in ${epsg === null ? `"${crsText}"` : `EPSG:${epsg}`}, a CRS that is not known here`,
      { detail: { path: name, epsg } },
    );
  return { transform, epsg, width, height };
}

/** The upper left corner is the bounds'; the size is rounded to whole cells. */
function squareGrid({ bounds, resolution }: { bounds: Bounds; resolution: number }): RasterGrid {
  const { minX, minY, maxX, maxY, epsg } = bounds;
  findCrs(epsg);
  if (!(resolution > 0 && maxX > minX && maxY > minY))
    throw new PlatformError('parameter-invalid', 'The bounds need an area, and the resolution must be above 0');
  const width = Math.max(1, Math.round((maxX - minX) / resolution));
  const height = Math.max(1, Math.round((maxY - minY) / resolution));
  if (width * height > MOST_CELLS)
    throw new PlatformError(
      'too-large',
      `A resolution of ${resolution} makes ${width} × ${height} cells of these bounds; ask for a coarser one`,
    );
  return { transform: [resolution, 0, minX, 0, -resolution, maxY], epsg, width, height };
}

/** @throws {PlatformError} `outside` where drift and grid do not meet */
async function driftOf(path: string, info: RasterInfo, grid: RasterGrid): Promise<DriftSource> {
  const sourceGrid = gridOf(info);
  const local = await stat(path).catch(() => null);
  const { scale, offset } = info.bands[0]!;
  return {
    source: { path, version: local ? `${local.size}:${local.mtimeMs}` : String(info.sizeBytes ?? '') },
    sourceGrid,
    scale: overallScale(planWarp({ source: sourceGrid, target: grid, maxErrorPixels: Infinity })),
    calibration: { scale, offset },
  };
}

async function factsOf(
  { table, epsg, grid: wanted, drift: driftPath }: InterpolateRequest,
  { method, grid, neighbours }: InterpolationSpec,
  drift: RasterInfo | null,
): Promise<RunFacts> {
  const placement = 'bilinear, the mean of its pixels where cells are larger';
  return {
    inputs: [
      { role: 'stations', path: table },
      ...('like' in wanted ? [{ role: 'grid', path: wanted.like }] : []),
      ...(drift
        ? [bandUse('drift', { path: driftPath!, band: 0, raster: drift, info: drift.bands[0]! }, { placement })]
        : []),
    ],
    method: {
      summary: `${TITLES[method]} from the ${neighbours} nearest stations`,
      coordinates: await operationsBetween(epsg, grid.epsg),
      ...storageOf(cogSpecOf({ method, grid, neighbours })),
    },
  };
}
