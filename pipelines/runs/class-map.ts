/** A class map: its classes with pixels and areas, counted over all of it in bounded memory. */
import type { ClassCounts } from '../core/accuracy/class-counts.ts';
import { mergeClasses, refuseMeasurements } from '../core/accuracy/class-counts.ts';
import { PlatformError } from '../core/errors.ts';
import { findCrs } from '../core/grid/crs.ts';
import type { Window } from '../core/grid/window.ts';
import type { PixelGrid } from '../core/raster/polygon-geometry.ts';
import type { SourceRef } from '../io/source-cache.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import { openBand } from './align.ts';
import type { OpenedBand } from './align.ts';
import type { RunControls } from './progress.ts';

export interface ClassMap {
  readonly opened: OpenedBand;
  readonly ref: SourceRef;
  readonly grid: PixelGrid;
  /** Parts over the whole width, from top to bottom, so that pixels have an order whatever the file's blocks. */
  readonly parts: readonly Window[];
  /** Of each part. */
  readonly partCounts: readonly ClassCounts[];
  readonly total: ClassCounts;
}

/**
 * Opens a class map and counts it.
 * @throws {PlatformError} `crs-missing`, `crs-unsupported`; `parameter-invalid` where it holds no classes, or none at all; what
 *   opening and reading throw
 */
export async function openClassMap(
  path: string,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<ClassMap> {
  const opened = await openBand({ path, name: null }, signal);
  const grid = gridOf(opened);
  const ref = { path: opened.path, version: opened.version };
  const parts = partsOf(opened);
  const inputs = parts.map((window) => ({ ref, band: opened.band, window, grid }));
  progress?.stage(`Counting ${path}`, parts.length);
  const partCounts: ClassCounts[] = [];
  const total: ClassCounts = new Map();
  for await (const counts of runInOrder(runner, 'accuracy-count', inputs, signal ? { signal } : {})) {
    if (counts === null || !mergeClasses(total, counts)) refuseMeasurements(path);
    partCounts.push(counts);
    progress?.advance();
  }
  if (total.size === 0) throw new PlatformError('parameter-invalid', `${path} has no valid pixel`);
  return { opened, ref, grid, parts, partCounts, total };
}

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` */
export function gridOf({ path, raster }: Pick<OpenedBand, 'path' | 'raster'>): PixelGrid {
  const { width, height, transform, epsg } = raster;
  if (!transform || epsg === null)
    throw new PlatformError(
      'crs-missing',
      `${path} has ${transform ? 'no CRS that is known here' : 'no georeference'}, so that its pixels have no place and no area`,
      { detail: { path } },
    );
  findCrs(epsg);
  return { width, height, transform, epsg };
}

const PART_PIXELS = 1 << 22;

function partsOf({ raster: { width, height, levels } }: OpenedBand): Window[] {
  const { blockHeight } = levels[0]!;
  const rows = Math.max(1, Math.floor(PART_PIXELS / (width * blockHeight))) * blockHeight;
  return Array.from({ length: Math.ceil(height / rows) }, (_, k) => ({
    col: 0,
    row: k * rows,
    width,
    height: Math.min(rows, height - k * rows),
  }));
}
