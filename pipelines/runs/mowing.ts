/** When parcels were mown or harvested, of the series of a table: `landmeter mowing`. */
import { setImmediate } from 'node:timers/promises';
import { PlatformError } from '../core/errors.ts';
import type { MowingKind, MowingOptions } from '../core/series/mowing.ts';
import { findMowing, LEAST_OBSERVATIONS } from '../core/series/mowing.ts';
import type { Series } from '../core/series/series.ts';
import { observed } from '../core/series/series.ts';
import { formatTime } from '../core/series/time.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { Duplicates, SeriesColumns, SeriesTable } from '../io/table/read-series.ts';
import { readSeries } from '../io/table/read-series.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { RunControls } from './progress.ts';

export interface MowingRequest {
  readonly table: string;
  readonly columns: SeriesColumns;
  readonly duplicates: Duplicates;
  /** The values of the table are so many times those of the index. */
  readonly scale: number;
  readonly options: MowingOptions;
  readonly output: string;
}

export interface MowingReport {
  readonly output: string;
  readonly series: number;
  /** Series with an event. */
  readonly withEvents: number;
  /** Series with too few observations to tell. */
  readonly tooShort: number;
  readonly events: Readonly<Record<MowingKind, number>>;
  readonly notes: readonly string[];
}

const COLUMNS: readonly Column[] = [
  { name: 'time', type: 'time' },
  { name: 'after', type: 'time' },
  { name: 'before', type: 'time' },
  { name: 'kind', type: 'text' },
  { name: 'drop', type: 'number', digits: 6 },
  { name: 'recovery', type: 'number', digits: 6 },
  { name: 'confidence', type: 'number', digits: 4 },
];

/** Series that are worked through before rows are written and Ctrl-C is let in. */
const BATCH_SERIES = 2000;

/**
 * Reads a table and writes a row per event.
 * @throws {PlatformError} `usage` for an output of an unknown format or a scale of 0; `parameter-invalid` for a table without
 *   rows; as `readSeries` and `writeTable`
 */
export async function runMowing(request: MowingRequest, controls: RunControls = {}): Promise<MowingReport> {
  const { table: path, columns, duplicates, scale, options, output } = request;
  const { signal, progress, passport } = controls;
  const format = findTableFormat(output);
  if (!(scale > 0)) throw new PlatformError('usage', `--scale is ${scale}; a positive number is accepted`);
  passport?.begin({
    inputs: [{ role: 'table', path }],
    method: { summary: 'Mowing and harvest of the series of a table' },
  });
  progress?.stage(`reading ${path}`);
  const table = await readSeries(path, columns, duplicates, signal === undefined ? {} : { signal });
  if (table.rows === 0) throw new PlatformError('parameter-invalid', `${path} has a header but no rows`);
  progress?.stage('looking for mowing', table.series.length);
  const events = { mowing: 0, harvest: 0, unknown: 0 };
  let [withEvents, tooShort] = [0, 0];
  const notes = noteScale(table, scale, path);
  async function* batches(): AsyncGenerator<TableBatch> {
    for (let from = 0; from < table.series.length; from += BATCH_SERIES) {
      checkAborted(signal);
      const rows: (string | number | null)[][] = [];
      for (const { id, series } of table.series.slice(from, from + BATCH_SERIES)) {
        const seen = scaled(observed(series), scale);
        if (seen.days.length < LEAST_OBSERVATIONS) tooShort++;
        const found = findMowing(seen, options);
        if (found.length > 0) withEvents++;
        for (const { kind, day, after, before, drop, recovery, confidence } of found) {
          events[kind]++;
          const times = [day, after, before].map((at) => timeText(at, table));
          rows.push([...(table.by === null ? [] : [id]), ...times, kind, drop, recovery, confidence]);
        }
      }
      progress?.advance(Math.min(BATCH_SERIES, table.series.length - from));
      yield { rows: rows.length, columns: outputColumns.map((_, c) => rows.map((row) => row[c]!)) };
      await setImmediate();
    }
    if (tooShort > 0)
      notes.push(`Series with fewer than ${LEAST_OBSERVATIONS} observations, which tell nothing: ${tooShort}`);
    passport?.found({}, notes);
  }
  const outputColumns: readonly Column[] = [
    ...(table.by === null ? [] : [{ name: 'id', type: 'text' } as const]),
    ...COLUMNS,
  ];
  await writeTable(output, format, outputColumns, batches(), passport);
  return { output, series: table.series.length, withEvents, tooShort, events, notes };
}

function scaled({ days, values }: Series, scale: number): Series {
  return scale === 1 ? { days, values } : { days, values: values.map((value) => value / scale) };
}

/** As the table writes times; the day in which a moment lies where it writes days. */
function timeText(day: number, { timeForm }: SeriesTable): string {
  return timeForm === 'date' ? formatTime(Math.floor(day), 'date') : formatTime(day, 'time');
}

function noteScale({ series }: SeriesTable, scale: number, path: string): string[] {
  let [sum, count] = [0, 0];
  for (const { series: one } of series) {
    const { values } = observed(one);
    for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
    count += values.length;
  }
  const mean = sum / count / scale;
  if (!(mean > 1.5)) return [];
  return [
    `Values of ${path} are ${Number(mean.toPrecision(3))} on average; those of NDVI and EVI lie below 1: say with --scale what to divide them by`,
  ];
}
