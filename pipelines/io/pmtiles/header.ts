/**
 * The first 127 bytes of a PMTiles version 3 archive.
 * @see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, section 3
 */
import type { LonLatBox } from '../../core/grid/bounds.ts';
import { PlatformError } from '../../core/errors.ts';

export const HEADER_BYTES = 127;
/** Header and root directory lie in these first bytes, so that one request brings both. */
export const ROOT_END = 16384;

/** In the order of the numbers that the format gives them. */
const TILE_TYPES = ['unknown', 'mvt', 'png', 'jpeg', 'webp', 'avif', 'mlt'] as const;
export type TileType = (typeof TILE_TYPES)[number];
const COMPRESSIONS = ['unknown', 'none', 'gzip', 'brotli', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Bytes of the file. */
export interface Section {
  readonly offset: number;
  readonly length: number;
}

export interface ArchiveHeader {
  readonly root: Section;
  readonly metadata: Section;
  readonly leaves: Section;
  readonly tileData: Section;
  /** Tiles that can be asked for, entries of the directories, distinct contents. */
  readonly tiles: number;
  readonly entries: number;
  readonly contents: number;
  /** Tile data lies in the order of the tile ids. */
  readonly clustered: boolean;
  readonly internalCompression: Compression;
  readonly tileCompression: Compression;
  readonly tileType: TileType;
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Degrees, WGS 84, west < east. */
  readonly bounds: LonLatBox;
  readonly center: readonly [lon: number, lat: number, zoom: number];
}

const SECTIONS = ['root', 'metadata', 'leaves', 'tileData'] as const;
const E7 = 1e7;

export function encodeHeader(header: ArchiveHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('PMTiles'));
  bytes[7] = 3;
  let at = 8;
  const put64 = (value: number) => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  for (const name of SECTIONS) {
    put64(header[name].offset);
    put64(header[name].length);
  }
  put64(header.tiles);
  put64(header.entries);
  put64(header.contents);
  bytes[96] = header.clustered ? 1 : 0;
  bytes[97] = COMPRESSIONS.indexOf(header.internalCompression);
  bytes[98] = COMPRESSIONS.indexOf(header.tileCompression);
  bytes[99] = TILE_TYPES.indexOf(header.tileType);
  bytes[100] = header.minZoom;
  bytes[101] = header.maxZoom;
  const [west, south, east, north] = header.bounds;
  [west, south, east, north].forEach((degrees, i) => view.setInt32(102 + 4 * i, Math.round(degrees * E7), true));
  bytes[118] = header.center[2];
  view.setInt32(119, Math.round(header.center[0] * E7), true);
  view.setInt32(123, Math.round(header.center[1] * E7), true);
  return bytes;
}

/**
 * @param bytes  The file's first `HEADER_BYTES` or more.
 * @param path  Named in errors.
 * @throws {PlatformError} `format-unknown` where it is no archive, `format-unsupported` for another version,
 *   `format-damaged` for a header that contradicts itself.
 */
export function decodeHeader(bytes: Uint8Array, path: string): ArchiveHeader {
  if (bytes.length < 8 || new TextDecoder('latin1').decode(bytes.subarray(0, 7)) !== 'PMTiles')
    throw new PlatformError('format-unknown', `${path} is not a PMTiles archive`, { detail: { path } });
  if (bytes[7] !== 3)
    throw new PlatformError(
      'format-unsupported',
      `${path} is a PMTiles archive of version ${bytes[7]}; only version 3 is read`,
      { detail: { path, version: bytes[7] } },
    );
  if (bytes.length < HEADER_BYTES) throw damagedArchive(path, `it ends inside its header, after ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const next64 = () => {
    const value = Number(view.getBigUint64(at, true));
    at += 8;
    return value;
  };
  const nextSection = (): Section => ({ offset: next64(), length: next64() });
  const degrees = (offset: number) => view.getInt32(offset, true) / E7;
  const header: ArchiveHeader = {
    root: nextSection(),
    metadata: nextSection(),
    leaves: nextSection(),
    tileData: nextSection(),
    tiles: next64(),
    entries: next64(),
    contents: next64(),
    clustered: bytes[96] === 1,
    internalCompression: COMPRESSIONS[bytes[97]!] ?? 'unknown',
    tileCompression: COMPRESSIONS[bytes[98]!] ?? 'unknown',
    tileType: TILE_TYPES[bytes[99]!] ?? 'unknown',
    minZoom: bytes[100]!,
    maxZoom: bytes[101]!,
    bounds: [degrees(102), degrees(106), degrees(110), degrees(114)],
    center: [degrees(119), degrees(123), bytes[118]!],
  };
  if (header.minZoom > header.maxZoom || header.maxZoom > 26)
    throw damagedArchive(path, `its header states zooms ${header.minZoom} to ${header.maxZoom}`);
  return header;
}

/** @throws {PlatformError} `format-damaged` where a section leaves the file or two of them overlap. */
export function checkSections(header: ArchiveHeader, fileBytes: number, path: string): void {
  if (header.root.length === 0) throw damagedArchive(path, 'it has no root directory');
  let end = HEADER_BYTES;
  const byOffset = SECTIONS.filter((name) => header[name].length > 0).sort(
    (a, b) => header[a].offset - header[b].offset,
  );
  for (const name of byOffset) {
    const { offset, length } = header[name];
    const place = `its header places the ${TITLES[name]} at bytes ${offset} to ${offset + length}`;
    if (offset + length > fileBytes) throw damagedArchive(path, `${place}, but it ends after ${fileBytes}`);
    if (offset < end) throw damagedArchive(path, `${place}, inside what lies before`);
    end = offset + length;
  }
}

const TITLES = { root: 'root directory', metadata: 'metadata', leaves: 'leaf directories', tileData: 'tiles' } as const;

export function damagedArchive(path: string, what: string, cause?: unknown): PlatformError {
  return new PlatformError('format-damaged', `${path} is damaged: ${what}; make or copy it again`, {
    detail: { path },
    cause,
  });
}
