/**
 * The tile matrix sets that tiles are served in: each a pyramid of squares, four to one. A new one is a record here.
 * @see OGC 17-083r4, annex D, https://docs.ogc.org/is/17-083r4/17-083r4.html; NetherlandsRDNewQuad: Geonovum, Nederlandse
 *   richtlijn tiling, https://geonovum.github.io/nl-tiling/
 */
import { PlatformError } from '../errors.ts';
import type { RasterGrid } from '../raster/warp-plan.ts';
import type { Bounds } from './bounds.ts';
import { MERCATOR_HALF } from './tile-matrix-set.ts';
import type { Tile } from './tile-matrix-set.ts';

export interface QuadTileMatrixSet {
  readonly id: string;
  readonly title: string;
  readonly uri: string;
  readonly epsg: number;
  /** Upper left corner of the one tile of zoom 0, in units of the CRS. */
  readonly pointOfOrigin: readonly [x: number, y: number];
  /** Side of that tile. */
  readonly span: number;
  readonly maxZoom: number;
}

export const TILE_MATRIX_SETS: readonly QuadTileMatrixSet[] = [
  {
    id: 'WebMercatorQuad',
    title: 'Google Maps Compatible for the World',
    uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
    epsg: 3857,
    pointOfOrigin: [-MERCATOR_HALF, MERCATOR_HALF],
    span: 2 * MERCATOR_HALF,
    maxZoom: 24,
  },
  {
    id: 'NetherlandsRDNewQuad',
    title: 'Nederlandse richtlijn tiling',
    uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/NetherlandsRDNewQuad',
    epsg: 28992,
    pointOfOrigin: [-285401.92, 903401.92],
    span: 880803.84, // 256 pixels of 3440.64 m
    maxZoom: 19,
  },
];

/** @throws {PlatformError} `not-found`, naming those that there are */
export function findTileMatrixSet(id: string): QuadTileMatrixSet {
  const found = TILE_MATRIX_SETS.find((set) => set.id === id);
  if (found) return found;
  const accepted = TILE_MATRIX_SETS.map((set) => set.id);
  throw new PlatformError('not-found', `There is no tile matrix set "${id}" here; there are ${accepted.join(', ')}`, {
    detail: { parameter: 'tileMatrixSetId', value: id, accepted },
  });
}

export function isTileOf({ maxZoom }: QuadTileMatrixSet, { z, x, y }: Tile): boolean {
  const isWhole = Number.isInteger(z) && Number.isInteger(x) && Number.isInteger(y);
  return isWhole && z >= 0 && z <= maxZoom && x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z;
}

export function tileBoundsIn({ pointOfOrigin, span, epsg }: QuadTileMatrixSet, { z, x, y }: Tile): Bounds {
  const [left, top] = pointOfOrigin;
  const side = span / 2 ** z;
  return { minX: left + x * side, maxX: left + (x + 1) * side, minY: top - (y + 1) * side, maxY: top - y * side, epsg };
}

/** The pixels of a tile. @param size  Along a side. */
export function tileGrid(set: QuadTileMatrixSet, tile: Tile, size: number): RasterGrid {
  const { minX, maxY, epsg } = tileBoundsIn(set, tile);
  const pixel = set.span / 2 ** tile.z / size;
  return { transform: [pixel, 0, minX, 0, -pixel, maxY], epsg, width: size, height: size };
}
