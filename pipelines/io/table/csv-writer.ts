/** CSV in UTF-8 with a header, decimal point, an empty cell where there is no value. @see RFC 4180 */
import type { FileHandle } from 'node:fs/promises';
import { cellAt } from './table.ts';
import type { Column, ColumnData, TableBatch, TableWriter } from './table.ts';

/** What a reader could take for the end of a cell. */
const NEEDS_QUOTES = /[",\r\n]/;
const ROWS_AT_ONCE = 8192;

export function createCsvWriter(handle: FileHandle, columns: readonly Column[]): TableWriter {
  let head = `${columns.map(({ name }) => quoted(name)).join(',')}\n`;
  return {
    async write({ rows, columns: data }: TableBatch) {
      for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
        await handle.appendFile(head + textOf(data, from, Math.min(rows, from + ROWS_AT_ONCE)));
        head = '';
      }
    },
    async finish() {
      if (head !== '') await handle.appendFile(head);
    },
  };
}

function textOf(data: readonly ColumnData[], from: number, to: number): string {
  let text = '';
  for (let row = from; row < to; row++) {
    for (let c = 0; c < data.length; c++) {
      if (c > 0) text += ',';
      const cell = cellAt(data[c]!, row);
      if (cell !== null) text += typeof cell === 'string' ? quoted(cell) : String(cell);
    }
    text += '\n';
  }
  return text;
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
