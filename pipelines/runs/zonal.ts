/** Exact statistics of zones on any number of rasters → a table of one row per zone and raster. */
import type { CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { geometryOf } from '../core/geometry/zonal/polygons.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import { createTransform } from '../core/grid/crs.ts';
import { reprojectGeometry } from '../io/features/reproject.ts';
import { useRdGrid } from '../io/rd-grid.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { TableFormat } from '../io/table/write-table.ts';
import { readZones } from '../io/zones/read-zones.ts';
import type { CoordinateOperation } from '../core/passport/passport.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { Zones } from '../io/zones/read-zones.ts';
import type { TaskRunner } from '../runner.ts';
import type { CoverageRef } from '../tasks/zonal-pieces.ts';
import type { ValueSource } from '../tasks/zonal-values.ts';
import { openBand } from './align.ts';
import type { OpenedBand } from './align.ts';
import { bandUse, operationsBetween } from './run-facts.ts';
import type { RunControls } from './progress.ts';
import { CoverageStore, gridOf } from './zonal-coverage.ts';
import { resultsOf } from './zonal-results.ts';
import type { SubjectResult, ZonalSubject } from './zonal-results.ts';
import { chooseRunner, noteCoverage, statisticCells, ZONAL_LIMITS, zonalColumns } from './zonal-table.ts';
import type { ZonalLimits } from './zonal-table.ts';

export interface ZonalRaster extends ZonalSubject {
  /** As the table calls it. */
  readonly name: string;
  readonly band: OpenedBand;
}

export interface ZonalRequest {
  /** Paths or URLs, with `#3` or `#name` behind one for a band of several. */
  readonly rasters: readonly string[];
  /** What the table calls them, one per raster; default: their paths. */
  readonly names?: readonly string[];
  /** File of polygons. */
  readonly zones: string;
  readonly statistics: readonly Statistic[];
  /** Property that names a zone; null: as `readZones` finds it. */
  readonly idField: string | null;
  /** CRS of the zones, such as `EPSG:28992`; null: as their file says, else WGS 84. */
  readonly zonesCrs: string | null;
  /** `.csv`, `.json`, `.parquet` or `.geojson`. */
  readonly output: string;
  /** Correction grid of RD New; null where there is none. */
  readonly rdGrid: string | null;
}

export interface ZonalPlan {
  readonly zones: Zones;
  readonly zonesFile: CoverageRef['zones'];
  readonly rasters: readonly ZonalRaster[];
  readonly statistics: readonly Statistic[];
  readonly output: string;
  readonly format: TableFormat;
  readonly columns: readonly Column[];
  readonly notes: readonly string[];
  readonly facts: RunFacts;
}

export interface ZonalReport {
  readonly output: string;
  readonly rows: number;
  readonly zones: number;
  readonly rasters: number;
  readonly notes: readonly string[];
}

/**
 * Reads the zones and the headers of all rasters.
 * @throws {PlatformError} `usage`, `parameter-invalid`, `crs-missing`, `crs-unsupported`, and what opening the files
 *   throws
 */
export async function planZonal(request: ZonalRequest, signal?: AbortSignal): Promise<ZonalPlan> {
  const { output, statistics, idField, zonesCrs, rdGrid } = request;
  const format = findTableFormat(output, { hasGeometry: true });
  await useRdGrid(rdGrid);
  const zones = await readZones(request.zones, { idField, crs: zonesCrs, ...(signal ? { signal } : {}) });
  const rasters: ZonalRaster[] = [];
  const { names = request.rasters } = request;
  for (const [k, path] of request.rasters.entries()) {
    const name = names[k]!;
    const band = await openBand({ path, name: null }, signal);
    rasters.push({ name, band, grid: gridOf(band.raster), values: valuesOf(band) });
  }
  const notes = [...zones.notes, ...rasters.flatMap(({ band }) => band.note ?? [])];
  const facts = await factsOf(request.zones, zones, rasters, statistics);
  const zonesFile = { path: request.zones, crs: zonesCrs };
  return {
    zones,
    zonesFile,
    rasters,
    statistics,
    output,
    format,
    columns: zonalColumns(zones, { name: 'raster', type: 'text' }, statistics),
    notes,
    facts,
  };
}

/** A band as it is stored. */
export function valuesOf({ path, version, band, info: { dtype, scale, offset } }: OpenedBand): ValueSource {
  return { kind: 'band', source: { path, version }, band, dtype, scale: { scale, offset } };
}

async function factsOf(
  path: string,
  { epsg }: Zones,
  rasters: readonly ZonalRaster[],
  statistics: readonly Statistic[],
): Promise<RunFacts> {
  const placement = 'exact share of each cell that a zone covers';
  const names = statistics.map(({ name }) => name).join(', ');
  const codes = new Set(rasters.map(({ band }) => band.raster.epsg ?? epsg));
  const coordinates: CoordinateOperation[] = [];
  for (const code of codes) coordinates.push(...(await operationsBetween(epsg, code)));
  return {
    inputs: [{ role: 'zones', path }, ...rasters.map(({ band }, k) => bandUse(`raster ${k + 1}`, band, { placement }))],
    method: { summary: `Statistics of zones: ${names}`, coordinates },
  };
}

/**
 * Carries out a plan.
 * @param startRunner  Gives the runner for a run that is worth one; small ones run in this thread.
 * @throws {PlatformError} as the readers and the writer do
 */
export async function runZonal(
  plan: ZonalPlan,
  startRunner: () => Promise<TaskRunner>,
  controls: RunControls = {},
  limits: ZonalLimits = ZONAL_LIMITS,
): Promise<ZonalReport> {
  const { zones, rasters, output, format, columns, facts } = plan;
  const runner = await chooseRunner(rasters, startRunner, limits);
  controls.passport?.begin(facts, runner);
  const store = new CoverageStore(zones, {
    zones: plan.zonesFile,
    folder: controls.coverageCache ?? null,
    isShared: runner.concurrency > 1,
  });
  const notes: string[] = [...plan.notes];
  controls.progress?.stage('statistics', rasters.length);
  const geometries = format.hasGeometry ? geometriesOf(zones) : null;
  async function* batches(): AsyncGenerator<TableBatch> {
    const onCoverage = (raster: ZonalRaster, coverage: CoverageIndex) =>
      noteCoverage(zones, raster, raster.name, coverage, notes);
    const results = resultsOf(
      { subjects: rasters, statistics: plan.statistics, store, onCoverage, limits },
      runner,
      controls.signal,
    );
    try {
      for (const raster of rasters) {
        const { value } = (await results.next()) as { value: SubjectResult };
        controls.progress?.advance();
        yield toBatch(plan, raster, value, geometries);
      }
    } finally {
      await results.return(undefined);
    }
    controls.passport?.found({ features: zones.ids.values.length }, notes);
  }
  const rows = await writeTable(output, format, columns, batches(), controls.passport);
  return { output, rows, zones: zones.ids.values.length, rasters: rasters.length, notes };
}

function toBatch(
  { zones, statistics }: ZonalPlan,
  raster: ZonalRaster,
  result: SubjectResult,
  geometries: readonly string[] | null,
): TableBatch {
  const rows = zones.ids.values.length;
  const names = Array.from<string>({ length: rows }).fill(raster.name);
  const columns = [zones.ids.values, names, ...statisticCells(statistics, raster, result)];
  return { rows, columns, ...(geometries ? { geometries } : {}) };
}

/** JSON text of each zone's geometry in WGS 84, to some 1 cm. */
function geometriesOf({ polygons, epsg, ids }: Zones): string[] {
  const transform = createTransform(epsg, 4326);
  const rounded = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  return ids.values.map((_, zone) => {
    const geometry = geometryOf(polygons, zone);
    reprojectGeometry(geometry, (x, y) => {
      const [lon, lat] = epsg === 4326 ? [x, y] : transform.point(x, y);
      return [rounded(lon), rounded(lat)];
    });
    return JSON.stringify(geometry);
  });
}
