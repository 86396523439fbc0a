/**
 * Tile matrix sets and tile sets as OGC words them.
 * @see OGC 17-083r4, Two Dimensional Tile Matrix Set and Tile Set Metadata
 */
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { reprojectBounds } from '../../../pipelines/core/grid/reproject-bounds.ts';
import type { QuadTileMatrixSet } from '../../../pipelines/core/grid/tile-matrix-sets.ts';

/** Side of a pixel of OGC's standardised rendering, metres. */
const RENDERING_PIXEL = 0.00028;
export const TILE_SIDE = 256;

export interface MatrixLimits {
  readonly tileMatrix: string;
  readonly minTileRow: number;
  readonly maxTileRow: number;
  readonly minTileCol: number;
  readonly maxTileCol: number;
}

export function crsUri(epsg: number): string {
  return `http://www.opengis.net/def/crs/EPSG/0/${epsg}`;
}

export function describeMatrixSet(set: QuadTileMatrixSet) {
  return {
    id: set.id,
    title: set.title,
    uri: set.uri,
    crs: crsUri(set.epsg),
    orderedAxes: set.epsg === 3857 ? ['X', 'Y'] : ['E', 'N'],
    wellKnownScaleSet: set.epsg === 3857 ? 'http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible' : undefined,
    tileMatrices: matricesOf(set).map(({ z, cellSize, scaleDenominator, side }) => ({
      id: String(z),
      scaleDenominator,
      cellSize,
      cornerOfOrigin: 'topLeft',
      pointOfOrigin: set.pointOfOrigin,
      tileWidth: TILE_SIDE,
      tileHeight: TILE_SIDE,
      matrixWidth: side,
      matrixHeight: side,
    })),
  };
}

/** Every zoom of a set: pixel size in metres, and tiles along a side. */
export function matricesOf({ span, maxZoom }: QuadTileMatrixSet) {
  return Array.from({ length: maxZoom + 1 }, (_, z) => {
    const cellSize = span / TILE_SIDE / 2 ** z;
    return { z, cellSize, scaleDenominator: cellSize / RENDERING_PIXEL, side: 2 ** z };
  });
}

/** The tiles of each zoom that a box meets; null where it lies outside. */
export function limitsOf(
  set: QuadTileMatrixSet,
  [west, south, east, north]: LonLatBox,
  [minZoom, maxZoom]: readonly [number, number],
): MatrixLimits[] | null {
  const [low, high] = [Math.max(-85, south), Math.min(85, north)];
  const degrees = { minX: west, minY: low, maxX: east < west ? east + 360 : east, maxY: high, epsg: 4326 };
  const box = low < high ? reprojectBounds(degrees, set.epsg) : null;
  if (!box) return null;
  const limits: MatrixLimits[] = [];
  for (let z = minZoom; z <= Math.min(maxZoom, set.maxZoom); z++) {
    const [side, last] = [set.span / 2 ** z, 2 ** z - 1];
    const at = (distance: number, upper: boolean) =>
      Math.min(last, Math.max(0, upper ? Math.ceil(distance / side) - 1 : Math.floor(distance / side)));
    const [left, top] = set.pointOfOrigin;
    limits.push({
      tileMatrix: String(z),
      minTileRow: at(top - box.maxY, false),
      maxTileRow: at(top - box.minY, true),
      minTileCol: at(box.minX - left, false),
      maxTileCol: at(box.maxX - left, true),
    });
  }
  return limits;
}
