/**
 * OGC WebMercatorQuad: the only tile arithmetic there is.
 * @see OGC 17-083r4, Two Dimensional Tile Matrix Set and Tile Set Metadata, annex D.1
 */
import type { Bounds } from './bounds.ts';

/** Column x and row y of tile matrix z; row 0 is at the top. */
export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** Half the world's width in EPSG:3857, metres: π · 6378137. */
export const MERCATOR_HALF = 20037508.342789244;
/** The latitude at which the square of Web Mercator ends, degrees. */
export const MERCATOR_MAX_LAT = 85.0511287798066;
export const MAX_TILE_ZOOM = 24;

/** Side of a tile in metres of EPSG:3857. */
export function tileSpan(z: number): number {
  return (2 * MERCATOR_HALF) / 2 ** z;
}

/** Size of a pixel in metres of EPSG:3857 for tiles of `tileSize` pixels. */
export function pixelSize(z: number, tileSize: number): number {
  return tileSpan(z) / tileSize;
}

export function tileBounds({ z, x, y }: Tile): Bounds {
  const span = tileSpan(z);
  return {
    minX: -MERCATOR_HALF + x * span,
    maxX: -MERCATOR_HALF + (x + 1) * span,
    minY: MERCATOR_HALF - (y + 1) * span,
    maxY: MERCATOR_HALF - y * span,
    epsg: 3857,
  };
}

export function isTile({ z, x, y }: Tile): boolean {
  if (!Number.isInteger(z) || !Number.isInteger(x) || !Number.isInteger(y)) return false;
  return z >= 0 && z <= MAX_TILE_ZOOM && x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z;
}

/** Columns and rows, both ends included, of the tiles that meet a box in EPSG:3857 with more than an edge. */
export interface TileRange {
  readonly z: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export function tileRange(b: Bounds, z: number): TileRange {
  const span = tileSpan(z);
  const last = 2 ** z - 1;
  const at = (v: number) => Math.min(last, Math.max(0, v));
  return {
    z,
    minX: at(Math.floor((b.minX + MERCATOR_HALF) / span)),
    maxX: at(Math.ceil((b.maxX + MERCATOR_HALF) / span) - 1),
    minY: at(Math.floor((MERCATOR_HALF - b.maxY) / span)),
    maxY: at(Math.ceil((MERCATOR_HALF - b.minY) / span) - 1),
  };
}

/** Spherical Web Mercator; latitudes beyond its square are cut to it. */
export function lonLatToMercator(lon: number, lat: number): [x: number, y: number] {
  const phi = (Math.min(MERCATOR_MAX_LAT, Math.max(-MERCATOR_MAX_LAT, lat)) * Math.PI) / 180;
  return [(lon / 180) * MERCATOR_HALF, (Math.asinh(Math.tan(phi)) / Math.PI) * MERCATOR_HALF];
}

export function mercatorToLonLat(x: number, y: number): [lon: number, lat: number] {
  return [(x / MERCATOR_HALF) * 180, (Math.atan(Math.sinh((y / MERCATOR_HALF) * Math.PI)) * 180) / Math.PI];
}
