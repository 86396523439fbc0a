/** Analyses of the series of a table: `landmeter series`. */
import { setImmediate } from 'node:timers/promises';
import { PlatformError } from '../core/errors.ts';
import type { Analysis } from '../core/series/analysis.ts';
import { formatTime } from '../core/series/time.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { Duplicates, SeriesColumns, SeriesTable } from '../io/table/read-series.ts';
import { readSeries } from '../io/table/read-series.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { RunControls } from './progress.ts';
import type { OutputCell, SeriesAnalyst, SeriesContext } from './series-tables/analyst.ts';
import { anomalyAnalyst } from './series-tables/anomaly.ts';
import { breaksAnalyst } from './series-tables/breaks.ts';
import { fillAnalyst } from './series-tables/fill.ts';
import type { SeriesBacktest } from './series-tables/forecast.ts';
import { forecastAnalyst } from './series-tables/forecast.ts';
import { phenologyAnalyst } from './series-tables/phenology.ts';
import { smoothAnalyst } from './series-tables/smooth.ts';
import { trendAnalyst } from './series-tables/trend.ts';

export interface SeriesRequest {
  readonly table: string;
  readonly columns: SeriesColumns;
  readonly duplicates: Duplicates;
  readonly analysis: Analysis;
  readonly output: string;
}

export interface SeriesReport {
  readonly output: string;
  readonly analysis: Analysis;
  readonly series: number;
  /** Written. */
  readonly rows: number;
  /** The series that have no result. */
  readonly reasons: readonly { readonly id: string | null; readonly reason: string }[];
  /** Of `forecast`. */
  readonly backtest?: readonly SeriesBacktest[];
  readonly notes: readonly string[];
}

/** Rows that are held before they are written. */
const BATCH_ROWS = 20_000;
/** Computing stops that often to let Ctrl-C in. */
const BREATH_MS = 50;

/**
 * Reads a table, analyses its series one by one, writes the result.
 *
 * @throws {PlatformError} `usage` for an output of an unknown format; all of `readSeries` and `writeTable`; `parameter-invalid`
 *   where no series has a result and none would have a row
 */
export async function runSeries(request: SeriesRequest, controls: RunControls = {}): Promise<SeriesReport> {
  const { table: path, columns, duplicates, analysis, output } = request;
  const { signal, progress } = controls;
  const format = findTableFormat(output);
  controls.passport?.begin({
    inputs: [{ role: 'table', path }],
    method: { summary: `Series of a table: ${analysis.kind}` },
  });
  progress?.stage(`reading ${path}`);
  const table = await readSeries(path, columns, duplicates, signal === undefined ? {} : { signal });
  if (table.rows === 0) throw new PlatformError('parameter-invalid', `${path} has a header but no rows`);
  const backtests: SeriesBacktest[] = [];
  const analyst = createAnalyst(analysis, contextOf(table), backtests);
  const reasons: { id: string | null; reason: string }[] = [];
  progress?.stage(`series ${analysis.kind}`, table.series.length);
  const outputColumns: Column[] = [
    ...(table.by === null ? [] : [{ name: 'id', type: 'text' } as const]),
    ...analyst.columns,
  ];
  const notes: string[] = [];
  async function* batches() {
    yield* batchesOf(table, analyst, reasons, controls);
    notes.push(...notesOf(table, analysis, reasons, duplicates));
    controls.passport?.found({}, notes);
  }
  const rows = await writeTable(output, format, outputColumns, batches(), controls.passport);
  return {
    output,
    analysis,
    series: table.series.length,
    rows,
    reasons,
    ...(analysis.kind === 'forecast' && { backtest: backtests }),
    notes,
  };
}

function createAnalyst(analysis: Analysis, context: SeriesContext, backtests: SeriesBacktest[]): SeriesAnalyst {
  switch (analysis.kind) {
    case 'trend':
      return trendAnalyst(analysis.method, context);
    case 'smooth':
      return smoothAnalyst(analysis.choice, context);
    case 'fill':
      return fillAnalyst(analysis.choice, context);
    case 'phenology':
      return phenologyAnalyst(analysis.options);
    case 'breaks':
      return breaksAnalyst(analysis.options, context);
    case 'anomaly':
      return anomalyAnalyst(analysis.options, context);
    case 'forecast':
      return forecastAnalyst(analysis.choice, context, backtests);
  }
}

function contextOf({ series, timeForm }: SeriesTable): SeriesContext {
  let [longest, origin] = [0, Infinity];
  for (const { series: one } of series) {
    longest = Math.max(longest, one.days.length);
    origin = Math.min(origin, one.days[0] ?? Infinity);
  }
  const time = (days: number) => {
    if (Number.isNaN(days)) return null;
    // a step of hours leads from dates to times; a mean step of 4.9998 days does not
    const isDate = timeForm === 'date' && Math.abs(days - Math.round(days)) < 0.02;
    return isDate ? formatTime(Math.round(days), 'date') : formatTime(days, 'time');
  };
  return { longest, origin, time };
}

async function* batchesOf(
  { series, by }: SeriesTable,
  analyst: SeriesAnalyst,
  reasons: { id: string | null; reason: string }[],
  { signal, progress }: RunControls,
): AsyncGenerator<TableBatch> {
  const width = analyst.columns.length + (by === null ? 0 : 1);
  const empty = () => Array.from({ length: width }, (): OutputCell[] => []);
  let columns = empty();
  let breath = performance.now();
  for (const { id, series: one } of series) {
    const emit = (cells: readonly OutputCell[]) => {
      if (by !== null) columns[0]!.push(id);
      const first = width - cells.length;
      for (let c = 0; c < cells.length; c++) columns[first + c]!.push(cells[c]!);
    };
    const reason = analyst.analyse(one, emit, id);
    if (reason !== null) reasons.push({ id, reason });
    progress?.advance();
    if (performance.now() - breath > BREATH_MS) {
      await setImmediate();
      checkAborted(signal);
      breath = performance.now();
    }
    if (columns[0]!.length < BATCH_ROWS) continue;
    yield { rows: columns[0]!.length, columns };
    columns = empty();
  }
  if (columns[0]!.length > 0) yield { rows: columns[0]!.length, columns };
}

const NOTES = 3;

function notesOf(
  table: SeriesTable,
  { kind }: Analysis,
  reasons: readonly { readonly id: string | null; readonly reason: string }[],
  duplicates: Duplicates,
): string[] {
  const notes = reasons
    .slice(0, NOTES)
    .map(({ id, reason }) => `${id === null ? 'The series' : `Series ${id}`} has no ${NOUNS[kind]}: ${reason}`);
  if (reasons.length > NOTES) notes.push(`… and ${reasons.length - NOTES} more series, listed by --json`);
  if (table.duplicates > 0)
    notes.push(`Rows with the time of another row of their series: ${table.duplicates}; the ${duplicates} was taken`);
  return notes;
}

const NOUNS: Readonly<Record<Analysis['kind'], string>> = {
  trend: 'trend',
  smooth: 'smooth curve',
  fill: 'filled series',
  phenology: 'season',
  breaks: 'test for breaks',
  anomaly: 'climatology',
  forecast: 'forecast',
};
