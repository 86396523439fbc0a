/** CSV of ground motion, as it is or in a zip, read from front to back: it may be larger than memory. */
import { basename, extname } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { MotionLayout } from '../core/motion/product.ts';
import { readLayout } from '../core/motion/product.ts';
import { MotionRowParser } from '../core/motion/row-parser.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { openByteSource } from '../io/byte-source/open.ts';
import { listZipEntries, streamZipEntry } from '../io/byte-source/zip-source.ts';
import { joined, readChunks } from '../io/features/chunks.ts';
import { guessDelimiter } from '../io/features/csv-rows.ts';

const NEWLINE = 10;
/** The header of a product of ten years has 8 kB. */
const MOST_HEADER = 1 << 18;

export interface MotionCsv {
  /** Name of the table, without folder and ending. */
  readonly name: string;
  readonly layout: MotionLayout;
  readonly rows: (take: MotionRows) => Promise<void>;
}

export interface MotionRows {
  /** The record is valid until it returns. */
  readonly add: (record: Uint8Array) => Promise<void> | null;
  /** @param row  Counted from 1, without the header. */
  readonly refuse: (row: number, reason: string) => Promise<void> | void;
}

export interface ReadMotionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly advance?: (bytes: number) => void;
}

/** Whether a file holds a table of ground motion, by its header. Never throws: whoever reads it will say what is wrong. */
export async function isMotion(path: string): Promise<boolean> {
  return openMotionCsv(path).then(
    () => true,
    () => false,
  );
}

/** @throws {PlatformError} `format-unknown` where there is no table with such a header, and what reading throws */
export async function openMotionCsv(path: string, options: ReadMotionOptions = {}): Promise<MotionCsv> {
  const entry = /\.zip$/i.test(path) ? await entryOf(path) : null;
  const file = entry ?? path.replace(/[?#].*$/, '');
  const open = () => (entry === null ? chunksOf(path, options) : streamZipEntry(path, entry));
  const { text, delimiter } = await readHeader(open(), path);
  const layout = readLayout(text.split(delimiter));
  if (!layout) {
    const columns = text.slice(0, 60);
    throw new PlatformError(
      'format-unknown',
      `${path} is no table of ground motion: its header needs pid, easting, northing, mean_velocity and two or more dates such as 20200103, each once; it begins "${columns}"`,
    );
  }
  const parser = new MotionRowParser(layout, delimiter.charCodeAt(0));
  return {
    name: basename(file, extname(file)),
    layout,
    rows: (take) => readRows(open(), parser, take, options),
  };
}

async function entryOf(path: string): Promise<string> {
  const tables = (await listZipEntries(path)).filter((name) => /\.csv$/i.test(name));
  if (tables.length === 1) return tables[0]!;
  throw new PlatformError(
    'format-unknown',
    `${path} holds ${tables.length} CSV files, and one is needed; unpack it and name the one that is meant`,
  );
}

async function* chunksOf(path: string, { signal, advance }: ReadMotionOptions): AsyncGenerator<Uint8Array> {
  const source = await openByteSource(path, signal ? { signal } : {});
  try {
    yield* readChunks(source, { ...(signal && { signal }), ...(advance && { advance }) });
  } finally {
    await source.close();
  }
}

async function readHeader(chunks: AsyncIterable<Uint8Array>, path: string) {
  let head: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    head = joined(head, chunk);
    if (chunk.includes(NEWLINE) || head.length > MOST_HEADER) break;
  }
  const end = head.indexOf(NEWLINE);
  if (end < 0) throw new PlatformError('format-unknown', `${path} has no rows: its first line does not end`);
  const text = new TextDecoder('latin1').decode(head.subarray(0, end)).replace(/^ï»¿/, '').trim();
  return { text, delimiter: guessDelimiter(text) };
}

async function readRows(
  chunks: AsyncIterable<Uint8Array>,
  parser: MotionRowParser,
  { add, refuse }: MotionRows,
  { signal }: ReadMotionOptions,
): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  let row = -1; // the header
  const take = (bytes: Uint8Array, from: number, to: number) => {
    row++;
    if (row === 0 || to === from || (to === from + 1 && bytes[from] === 13)) return null;
    const reason = parser.parse(bytes, from, to);
    return reason === null ? add(parser.record) : refuse(row, reason);
  };
  for await (const chunk of chunks) {
    checkAborted(signal);
    const bytes = joined(rest, chunk);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      const wait = take(bytes, from, end);
      if (wait) await wait;
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > MOST_HEADER) throw new PlatformError('format-damaged', `Row ${row + 1} does not end`);
  }
  if (rest.length > 0) await take(rest, 0, rest.length);
}
