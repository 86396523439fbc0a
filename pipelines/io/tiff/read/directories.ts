/**
 * The header of a TIFF and its chain of directories (IFDs), classic and BigTIFF, both byte orders. Nothing that the
 * file says about counts or positions is believed before it has been held against the file's size.
 */
import { PlatformError } from '../../../core/errors.ts';
import type { PagedBytes } from './paged-bytes.ts';
import { TYPE_BYTES } from './tags.ts';

/** A field of a directory: what it is and where its values lie. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Position of the first value in the file; inside the directory itself where they fit in it. */
  readonly offset: number;
}

export interface Directory {
  readonly offset: number;
  readonly fields: ReadonlyMap<number, Field>;
}

export interface TiffFile {
  readonly bytes: PagedBytes;
  readonly littleEndian: boolean;
  readonly isBigTiff: boolean;
  readonly directories: readonly Directory[];
}

/** More pages than any raster has overviews and masks; a longer chain is a document or an attack. */
const MAX_DIRECTORIES = 256;
/** TIFF itself allows 65535; real files have some thirty. */
const MAX_FIELDS = 4096;

/** @throws {PlatformError} `format-damaged` */
export async function readDirectories(bytes: PagedBytes, signal?: AbortSignal): Promise<TiffFile> {
  const head = await bytes.view(0, 8, signal);
  const littleEndian = head.getUint16(0) === 0x4949;
  const big = head.getUint16(2, littleEndian) === 43;
  const name = bytes.source.name;
  if (big && head.getUint16(4, littleEndian) !== 8) throw damaged(name, 'its BigTIFF header is not of 8-byte offsets');
  let next = big ? toNumber(await bytes.view(8, 8, signal), 0, littleEndian) : head.getUint32(4, littleEndian);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  while (next !== 0 && directories.length < MAX_DIRECTORIES) {
    if (seen.has(next)) throw damaged(name, 'its directories follow each other in a circle');
    seen.add(next);
    const read = await readDirectory(bytes, next, big, littleEndian, signal);
    directories.push(read.directory);
    next = read.next;
  }
  if (directories.length === 0) throw damaged(name, 'it has no directory (no image)');
  return { bytes, littleEndian, isBigTiff: big, directories };
}

async function readDirectory(
  bytes: PagedBytes,
  offset: number,
  big: boolean,
  littleEndian: boolean,
  signal?: AbortSignal,
): Promise<{ directory: Directory; next: number }> {
  const countBytes = big ? 8 : 2;
  const fieldBytes = big ? 20 : 12;
  const inlineBytes = big ? 8 : 4;
  const head = await bytes.view(offset, countBytes, signal);
  const count = big ? toNumber(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count === 0 || count > MAX_FIELDS) throw damaged(bytes.source.name, `a directory declares ${count} fields`);
  const view = await bytes.view(offset + countBytes, count * fieldBytes + inlineBytes, signal);
  const fields = new Map<number, Field>();
  for (let i = 0; i < count; i++) {
    const at = i * fieldBytes;
    const tag = view.getUint16(at, littleEndian);
    const type = view.getUint16(at + 2, littleEndian);
    const length = big ? toNumber(view, at + 4, littleEndian) : view.getUint32(at + 4, littleEndian);
    const valueAt = at + fieldBytes - inlineBytes;
    const isInline = length * (TYPE_BYTES[type] ?? 0) <= inlineBytes;
    const value = isInline
      ? offset + countBytes + valueAt
      : big
        ? toNumber(view, valueAt, littleEndian)
        : view.getUint32(valueAt, littleEndian);
    if (!fields.has(tag)) fields.set(tag, { tag, type, count: length, offset: value });
  }
  const at = count * fieldBytes;
  return {
    directory: { offset, fields },
    next: big ? toNumber(view, at, littleEndian) : view.getUint32(at, littleEndian),
  };
}

/** A 64-bit number; beyond 2^53 it is no position in any file, and stays beyond every file's size when rounded. */
function toNumber(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

export function damaged(name: string, what: string): PlatformError {
  return new PlatformError('format-damaged', `${name} is a damaged TIFF: ${what}`, { detail: { path: name } });
}
