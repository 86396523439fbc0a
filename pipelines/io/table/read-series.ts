/** Series out of a table: rows in any order, grouped by id and brought into the order of time. */
import { PlatformError } from '../../core/errors.ts';
import type { MaskedSeries } from '../../core/series/series.ts';
import { formatTime } from '../../core/series/time.ts';
import { withRoom } from '../../core/vector/growable.ts';
import type { TableReadOptions, TableSource } from './read-table.ts';
import { openTable } from './read-table.ts';
import { createCellParser, isDate } from './series-cells.ts';

/** What becomes of rows of one id with the same time. */
export const DUPLICATES = ['refuse', 'mean', 'first', 'last'] as const;
export type Duplicates = (typeof DUPLICATES)[number];

export interface SeriesColumns {
  /** Column of the ids; null: `id` where the table has it, else all rows are one series. */
  readonly by: string | null;
  readonly time: string;
  readonly value: string;
}

interface NamedSeries {
  /** Null where the table has no ids. */
  readonly id: string | null;
  readonly series: MaskedSeries;
}

export interface SeriesTable {
  /** Name of the column of ids; null where there is none. */
  readonly by: string | null;
  /** In the order in which the ids first appear. */
  readonly series: readonly NamedSeries[];
  readonly rows: number;
  /** Rows that were merged into another of the same id and time. */
  readonly duplicates: number;
  /** Whether all times are dates, so that results are written as such. */
  readonly timeForm: 'date' | 'time';
}

/**
 * @throws {PlatformError} `parameter-invalid` where a column is missing; `format-damaged` for a time or a value that is
 *   none, and for two rows of one id with the same time unless `duplicates` says what to do: each with the row's number.
 */
export async function readSeries(
  path: string,
  columns: SeriesColumns,
  duplicates: Duplicates,
  options: TableReadOptions = {},
): Promise<SeriesTable> {
  const table = await openTable(path, options);
  try {
    const by = findColumns(table, columns);
    const rows = await gather(table, by, columns, options);
    return { by, ...group(rows, by, table.name, duplicates) };
  } finally {
    await table.close();
  }
}

/** @returns the column of ids. */
function findColumns({ name, columnNames }: TableSource, columns: SeriesColumns): string | null {
  const need = (option: string, column: string) => {
    if (columnNames.includes(column)) return;
    throw new PlatformError(
      'parameter-invalid',
      `${name} has no column "${column}"; name one with ${option}: ${columnNames.slice(0, 30).join(', ')}`,
      { detail: { path: name, column, columns: columnNames } },
    );
  };
  need('--time', columns.time);
  need('--value', columns.value);
  if (columns.by !== null) need('--by', columns.by);
  return columns.by ?? (columnNames.includes('id') ? 'id' : null);
}

/** The rows as they come, in columns. */
interface Rows {
  readonly count: number;
  readonly ids: readonly string[];
  /** Index into `ids`. */
  readonly owner: Uint32Array;
  readonly days: Float64Array;
  /** NaN: no value. */
  readonly values: Float64Array;
  readonly hasTimes: boolean;
}

async function gather(
  table: TableSource,
  by: string | null,
  { time, value }: SeriesColumns,
  options: TableReadOptions,
): Promise<Rows> {
  const known = new Map<string, number>();
  let count = 0;
  let owner = new Uint32Array(1024);
  let days = new Float64Array(1024);
  let values = new Float64Array(1024);
  let hasTimes = false;
  const parse = createCellParser(table.name);
  for await (const batch of table.batches(by === null ? [time, value] : [time, value, by], options)) {
    owner = withRoom(owner, count + batch.rows);
    days = withRoom(days, count + batch.rows);
    values = withRoom(values, count + batch.rows);
    const [times, cells, ids] = batch.columns;
    for (let i = 0; i < batch.rows; i++) {
      const id = ids === undefined ? '' : parse.id(ids[i]!, count, by!);
      let index = known.get(id);
      if (index === undefined) known.set(id, (index = known.size));
      owner[count] = index;
      days[count] = parse.time(times![i]!, count, time);
      hasTimes ||= !isDate(times![i]!);
      values[count] = parse.value(cells![i]!, count, value);
      count++;
    }
  }
  return { count, ids: [...known.keys()], owner, days, values, hasTimes };
}

function group(rows: Rows, by: string | null, path: string, duplicates: Duplicates): Omit<SeriesTable, 'by'> {
  const { count, ids, owner, days } = rows;
  const starts = new Uint32Array(ids.length + 1);
  for (let i = 0; i < count; i++) starts[owner[i]! + 1]!++;
  for (let k = 0; k < ids.length; k++) starts[k + 1]! += starts[k]!;
  const order = new Uint32Array(count);
  const next = starts.slice();
  for (let i = 0; i < count; i++) order[next[owner[i]!]!++] = i;
  let merged = 0;
  const timeForm = rows.hasTimes ? 'time' : 'date';
  const series = ids.map((id, k) => {
    // stable: rows of one time stay in the order of the file
    const own = order.subarray(starts[k], starts[k + 1]).sort((a, b) => days[a]! - days[b]! || a - b);
    const one = merge(rows, own, duplicates, (a, b) => {
      const whose = by === null ? '' : ` of ${by} ${JSON.stringify(id)}`;
      return new PlatformError(
        'format-damaged',
        `${path}: rows ${a + 1} and ${b + 1}${whose} have the same time, ${formatTime(days[a]!, timeForm)}; ` +
          'say with --duplicates what to take of them: mean, first or last',
        { detail: { path, rows: [a + 1, b + 1], id } },
      );
    });
    merged += own.length - one.days.length;
    return { id: by === null ? null : id, series: one };
  });
  return { series, rows: count, duplicates: merged, timeForm };
}

/** One row per time. Missing values give way to others of the same time, without a word. */
function merge(
  { days, values }: Rows,
  own: Uint32Array,
  duplicates: Duplicates,
  fault: (a: number, b: number) => PlatformError,
): MaskedSeries {
  const series = {
    days: new Float64Array(own.length),
    values: new Float64Array(own.length),
    mask: new Uint8Array(own.length),
  };
  let length = 0;
  for (let from = 0; from < own.length;) {
    let to = from + 1;
    while (to < own.length && days[own[to]!] === days[own[from]!]) to++;
    const known = Array.from(own.subarray(from, to)).filter((row) => !Number.isNaN(values[row]!));
    if (known.length > 1 && duplicates === 'refuse') throw fault(known[0]!, known[1]!);
    series.days[length] = days[own[from]!]!;
    series.mask[length] = known.length > 0 ? 1 : 0;
    if (duplicates === 'first') series.values[length] = values[known[0] ?? own[from]!]!;
    else if (duplicates === 'last') series.values[length] = values[known.at(-1) ?? own[from]!]!;
    else series.values[length] = known.reduce((sum, row) => sum + values[row]!, 0) / known.length;
    length++;
    from = to;
  }
  return {
    days: series.days.subarray(0, length),
    values: series.values.subarray(0, length),
    mask: series.mask.subarray(0, length),
  };
}
