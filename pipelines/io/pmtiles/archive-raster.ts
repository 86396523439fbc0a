/**
 * An archive of picture or value tiles as a raster: its zooms are the levels of resolution, its tiles the blocks. So what
 * draws, warps and measures rasters does it with archives too, in any CRS.
 */
import { PlatformError } from '../../core/errors.ts';
import { MERCATOR_HALF, lonLatToMercator, tileRange, tileSpan } from '../../core/grid/tile-matrix-set.ts';
import type { TileRange } from '../../core/grid/tile-matrix-set.ts';
import type { Window } from '../../core/grid/window.ts';
import type { BandBlock, Samples } from '../../core/raster/block.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { checkAborted, readExactly } from '../byte-source/byte-source.ts';
import { TileCache } from '../jp2/tile-cache.ts';
import type { BandInfo, RasterInfo, RasterSource, ReadLimits, ReadOptions } from '../raster-source.ts';
import { DEFAULT_READ_LIMITS } from '../raster-source.ts';
import type { Archive } from './reader.ts';
import { readArchive } from './reader.ts';

interface DecodedTile {
  /** A plane for each band, `size * size` long. */
  readonly planes: readonly (Uint8Array | Uint16Array)[];
  /** Null: every pixel is valid. */
  readonly mask: Uint8Array | null;
}

/** value = offset + scale · code */
interface Coding {
  readonly precision: 8 | 16;
  readonly scale: number;
  readonly offset: number;
}

const COLOURS = ['red', 'green', 'blue'];

/**
 * The source is closed with the raster. Its extent is that of the tiles of the lowest zoom that the archive's bounds meet.
 * @throws {PlatformError} `format-unsupported` for vector tiles; what reading the archive throws
 */
export async function openArchiveRaster(
  source: ByteSource,
  { limits = DEFAULT_READ_LIMITS }: { readonly limits?: ReadLimits } = {},
): Promise<RasterSource> {
  const archive = await readArchive(source);
  const { minZoom, maxZoom, tileType } = archive.header;
  if (tileType === 'mvt' || tileType === 'unknown')
    throw new PlatformError('format-unsupported', `${source.name} holds ${tileType} tiles, which are no raster`);
  const size = await sizeOfTiles(archive, source);
  const coding = codingOf(archive.metadata);
  const range = lowestTiles(archive);
  const cache = new TileCache<DecodedTile | null>(limits.cacheBytes, bytesOf);
  const info = describe(archive, { size, coding, range });

  const tileAt = (z: number, x: number, y: number) =>
    cache.get(`${z}/${x}/${y}`, async () => {
      const bytes = await archive.getTile(z, x, y);
      return bytes && decodeTile(bytes, size, coding, source.name);
    });

  return {
    info,
    async read(window, { bands = info.bands.map((_, b) => b), level = 0, signal }: ReadOptions = {}) {
      const z = maxZoom - level;
      if (z < minZoom || !info.levels[level]) throw new RangeError(`${source.name} has no level ${level}`);
      const first = { x: range.minX * 2 ** (z - minZoom), y: range.minY * 2 ** (z - minZoom) };
      const out = bands.map((band) => emptyBlock(window, info.bands[band]!));
      const mask = new Uint8Array(window.width * window.height);
      for (const tile of tilesOf(window, size, info.levels[level]!)) {
        checkAborted(signal);
        const decoded = await tileAt(z, first.x + tile.col, first.y + tile.row);
        if (decoded) copyTile(decoded, tile, { size, window, bands, out, mask });
      }
      return out.map((data): BandBlock => ({ width: window.width, height: window.height, data, mask }));
    },
    async close() {
      cache.clear();
      await source.close();
    },
  };
}

function lowestTiles({ header: { bounds, minZoom } }: Archive): TileRange {
  const [minX, minY] = lonLatToMercator(bounds[0], bounds[1]);
  const [maxX, maxY] = lonLatToMercator(bounds[2], bounds[3]);
  return tileRange({ minX, minY, maxX, maxY, epsg: 3857 }, minZoom);
}

interface Shape {
  readonly size: number;
  readonly coding: Coding | null;
  readonly range: TileRange;
}

function describe({ header, metadata, path }: Archive, { size, coding, range }: Shape): RasterInfo {
  const { minZoom, maxZoom, tileType } = header;
  const [cols, rows] = [range.maxX - range.minX + 1, range.maxY - range.minY + 1];
  const levels = Array.from({ length: maxZoom - minZoom + 1 }, (_, level) => {
    const factor = 2 ** (maxZoom - minZoom - level) * size;
    return { width: cols * factor, height: rows * factor, blockWidth: size, blockHeight: size };
  });
  const pixel = tileSpan(maxZoom) / size;
  const left = -MERCATOR_HALF + range.minX * tileSpan(minZoom);
  const top = MERCATOR_HALF - range.minY * tileSpan(minZoom);
  const unit = typeof metadata['unit'] === 'string' ? metadata['unit'] : null;
  const plain = { nodata: null, scale: 1, offset: 0, unit: null };
  const bands: BandInfo[] = coding
    ? [{ ...plain, name: 'value', dtype: coding.precision === 8 ? 'uint8' : 'uint16', ...scaleOf(coding), unit }]
    : COLOURS.map((name) => ({ ...plain, name, dtype: 'uint8' }));
  return {
    name: path,
    driver: 'PMTiles',
    width: levels[0]!.width,
    height: levels[0]!.height,
    bands,
    epsg: 3857,
    crsText: 'EPSG:3857',
    transform: [pixel, 0, left, 0, -pixel, top],
    levels,
    compression: tileType,
    cog: false,
    sizeBytes: null,
  };
}

