/** CSV in UTF-8 with a header, read from front to back. @see RFC 4180 */
import { PlatformError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { readChunks } from '../features/chunks.ts';
import { CsvRows, guessDelimiter } from '../features/csv-rows.ts';
import type { SourceBatch, SourceCell, TableReadOptions, TableSource } from './read-table.ts';

/** @throws {PlatformError} `format-damaged` where the header is not readable */
export async function openCsvTable(source: ByteSource, signal?: AbortSignal): Promise<TableSource> {
  let columnNames: readonly string[] = [];
  for await (const rows of rowsOf(source, signal === undefined ? {} : { signal }))
    if (rows.length > 0) {
      columnNames = rows[0]!.map((name) => name.trim());
      break;
    }
  const twice = columnNames.find((name, i) => columnNames.indexOf(name) < i);
  if (twice !== undefined) throw damaged(source, `its header has the column "${twice}" twice`);
  return {
    name: source.name,
    columnNames,
    sizeBytes: source.size,
    batches: (columns, options = {}) => batchesOf(source, columnNames, columns, options),
    close: () => source.close(),
  };
}

async function* batchesOf(
  source: ByteSource,
  names: readonly string[],
  wanted: readonly string[],
  options: TableReadOptions,
): AsyncGenerator<SourceBatch> {
  const places = wanted.map((name) => names.indexOf(name));
  let row = -1; // the header
  for await (const rows of rowsOf(source, options)) {
    const columns: SourceCell[][] = wanted.map(() => []);
    for (const cells of rows) {
      if (++row === 0) continue;
      if (cells.length !== names.length)
        throw damaged(source, `row ${row} has ${cells.length} cells and the header ${names.length}`);
      for (let c = 0; c < places.length; c++) {
        const cell = cells[places[c]!]!;
        columns[c]!.push(cell === '' ? null : cell);
      }
    }
    if (columns[0]!.length > 0) yield { rows: columns[0]!.length, columns };
  }
}

async function* rowsOf(source: ByteSource, options: TableReadOptions): AsyncGenerator<string[][]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rows: CsvRows | null = null;
  try {
    for await (const chunk of readChunks(source, options)) {
      const text = decoder.decode(chunk, { stream: true });
      rows ??= new CsvRows(guessDelimiter(text.slice(0, Math.max(0, text.indexOf('\n'))) || text));
      yield rows.push(text);
    }
    decoder.decode();
    yield rows?.end() ?? [];
  } catch (error) {
    if (error instanceof TypeError)
      throw damaged(source, 'it has bytes that are not UTF-8 (accents of another encoding?); save it as UTF-8', error);
    if (error instanceof RangeError) throw damaged(source, error.message, error);
    throw error;
  }
}

function damaged(source: ByteSource, what: string, cause?: unknown): PlatformError {
  return new PlatformError('format-damaged', `${source.name} cannot be read as a table: ${what}`, {
    detail: { path: source.name },
    cause,
  });
}
