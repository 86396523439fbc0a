import { toGdal } from '../core/grid/affine.ts';
import type { RasterInfo } from '../io/raster-source.ts';

/** What `landmeter info --json` tells of a raster; the names are fixed. */
export interface RasterSummary {
  readonly driver: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dtype: string;
  /** `EPSG:n`; null where there is none, or none with a code. */
  readonly crs: string | null;
  /** The CRS in the file's own words. */
  readonly crsText: string | null;
  /** GDAL's order: x of the corner, x per column, x per row, y of the corner, y per column, y per row. */
  readonly transform: readonly number[] | null;
  /** JSON has no NaN and no infinity: they are words. */
  readonly nodata: number | string | null;
  /** value = stored number · scale + offset; of the first band. */
  readonly scale: number;
  readonly offset: number;
  readonly unit: string | null;
  readonly names: readonly (string | null)[];
  /** Number of coarser levels in the file. */
  readonly overviews: number;
  readonly compression: string;
  readonly blocks: readonly [width: number, height: number];
  readonly cog: boolean;
  readonly bytes: number | null;
}

export function summariseRaster(info: RasterInfo): RasterSummary {
  const [first, base] = [info.bands[0]!, info.levels[0]!];
  return {
    driver: info.driver,
    width: info.width,
    height: info.height,
    bands: info.bands.length,
    dtype: first.dtype,
    crs: info.epsg === null ? null : `EPSG:${info.epsg}`,
    crsText: info.crsText,
    transform: info.transform && toGdal(info.transform),
    nodata: numberOrWord(first.nodata),
    scale: first.scale,
    offset: first.offset,
    unit: first.unit,
    names: info.bands.map(({ name }) => name),
    overviews: info.levels.length - 1,
    compression: info.compression,
    blocks: [base.blockWidth, base.blockHeight],
    cog: info.cog,
    bytes: info.sizeBytes,
  };
}

function numberOrWord(value: number | null): number | string | null {
  if (value === null || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
