/** An array of records, and the same as the properties of GeoJSON features; a missing value is null. */
import type { FileHandle } from 'node:fs/promises';
import { PlatformError } from '../../core/errors.ts';
import { numberText } from './number-text.ts';
import { cellAt } from './table.ts';
import type { Column, TableBatch, TableWriter } from './table.ts';

const ROWS_AT_ONCE = 8192;

export function createJsonWriter(handle: FileHandle, columns: readonly Column[]): TableWriter {
  const recordOf = recordWriter(columns);
  return createListWriter(handle, { before: '[', after: ']\n', itemOf: recordOf });
}

/** @see RFC 7946 GeoJSON */
export function createGeoJsonWriter(handle: FileHandle, columns: readonly Column[]): TableWriter {
  const recordOf = recordWriter(columns);
  const itemOf = (batch: TableBatch, row: number) => {
    const geometry = batch.geometries?.[row];
    if (geometry === undefined)
      throw new PlatformError('usage', 'Rows without a geometry cannot be written as GeoJSON');
    return `{"type":"Feature","geometry":${geometry},"properties":${recordOf(batch, row)}}`;
  };
  return createListWriter(handle, { before: '{"type":"FeatureCollection","features":[', after: ']}\n', itemOf });
}

type ItemWriter = (batch: TableBatch, row: number) => string;

function recordWriter(columns: readonly Column[]): ItemWriter {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const digits = columns.map((column) => column.digits ?? 0);
  const areJson = columns.map(({ type }) => type === 'json');
  return ({ columns: data }, row) => {
    let text = '{';
    for (let c = 0; c < keys.length; c++) {
      const cell = cellAt(data[c]!, row);
      if (c > 0) text += ',';
      text += keys[c]!;
      if (typeof cell === 'string') text += areJson[c]! ? cell : JSON.stringify(cell);
      else text += typeof cell === 'number' && digits[c]! > 0 ? numberText(cell, digits[c]!) : String(cell);
    }
    return `${text}}`;
  };
}

interface ListParts {
  readonly before: string;
  readonly after: string;
  readonly itemOf: ItemWriter;
}

function createListWriter(handle: FileHandle, { before, after, itemOf }: ListParts): TableWriter {
  let separator = `${before}\n`;
  return {
    async write(batch) {
      for (let from = 0; from < batch.rows; from += ROWS_AT_ONCE) {
        let text = '';
        for (let row = from; row < Math.min(batch.rows, from + ROWS_AT_ONCE); row++) {
          text += separator + itemOf(batch, row);
          separator = ',\n';
        }
        await handle.appendFile(text);
      }
    },
    async finish() {
      await handle.appendFile(separator === ',\n' ? `\n${after}` : before + after);
    },
  };
}
