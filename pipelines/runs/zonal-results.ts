/** What a zonal run finds on each raster: tasks over its tiles, put together to statistics of whole zones. */
import type { Coverage } from '../core/geometry/zonal/coverage.ts';
import { addPieces, createZoneMoments } from '../core/geometry/zonal/moments.ts';
import type { ZoneMoments } from '../core/geometry/zonal/moments.ts';
import { describeList } from '../core/geometry/zonal/statistics.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import { isCountable, ValueCollector } from '../core/geometry/zonal/weighted-values.ts';
import { runInOrder } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import type { ZonalTilesInput, ZonalTilesOutput, ZoneList } from '../tasks/zonal-tiles.ts';
import type { OpenedBand } from './align.ts';
import type { CoverageStore, ZonalGrid } from './zonal-coverage.ts';

export interface ZonalRaster {
  /** As the table calls it. */
  readonly name: string;
  readonly band: OpenedBand;
  readonly grid: ZonalGrid;
}

export interface ResultLimits {
  /**
   * Values of zones in several tiles that may wait for the last of them: where there are more, a raster is gone through
   * several times.
   */
  readonly waitingValues: number;
}

export interface ZonalWork {
  readonly rasters: readonly ZonalRaster[];
  readonly statistics: readonly Statistic[];
  readonly store: CoverageStore;
  readonly limits: ResultLimits;
  /** Told of the coverage before a raster is begun. */
  readonly onCoverage: (raster: ZonalRaster, coverage: Coverage) => void;
}

/** Tiles of one task, in pixels. */
const TASK_PIXELS = 1 << 22;

export interface RasterResult {
  readonly coverage: Coverage;
  readonly moments: ZoneMoments;
  /** Of each zone with a valid cell: the statistics that need its values. */
  readonly cells: Map<number, readonly (number | string)[]>;
}

/** A part of the tiles of a raster, or of its zones. */
interface Step {
  readonly raster: ZonalRaster;
  readonly input: ZonalTilesInput;
  /** Moments are counted once, however often the tiles are read. */
  readonly isFirstPass: boolean;
  /** The values of all zones up to `endZone` are there. */
  readonly endsPass: boolean;
  readonly endsRaster: boolean;
}

/** One result per raster, in their order. Threads go on with the next raster while one is put together. */
export async function* resultsOf(
  work: ZonalWork,
  runner: TaskRunner,
  signal?: AbortSignal,
): AsyncGenerator<RasterResult> {
  const steps: Step[] = [];
  function* inputs() {
    for (const raster of work.rasters) {
      const coverage = work.store.coverageOn(raster.grid);
      work.onCoverage(raster, coverage);
      for (const step of stepsOf(work, raster, coverage)) {
        steps.push(step);
        yield step.input;
      }
    }
  }
  let result: RasterResult | null = null;
  let lists: ZoneList[] = [];
  for await (const part of runInOrder(runner, 'zonal-tiles', inputs(), signal ? { signal } : {})) {
    const step = steps.shift()!;
    const { coverage, firstTile, statistics, scale } = step.input;
    result ??= { coverage, moments: createZoneMoments(coverage.zoneArea.length), cells: new Map() };
    addPart(result, part, step, coverage.tilePieces[firstTile]!);
    lists.push(...part.lists);
    if (step.endsPass) {
      const collector = new ValueCollector(step.raster.band.info.dtype);
      for (const [zone, own] of Map.groupBy(lists, (list) => list.zone))
        result.cells.set(zone, describeList(statistics, collector.merge(own), scale));
      lists = [];
    }
    if (!step.endsRaster) continue;
    yield result;
    result = null;
  }
}

function addPart(result: RasterResult, part: ZonalTilesOutput, step: Step, firstPiece: number): void {
  if (step.isFirstPass) addPieces(result.moments, result.coverage.pieceZone, firstPiece, part.moments);
  for (const { zone, cells } of part.described) result.cells.set(zone, cells);
}

/** At least one step, also for a raster that no zone meets. */
function* stepsOf({ statistics, limits }: ZonalWork, raster: ZonalRaster, coverage: Coverage): Generator<Step> {
  const { band } = raster;
  const wanted = statistics.filter((statistic) => statistic.kind !== 'moment');
  const perTask = Math.max(1, Math.floor(TASK_PIXELS / (coverage.tileWidth * coverage.tileHeight)));
  const tiles = coverage.tiles.length;
  const passes =
    wanted.length > 0
      ? passesOf(coverage, isCountable(band.info.dtype), limits.waitingValues)
      : [0, coverage.zoneArea.length];
  for (let pass = 0; pass + 1 < passes.length; pass++) {
    const endsRaster = pass + 2 === passes.length;
    for (let firstTile = 0; firstTile === 0 || firstTile < tiles; firstTile += perTask) {
      const endTile = Math.min(tiles, firstTile + perTask);
      const endsPass = endTile === tiles;
      yield {
        raster,
        isFirstPass: pass === 0,
        endsPass,
        endsRaster: endsRaster && endsPass,
        input: {
          source: { path: band.path, version: band.version },
          band: band.band,
          coverage,
          firstTile,
          endTile,
          firstZone: passes[pass]!,
          endZone: passes[pass + 1]!,
          statistics: wanted,
          scale: { scale: band.info.scale, offset: band.info.offset },
        },
      };
    }
  }
}

/** Bounds of the groups of zones whose values are gathered together. */
function passesOf(
  { pieceZone, pieceRange, zonePieces, runLength }: Coverage,
  isCounted: boolean,
  most: number,
): number[] {
  const waiting = new Float64Array(zonePieces.length);
  for (let piece = 0; piece < pieceZone.length; piece++) {
    const zone = pieceZone[piece]!;
    if (zonePieces[zone] === 1) continue;
    let cells = pieceRange[4 * piece + 3]! - pieceRange[4 * piece + 2]!;
    for (let run = pieceRange[4 * piece]!; run < pieceRange[4 * piece + 1]!; run++) cells += runLength[run]!;
    waiting[zone]! += isCounted ? Math.min(cells, 65536) : cells;
  }
  const passes = [0];
  let sum = 0;
  for (let zone = 0; zone < waiting.length; zone++) {
    if (sum > 0 && sum + waiting[zone]! > most) {
      passes.push(zone);
      sum = 0;
    }
    sum += waiting[zone]!;
  }
  return [...passes, waiting.length];
}
