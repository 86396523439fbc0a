/**
 * Directories of an archive: sorted entries as columns of varints.
 * @see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, section 4
 */
import { gzipSync } from 'node:zlib';
import { HEADER_BYTES, ROOT_END } from './header.ts';

/** Columns of equal length, ascending by `ids`. */
export interface Directory {
  readonly ids: Float64Array;
  /** Consecutive tiles with this content; 0 for a leaf directory. */
  readonly runs: Float64Array;
  readonly lengths: Float64Array;
  /** From the start of the tile data, or of the leaf directories. */
  readonly offsets: Float64Array;
}

const LEAF_ENTRIES = 4096;

/**
 * Root and leaf directories, gzip-compressed; the root is small enough to lie in the archive's first 16 KiB.
 * With leaves, each has the same number of entries, more where the root would otherwise be too long.
 */
export function encodeDirectories(all: Directory): { root: Uint8Array; leaves: Uint8Array[] } {
  const limit = ROOT_END - HEADER_BYTES;
  const count = all.ids.length;
  if (count <= ROOT_END) {
    const root = encode(all, 0, count);
    if (root.length <= limit) return { root, leaves: [] };
  }
  for (let size = LEAF_ENTRIES; ; size *= 2) {
    const leaves: Uint8Array[] = [];
    const pointers = emptyDirectory(Math.ceil(count / size));
    let offset = 0;
    for (let from = 0, i = 0; from < count; from += size, i++) {
      const leaf = encode(all, from, Math.min(count, from + size));
      leaves.push(leaf);
      pointers.ids[i] = all.ids[from]!;
      pointers.lengths[i] = leaf.length;
      pointers.offsets[i] = offset;
      offset += leaf.length;
    }
    const root = encode(pointers, 0, pointers.ids.length);
    if (root.length <= limit) return { root, leaves };
  }
}

/**
 * @param bytes  Not compressed.
 * @throws {RangeError} where the bytes are no directory: cut short, not ascending, runs that overlap.
 */
export function decodeDirectory(bytes: Uint8Array): Directory {
  const read = varints(bytes);
  const count = read();
  if (count > bytes.length / 4) throw new RangeError(`it claims ${count} entries in ${bytes.length} bytes`);
  const { ids, runs, lengths, offsets } = emptyDirectory(count);
  let id = 0;
  for (let i = 0; i < count; i++) {
    const step = read();
    if (step === 0 && i > 0) throw new RangeError(`tile id ${id} is listed twice`);
    id += step;
    ids[i] = id;
  }
  for (let i = 0; i < count; i++) {
    const run = read();
    if (i + 1 < count && run > ids[i + 1]! - ids[i]!) throw new RangeError(`the run at tile id ${ids[i]} is too long`);
    runs[i] = run;
  }
  for (let i = 0; i < count; i++) {
    const length = read();
    if (length === 0) throw new RangeError(`the entry of tile id ${ids[i]} is empty`);
    lengths[i] = length;
  }
  for (let i = 0; i < count; i++) {
    const value = read();
    if (value === 0 && i === 0) throw new RangeError('its first entry has no offset');
    offsets[i] = value === 0 ? offsets[i - 1]! + lengths[i - 1]! : value - 1;
  }
  if (id > Number.MAX_SAFE_INTEGER) throw new RangeError('a tile id is too large');
  return { ids, runs, lengths, offsets };
}

/** Index of the last entry whose id is at most `id`; -1 where all are larger. */
export function findEntry(ids: Float64Array, id: number): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! <= id) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

export function emptyDirectory(count: number): Directory {
  return {
    ids: new Float64Array(count),
    runs: new Float64Array(count),
    lengths: new Float64Array(count),
    offsets: new Float64Array(count),
  };
}

function encode({ ids, runs, lengths, offsets }: Directory, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * 32 + 8);
  let at = 0;
  const write = (value: number) => {
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[at++] = rest;
  };
  write(to - from);
  for (let i = from; i < to; i++) write(i === from ? ids[i]! : ids[i]! - ids[i - 1]!);
  for (let i = from; i < to; i++) write(runs[i]!);
  for (let i = from; i < to; i++) write(lengths[i]!);
  for (let i = from; i < to; i++) {
    const follows = i > from && offsets[i] === offsets[i - 1]! + lengths[i - 1]!;
    write(follows ? 0 : offsets[i]! + 1);
  }
  return gzipSync(bytes.subarray(0, at));
}

/** Reads one varint a call. */
function varints(bytes: Uint8Array): () => number {
  let at = 0;
  return () => {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('it ends inside an entry');
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
      if (unit > Number.MAX_SAFE_INTEGER) throw new RangeError('a number in it is too long');
    }
  };
}
