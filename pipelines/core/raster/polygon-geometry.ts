/** Polygons of pixels on the globe: coordinates for GeoJSON, and areas. */
import type { Affine } from '../grid/affine.ts';
import { apply } from '../grid/affine.ts';
import { createTransform, findCrs } from '../grid/crs.ts';
import { WGS84 } from '../grid/crs-projection.ts';
import type { PixelRing } from './rings.ts';
import type { PixelComponent } from './vectorise.ts';

export interface PixelGrid {
  readonly width: number;
  readonly height: number;
  readonly transform: Affine;
  readonly epsg: number;
}

/** A GeoJSON geometry of areas. */
export type AreaGeometry =
  | { readonly type: 'Polygon'; readonly coordinates: number[][][] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: number[][][][] };

/**
 * Pixels between two corners of a long side, at most: it then stays within centimetres of the line that is straight in
 * the raster's CRS. Counted from the raster's origin, so that neighbours share their corners.
 */
const LONGEST_SIDE = 64;
/** Decimals of a degree: a millimetre or so. */
const DECIMALS = 1e8;

/**
 * Outlines in WGS 84 as RFC 7946 has them: rings closed, outer ones counter-clockwise, holes clockwise, longitude first.
 * Every corner is that of a pixel; nothing is simplified.
 *
 * @param grid  Of the raster that the component is of. Polygons that cross 180° are not cut.
 * @throws {PlatformError} `crs-unsupported`
 */
export function toLonLat({ polygons }: Pick<PixelComponent, 'polygons'>, grid: PixelGrid): AreaGeometry {
  const { transform } = grid;
  const isMirrored = transform[0] * transform[4] - transform[1] * transform[3] > 0; // rows go up
  const projection = createTransform(grid.epsg, 4326);
  const coordinates = polygons.map((rings) =>
    rings.map((ring) => {
      const xy = ringCoordinates(ring, transform);
      projection.transform(xy);
      const points: number[][] = [];
      for (let i = 0; i < xy.length; i += 2) points.push([rounded(xy[i]!), rounded(xy[i + 1]!)]);
      points.push(points[0]!);
      return isMirrored ? points.toReversed() : points;
    }),
  );
  return coordinates.length === 1
    ? { type: 'Polygon', coordinates: coordinates[0]! }
    : { type: 'MultiPolygon', coordinates };
}

function rounded(degrees: number): number {
  return Math.round(degrees * DECIMALS) / DECIMALS;
}

/** The corners in the raster's CRS, `x, y, …`, long sides split. */
function ringCoordinates(ring: PixelRing, transform: Affine): Float64Array {
  const xy: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const [col, row] = [ring[i]!, ring[i + 1]!];
    const [toCol, toRow] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    xy.push(...apply(transform, col, row));
    for (const c of between(col, toCol)) xy.push(...apply(transform, c, row));
    for (const r of between(row, toRow)) xy.push(...apply(transform, col, r));
  }
  return Float64Array.from(xy);
}

/** The multiples of `LONGEST_SIDE` that lie strictly between two numbers, from the first to the second. */
function between(from: number, to: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const inside: number[] = [];
  for (let at = (Math.floor(low / LONGEST_SIDE) + 1) * LONGEST_SIDE; at < high; at += LONGEST_SIDE) inside.push(at);
  return from < to ? inside : inside.toReversed();
}

/** How the areas of a raster's polygons are counted. */
export interface AreaMeasure {
  /** `planar`: in the plane of the CRS; `ellipsoid`: on WGS 84, where the CRS keeps no areas at all. */
  readonly kind: 'planar' | 'ellipsoid';
  /** Area in the plane of the CRS over area on the ellipsoid, at the middle of the raster. */
  readonly scale: number;
  /** Square metres of a pixel at the middle of the raster, as `kind` counts. */
  readonly pixelArea: number;
  /** Square metres of a component. */
  areaOf(component: Pick<PixelComponent, 'pixels' | 'polygons'>): number;
}

/**
 * Areas in m². In RD New, UTM and LAEA they are planar, as the registers of those countries have them; in degrees and
 * in Web Mercator, whose metres are none, they are those on the ellipsoid.
 * @throws {PlatformError} `crs-unsupported`
 */
export function areaMeasure({ width, height, transform, epsg }: PixelGrid): AreaMeasure {
  const project = createTransform(epsg, 4326);
  const ellipsoidal = (rings: readonly PixelRing[]) => {
    let sum = 0;
    for (const ring of rings) {
      const xy = ringCoordinates(ring, transform);
      project.transform(xy);
      sum += ringArea(xy);
    }
    return Math.abs(sum);
  };
  const [col, row] = [Math.floor(width / 2), Math.floor(height / 2)];
  const middle = [col, row, col, row + 1, col + 1, row + 1, col + 1, row];
  const onEllipsoid = ellipsoidal([middle]);
  const planar = Math.abs(transform[0] * transform[4] - transform[1] * transform[3]);
  const isPlanar = findCrs(epsg).units === 'metre' && epsg !== 3857;
  return {
    kind: isPlanar ? 'planar' : 'ellipsoid',
    scale: isPlanar ? planar / onEllipsoid : 1,
    pixelArea: isPlanar ? planar : onEllipsoid,
    areaOf: ({ pixels, polygons }) =>
      isPlanar ? pixels * planar : polygons.reduce((sum, rings) => sum + ellipsoidal(rings), 0),
  };
}

/**
 * Area on the ellipsoid within a ring of `lon, lat, …` in degrees, with its sign: in Lambert's cylindrical equal-area
 * projection, where the sides are straight. Exact for sides along meridians and parallels; else within a millionth for
 * sides of a few hundred metres.
 * @see Snyder 1987, Map Projections: A Working Manual, USGS Professional Paper 1395, equations 3-12 and 10-14
 */
function ringArea(lonLat: Float64Array): number {
  const e2 = WGS84.f * (2 - WGS84.f);
  const e = Math.sqrt(e2);
  const authalic = (lat: number) => {
    const s = Math.sin((lat * Math.PI) / 180);
    return (1 - e2) * (s / (1 - e2 * s * s) + Math.atanh(e * s) / e);
  };
  const n = lonLat.length;
  const [lon0, q0] = [lonLat[0]!, authalic(lonLat[1]!)]; // small numbers keep their digits
  let sum = 0;
  let [x, y] = [lonLat[n - 2]! - lon0, authalic(lonLat[n - 1]!) - q0];
  for (let i = 0; i < n; i += 2) {
    const [nextX, nextY] = [lonLat[i]! - lon0, authalic(lonLat[i + 1]!) - q0];
    sum += x * nextY - nextX * y;
    [x, y] = [nextX, nextY];
  }
  return (sum / 2) * (Math.PI / 180) * (WGS84.a ** 2 / 2);
}
