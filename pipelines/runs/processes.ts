/**
 * The runs that make a product, by name: how a request is carried out, and where in it the paths of inputs stand. With
 * these two a request can be kept in a passport, moved to another folder and carried out again.
 */
import { basename } from 'node:path';
import { mapProgramPaths } from '../cube/map-sources.ts';
import { usedRdGrid } from '../io/rd-grid.ts';
import type { TaskRunner } from '../runner.ts';
import type { AccuracyAssessRequest } from './accuracy-assess.ts';
import type { AccuracySampleRequest } from './accuracy-sample.ts';
import type { DateInput, SceneInput } from './band-inputs.ts';
import type { ChangeRequest } from './change.ts';
import type { CubeRequest } from './cube.ts';
import type { CubeZonesRequest } from './cube-zones.ts';
import type { IndexCompositeRequest, RasterCompositeRequest } from './composite.ts';
import type { FormulaDates, RasterDates } from './dated-layers.ts';
import type { FloodRequest } from './flood.ts';
import type { IndexRequest } from './index.ts';
import type { InterpolateRequest } from './interpolate.ts';
import type { MaskRequest } from './mask.ts';
import type { MowingRequest } from './mowing.ts';
import type { MowingRasterRequest } from './mowing-raster.ts';
import type { PolygonizeRequest } from './polygonize.ts';
import type { RunControls } from './progress.ts';
import type { TileRasterOptions } from './tile-raster.ts';
import type { TileSceneRequest } from './tile-scene.ts';
import type { VectorTilesRequest } from './tile-vector.ts';
import type { RadarRequest } from './radar.ts';
import type { SeriesRasterRequest } from './series-raster.ts';
import type { SeriesRequest } from './series.ts';
import type { AssetScoresRequest } from './asset-scores.ts';
import type { SensorFlagsRequest } from './sensor-flags.ts';
import type { WarpRunRequest } from './warp.ts';
import type { ZonalRequest } from './zonal.ts';
import type { ZoneSeriesRequest } from './zone-series.ts';

/** Gives the pool; a run that needs none does not start it. */
export type StartRunner = () => Promise<TaskRunner>;

type MapPath = (path: string) => string;

/** What every report of a run holds. */
interface AnyReport {
  readonly notes: readonly string[];
}

interface Process<R extends { readonly output: string }, Report extends AnyReport> {
  readonly run: (request: R, startRunner: StartRunner, controls: RunControls) => Promise<Report>;
  /** The request with the paths of its inputs changed. */
  readonly mapPaths: (request: R, map: MapPath) => R;
}

/** Statistics by their names, and the correction grid that the process uses. */
type ZonalWords = Omit<ZonalRequest, 'statistics' | 'rdGrid'> & { readonly statistics: string };

const define = <R extends { readonly output: string }, Report extends AnyReport>(process: Process<R, Report>) =>
  process;

