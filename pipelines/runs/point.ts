/** The value of a raster at a place: `landmeter point`, and the server's route of that name. */
import { PlatformError } from '../core/errors.ts';
import type { Affine } from '../core/grid/affine.ts';
import { apply, invert } from '../core/grid/affine.ts';
import { createTransform, findCrs } from '../core/grid/crs.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterInfo, RasterSource } from '../io/raster-source.ts';

const WGS84 = 4326;

export interface PointValues {
  readonly lon: number;
  readonly lat: number;
  /** One per band, scale and offset applied; null where the pixel is not valid. */
  readonly values: readonly (number | null)[];
}

/**
 * @param lon  Degrees, WGS 84.
 * @throws {PlatformError} `parameter-invalid` for a place that is not on Earth; `outside`; `crs-missing`,
 *   `crs-unsupported`; and all of `openRaster`
 */
export async function readPoint(
  path: string,
  lon: number,
  lat: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PointValues> {
  checkPlace(lon, lat);
  const raster = await openRaster(path, options);
  try {
    return await valuesAt(raster, lon, lat, options);
  } finally {
    await raster.close();
  }
}

/** The same from a raster that is open already. */
export async function valuesAt(
  raster: RasterSource,
  lon: number,
  lat: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PointValues> {
  const { info } = raster;
  const [col, row] = pixelAt(info, lon, lat);
  const blocks = await raster.read({ col, row, width: 1, height: 1 }, options);
  const values = blocks.map(({ data, mask }, band) => {
    const { scale, offset } = info.bands[band]!;
    return mask?.[0] === 0 ? null : data[0]! * scale + offset;
  });
  return { lon, lat, values };
}

function checkPlace(lon: number, lat: number): void {
  if (lon >= -360 && lon <= 360 && lat >= -90 && lat <= 90) return;
  throw new PlatformError(
    'parameter-invalid',
    `Longitude ${lon}, latitude ${lat} is no place on Earth; give degrees, first longitude (-180 to 180), then latitude (-90 to 90)`,
    { detail: { lon, lat } },
  );
}

function pixelAt(info: RasterInfo, lon: number, lat: number): [col: number, row: number] {
  const inverse = info.transform && invert(info.transform);
  if (!inverse)
    throw new PlatformError('crs-missing', `${info.name} does not say where on Earth it lies; georeference it first`);
  if (info.epsg === null) {
    const why = info.crsText === null ? 'has no CRS' : `has a CRS without a code that is known here (${info.crsText})`;
    throw new PlatformError('crs-missing', `${info.name} ${why}; assign one, for instance with gdal_edit.py -a_srs`);
  }
  const isGeographic = findCrs(info.epsg).units === 'degree';
  // Rasters of the whole globe may run from 0 to 360 degrees, or cross the date line.
  for (const turn of isGeographic ? [0, 360, -360] : [0]) {
    const pixel = pixelOf(info, inverse, lon + turn, lat);
    if (pixel) return pixel;
  }
  throw new PlatformError('outside', `Longitude ${lon}, latitude ${lat} lies outside ${info.name}`, {
    detail: { lon, lat, path: info.name },
  });
}

function pixelOf(info: RasterInfo, inverse: Affine, lon: number, lat: number): [col: number, row: number] | null {
  const [x, y] = createTransform(WGS84, info.epsg!).point(lon, lat);
  const [col, row] = apply(inverse, x, y).map(Math.floor) as [number, number];
  return col >= 0 && row >= 0 && col < info.width && row < info.height ? [col, row] : null;
}
