/** Tables to files: the format is that of the name, the file appears complete or not at all. */
import type { FileHandle } from 'node:fs/promises';
import { PlatformError } from '../../core/errors.ts';
import type { PassportRecorder } from '../../passport/recorder.ts';
import { writeOutputFile } from '../output-file.ts';
import { createCsvWriter } from './csv-writer.ts';
import { createGeoJsonWriter, createJsonWriter } from './json-writer.ts';
import type { Column, TableBatch, TableWriter } from './table.ts';

export interface TableFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** Rows need a geometry. */
  readonly hasGeometry: boolean;
  readonly create: (handle: FileHandle, columns: readonly Column[]) => Promise<TableWriter>;
}

const FORMATS: readonly TableFormat[] = [
  {
    name: 'CSV',
    extensions: ['.csv'],
    hasGeometry: false,
    create: async (handle, columns) => createCsvWriter(handle, columns),
  },
  {
    name: 'GeoJSON',
    extensions: ['.geojson'],
    hasGeometry: true,
    create: async (handle, columns) => createGeoJsonWriter(handle, columns),
  },
  {
    name: 'JSON',
    extensions: ['.json'],
    hasGeometry: false,
    create: async (handle, columns) => createJsonWriter(handle, columns),
  },
  {
    name: 'Parquet',
    extensions: ['.parquet'],
    hasGeometry: false,
    create: async (handle, columns) => (await import('./parquet-writer.ts')).createParquetWriter(handle, columns),
  },
];

/**
 * The format that a file's name asks for.
 * @param options  `hasGeometry`: whether the rows have geometries, so that GeoJSON can be written.
 * @throws {PlatformError} `usage` where it names none
 */
export function findTableFormat(path: string, options: { readonly hasGeometry?: boolean } = {}): TableFormat {
  const accepted = FORMATS.filter((format) => options.hasGeometry === true || !format.hasGeometry);
  const format = accepted.find(({ extensions }) => extensions.some((end) => path.toLowerCase().endsWith(end)));
  if (format) return format;
  const names = accepted.flatMap(({ extensions }) => extensions).join(', ');
  throw new PlatformError('usage', `The output is ${path}; its name must end in one of ${names}`, { detail: { path } });
}

/**
 * Writes the rows of all batches.
 * @param passport  Is told the number of rows, and seals the table before it gets its name.
 * @returns how many rows
 * @throws {PlatformError} `not-writable`, `disk-full`, and what the batches throw; there is then no file
 */
export async function writeTable(
  path: string,
  format: TableFormat,
  columns: readonly Column[],
  batches: AsyncIterable<TableBatch>,
  passport?: PassportRecorder,
): Promise<number> {
  return writeOutputFile(path, async ({ handle, temporaryPath }) => {
    const writer = await format.create(handle, columns);
    let rows = 0;
    for await (const batch of batches) {
      await writer.write(batch);
      rows += batch.rows;
    }
    await writer.finish();
    passport?.found({ rows });
    await passport?.seal(temporaryPath);
    return rows;
  });
}
