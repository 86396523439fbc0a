/** How large the pixels of a raster are on the ground. */
import type { PixelSize } from '../raster/dilate.ts';
import type { Affine } from './affine.ts';
import { apply } from './affine.ts';
import { createTransform, findCrs } from './crs.ts';

/** WGS 84: semi-major axis in metres, first eccentricity squared. */
const AXIS = 6378137;
const ECCENTRICITY2 = 0.00669437999014;

/**
 * Metres of a pixel along each axis, at the middle of the raster; elsewhere they differ by what the CRS distorts: in UTM
 * by less than a thousandth, in degrees and Web Mercator with the latitude.
 * @throws {PlatformError} `crs-unsupported`
 */
export function pixelMetres(transform: Affine, epsg: number, width: number, height: number): PixelSize {
  const [a, b, , d, e] = transform;
  const [dx, dy] = [Math.hypot(a, d), Math.hypot(b, e)];
  const isDegrees = findCrs(epsg).units === 'degree';
  if (!isDegrees && epsg !== 3857) return { width: dx, height: dy };
  const [x, y] = apply(transform, width / 2, height / 2);
  const lat = (createTransform(epsg, 4326).point(x, y)[1] * Math.PI) / 180;
  if (!isDegrees) return { width: dx * Math.cos(lat), height: dy * Math.cos(lat) };
  const flat = 1 - ECCENTRICITY2 * Math.sin(lat) ** 2;
  const perRadian = { x: (AXIS * Math.cos(lat)) / Math.sqrt(flat), y: (AXIS * (1 - ECCENTRICITY2)) / flat ** 1.5 };
  return { width: (dx * perRadian.x * Math.PI) / 180, height: (dy * perRadian.y * Math.PI) / 180 };
}
