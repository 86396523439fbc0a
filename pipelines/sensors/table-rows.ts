/** Rows of a table as a mapping reads them: text of CSV, values of Parquet, members of JSON. */
import { PlatformError } from '../core/errors.ts';
import type { ReadPayloadOptions, RefusedRow } from '../feeds/feed.ts';
import type { TextEncoding } from '../feeds/payload.ts';
import { damaged, readJson, readLines, readText } from '../feeds/payload.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { CsvRows, guessDelimiter } from '../io/features/csv-rows.ts';
import type { ObservationMapping } from './mapping.ts';

export type Cell = unknown;

export interface TableRow {
  readonly row: number | string;
  /** In the order of the columns asked for. */
  readonly cells: readonly Cell[];
}

export interface TableRows {
  readonly rows: readonly TableRow[];
  readonly refused: readonly RefusedRow[];
}

/**
 * @param columns  Those that the mapping needs.
 * @throws {PlatformError} `parameter-invalid` for a column that the table has not; `format-damaged`
 */
export function readTableRows(
  source: ByteSource,
  mapping: ObservationMapping,
  columns: readonly string[],
  options: ReadPayloadOptions,
): AsyncGenerator<TableRows> {
  switch (mapping.format ?? formatOf(source.name)) {
    case 'csv':
      return readCsv(source, mapping, columns, options);
    case 'parquet':
      return readParquet(source, columns, options);
    case 'json':
      return readJsonRows(source, mapping, columns, options);
    case 'ndjson':
      return readJsonLines(source, columns, options);
  }
}

function formatOf(name: string): NonNullable<ObservationMapping['format']> {
  const ending = /\.(\w+)(?:[?#].*)?$/.exec(name)?.[1]?.toLowerCase();
  if (ending === 'parquet') return 'parquet';
  if (ending === 'json') return 'json';
  return ending === 'ndjson' || ending === 'jsonl' ? 'ndjson' : 'csv';
}

async function* readCsv(
  source: ByteSource,
  mapping: ObservationMapping,
  columns: readonly string[],
  options: ReadPayloadOptions,
): AsyncGenerator<TableRows> {
  const encoding: TextEncoding = mapping.encoding === 'utf-8' ? 'utf-8' : 'windows-1252';
  let splitter: CsvRows | null = null;
  let pending = '';
  let skip = mapping.skip;
  let places: readonly number[] | null = null;
  let width = 0;
  let row = mapping.skip;
  const take = (lines: readonly string[][]): TableRows => {
    const rows: TableRow[] = [];
    const refused: RefusedRow[] = [];
    for (const cells of lines) {
      row++;
      if (places === null) {
        places = findColumns(
          source,
          cells.map((name) => name.trim()),
          columns,
        );
        width = cells.length;
      } else if (cells.length !== width)
        refused.push({ row, reason: `it has ${cells.length} cells and the header ${width}` });
      else rows.push({ row, cells: places.map((at) => cells[at]!) });
    }
    return { rows, refused };
  };
  try {
    for await (const text of readText(source, encoding, options)) {
      let rest = pending + text;
      for (; skip > 0 && rest.includes('\n'); skip--) rest = rest.slice(rest.indexOf('\n') + 1);
      if (skip > 0 || (splitter === null && !rest.includes('\n'))) {
        pending = rest;
        continue;
      }
      pending = '';
      splitter ??= new CsvRows(mapping.delimiter ?? guessDelimiter(rest.slice(0, rest.indexOf('\n'))));
      yield take(splitter.push(rest));
    }
    splitter ??= new CsvRows(mapping.delimiter ?? guessDelimiter(pending));
    if (pending !== '') yield take(splitter.push(pending));
    yield take(splitter.end());
  } catch (error) {
    if (error instanceof RangeError) throw damaged(source, error.message);
    throw error;
  }
  if (places === null) throw damaged(source, 'it has no header');
}

function findColumns(source: ByteSource, names: readonly string[], wanted: readonly string[]): number[] {
  return wanted.map((name) => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw new PlatformError('parameter-invalid', `${source.name} has no column "${name}"; it has ${names.join(', ')}`, {
      detail: { parameter: 'mapping', column: name },
    });
  });
}

async function* readParquet(
  source: ByteSource,
  columns: readonly string[],
  { signal, advance }: ReadPayloadOptions,
): AsyncGenerator<TableRows> {
  const { openParquetTable } = await import('../io/table/read-parquet.ts');
  const table = await openParquetTable(source, signal);
  findColumns(source, table.columnNames, columns);
  let row = 0;
  for await (const batch of table.batches(columns, { ...(signal && { signal }), ...(advance && { advance }) })) {
    // A group of rows may be the whole file
    for (let from = 0; from < batch.rows; from += GROUP_ROWS) {
      const rows: TableRow[] = [];
      for (let i = from; i < Math.min(from + GROUP_ROWS, batch.rows); i++)
        rows.push({ row: ++row, cells: batch.columns.map((column) => plain(column[i])) });
      yield { rows, refused: [] };
    }
  }
}

const GROUP_ROWS = 10_000;

function plain(value: unknown): Cell {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.toISOString() : value;
}

async function* readJsonRows(
  source: ByteSource,
  mapping: ObservationMapping,
  columns: readonly string[],
  options: ReadPayloadOptions,
): AsyncGenerator<TableRows> {
  const found = atPointer(await readJson(source, options), mapping.rows);
  if (!Array.isArray(found))
    throw new PlatformError(
      'parameter-invalid',
      `${source.name} has no list at "${mapping.rows}" (rows of the mapping)`,
    );
  for (let from = 0; from < found.length; from += GROUP_ROWS)
    yield {
      rows: found.slice(from, from + GROUP_ROWS).map((item: unknown, k) => ({
        row: `${mapping.rows}/${from + k}`,
        cells: columns.map((name) => memberOf(item, name)),
      })),
      refused: [],
    };
}

async function* readJsonLines(
  source: ByteSource,
  columns: readonly string[],
  options: ReadPayloadOptions,
): AsyncGenerator<TableRows> {
  let row = 0;
  for await (const lines of readLines(source, 'utf-8', options)) {
    const rows: TableRow[] = [];
    const refused: RefusedRow[] = [];
    for (const line of lines) {
      row++;
      if (line.trim() === '') continue;
      try {
        const item: unknown = JSON.parse(line);
        rows.push({ row, cells: columns.map((name) => memberOf(item, name)) });
      } catch {
        refused.push({ row, reason: 'it is no JSON' });
      }
    }
    yield { rows, refused };
  }
}

/** By name, or by a JSON pointer where it begins with a slash. */
export function memberOf(item: unknown, name: string): Cell {
  if (name.startsWith('/')) return atPointer(item, name);
  return typeof item === 'object' && item !== null && Object.hasOwn(item, name)
    ? (item as Record<string, unknown>)[name]
    : undefined;
}

/** @see RFC 6901 */
export function atPointer(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
