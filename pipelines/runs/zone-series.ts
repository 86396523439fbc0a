/**
 * Exact statistics of zones through time → a table of one row per zone and date. Indices are evaluated where zones are;
 * no raster is written in between.
 */
import { dateInName } from '../catalog/date-in-name.ts';
import { PlatformError } from '../core/errors.ts';
import type { CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { parseStatistics } from '../core/geometry/zonal/statistics.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import type { Formula } from '../core/indices/resolve.ts';
import { formatTime, parseTime } from '../core/series/time.ts';
import { useRdGrid } from '../io/rd-grid.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { TableFormat } from '../io/table/write-table.ts';
import { readZones } from '../io/zones/read-zones.ts';
import type { Zones } from '../io/zones/read-zones.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import { openBand } from './align.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { openFormulaLayer, openMaskedLayer } from './date-layer.ts';
import type { DateLayer } from './date-layer.ts';
import type { RunControls } from './progress.ts';
import { bandUse, operationsBetween } from './run-facts.ts';
import { CoverageStore, gridOf } from './zonal-coverage.ts';
import { resultsOf } from './zonal-results.ts';
import type { SubjectResult, ZonalSubject } from './zonal-results.ts';
import { chooseRunner, noteCoverage, statisticCells, ZONAL_LIMITS, zonalColumns } from './zonal-table.ts';
import type { ZonalLimits } from './zonal-table.ts';
import { bestOfEqualTimes } from './zone-series-rows.ts';
import { valuesOf } from './zonal.ts';

/** A raster of one date: a path or URL, with `#3` or `#name` behind it for one band of several. */
export interface RasterDate {
  readonly raster: string;
  readonly classes: ClassInput | null;
}

export interface SeriesDate {
  /** RFC 3339, or a date alone; null: as the scene says, else as the name of the file or its folder does. */
  readonly time: string | null;
  readonly source: RasterDate | DateInput | SceneInput;
}

export interface ZoneSeriesRequest {
  readonly dates: readonly SeriesDate[];
  /** Id of an index or an expression, of scenes and bands; null: the dates are rasters, taken as they are. */
  readonly formula: string | null;
  readonly calibration: CalibrationWords;
  /** File of polygons. */
  readonly zones: string;
  /** Names with commas between them; `valid_share` is added where it is not among them. */
  readonly statistics: string;
  readonly idField: string | null;
  readonly zonesCrs: string | null;
  /** `.csv`, `.parquet` or `.json`. */
  readonly output: string;
}

export interface ZoneDate extends ZonalSubject {
  /** As the user or the scene calls it, for messages. */
  readonly name: string;
  /** Days since 1970-01-01. */
  readonly days: number;
  readonly uses: (prefix: string) => readonly InputUse[];
  readonly notes: readonly string[];
}

export interface ZoneSeriesPlan {
  readonly zones: Zones;
  readonly request: ZoneSeriesRequest;
  /** In the order of time. */
  readonly dates: readonly ZoneDate[];
  readonly statistics: readonly Statistic[];
  readonly format: TableFormat;
  readonly columns: readonly Column[];
  readonly timeForm: 'date' | 'time';
  readonly notes: readonly string[];
  readonly facts: RunFacts;
}

export interface ZoneSeriesReport {
  readonly output: string;
  readonly rows: number;
  readonly zones: number;
  /** Different times. */
  readonly times: number;
  readonly notes: readonly string[];
}

const PLACEMENT = 'exact share of each cell that a zone covers';

/**
 * Reads the zones and the headers of all dates.
 * @param rdGrid  Correction grid of RD New; null where there is none.
 * @throws {PlatformError} `usage`, `parameter-invalid`, `crs-missing`, `crs-unsupported`, `band-missing`, `grid-mismatch`,
 *   and what opening the files throws
 */
export async function planZoneSeries(
  request: ZoneSeriesRequest,
  rdGrid: string | null,
  signal?: AbortSignal,
): Promise<ZoneSeriesPlan> {
  const { idField, zonesCrs } = request;
  if (request.dates.length === 0) throw new PlatformError('usage', 'Name the rasters or scenes of at least one date');
  const format = findTableFormat(request.output);
  const statistics = parseStatistics(withValidShare(request.statistics));
  const formula = request.formula === null ? null : resolveFormula(request.formula);
  await useRdGrid(rdGrid);
  const zones = await readZones(request.zones, { idField, crs: zonesCrs, ...(signal ? { signal } : {}) });
  const dates: ZoneDate[] = [];
  for (const date of request.dates) dates.push(await openDate(date, formula, request.calibration, signal));
  dates.sort((a, b) => a.days - b.days);
  const columns = zonalColumns(zones, { name: 'time', type: 'time' }, statistics);
  const timeForm = dates.every(({ days }) => Number.isInteger(days)) ? 'date' : 'time';
  const notes = [...new Set([...zones.notes, ...dates.flatMap((date) => date.notes)])];
  const facts = await factsOf(request.zones, zones, dates, statistics, formula);
  return { zones, request, dates, statistics, format, columns, timeForm, notes, facts };
}

function withValidShare(statistics: string): string {
  return statistics.split(',').some((name) => name.trim() === 'valid_share') ? statistics : `${statistics},valid_share`;
}

async function openDate(
  { time, source }: SeriesDate,
  formula: Formula | null,
  calibration: CalibrationWords,
  signal?: AbortSignal,
): Promise<ZoneDate> {
  const name = nameOf(source);
  if (formula && 'raster' in source)
    throw new PlatformError('usage', `${name} is a raster; ${formula.title} is made of scenes or bands`);
  if (!formula && !('raster' in source))
    throw new PlatformError('usage', `${name} is a scene; name the index that is wanted of it with --index`);
  if (!formula && 'raster' in source && !source.classes) return openRasterDate(source.raster, time, signal);
  const opened =
    'raster' in source
      ? await openMaskedLayer(source.raster, source.classes!, signal)
      : await openFormulaLayer(source, formula!, calibration, signal);
  return layerDate(name, time, opened);
}

async function openRasterDate(path: string, time: string | null, signal?: AbortSignal): Promise<ZoneDate> {
  const band = await openBand({ path, name: null }, signal);
  return {
    name: path,
    days: daysOf(path, time, null),
    values: valuesOf(band),
    grid: gridOf(band.raster),
    uses: (prefix) => [bandUse(`${prefix}raster`, band, { placement: PLACEMENT })],
    notes: band.note === null ? [] : [band.note],
  };
}

function layerDate(name: string, time: string | null, opened: DateLayer): ZoneDate {
  const { layer, grid, target, uses, notes } = opened;
  const { width, height, transform, epsg } = grid;
  return {
    name,
    days: daysOf(name, time, opened.time),
    values: { kind: 'layer', layer },
    grid: gridOf({ ...target, width, height, transform, epsg }),
    uses,
    notes,
  };
}

function nameOf(source: SeriesDate['source']): string {
  if ('raster' in source) return source.raster;
  return 'scene' in source ? source.scene : (source.bands[0]?.path ?? 'a date without bands');
}

/** @throws {PlatformError} `parameter-invalid` where nothing tells the time */
function daysOf(name: string, asked: string | null, known: string | null): number {
  const text = asked ?? known ?? dateInName(name.replace(/#\w+$/, ''));
  const days = text === null ? NaN : parseTime(text);
  if (!Number.isNaN(days)) return days;
  const found = text === null ? 'does not say when it was taken' : `has the time "${text}"`;
  throw new PlatformError(
    'parameter-invalid',
    `${name} ${found}; name its time with --times, such as 2024-05-12, or put the date into the file's name`,
    { detail: { path: name } },
  );
}

async function factsOf(
  path: string,
  { epsg }: Zones,
  dates: readonly ZoneDate[],
  statistics: readonly Statistic[],
  formula: Formula | null,
): Promise<RunFacts> {
  const names = statistics.map(({ name }) => name).join(', ');
  const coordinates = [];
  for (const code of new Set(dates.map(({ grid }) => grid.epsg)))
    coordinates.push(...(await operationsBetween(epsg, code)));
  const uses = dates.flatMap(({ uses: usesOf }, k) => usesOf(`date ${k + 1}: `));
  return {
    inputs: [{ role: 'zones', path }, ...uses],
    method: {
      summary: `Statistics of zones through time${formula ? ` of ${formula.title}` : ''}: ${names}; ${PLACEMENT}`,
      coordinates,
      ...(formula && { formula: { id: formula.id, expression: formula.expression } }),
    },
  };
}

/**
 * Carries out a plan. Dates of the same time (neighbouring scenes) give one row per zone: that of the date in which the
 * zone has the most valid cells.
 * @param startRunner  Gives the runner for a run that is worth one; small ones run in this thread.
 * @throws {PlatformError} as the readers and the writer do
 */
export async function runZoneSeries(
  plan: ZoneSeriesPlan,
  startRunner: () => Promise<TaskRunner>,
  controls: RunControls = {},
  limits: ZonalLimits = ZONAL_LIMITS,
): Promise<ZoneSeriesReport> {
  const { zones, request, dates, statistics, format, columns, timeForm, facts } = plan;
  const runner = await chooseRunner(dates, startRunner, limits);
  controls.passport?.begin(facts, runner);
  const store = new CoverageStore(zones, {
    zones: { path: request.zones, crs: request.zonesCrs },
    folder: controls.coverageCache ?? null,
    isShared: runner.concurrency > 1,
  });
  const notes = [...plan.notes];
  const onCoverage = (date: ZoneDate, coverage: CoverageIndex) => noteCoverage(zones, date, date.name, coverage, notes);
  controls.progress?.stage('statistics', dates.length);
  async function* batches(): AsyncGenerator<TableBatch> {
    const work = { subjects: dates, statistics, store, onCoverage, limits };
    const results = resultsOf(work, runner, controls.signal);
    async function* found() {
      for (const date of dates) {
        const { value } = (await results.next()) as { value: SubjectResult };
        controls.progress?.advance();
        yield { days: date.days, weight: value.moments.weight, cells: statisticCells(statistics, date, value) };
      }
    }
    try {
      for await (const { days, cells } of bestOfEqualTimes(found()))
        yield toBatch(zones, formatTime(days, timeForm), cells);
    } finally {
      await results.return(undefined);
    }
    controls.passport?.found({ features: zones.ids.values.length }, notes);
  }
  const rows = await writeTable(request.output, format, columns, batches(), controls.passport);
  const times = new Set(dates.map(({ days }) => days)).size;
  return { output: request.output, rows, zones: zones.ids.values.length, times, notes };
}

function toBatch({ ids }: Zones, time: string, cells: TableBatch['columns']): TableBatch {
  const rows = ids.values.length;
  return { rows, columns: [ids.values, Array.from({ length: rows }, () => time), ...cells] };
}
