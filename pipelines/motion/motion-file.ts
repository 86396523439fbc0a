/**
 * A set of ground-motion points in one file: blocks of neighbours on a Hilbert curve, each with its attributes and its
 * displacements apart, then an index of the blocks' boxes, an index of names, and the facts (docs/motion.md).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { PlatformError } from '../core/errors.ts';
import type { MotionPoints } from '../core/motion/block-codec.ts';
import { unpackPoints, unpackSeries } from '../core/motion/block-codec.ts';
import type { MotionProduct } from '../core/motion/product.ts';

export const MAGIC = 'LMMOTN01';
export const BLOCK_POINTS = 512;
/** Numbers of a block in the index: place, bytes of attributes and of series, points, box (cm of EPSG:3035). */
export const INDEX_FIELDS = 8;
export const MOTION_EPSG = 3035;

export interface MotionFacts {
  readonly product: MotionProduct;
  /** File that it was read from, without its folder. */
  readonly source: string;
  readonly points: number;
  /** Days since 1970-01-01, ascending. */
  readonly days: readonly number[];
  /** Least and greatest x and y, metres of EPSG:3035. */
  readonly bounds: readonly [number, number, number, number];
  readonly isSimulated: boolean;
  /** Where the indices begin, bytes. */
  readonly indexAt: number;
  readonly namesAt: number;
  readonly blocks: number;
}

export interface MotionFile {
  readonly path: string;
  readonly facts: MotionFacts;
  /** `INDEX_FIELDS` numbers a block. */
  readonly index: Float64Array;
  points(block: number): MotionPoints;
  /** Tenths of a millimetre: `facts.days.length` for each point of the block. */
  series(block: number): Int16Array;
  /** Where a name is; null where there is none. */
  find(pid: string): { readonly block: number; readonly at: number } | null;
  close(): void;
}

/** @throws {PlatformError} `not-found`, `format-unknown`, `format-damaged` */
export function openMotionFile(path: string): MotionFile {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (cause) {
    throw new PlatformError('not-found', `${path} cannot be opened; ingest the ground motion again`, { cause });
  }
  try {
    return readHead(path, handle);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function readHead(path: string, handle: number): MotionFile {
  const read = (position: number, length: number) => {
    const bytes = new Uint8Array(length);
    if (readSync(handle, bytes, 0, length, position) < length)
      throw new PlatformError('format-damaged', `${path} is truncated; ingest the ground motion again`);
    return bytes;
  };
  const { size } = fstatSync(handle);
  const tail = size < 24 ? null : read(size - 12, 12);
  if (!tail || Buffer.from(tail.buffer, 4).toString() !== MAGIC)
    throw new PlatformError('format-unknown', `${path} is no file of ground-motion points, or is unfinished`);
  const length = new DataView(tail.buffer).getUint32(0, true);
  const facts = JSON.parse(Buffer.from(read(size - 12 - length, length)).toString()) as MotionFacts;
  const index = new Float64Array(read(facts.indexAt, facts.blocks * INDEX_FIELDS * 8).buffer);
  const field = (block: number, k: number) => index[block * INDEX_FIELDS + k]!;
  const points = (block: number) =>
    unpackPoints(zstdDecompressSync(read(field(block, 0), field(block, 1))), field(block, 3));
  return {
    path,
    facts,
    index,
    points,
    series: (block) =>
      unpackSeries(
        zstdDecompressSync(read(field(block, 0) + field(block, 1), field(block, 2))),
        field(block, 3),
        facts.days.length,
      ),
    find(pid) {
      const hash = hashOf(Buffer.from(pid, 'latin1'));
      const word = (at: number) => new DataView(read(facts.namesAt + 4 * at, 4).buffer).getUint32(0, true);
      let [low, high] = [0, facts.points];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (word(middle) < hash) low = middle + 1;
        else high = middle;
      }
      for (; low < facts.points && word(low) === hash; low++) {
        const ordinal = word(facts.points + low);
        const [block, at] = [Math.floor(ordinal / BLOCK_POINTS), ordinal % BLOCK_POINTS];
        if (points(block).pids[at] === pid) return { block, at };
      }
      return null;
    },
    close: () => closeSync(handle),
  };
}

/** FNV-1a. */
export function hashOf(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h >>> 0;
}
