/** Which tiles a view needs, and where a place lies in them. North is up: the map neither turns nor tilts. */
import type { Bounds, LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { intersect } from '../../../pipelines/core/grid/bounds.ts';
import type { Tile } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import {
  lonLatToMercator,
  MERCATOR_HALF,
  mercatorToLonLat,
  tileBounds,
  tileRange,
  tileSpan,
} from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { LonLat, MapView } from '../state/shown.ts';

/** MapLibre's zoom 0 shows the world on 512 CSS pixels. */
const WORLD_PIXELS = 512;
/** More tiles than this mean that the view is far out of the layer's zooms; they are not asked for. */
const MOST_TILES = 96;

const FIT_MARGIN_PIXELS = 16;

export interface TileGrid {
  readonly tileSize: number;
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: LonLatBox;
}

export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

/** The box of EPSG:3857 that `width` x `height` CSS pixels show. */
export function viewBounds(view: MapView, { width, height }: ViewSize): Bounds {
  const [x, y] = lonLatToMercator(view.lon, view.lat);
  const metres = mercatorMetresPerPixel(view.zoom);
  return {
    minX: x - (width / 2) * metres,
    maxX: x + (width / 2) * metres,
    minY: y - (height / 2) * metres,
    maxY: y + (height / 2) * metres,
    epsg: 3857,
  };
}

/** Metres of EPSG:3857 in a CSS pixel; on the ground multiply with the cosine of the latitude. */
export function mercatorMetresPerPixel(zoom: number): number {
  return (2 * MERCATOR_HALF) / (WORLD_PIXELS * 2 ** zoom);
}

/** The tile zoom whose pixels come nearest to the screen's. */
export function tileZoom(zoom: number, grid: TileGrid): number {
  const best = Math.round(zoom + Math.log2(WORLD_PIXELS / grid.tileSize));
  return Math.min(grid.maxzoom, Math.max(grid.minzoom, best));
}

/** CSS pixels across a cell of the tiles that are drawn at a zoom. */
export function cellPixels(zoom: number, grid: TileGrid): number {
  return (2 ** (zoom - tileZoom(zoom, grid)) * WORLD_PIXELS) / grid.tileSize;
}

/** The view in which a box just fits, with some room around it. */
export function viewOfBounds(bounds: LonLatBox, size: ViewSize): MapView {
  const { minX, minY, maxX, maxY } = mercatorBounds(bounds);
  const [lon, lat] = mercatorToLonLat((minX + maxX) / 2, (minY + maxY) / 2);
  const room = (side: number) => Math.max(64, side - 2 * FIT_MARGIN_PIXELS);
  const metres = Math.max((maxX - minX) / room(size.width), (maxY - minY) / room(size.height), 1e-3);
  return { lon, lat, zoom: Math.min(18, Math.log2(mercatorMetresPerPixel(0) / metres)) };
}

/** Tiles that meet both the view and the grid's bounds; none where that would be too many. */
export function tilesInView(view: MapView, size: ViewSize, grid: TileGrid): readonly Tile[] {
  const box = intersect(viewBounds(view, size), mercatorBounds(grid.bounds));
  if (!box) return [];
  const { z, minX, minY, maxX, maxY } = tileRange(box, tileZoom(view.zoom, grid));
  if ((maxX - minX + 1) * (maxY - minY + 1) > MOST_TILES) return [];
  const tiles: Tile[] = [];
  for (let y = minY; y <= maxY; y++) for (let x = minX; x <= maxX; x++) tiles.push({ z, x, y });
  return tiles;
}

export function mercatorBounds([west, south, east, north]: LonLatBox): Bounds {
  const [minX, minY] = lonLatToMercator(west, south);
  const [maxX, maxY] = lonLatToMercator(east, north);
  return { minX, minY, maxX, maxY, epsg: 3857 };
}

export function isInside({ lon, lat }: LonLat, [west, south, east, north]: LonLatBox): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** The tile of zoom `z` at a place, and the place in it as a share of its width and height. */
export function tileAt({ lon, lat }: LonLat, z: number): { tile: Tile; u: number; v: number } {
  const [mx, my] = lonLatToMercator(lon, lat);
  const last = 2 ** z - 1;
  const col = (mx + MERCATOR_HALF) / tileSpan(z);
  const row = (MERCATOR_HALF - my) / tileSpan(z);
  const x = Math.min(last, Math.max(0, Math.floor(col)));
  const y = Math.min(last, Math.max(0, Math.floor(row)));
  return { tile: { z, x, y }, u: col - x, v: row - y };
}

/** Part of a tile that lies in the view, as shares from its top left corner; null where they do not meet. */
export function visiblePart(
  tile: Tile,
  view: Bounds,
): readonly [u0: number, v0: number, u1: number, v1: number] | null {
  const bounds = tileBounds(tile);
  const box = intersect(bounds, view);
  if (!box) return null;
  const span = bounds.maxX - bounds.minX;
  return [
    (box.minX - bounds.minX) / span,
    (bounds.maxY - box.maxY) / span,
    (box.maxX - bounds.minX) / span,
    (bounds.maxY - box.minY) / span,
  ];
}
