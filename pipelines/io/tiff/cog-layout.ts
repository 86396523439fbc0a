/** What a COG that we write is, and where its levels, blocks and regions lie. Pure arithmetic; no bytes yet. */
import type { Affine } from '../../core/grid/affine.ts';
import type { Window } from '../../core/grid/window.ts';
import { split } from '../../core/grid/window.ts';
import type { DataType } from '../../core/raster/block.ts';
import type { OverviewMethod } from '../../core/raster/overview.ts';
import { PlatformError } from '../../core/errors.ts';

/** The sample types that we write. 64-bit integers are read as float64 and would be written so: see `storedType`. */
export type CogDataType = Exclude<DataType, 'uint64' | 'int64'>;

export interface CogSpec {
  readonly width: number;
  readonly height: number;
  /** Pixel corner → CRS; null writes no georeference. */
  readonly transform: Affine | null;
  /** EPSG code; null writes no CRS. */
  readonly epsg: number | null;
  readonly dtype: CogDataType;
  /** Number of bands; more than one are stored band by band (`PLANARCONFIG_SEPARATE`). */
  readonly bands: number;
  /** What an invalid pixel holds; NaN for floats, null where every pixel is valid. The same for all bands. */
  readonly nodata: number | null;
  /** value = stored · scale + offset, the same for all bands. Default 1 and 0. */
  readonly scale?: number;
  readonly offset?: number;
  /** How many of the last bands hold plain numbers, without scale and offset. Default 0. */
  readonly plainBands?: number;
  readonly unit?: string | null;
  /** One name per band, written as band descriptions. */
  readonly bandNames?: readonly string[];
  /** One unit per band, where bands differ; null: none. */
  readonly bandUnits?: readonly (string | null)[];
  /** One sentence per band, written as `LONG_NAME` of its metadata. */
  readonly bandTitles?: readonly string[];
  /** Colours of the numbers from 0 on (`#d7301f`) for viewers, of a raster of one uint8 band. */
  readonly palette?: readonly string[];
  /** Side of a block in pixels, a multiple of 16. Default 512. */
  readonly blockSize?: number;
  /** Default `deflate`. */
  readonly compression?: 'deflate' | 'zstd';
  /** How overview pixels come from the full ones. Default `average`; `mode` or `nearest` for classes. */
  readonly overviewResampling?: OverviewMethod;
  /** `GDAL_METADATA` items of the whole file, such as `TIFFTAG_`-free free text: `{ DESCRIPTION: 'NDVI' }`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One resolution: level 0 is the full one; level n has pixels 2ⁿ times as large. */
export interface CogLevel {
  readonly width: number;
  readonly height: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
}

export const DEFAULT_BLOCK_SIZE = 512;
/** A region is a square of 2² × 2² blocks: 2048 pixels a side by default, 8 MB of int16. */
export const REGION_LEVELS = 2;

export function blockSizeOf(spec: CogSpec): number {
  return spec.blockSize ?? DEFAULT_BLOCK_SIZE;
}

/** Side of a region in pixels of the full resolution. */
export function regionSize(spec: CogSpec): number {
  return blockSizeOf(spec) << REGION_LEVELS;
}

/** The regions that tile a COG, row by row: the order in which `writeCogFromRegions` wants them. */
export function cogRegions(spec: CogSpec): Window[] {
  return split(spec.width, spec.height, regionSize(spec));
}

/** All levels, full resolution first, halved (rounded up) until one fits into a block. */
export function cogLevels(spec: CogSpec): CogLevel[] {
  const size = blockSizeOf(spec);
  const levels: CogLevel[] = [];
  let { width, height } = spec;
  for (;;) {
    levels.push({ width, height, blocksAcross: Math.ceil(width / size), blocksDown: Math.ceil(height / size) });
    if (width <= size && height <= size) return levels;
    width = Math.ceil(width / 2);
    height = Math.ceil(height / 2);
  }
}

/** The type that stores numbers of `dtype`: 64-bit integers become float64, as we read them. */
export function storedType(dtype: DataType): CogDataType {
  return dtype === 'int64' || dtype === 'uint64' ? 'float64' : dtype;
}

/** @throws {PlatformError} `too-large` beyond what a TIFF header holds; `parameter-invalid` for sizes that are none. */
export function checkSpec(spec: CogSpec): void {
  const { width, height, bands } = spec;
  const size = blockSizeOf(spec);
  const whole = [width, height, bands].every((n) => Number.isInteger(n) && n > 0);
  if (!whole || size % 16 !== 0 || size < 16)
    throw new PlatformError(
      'parameter-invalid',
      `A raster of ${width} × ${height} pixels, ${bands} bands, blocks of ${size} cannot be written: sizes are positive, blocks a multiple of 16`,
      { detail: { width, height, bands, blockSize: size } },
    );
  if (width > 2 ** 31 - 1 || height > 2 ** 31 - 1 || bands > 65535)
    throw new PlatformError('too-large', `A TIFF cannot hold ${width} × ${height} pixels in ${bands} bands`, {
      detail: { width, height, bands },
    });
}
