/** What zonal runs share: the columns of statistics, their cells, and what the user should know of the coverage. */
import { PlatformError } from '../core/errors.ts';
import type { CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { momentColumn } from '../core/geometry/zonal/statistics.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import type { Column, ColumnData } from '../io/table/table.ts';
import type { Zones } from '../io/zones/read-zones.ts';
import { inlineRunner } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import { scaleOf } from '../tasks/zonal-values.ts';
import type { ResultLimits, SubjectResult, ZonalSubject } from './zonal-results.ts';

/** What is written of a statistic: more than coverage is known to, fewer than binary fractions need. */
const DIGITS = 12;

export interface ZonalLimits extends ResultLimits {
  /** Work below this many pixels is done before threads have started. */
  readonly threadedPixels: number;
}

export const ZONAL_LIMITS: ZonalLimits = { threadedPixels: 2.5e8, waitingValues: 1 << 24 };

/**
 * The zone's id, a column that tells the rows of a zone apart, the statistics.
 * @throws {PlatformError} `parameter-invalid` where the ids have the name of another column
 */
export function zonalColumns({ ids }: Zones, key: Column, statistics: readonly Statistic[]): Column[] {
  const columns: Column[] = [
    { name: ids.name, type: ids.type },
    key,
    ...statistics.map(({ name, kind }): Column => ({
      name,
      ...(kind === 'json' ? { type: 'json' } : { type: 'number', digits: DIGITS }),
    })),
  ];
  const clash = columns.slice(1).some(({ name }) => name === ids.name);
  if (clash)
    throw new PlatformError(
      'parameter-invalid',
      `--id is ${ids.name}, which is the name of another column of the result; rename the property, or leave that statistic out`,
    );
  return columns;
}

/** A column per statistic, a row per zone. */
export function statisticCells(
  statistics: readonly Statistic[],
  { values }: ZonalSubject,
  { coverage, moments, cells }: SubjectResult,
): ColumnData[] {
  const rows = coverage.zoneArea.length;
  let listed = 0;
  return statistics.map((statistic): ColumnData => {
    if (statistic.kind === 'moment') return momentColumn(statistic.name, moments, coverage.zoneArea, scaleOf(values));
    const at = listed++;
    return Array.from({ length: rows }, (_, zone) => cells.get(zone)?.[at] ?? null);
  });
}

/** A runner for work that is worth one; small work is done in this thread. */
export async function chooseRunner(
  subjects: readonly ZonalSubject[],
  startRunner: () => Promise<TaskRunner>,
  { threadedPixels }: ZonalLimits,
): Promise<TaskRunner> {
  const pixels = subjects.reduce((sum, { grid }) => sum + grid.width * grid.height, 0);
  return pixels > threadedPixels ? startRunner() : inlineRunner;
}

/** Adds to `notes`, each sentence once. @param name  What the user calls the raster. */
export function noteCoverage(
  { ids, epsg }: Zones,
  { grid }: ZonalSubject,
  name: string,
  { resolved, tiles }: CoverageIndex,
  notes: string[],
): void {
  const add = (note: string) => void (notes.includes(note) || notes.push(note));
  if (resolved.length > 0)
    add(
      `${resolved.length} zones cross or overlap themselves, such as ${ids.values[resolved[0]!]}: ` +
        'each place in them counts once',
    );
  if (tiles.length === 0)
    add(`No zone meets ${name}: the zones are in EPSG:${epsg}, the raster in EPSG:${grid.epsg}; is --zones-crs right?`);
}
