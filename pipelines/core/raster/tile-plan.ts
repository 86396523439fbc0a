/** Which tiles a raster becomes: zooms, the level of the source to read, and subtrees in the order of the archive. */
import { apply } from '../grid/affine.ts';
import type { LonLatBox } from '../grid/bounds.ts';
import { createTransform } from '../grid/crs.ts';
import { footprintOf } from '../grid/footprint.ts';
import { hilbertPosition } from '../grid/hilbert.ts';
import { MAX_TILE_ZOOM, MERCATOR_HALF, pixelSize, tileRange } from '../grid/tile-matrix-set.ts';
import type { Tile, TileRange } from '../grid/tile-matrix-set.ts';
import { PlatformError } from '../errors.ts';
import type { Resampling } from './resample.ts';
import type { RasterGrid } from './warp-plan.ts';

export interface TilePlanRequest {
  /** For messages. */
  readonly name: string;
  readonly grid: RasterGrid;
  /** Sizes of the source's levels, finest first. */
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  readonly resampling: Resampling;
  /** Pixels along a tile's side. */
  readonly tileSize: 256 | 512;
  /** Default: the highest at which the raster fits in about one tile. */
  readonly minZoom?: number | undefined;
  /** Default: the lowest whose pixels are not larger than the raster's. */
  readonly maxZoom?: number | undefined;
}

export interface TilePlan {
  readonly tileSize: 256 | 512;
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Index of the source's level that is read. */
  readonly level: number;
  /**
   * Zoom at which the source is warped. Above `maxZoom` where the source has no level coarse enough: what lies between
   * is averaged, not skipped.
   */
  readonly renderZoom: number;
  /** Roots of the subtrees, one task each, along the Hilbert curve: brothers follow each other. */
  readonly roots: readonly Tile[];
  readonly bounds: LonLatBox;
  /** Tiles that meet the raster's box; those without data will be left out. */
  readonly tileCount: number;
}

/** A subtree is a square of 2048 pixels at the zoom of rendering: 8 MB of codes. */
const SUBTREE_PIXELS = 2048;
/** The Netherlands in pixels of half a metre are 4.8 million. Beyond, an archive takes days to make. */
const MAX_TILES = 5_000_000;
/** Sizes of pixels closer than this share count as equal. */
const SIZE_TOLERANCE = 0.03;

/**
 * @throws {PlatformError} `parameter-invalid` for impossible zooms, `too-large` with the number of tiles, `outside` for
 *   a raster that is not on the map, `crs-unsupported`
 */
export function planTiles(request: TilePlanRequest): TilePlan {
  const { name, grid, tileSize } = request;
  const footprint = footprintOf(grid);
  const native = footprint && mercatorPixelSize(grid, (footprint.lonLat[1] + footprint.lonLat[3]) / 2);
  if (!footprint || !native)
    throw new PlatformError('outside', `${name} does not lie on the Web Mercator map (85° south to 85° north)`);
  const { mercator } = footprint;
  const extent = Math.max(mercator.maxX - mercator.minX, mercator.maxY - mercator.minY);
  const maxZoom = checkZoom('maxzoom', request.maxZoom) ?? Math.max(request.minZoom ?? 0, nativeZoom(native, tileSize));
  const fitting = Math.floor(Math.log2((2 * MERCATOR_HALF) / extent) + SIZE_TOLERANCE);
  const minZoom = checkZoom('minzoom', request.minZoom) ?? Math.max(0, Math.min(maxZoom, fitting));
  if (minZoom > maxZoom)
    throw new PlatformError('parameter-invalid', `--minzoom ${minZoom} lies above --maxzoom ${maxZoom}; swap them`, {
      detail: { parameter: 'minzoom', value: minZoom },
    });
  const ranges = Array.from({ length: maxZoom - minZoom + 1 }, (_, i) => tileRange(mercator, minZoom + i));
  const tileCount = ranges.reduce((sum, range) => sum + countTiles(range), 0);
  if (tileCount > MAX_TILES)
    throw new PlatformError(
      'too-large',
      `Zoom ${minZoom} to ${maxZoom} of ${name} would be some ${tileCount.toLocaleString('en')} tiles, more than the ` +
        `${MAX_TILES.toLocaleString('en')} that are made; its own resolution is reached at --maxzoom ${nativeZoom(native, tileSize)}`,
      { detail: { parameter: 'maxzoom', value: maxZoom, tiles: tileCount } },
    );
  const { level, renderZoom } = chooseLevel(request, pixelSize(maxZoom, tileSize) / native, maxZoom);
  const rootZoom = Math.max(0, renderZoom - Math.log2(SUBTREE_PIXELS / tileSize));
  const roots = alongHilbert(tileRange(mercator, rootZoom));
  return { tileSize, minZoom, maxZoom, level, renderZoom, roots, bounds: footprint.lonLat, tileCount };
}

