/** Apache Parquet, by row groups. The one file that reads with hyparquet. */
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { isPlatformError, PlatformError } from '../../core/errors.ts';
import { checkAborted, readExactly } from '../byte-source/byte-source.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import type { SourceBatch, SourceCell, TableReadOptions, TableSource } from './read-table.ts';

/** @throws {PlatformError} `format-damaged` */
export async function openParquetTable(source: ByteSource, signal?: AbortSignal): Promise<TableSource> {
  const file = await bufferOf(source, signal);
  const metadata = await readable(source, () => parquetMetadataAsync(file));
  const columnNames = parquetSchema(metadata).children.map(({ element }) => element.name);
  return {
    name: source.name,
    columnNames,
    sizeBytes: source.size,
    batches: (columns, options = {}) => batchesOf(source, file, metadata, columns, options),
    close: () => source.close(),
  };
}

async function bufferOf(source: ByteSource, signal?: AbortSignal): Promise<AsyncBuffer> {
  const { size } = source;
  if (size === null)
    throw new PlatformError(
      'remote-failed',
      `${source.name} is a Parquet file of unknown length: its server does not tell it; download the file first`,
    );
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await readExactly(source, start, end - start, signal);
      const { buffer, byteOffset, byteLength } = bytes;
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    },
  };
}

async function* batchesOf(
  source: ByteSource,
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  { signal, advance }: TableReadOptions,
): AsyncGenerator<SourceBatch> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    checkAborted(signal);
    const rows = Number(group.num_rows);
    const rowEnd = rowStart + rows;
    const cells: SourceCell[][] = columns.map(() => Array.from<SourceCell>({ length: rows }).fill(null));
    await readable(source, () =>
      parquetRead({
        file,
        metadata,
        compressors,
        columns: [...columns],
        rowStart,
        rowEnd,
        onChunk(chunk) {
          const column = cells[columns.indexOf(chunk.columnName)];
          if (!column) return;
          for (let i = 0; i < chunk.columnData.length; i++) {
            const row = chunk.rowStart + i - rowStart;
            if (row >= 0 && row < rows) column[row] = (chunk.columnData[i] ?? null) as SourceCell;
          }
        },
      }),
    );
    advance?.(Number(group.total_byte_size));
    yield { rows, columns: cells };
    rowStart = rowEnd;
  }
}

/** What the library throws at a damaged file becomes one sentence. */
async function readable<T>(source: ByteSource, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isPlatformError(error)) throw error;
    throw new PlatformError(
      'format-damaged',
      `${source.name} cannot be read as Parquet: ${(error as Error).message.split('\n')[0]!}`,
      { detail: { path: source.name }, cause: error },
    );
  }
}
