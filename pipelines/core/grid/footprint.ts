/** Where a raster lies on the globe and on the Web Mercator square: its edge, densified, in other coordinates. */
import type { RasterGrid } from '../raster/warp-plan.ts';
import { apply } from './affine.ts';
import type { Bounds, LonLatBox } from './bounds.ts';
import { createTransform } from './crs.ts';
import { lonLatToMercator } from './tile-matrix-set.ts';

/** Steps along an edge: bends of a UTM or RD edge of 100 km are kept to a metre. */
const STEPS = 32;

export interface Footprint {
  readonly lonLat: LonLatBox;
  /** In EPSG:3857, cut to its square. */
  readonly mercator: Bounds;
}

/**
 * The boxes around a raster.
 * @returns null where no point of its edge has a place on the globe
 * @throws {PlatformError} `crs-unsupported`
 */
export function footprintOf({ transform, epsg, width, height }: RasterGrid): Footprint | null {
  const points = new Float64Array(8 * (STEPS + 1));
  let n = 0;
  for (let k = 0; k <= STEPS; k++) {
    const [col, row] = [(k / STEPS) * width, (k / STEPS) * height];
    for (const [c, r] of [[col, 0] as const, [col, height] as const, [0, row] as const, [width, row] as const]) {
      const [x, y] = apply(transform, c, r);
      points[n++] = x;
      points[n++] = y;
    }
  }
  createTransform(epsg, 4326).transform(points);
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i += 2) {
    const [lon, lat] = [points[i]!, points[i + 1]!];
    if (!(Number.isFinite(lon) && Number.isFinite(lat))) continue;
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  }
  if (!(east > west && north > south)) return null;
  const lonLat: LonLatBox = [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)];
  const [minX, minY] = lonLatToMercator(lonLat[0], lonLat[1]);
  const [maxX, maxY] = lonLatToMercator(lonLat[2], lonLat[3]);
  return maxX > minX && maxY > minY ? { lonLat, mercator: { minX, minY, maxX, maxY, epsg: 3857 } } : null;
}