function checkZoom(name: string, zoom: number | undefined): number | undefined {
  if (zoom === undefined || (Number.isInteger(zoom) && zoom >= 0 && zoom <= MAX_TILE_ZOOM)) return zoom;
  throw new PlatformError(
    'parameter-invalid',
    `--${name} is ${zoom}; a zoom is a whole number from 0 to ${MAX_TILE_ZOOM}`,
    {
      detail: { parameter: name, value: zoom },
    },
  );
}

/** Side of a raster's pixel in metres of EPSG:3857, at its middle; null where that has no place on the map. */
function mercatorPixelSize({ transform, epsg, width, height }: RasterGrid, middleLat: number): number | null {
  const [col, row] = [width / 2, height / 2];
  const xy = new Float64Array(6);
  [xy[0], xy[1]] = apply(transform, col - 0.5, row - 0.5);
  [xy[2], xy[3]] = apply(transform, col + 0.5, row - 0.5);
  [xy[4], xy[5]] = apply(transform, col - 0.5, row + 0.5);
  // Degrees and metres of the equator: a raster that reaches the poles has no Mercator pixel at its edge.
  createTransform(epsg, 4326).transform(xy);
  const metres = MERCATOR_HALF / 180;
  const stretch = 1 / Math.cos((middleLat * Math.PI) / 180);
  const [ax, ay] = [(xy[2]! - xy[0]!) * metres, (xy[3]! - xy[1]!) * metres * stretch];
  const [bx, by] = [(xy[4]! - xy[0]!) * metres, (xy[5]! - xy[1]!) * metres * stretch];
  const side = Math.sqrt(Math.abs(ax * by - ay * bx));
  return side > 0 && Number.isFinite(side) ? side : null;
}

function nativeZoom(native: number, tileSize: number): number {
  const exact = Math.log2((2 * MERCATOR_HALF) / (tileSize * native));
  return Math.min(MAX_TILE_ZOOM, Math.max(0, Math.ceil(exact - SIZE_TOLERANCE)));
}

function countTiles(range: TileRange): number {
  return (range.maxX - range.minX + 1) * (range.maxY - range.minY + 1);
}

/** @param shrink  Source pixels of level 0 along a tile's pixel. */
function chooseLevel({ grid, levels, resampling }: TilePlanRequest, shrink: number, maxZoom: number) {
  // These promise samples of the source itself, or rules over all of them.
  if (resampling !== 'bilinear' && resampling !== 'cubic') return { level: 0, renderZoom: maxZoom };
  const factorOf = (i: number) => Math.sqrt((grid.width * grid.height) / (levels[i]!.width * levels[i]!.height));
  let level = 0;
  for (let i = 1; i < levels.length; i++) if (factorOf(i) <= shrink * (1 + SIZE_TOLERANCE)) level = i;
  const rest = (shrink / factorOf(level)) * (1 + SIZE_TOLERANCE);
  return { level, renderZoom: Math.min(MAX_TILE_ZOOM, maxZoom + Math.max(0, Math.floor(Math.log2(rest)))) };
}

function alongHilbert(range: TileRange): Tile[] {
  const tiles: { tile: Tile; position: number }[] = [];
  for (let y = range.minY; y <= range.maxY; y++)
    for (let x = range.minX; x <= range.maxX; x++)
      tiles.push({ tile: { z: range.z, x, y }, position: hilbertPosition(range.z, x, y) });
  return tiles.sort((a, b) => a.position - b.position).map(({ tile }) => tile);
}