function scaleOf({ scale, offset }: Coding): Pick<Coding, 'scale' | 'offset'> {
  return { scale, offset };
}

/** Null for pictures. */
function codingOf(metadata: Archive['metadata']): Coding | null {
  const [precision, scale, offset] = ['precision', 'scale', 'offset'].map((key) => Number(metadata[key]));
  if (precision !== 8 && precision !== 16) return null;
  return { precision, scale: Number.isFinite(scale) ? scale! : 1, offset: Number.isFinite(offset) ? offset! : 0 };
}

/** As its metadata says, else as its first tile is. */
async function sizeOfTiles(archive: Archive, source: ByteSource): Promise<number> {
  const stated = Number(archive.metadata['tileSize']);
  if (stated === 256 || stated === 512) return stated;
  const { value } = await archive.entries().next();
  if (!value) return 256;
  const { default: sharp } = await import('sharp');
  const { width } = await sharp(await readExactly(source, value.offset, value.length)).metadata();
  return width;
}

/** @throws {PlatformError} `format-damaged` */
async function decodeTile(bytes: Uint8Array, size: number, coding: Coding | null, name: string): Promise<DecodedTile> {
  const { default: sharp } = await import('sharp');
  const decoded = await sharp(bytes)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new PlatformError('format-damaged', `A tile of ${name} is no picture that can be read`, { cause });
    });
  const { data, info } = decoded;
  if (info.width !== size || info.height !== size)
    throw new PlatformError('format-damaged', `A tile of ${name} has ${info.width} pixels where others have ${size}`);
  return coding ? toCodes(data, info.channels, coding) : toColours(data, info.channels);
}

function toCodes(data: Uint8Array, step: number, { precision }: Coding): DecodedTile {
  const n = data.length / step;
  const plane = precision === 8 ? new Uint8Array(n) : new Uint16Array(n);
  const mask = new Uint8Array(n);
  for (let i = 0, o = 0; i < n; i++, o += step) {
    const code = precision === 8 ? data[o]! : (data[o]! << 8) | data[o + 1]!;
    plane[i] = code;
    mask[i] = code === 0 ? 0 : 1;
  }
  return { planes: [plane], mask };
}

function toColours(data: Uint8Array, step: number): DecodedTile {
  const n = data.length / step;
  const isGrey = step < 3;
  const planes = COLOURS.map((_, p) => {
    const plane = new Uint8Array(n);
    for (let i = 0, o = isGrey ? 0 : p; i < n; i++, o += step) plane[i] = data[o]!;
    return plane;
  });
  if (step !== 2 && step !== 4) return { planes, mask: null };
  const mask = new Uint8Array(n);
  for (let i = 0, o = step - 1; i < n; i++, o += step) mask[i] = data[o]! < 128 ? 0 : 1;
  return { planes, mask };
}

function emptyBlock({ width, height }: Window, { dtype }: BandInfo): Uint8Array | Uint16Array {
  return dtype === 'uint16' ? new Uint16Array(width * height) : new Uint8Array(width * height);
}

interface TilePlace {
  readonly col: number;
  readonly row: number;
}

/** The tiles of a level, from its upper left one, that a window meets. */
function* tilesOf(window: Window, size: number, level: { width: number; height: number }): Generator<TilePlace> {
  const last = (start: number, length: number, most: number) =>
    Math.min(most / size, Math.ceil((start + length) / size));
  for (let row = Math.max(0, Math.floor(window.row / size)); row < last(window.row, window.height, level.height); row++)
    for (let col = Math.max(0, Math.floor(window.col / size)); col < last(window.col, window.width, level.width); col++)
      yield { col, row };
}

interface Target {
  readonly size: number;
  readonly window: Window;
  readonly bands: readonly number[];
  readonly out: readonly Samples[];
  readonly mask: Uint8Array;
}

function copyTile(tile: DecodedTile, { col, row }: TilePlace, { size, window, bands, out, mask }: Target): void {
  const left = Math.max(window.col, col * size);
  const right = Math.min(window.col + window.width, (col + 1) * size);
  const bottom = Math.min(window.row + window.height, (row + 1) * size);
  for (let y = Math.max(window.row, row * size); y < bottom; y++) {
    const from = (y - row * size) * size + left - col * size;
    const to = (y - window.row) * window.width + left - window.col;
    const end = from + right - left;
    for (const [k, band] of bands.entries()) out[k]!.set(tile.planes[band]!.subarray(from, end), to);
    if (tile.mask) mask.set(tile.mask.subarray(from, end), to);
    else mask.fill(1, to, to + right - left);
  }
}

function bytesOf(tile: DecodedTile | null): number {
  if (!tile) return 16;
  return tile.planes.reduce((sum, plane) => sum + plane.byteLength, tile.mask?.byteLength ?? 0);
}
