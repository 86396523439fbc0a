/** What a zonal run finds on each raster: tasks over its tiles, put together to statistics of whole zones. */
import type { CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { addPieces, createZoneMoments } from '../core/geometry/zonal/moments.ts';
import type { ZoneMoments } from '../core/geometry/zonal/moments.ts';
import { describeList } from '../core/geometry/zonal/statistics.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import { isCountable, ValueCollector } from '../core/geometry/zonal/weighted-values.ts';
import type { ZonalGrid } from '../io/zones/zone-coverage.ts';
import { runInOrder } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import type { ZonalTilesInput, ZonalTilesOutput, ZoneList } from '../tasks/zonal-tiles.ts';
import { dtypeOf, scaleOf } from '../tasks/zonal-values.ts';
import type { ValueSource } from '../tasks/zonal-values.ts';
import type { CoverageStore, GridCoverage } from './zonal-coverage.ts';

/** Values that zones are laid on. */
export interface ZonalSubject {
  readonly values: ValueSource;
  readonly grid: ZonalGrid;
}

export interface ResultLimits {
  /**
   * Values of zones in several tiles that may wait for the last of them: where there are more, a raster is gone through
   * several times.
   */
  readonly waitingValues: number;
}

export interface ZonalWork<S extends ZonalSubject> {
  readonly subjects: readonly S[];
  readonly statistics: readonly Statistic[];
  readonly store: CoverageStore;
  readonly limits: ResultLimits;
  /** Told of the coverage before a subject is begun. */
  readonly onCoverage: (subject: S, coverage: CoverageIndex) => void;
}

/** Pixels of one task. */
const TASK_PIXELS = 1 << 22;

export interface SubjectResult {
  readonly coverage: CoverageIndex;
  readonly moments: ZoneMoments;
  /** Of each zone with a valid cell: the statistics that need its values. */
  readonly cells: Map<number, readonly (number | string)[]>;
}

/** A part of the tiles of a subject, or of its zones. */
interface Step {
  readonly coverage: CoverageIndex;
  readonly input: ZonalTilesInput;
  /** Moments are counted once, however often the tiles are read. */
  readonly isFirstPass: boolean;
  /** The values of all zones up to `endZone` are there. */
  readonly endsPass: boolean;
  readonly endsSubject: boolean;
}

/** One result per subject, in their order. Threads go on with the next one while one is put together. */
export async function* resultsOf<S extends ZonalSubject>(
  work: ZonalWork<S>,
  runner: TaskRunner,
  signal?: AbortSignal,
): AsyncGenerator<SubjectResult> {
  const steps: Step[] = [];
  async function* inputs() {
    for (const subject of work.subjects) {
      const coverage = await work.store.coverageOn(subject.grid);
      work.onCoverage(subject, coverage.index);
      for (const step of stepsOf(work, subject, coverage)) {
        steps.push(step);
        yield step.input;
      }
    }
  }
  let result: SubjectResult | null = null;
  let lists: ZoneList[] = [];
  for await (const part of runInOrder(runner, 'zonal-tiles', inputs(), signal ? { signal } : {})) {
    const step = steps.shift()!;
    const { values, statistics } = step.input;
    const { coverage } = step;
    result ??= { coverage, moments: createZoneMoments(coverage.zoneArea.length), cells: new Map() };
    addPart(result, part, step);
    lists.push(...part.lists);
    if (step.endsPass) {
      const collector = new ValueCollector(dtypeOf(values));
      for (const [zone, own] of Map.groupBy(lists, (list) => list.zone))
        result.cells.set(zone, describeList(statistics, collector.merge(own), scaleOf(values)));
      lists = [];
    }
    if (!step.endsSubject) continue;
    yield result;
    result = null;
  }
}

function addPart(result: SubjectResult, part: ZonalTilesOutput, step: Step): void {
  if (step.isFirstPass) addPieces(result.moments, part.pieceZone, part.moments);
  for (const { zone, cells } of part.described) result.cells.set(zone, cells);
}

/** At least one step, also for a subject that no zone meets. */
function* stepsOf<S extends ZonalSubject>(
  { statistics, limits }: ZonalWork<S>,
  { values }: S,
  { index, source }: GridCoverage,
): Generator<Step> {
  const wanted = statistics.filter((statistic) => statistic.kind !== 'moment');
  const perTask = Math.max(1, Math.floor(TASK_PIXELS / (index.tileWidth * index.tileHeight)));
  const tiles = index.tiles.length;
  const passes =
    wanted.length > 0
      ? passesOf(index, isCountable(dtypeOf(values)), limits.waitingValues)
      : [0, index.zoneArea.length];
  for (let pass = 0; pass + 1 < passes.length; pass++) {
    const endsSubject = pass + 2 === passes.length;
    for (let firstTile = 0; firstTile === 0 || firstTile < tiles; firstTile += perTask) {
      const endTile = Math.min(tiles, firstTile + perTask);
      const endsPass = endTile === tiles;
      const [firstZone, endZone] = [passes[pass]!, passes[pass + 1]!];
      yield {
        coverage: index,
        isFirstPass: pass === 0,
        endsPass,
        endsSubject: endsSubject && endsPass,
        input: { values, coverage: source, firstTile, endTile, firstZone, endZone, statistics: wanted },
      };
    }
  }
}

/** Distinct values of a sample of 16 bits. */
const MOST_COUNTED = 65536;

/** Bounds of the groups of zones whose values are gathered together. */
function passesOf({ zonePieces, zoneCells }: CoverageIndex, isCounted: boolean, most: number): number[] {
  const passes = [0];
  let sum = 0;
  for (let zone = 0; zone < zonePieces.length; zone++) {
    const [pieces, cells] = [zonePieces[zone]!, zoneCells[zone]!];
    const waiting = pieces === 1 ? 0 : isCounted ? Math.min(cells, MOST_COUNTED * pieces) : cells;
    if (sum > 0 && sum + waiting > most) {
      passes.push(zone);
      sum = 0;
    }
    sum += waiting;
  }
  return [...passes, zonePieces.length];
}
