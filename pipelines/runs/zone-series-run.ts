/** A series of zones carried out: dates that were opened → a table of one row per zone and time. */
import type { CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { parseStatistics } from '../core/geometry/zonal/statistics.ts';
import type { Statistic } from '../core/geometry/zonal/statistics.ts';
import { formatTime } from '../core/series/time.ts';
import type { CoordinateOperation } from '../core/passport/passport.ts';
import { useRdGrid } from '../io/rd-grid.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { TableFormat } from '../io/table/write-table.ts';
import { readZones } from '../io/zones/read-zones.ts';
import type { Zones } from '../io/zones/read-zones.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { RunControls } from './progress.ts';
import { operationsBetween } from './run-facts.ts';
import { CoverageStore } from './zonal-coverage.ts';
import { resultsOf } from './zonal-results.ts';
import type { SubjectResult, ZonalSubject } from './zonal-results.ts';
import { chooseRunner, noteCoverage, statisticCells, ZONAL_LIMITS, zonalColumns } from './zonal-table.ts';
import type { ZonalLimits } from './zonal-table.ts';
import { bestOfEqualTimes } from './zone-series-rows.ts';

/** What is asked of zones, whatever the values are. */
export interface ZoneTableWords {
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
}

export interface ZoneSeriesPlan {
  readonly words: ZoneTableWords;
  readonly zones: Zones;
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

/** How values come under zones, for passports. */
export const ZONE_PLACEMENT = 'exact share of each cell that a zone covers';

export interface OpenedDates {
  readonly dates: readonly ZoneDate[];
  readonly inputs: readonly InputUse[];
  readonly notes: readonly string[];
  readonly formula?: { readonly id: string | null; readonly title: string; readonly expression: string } | null;
}

/**
 * Reads the zones and settles the table.
 * @param rdGrid  Correction grid of RD New; null where there is none.
 * @param open  Opens the dates, after what was asked has been found to make sense.
 * @throws {PlatformError} `usage`, `parameter-invalid`, and what reading the zones and opening the dates throws
 */
export async function planZoneTable(
  words: ZoneTableWords,
  rdGrid: string | null,
  open: () => Promise<OpenedDates>,
  signal?: AbortSignal,
): Promise<ZoneSeriesPlan> {
  const { idField, zonesCrs } = words;
  const format = findTableFormat(words.output);
  const statistics = parseStatistics(withValidShare(words.statistics));
  await useRdGrid(rdGrid);
  const zones = await readZones(words.zones, { idField, crs: zonesCrs, ...(signal ? { signal } : {}) });
  const opened = await open();
  const dates = opened.dates.toSorted((a, b) => a.days - b.days);
  return {
    words,
    zones,
    dates,
    statistics,
    format,
    columns: zonalColumns(zones, { name: 'time', type: 'time' }, statistics),
    timeForm: dates.every(({ days }) => Number.isInteger(days)) ? 'date' : 'time',
    notes: [...new Set([...zones.notes, ...opened.notes])],
    facts: await factsOf(words.zones, zones, opened, statistics),
  };
}

function withValidShare(statistics: string): string {
  return statistics.split(',').some((name) => name.trim() === 'valid_share') ? statistics : `${statistics},valid_share`;
}

async function factsOf(
  path: string,
  { epsg }: Zones,
  { dates, inputs, formula }: OpenedDates,
  statistics: readonly Statistic[],
): Promise<RunFacts> {
  const names = statistics.map(({ name }) => name).join(', ');
  const coordinates: CoordinateOperation[] = [];
  for (const code of new Set(dates.map(({ grid }) => grid.epsg)))
    coordinates.push(...(await operationsBetween(epsg, code)));
  return {
    inputs: [{ role: 'zones', path }, ...inputs],
    method: {
      summary: `Statistics of zones through time${formula ? ` of ${formula.title}` : ''}: ${names}; ${ZONE_PLACEMENT}`,
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
  const { zones, words, dates, statistics, format, columns, timeForm, facts } = plan;
  const runner = await chooseRunner(dates, startRunner, limits);
  controls.passport?.begin(facts, runner);
  const store = new CoverageStore(zones, {
    zones: { path: words.zones, crs: words.zonesCrs },
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
  const rows = await writeTable(words.output, format, columns, batches(), controls.passport);
  const times = new Set(dates.map(({ days }) => days)).size;
  return { output: words.output, rows, zones: zones.ids.values.length, times, notes };
}

function toBatch({ ids }: Zones, time: string, cells: TableBatch['columns']): TableBatch {
  const rows = ids.values.length;
  return { rows, columns: [ids.values, Array.from<string>({ length: rows }).fill(time), ...cells] };
}
