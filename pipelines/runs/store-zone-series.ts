/** The table of a zone series into the database, where others ask for single zones and times. */
import { openZoneSeries, putZoneValues } from '../catalog/zone-values-repository.ts';
import type { ZoneSeriesKey, ZoneValueRows } from '../catalog/zone-values-repository.ts';
import { PlatformError } from '../core/errors.ts';
import { isObjectStatistic } from '../core/geometry/zonal/statistics.ts';
import type { Database } from '../database/database.ts';
import type { SourceBatch, SourceCell } from '../io/table/read-table.ts';
import { openTable } from '../io/table/read-table.ts';

/** Rows of one statement, which is a transaction of its own: others have their turn in between. */
const STATEMENT_ROWS = 20_000;

/**
 * Stores every row of a product of `zone-series`. Stored again, it changes nothing; stopped in the middle, it is
 * completed by storing it again.
 * @param path  CSV or Parquet: the zone's id, `time`, a column per statistic.
 * @returns how many rows the table has
 * @throws {PlatformError} `format-damaged`, `format-unknown` where it is no such table; `parameter-invalid` where two rows
 *   have one zone and time; {SqlError} where the set of zones is not in the catalogue
 */
export async function storeZoneSeries(
  database: Database,
  key: ZoneSeriesKey,
  path: string,
  signal?: AbortSignal,
): Promise<number> {
  const options = signal ? { signal } : {};
  const table = await openTable(path, options);
  try {
    const [idName, timeName, ...names] = table.columnNames;
    if (timeName !== 'time' || names.length === 0)
      throw new PlatformError('format-unknown', `${path} is no series of zones: its second column is not time`);
    const objects = names.filter((name) => isObjectStatistic(name));
    const statistics = names.filter((name) => !isObjectStatistic(name));
    const series = await openZoneSeries(database, key, statistics, objects);
    let rows = 0;
    for await (const batch of table.batches([idName!, timeName, ...statistics, ...objects], options))
      for (let from = 0; from < batch.rows; from += STATEMENT_ROWS) {
        const to = Math.min(batch.rows, from + STATEMENT_ROWS);
        await putZoneValues(database, series.number, toRows(batch, from, to, statistics.length, objects));
        rows += to - from;
      }
    return rows;
  } finally {
    await table.close();
  }
}

function toRows(
  { columns }: SourceBatch,
  from: number,
  to: number,
  numbers: number,
  objects: readonly string[],
): ZoneValueRows {
  const [ids, times, ...cells] = columns;
  const take = <T>(cellOf: (row: number) => T): T[] => Array.from({ length: to - from }, (_, k) => cellOf(from + k));
  const numberColumns = cells.slice(0, numbers);
  const objectColumns = cells.slice(numbers);
  return {
    zoneIds: take((row) => textOf(ids![row]!)),
    times: take((row) => textOf(times![row]!)),
    numbers: take((row) => `{${numberColumns.map((column) => numberText(column[row]!)).join(',')}}`),
    objects: take((row) =>
      objects.length === 0
        ? 'null'
        : `{${objects.map((name, c) => `${JSON.stringify(name)}:${textOf(objectColumns[c]![row]!) || 'null'}`).join(',')}}`,
    ),
  };
}

function textOf(cell: SourceCell): string {
  if (cell === null) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

function numberText(cell: SourceCell): string {
  return cell === null || cell === '' ? 'NULL' : String(cell);
}
