/** The GeoTIFF tags that place a raster: OGC 19-008r4, GeoTIFF 1.1. */
import type { Affine } from '../../core/grid/affine.ts';
import { isNorthUp } from '../../core/grid/affine.ts';
import type { TiffTag } from './write-ifd.ts';
import { double, short } from './write-ifd.ts';

/** Codes whose coordinates are degrees; all others that we know are projected. */
const GEOGRAPHIC: ReadonlySet<number> = new Set([4326, 4258]);

const MODEL_PIXEL_SCALE = 33550;
const MODEL_TIEPOINT = 33922;
const MODEL_TRANSFORMATION = 34264;
const GEO_KEY_DIRECTORY = 34735;

/** Pixel-is-area tags: scale and tie point for north-up rasters, else the full matrix; none for a null transform. */
export function transformTags(t: Affine | null): TiffTag[] {
  if (!t) return [];
  const [a, b, c, d, e, f] = t;
  if (isNorthUp(t)) return [double(MODEL_PIXEL_SCALE, [a, -e, 0]), double(MODEL_TIEPOINT, [0, 0, 0, c, f, 0])];
  return [double(MODEL_TRANSFORMATION, [a, b, 0, c, d, e, 0, f, 0, 0, 0, 0, 0, 0, 0, 1])];
}

/** The key directory that names a CRS by its EPSG code; without a code only the fact that pixels are areas. */
export function geoKeyTags(epsg: number | null): TiffTag[] {
  const keys: [key: number, value: number][] = [[1025, 1]]; // GTRasterType: pixel is area
  if (epsg !== null) {
    const geographic = GEOGRAPHIC.has(epsg);
    keys.push([1024, geographic ? 2 : 1]); // GTModelType
    if (geographic) keys.push([2048, epsg], [2054, 9102]); // GeographicType, angles in degrees
    else keys.push([3072, epsg], [3076, 9001]); // ProjectedCSType, lengths in metres
  }
  keys.sort((x, y) => x[0] - y[0]);
  return [short(GEO_KEY_DIRECTORY, [1, 1, 0, keys.length, ...keys.flatMap(([key, value]) => [key, 0, 1, value])])];
}