export const PROCESSES = {
  'accuracy-sample': define({
    run: async (request: AccuracySampleRequest, startRunner, controls) => {
      const { runAccuracySample } = await import('./accuracy-sample.ts');
      return runAccuracySample(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, raster: map(request.raster) }),
  }),
  'accuracy-assess': define({
    run: async (request: AccuracyAssessRequest, startRunner, controls) => {
      const { runAccuracyAssess } = await import('./accuracy-assess.ts');
      return runAccuracyAssess(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      table: map(request.table),
      areas: { ...request.areas, path: map(request.areas.path) },
    }),
  }),
  index: define({
    run: async (request: IndexRequest, startRunner, controls) => {
      const { planIndex, runIndex } = await import('./index.ts');
      return runIndex(await planIndex(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, date: mapDate(request.date, map) }),
  }),
  interpolate: define({
    run: async (request: InterpolateRequest, startRunner, controls) => {
      const { runInterpolate } = await import('./interpolate.ts');
      return runInterpolate(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      table: map(request.table),
      grid: 'like' in request.grid ? { like: map(request.grid.like) } : request.grid,
      drift: request.drift === null ? null : map(request.drift),
    }),
  }),
  mask: define({
    run: async (request: MaskRequest, startRunner, controls) => {
      const { planMask, runMask } = await import('./mask.ts');
      return runMask(await planMask(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      input: 'scene' in request.input ? { scene: map(request.input.scene) } : { raster: map(request.input.raster) },
    }),
  }),
  composite: define({
    run: async (request: RasterCompositeRequest, startRunner, controls) => {
      const { planRasterComposite, runComposite } = await import('./composite.ts');
      return runComposite(await planRasterComposite(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      rasters: request.rasters.map(({ path, classes }) => ({ path: map(path), classes: mapPath(classes, map) })),
    }),
  }),
  'index-composite': define({
    run: async (request: IndexCompositeRequest, startRunner, controls) => {
      const { planIndexComposite, runComposite } = await import('./composite.ts');
      return runComposite(await planIndexComposite(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, dates: request.dates.map((date) => mapDate(date, map)) }),
  }),
  cube: define({
    run: async (request: CubeRequest, startRunner, controls) => {
      const { planCube, runCube } = await import('./cube.ts');
      return runCube(await planCube(request), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, program: mapProgramPaths(request.program, map) }),
  }),
  warp: define({
    run: async (request: WarpRunRequest, startRunner, controls) => {
      const { planWarpRun, runWarp } = await import('./warp.ts');
      return runWarp(await planWarpRun(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, path: map(request.path) }),
  }),
  tile: define({
    run: async (request: TileRasterOptions, startRunner, controls) => {
      const { tileRaster } = await import('./tile-raster.ts');
      return tileRaster(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, input: map(request.input) }),
  }),
  'tile-scene': define({
    run: async (request: TileSceneRequest, startRunner, controls) => {
      const { tileScene } = await import('./tile-scene.ts');
      return tileScene(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, scene: map(request.scene) }),
  }),
  zonal: define({
    run: async ({ statistics, ...request }: ZonalWords, startRunner, controls) => {
      const { planZonal, runZonal } = await import('./zonal.ts');
      const { parseStatistics } = await import('../core/geometry/zonal/statistics.ts');
      const words = { ...request, statistics: parseStatistics(statistics), rdGrid: usedRdGrid() };
      return runZonal(await planZonal(words, controls.signal), startRunner, controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      zones: map(request.zones),
      names: request.names ?? request.rasters,
      rasters: request.rasters.map(map),
    }),
  }),
  'zone-series': define({
    run: async (request: ZoneSeriesRequest, startRunner, controls) => {
      const { planZoneSeries } = await import('./zone-series.ts');
      const { runZoneSeries } = await import('./zone-series-run.ts');
      return runZoneSeries(await planZoneSeries(request, usedRdGrid(), controls.signal), startRunner, controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      zones: map(request.zones),
      dates: request.dates.map(({ time, source }) => ({
        time,
        source:
          'raster' in source
            ? { raster: map(source.raster), classes: mapPath(source.classes, map) }
            : mapDate(source, map),
      })),
    }),
  }),
  'cube-zones': define({
    run: async (request: CubeZonesRequest, startRunner, controls) => {
      const { planCubeZones } = await import('./cube-zones.ts');
      const { runZoneSeries } = await import('./zone-series-run.ts');
      return runZoneSeries(await planCubeZones(request, usedRdGrid(), controls.signal), startRunner, controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      zones: map(request.zones),
      program: mapProgramPaths(request.program, map),
    }),
  }),
  flood: define({
    run: async (request: FloodRequest, startRunner, controls) => {
      const { runFlood } = await import('./flood.ts');
      return runFlood(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      raster: map(request.raster),
      before: request.before.map(map),
      permanent: mapPath(request.permanent, map),
    }),
  }),
  radar: define({
    run: async (request: RadarRequest, startRunner, controls) => {
      const { runRadar } = await import('./radar.ts');
      return runRadar(request, await startRunner(), controls);
    },
    mapPaths: (request, map) => ({ ...request, rasters: request.rasters.map(map) }),
  }),
  series: define({
    run: async (request: SeriesRequest, _startRunner, controls) => {
      const { runSeries } = await import('./series.ts');
      return runSeries(request, controls);
    },
    mapPaths: (request, map) => ({ ...request, table: map(request.table) }),
  }),
  'sensor-flags': define({
    run: async (request: SensorFlagsRequest, _startRunner, controls) => {
      const { runSensorFlags } = await import('./sensor-flags.ts');
      return runSensorFlags(request, controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      table: map(request.table),
      stations: request.stations === null ? null : map(request.stations),
    }),
  }),
  'asset-scores': define({
    run: async (request: AssetScoresRequest, _startRunner, controls) => {
      const { runAssetScores } = await import('./asset-scores.ts');
      return runAssetScores(request, controls);
    },
    mapPaths: (request, map) => ({ ...request, table: map(request.table) }),
  }),
  'series-raster': define({
    run: async (request: SeriesRasterRequest, startRunner, controls) => {
      const { planSeriesRaster, runSeriesRaster } = await import('./series-raster.ts');
      const plan = await planSeriesRaster(request, controls.signal);
      return runSeriesRaster(plan, request, await startRunner(), controls);
    },
    mapPaths: ({ input, ...request }, map) => ({ ...request, input: mapDates(input, map) }),
  }),
  change: define({
    run: async (request: ChangeRequest, startRunner, controls) => {
      const { planChange, runChange } = await import('./change.ts');
      return runChange(await planChange(request, controls.signal), await startRunner(), controls);
    },
    mapPaths: ({ input, ...request }, map) => ({ ...request, input: mapDates(input, map) }),
  }),
  mowing: define({
    run: async (request: MowingRequest, _startRunner, controls) => {
      const { runMowing } = await import('./mowing.ts');
      return runMowing(request, controls);
    },
    mapPaths: (request, map) => ({ ...request, table: map(request.table) }),
  }),
  'mowing-raster': define({
    run: async (request: MowingRasterRequest, startRunner, controls) => {
      const { runMowingRaster } = await import('./mowing-raster.ts');
      return runMowingRaster(request, startRunner, controls);
    },
    mapPaths: ({ input, ...request }, map) => ({ ...request, input: mapDates(input, map) }),
  }),
  polygonize: define({
    run: async (request: PolygonizeRequest, startRunner, controls) => {
      const { runPolygonize } = await import('./polygonize.ts');
      return runPolygonize(request, startRunner, controls);
    },
    mapPaths: (request, map) => ({ ...request, raster: map(request.raster) }),
  }),
  'tile-features': define({
    run: async (request: VectorTilesRequest, _startRunner, controls) => {
      const { tileVector } = await import('./tile-vector.ts');
      return tileVector(request, controls);
    },
    mapPaths: (request, map) => ({
      ...request,
      // The default is made of the file's name, which is not part of the request
      name: request.name ?? basename(request.output).replace(/\.[^.]*$/, ''),
      layers: request.layers.map((layer) => ({
        ...layer,
        source: typeof layer.source === 'string' ? map(layer.source) : layer.source,
      })),
    }),
  }),
} as const;

export type ProcessName = keyof typeof PROCESSES;
export type ProcessRequest<N extends ProcessName> = Parameters<(typeof PROCESSES)[N]['run']>[0];
export type ProcessReport<N extends ProcessName> = Awaited<ReturnType<(typeof PROCESSES)[N]['run']>>;

export function isProcessName(name: string): name is ProcessName {
  return Object.hasOwn(PROCESSES, name);
}

/** The entry with its types joined again, which TypeScript cannot do for a union of them. */
export function processOf<N extends ProcessName>(name: N): Process<ProcessRequest<N>, ProcessReport<N>> {
  return PROCESSES[name] as unknown as Process<ProcessRequest<N>, ProcessReport<N>>;
}

function mapDates(input: RasterDates | FormulaDates, map: MapPath): RasterDates | FormulaDates {
  if ('formula' in input) return { ...input, dates: input.dates.map((date) => mapDate(date, map)) };
  return {
    ...input,
    rasters: input.rasters.map(({ path, classes }) => ({ path: map(path), classes: mapPath(classes, map) })),
  };
}

function mapDate(date: DateInput | SceneInput, map: MapPath): DateInput | SceneInput {
  if ('scene' in date) return { ...date, scene: map(date.scene), scl: date.scl === null ? null : map(date.scl) };
  return {
    ...date,
    bands: date.bands.map((band) => ({ ...band, path: map(band.path) })),
    classes: mapPath(date.classes, map),
    ...(date.metadata !== undefined && { metadata: map(date.metadata) }),
  };
}

function mapPath<T extends { readonly path: string }>(input: T | null, map: MapPath): T | null {
  return input && { ...input, path: map(input.path) };
}
