/**
 * The coverage of zones on a grid as a file, of which a thread reads the tiles that it needs:
 *
 *     "LMCV", format, bytes of the head, their CRC-32 │ head (JSON) │ zones │ tile │ tile │ …
 *
 * Numbers are u32, little-endian. Zones and tiles are compressed by zstd and have a CRC-32 each in the head, so that a
 * file that is torn, damaged or another one is known as such and never used.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { decodePieces, encodePieces } from '../../core/geometry/zonal/coverage-code.ts';
import { piecesOfTile } from '../../core/geometry/zonal/coverage.ts';
import type { Coverage, CoverageGrid, CoverageIndex, TilePieces } from '../../core/geometry/zonal/coverage.ts';
import { writeOutputFile } from '../output-file.ts';

const MAGIC = 0x56434d4c;
const FORMAT = 1;
const PREFIX_BYTES = 16;
/** Shares do not compress and the rest hardly does: the quickest level. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Part {
  readonly bytes: number;
  readonly crc: number;
}

interface Head {
  readonly digest: string;
  readonly grid: CoverageGrid;
  readonly tiles: readonly number[];
  readonly tilePieces: readonly number[];
  readonly resolved: readonly number[];
  readonly zoneCount: number;
  readonly zones: Part;
  readonly parts: readonly Part[];
}

/**
 * @param digest  Of all that the coverage depends on.
 * @throws {PlatformError} `not-writable`, `disk-full`
 */
export async function writeCoverageFile(path: string, digest: string, coverage: Coverage): Promise<void> {
  const { width, height, tileWidth, tileHeight, tiles, tilePieces, resolved, zoneArea } = coverage;
  const zones = zstdCompressSync(zoneBytes(coverage), COMPRESSION);
  const chunks = Array.from(tiles, (_, t) => zstdCompressSync(encodePieces(piecesOfTile(coverage, t)), COMPRESSION));
  const head: Head = {
    digest,
    grid: { width, height, tileWidth, tileHeight },
    tiles: [...tiles],
    tilePieces: [...tilePieces],
    resolved,
    zoneCount: zoneArea.length,
    zones: partOf(zones),
    parts: chunks.map(partOf),
  };
  const text = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  for (const [i, word] of [MAGIC, FORMAT, text.length, crc32(text)].entries()) prefix.writeUInt32LE(word, 4 * i);
  await writeOutputFile(path, async ({ handle }) => {
    await handle.writev([prefix, text, zones, ...chunks]);
  });
}

function partOf(bytes: Uint8Array): Part {
  return { bytes: bytes.length, crc: crc32(bytes) };
}

function zoneBytes({ zoneArea, zonePieces, zoneCells }: CoverageIndex): Buffer {
  return Buffer.concat([zoneArea, zonePieces, zoneCells].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
}

/** What is known of a coverage without its cells; null where the file is absent, damaged or another one. */
export function readCoverageIndex(path: string, digest: string): CoverageIndex | null {
  return withFile(path, digest, (file, head, start) => {
    const bytes = readPart(file, head.zones, start);
    const n = head.zoneCount;
    if (bytes?.length !== 16 * n) return null;
    const own = Uint8Array.from(bytes).buffer; // aligned
    return {
      ...head.grid,
      zoneArea: new Float64Array(own, 0, n),
      zonePieces: new Uint32Array(own, 8 * n, n),
      zoneCells: new Uint32Array(own, 12 * n, n),
      tiles: Uint32Array.from(head.tiles),
      tilePieces: Uint32Array.from(head.tilePieces),
      resolved: head.resolved,
    };
  });
}

/** A tile of a coverage by its number in the grid. */
export interface CoverageTile extends TilePieces {
  readonly tile: number;
}

/** Tiles by their indices in `CoverageIndex.tiles`; null where the file is absent, damaged or another one. */
export function readCoverageTiles(path: string, digest: string, wanted: readonly number[]): CoverageTile[] | null {
  return withFile(path, digest, (file, head, start) => {
    const offsets = [start + head.zones.bytes];
    for (const { bytes } of head.parts) offsets.push(offsets.at(-1)! + bytes);
    const found: CoverageTile[] = [];
    for (const index of wanted) {
      const bytes = head.parts[index] ? readPart(file, head.parts[index], offsets[index]!) : null;
      if (!bytes) return null;
      found.push({ tile: head.tiles[index]!, ...decodePieces(bytes) });
    }
    return found;
  });
}

function withFile<T>(path: string, digest: string, use: (file: number, head: Head, start: number) => T | null) {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null; // whatever the reason, it is computed instead
  }
  try {
    const opened = readHead(file, digest);
    return opened && use(file, opened.head, opened.start);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function readHead(file: number, digest: string): { head: Head; start: number } | null {
  const prefix = readAt(file, 0, PREFIX_BYTES);
  if (!prefix || prefix.readUInt32LE(0) !== MAGIC || prefix.readUInt32LE(4) !== FORMAT) return null;
  const size = fstatSync(file).size;
  const bytes = prefix.readUInt32LE(8);
  const text = PREFIX_BYTES + bytes <= size ? readAt(file, PREFIX_BYTES, bytes) : null;
  if (!text || crc32(text) !== prefix.readUInt32LE(12)) return null;
  const head = JSON.parse(text.toString()) as Head; // its checksum tells that we wrote it
  const start = PREFIX_BYTES + bytes;
  const end = head.parts.reduce((sum, part) => sum + part.bytes, start + head.zones.bytes);
  return head.digest === digest && end === size ? { head, start } : null;
}

function readPart(file: number, { bytes, crc }: Part, at: number): Buffer | null {
  const stored = readAt(file, at, bytes);
  return stored && crc32(stored) === crc ? zstdDecompressSync(stored) : null;
}

function readAt(file: number, at: number, bytes: number): Buffer | null {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let done = 0; done < bytes;) {
    const read = readSync(file, buffer, done, bytes - done, at + done);
    if (read === 0) return null;
    done += read;
  }
  return buffer;
}
