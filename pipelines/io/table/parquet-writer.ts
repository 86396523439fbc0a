/** Apache Parquet, Snappy-compressed. The one file that writes with hyparquet-writer. */
import type { FileHandle } from 'node:fs/promises';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { cellAt } from './table.ts';
import type { Column, ColumnData, ColumnType, TableBatch, TableWriter } from './table.ts';

const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  integer: 'INT64',
  number: 'DOUBLE',
  text: 'STRING',
  boolean: 'BOOLEAN',
  json: 'STRING',
  time: 'TIMESTAMP',
};
/** Rows of a row group: what readers skip or load at once. */
const GROUP_ROWS = 100_000;

export function createParquetWriter(handle: FileHandle, columns: readonly Column[]): TableWriter {
  const bytes = new ByteWriter();
  const flush = async () => {
    await handle.appendFile(bytes.getBytes());
    bytes.index = 0;
  };
  const sources = (data: readonly ColumnData[][]): ColumnSource[] =>
    columns.map(({ name, type }, c) => ({
      name,
      type: TYPES[type],
      data: data.flatMap((batch) => Array.from(batch[c]!, (_, row) => toParquet(cellAt(batch[c]!, row), type))),
    }));
  const writer = new ParquetWriter({
    writer: Object.assign(bytes, { flush }),
    schema: schemaFromColumnData({ columnData: sources([]) }),
    createdBy: 'landmeter',
  });
  let waiting: ColumnData[][] = [];
  let rows = 0;
  const writeGroup = async () => {
    await writer.write({ columnData: sources(waiting), rowGroupSize: GROUP_ROWS });
    waiting = [];
    rows = 0;
  };
  return {
    async write(batch: TableBatch) {
      waiting.push([...batch.columns]);
      rows += batch.rows;
      if (rows >= GROUP_ROWS) await writeGroup();
    },
    async finish() {
      if (rows > 0) await writeGroup();
      await writer.finish();
      if (bytes.index > 0) await flush();
    },
  };
}

function toParquet(cell: string | number | boolean | null, type: ColumnType): unknown {
  if (cell === null) return null;
  if (type === 'integer') return BigInt(cell);
  return type === 'time' ? new Date(String(cell)) : cell;
}
