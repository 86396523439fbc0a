/** Tables from files: found out by their first bytes, read in batches of columns. */
import { PlatformError } from '../../core/errors.ts';
import { openByteSource } from '../byte-source/open.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { openCsvTable } from './read-csv.ts';

/** A cell as the file has it; null where it has none. CSV has text only. */
export type SourceCell = string | number | bigint | boolean | Date | null;

export interface SourceBatch {
  readonly rows: number;
  /** The columns asked for, in that order. */
  readonly columns: readonly (readonly SourceCell[])[];
}

export interface TableReadOptions {
  readonly signal?: AbortSignal;
  /** Told the bytes read since the last call. */
  readonly advance?: (bytes: number) => void;
}

export interface TableSource {
  /** The path or URL as the user gave it. */
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly sizeBytes: number | null;
  /**
   * All rows from first to last.
   * @throws {PlatformError} `format-damaged` with the number of the row (from 1, the header not counted)
   */
  batches(columns: readonly string[], options?: TableReadOptions): AsyncGenerator<SourceBatch>;
  close(): Promise<void>;
}

/**
 * Opens a table: CSV in UTF-8 with a header (comma, semicolon or tab between cells), or Parquet.
 *
 * @throws {PlatformError} `format-unknown` for what is neither; `format-damaged`; and all of `openByteSource`
 */
export async function openTable(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<TableSource> {
  const source = await openByteSource(path, options);
  try {
    const head = await source.read(0, HEAD_BYTES, options.signal);
    if (isParquet(head)) return await (await import('./read-parquet.ts')).openParquetTable(source, options.signal);
    checkText(head, source);
    return await openCsvTable(source, options.signal);
  } catch (error) {
    await source.close();
    throw error;
  }
}

const HEAD_BYTES = 4096;

function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31; // PAR1
}

function checkText(head: Uint8Array, source: ByteSource): void {
  const refuse = (what: string) => {
    throw new PlatformError('format-unknown', `${source.name} ${what}; tables are read from CSV and Parquet`, {
      detail: { path: source.name },
    });
  };
  if (head.length === 0) refuse('is empty');
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    refuse('is text in UTF-16, save it as UTF-8');
  if (head.includes(0)) refuse('is no text and no Parquet file');
  const first = String.fromCharCode(head.find((byte) => byte > 0x20) ?? 0);
  if (first === '{' || first === '[') refuse('looks like JSON');
  if (first === '<') refuse('looks like XML or HTML');
}
