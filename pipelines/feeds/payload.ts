/** The text of a payload: line by line for long files, whole for JSON. */
import { PlatformError } from '../core/errors.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { readChunks } from '../io/features/chunks.ts';
import type { ReadPayloadOptions } from './feed.ts';

export type TextEncoding = 'utf-8' | 'windows-1252';

/** A line that is longer is none. */
const MAX_LINE = 1 << 20;
/** JSON is parsed whole; a longer document is asked for in pages, or given as lines. */
export const MAX_JSON_BYTES = 64 << 20;

/** Chunks of text. @throws {PlatformError} `format-damaged` for bytes that are not of the encoding */
export async function* readText(
  source: ByteSource,
  encoding: TextEncoding,
  options: ReadPayloadOptions = {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const { signal, advance } = options;
  try {
    for await (const chunk of readChunks(source, { ...(signal && { signal }), ...(advance && { advance }) }))
      yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw damaged(source, 'it has bytes that are not UTF-8; name its encoding in the mapping (encoding: latin1)');
  }
}

/** Lines without their ends, some at a time. */
export async function* readLines(
  source: ByteSource,
  encoding: TextEncoding,
  options: ReadPayloadOptions = {},
): AsyncGenerator<string[]> {
  let rest = '';
  for await (const text of readText(source, encoding, options)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE) throw damaged(source, `one of its lines has more than ${MAX_LINE} characters`);
    yield lines.map(withoutReturn);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** @throws {PlatformError} `too-large`, `format-damaged` */
export async function readJson(source: ByteSource, options: ReadPayloadOptions = {}): Promise<unknown> {
  if ((source.size ?? 0) > MAX_JSON_BYTES) throw tooLarge(source);
  const texts: string[] = [];
  let length = 0;
  for await (const text of readText(source, 'utf-8', options)) {
    texts.push(text);
    length += text.length;
    if (length > MAX_JSON_BYTES) throw tooLarge(source);
  }
  try {
    return JSON.parse(texts.join(''));
  } catch (error) {
    throw damaged(source, `it is no JSON (${(error as Error).message})`);
  }
}

function tooLarge(source: ByteSource): PlatformError {
  return new PlatformError(
    'too-large',
    `${source.name} is JSON of more than ${MAX_JSON_BYTES >> 20} MB; ask for less at a time, or give it as CSV or Parquet`,
  );
}

export function damaged(source: ByteSource, what: string): PlatformError {
  return new PlatformError('format-damaged', `${source.name} cannot be read: ${what}`, {
    detail: { path: source.name },
  });
}
