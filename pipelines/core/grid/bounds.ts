import type { Affine } from './affine.ts';
import { apply } from './affine.ts';

/** A box in the units of the CRS with this EPSG code; x is always the easting or longitude. */
export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly epsg: number;
}

/** `[west, south, east, north]` in degrees, GeoJSON order; west > east crosses 180°. */
export type LonLatBox = readonly [west: number, south: number, east: number, north: number];

/** The box around a raster's four corners. */
export function boundsOfRaster(t: Affine, width: number, height: number, epsg: number): Bounds {
  const corners = [apply(t, 0, 0), apply(t, width, 0), apply(t, 0, height), apply(t, width, height)];
  const xs = corners.map((c) => c[0]);
  const ys = corners.map((c) => c[1]);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys), epsg };
}

/** The common box of two in the same CRS; null where they do not meet. */
export function intersect(a: Bounds, b: Bounds): Bounds | null {
  const minX = Math.max(a.minX, b.minX);
  const minY = Math.max(a.minY, b.minY);
  const maxX = Math.min(a.maxX, b.maxX);
  const maxY = Math.min(a.maxY, b.maxY);
  return maxX > minX && maxY > minY ? { minX, minY, maxX, maxY, epsg: a.epsg } : null;
}
