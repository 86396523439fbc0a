/**
 * What every raster reader offers, whatever the format and wherever the bytes are. Readers settle at this door what
 * must not be asked again: pixel-is-point half pixels, nodata of every kind, internal masks, axis order.
 */
import type { Affine } from '../core/grid/affine.ts';
import type { Window } from '../core/grid/window.ts';
import type { BandBlock, DataType, Samples } from '../core/raster/block.ts';
import type { BlockCache } from './tiff/read/block-cache.ts';

export interface BandInfo {
  /** From the file's band description; null where there is none. */
  readonly name: string | null;
  readonly dtype: DataType;
  /** What the file declares; the mask of a block already accounts for it. NaN is a value here, null means none. */
  readonly nodata: number | null;
  /** value = dn · scale + offset, as GDAL has it; 1 and 0 where the file says nothing. */
  readonly scale: number;
  readonly offset: number;
  readonly unit: string | null;
}

/** One resolution level; level 0 is the full one, overviews follow from fine to coarse. */
export interface LevelInfo {
  readonly width: number;
  readonly height: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
}

export interface RasterInfo {
  /** The path or URL as the user gave it. */
  readonly name: string;
  /** `GTiff`, `JP2`, … */
  readonly driver: string;
  readonly width: number;
  readonly height: number;
  readonly bands: readonly BandInfo[];
  /** EPSG code; null where the file has no CRS or one that has no code we know. */
  readonly epsg: number | null;
  /** The CRS as the file words it, for messages; null where there is none. */
  readonly crsText: string | null;
  /** Pixel corner → CRS, half pixels settled; null where the file has no georeference (or only GCPs). */
  readonly transform: Affine | null;
  readonly levels: readonly LevelInfo[];
  /** `deflate`, `lzw`, `none`, `jpeg2000`, … */
  readonly compression: string;
  /** Laid out as a cloud-optimised GeoTIFF: tiled, overviews, headers first. */
  readonly cog: boolean;
  /** Bytes of the whole file where known. */
  readonly sizeBytes: number | null;
  /** When it was taken, RFC 3339, UTC; absent where the file does not say. */
  readonly acquired?: string;
}

export interface ReadOptions {
  /** Bands from 0, in the order wanted; default: all. */
  readonly bands?: readonly number[];
  /** Index into `levels`; the window is in that level's pixels. Default 0. */
  readonly level?: number;
  /**
   * One array per band asked for, of its type and of the window's pixels, that the reader may fill instead of making new
   * ones. What lies beyond the raster keeps what it held; the mask tells.
   */
  readonly into?: readonly Samples[];
  readonly signal?: AbortSignal;
}

export interface RasterSource {
  readonly info: RasterInfo;
  /**
   * Pixels of a window, which may reach beyond the raster (masked there).
   * @returns One block per band asked for; each of exactly the window's size, each array owned by the caller.
   * @throws {PlatformError} `format-damaged`, `remote-failed`, `too-large`, `aborted`
   */
  read(window: Window, options?: ReadOptions): Promise<BandBlock[]>;
  close(): Promise<void>;
}

/** A plain record that a worker thread can open for itself. */
export interface RasterRef {
  /** File path, http(s) URL, or `<archive.zip>!/<entry>`. */
  readonly path: string;
}

/** How much a reader may take, so that a lying file costs bounded memory. */
export interface ReadLimits {
  /** The largest decoded block (strip or tile) in bytes. */
  readonly maxBlockBytes: number;
  /** Decoded blocks that a source may keep, in bytes. */
  readonly cacheBytes: number;
  /** A cache that several sources share, instead of one of its own. */
  readonly blocks?: BlockCache;
}

export const DEFAULT_READ_LIMITS: ReadLimits = { maxBlockBytes: 256 * 1024 * 1024, cacheBytes: 32 * 1024 * 1024 };
