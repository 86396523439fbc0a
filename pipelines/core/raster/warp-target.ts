/** The grid that a raster is warped onto: its extent from the source's edges, its pixels from a resolution or from the source's. */
import { PlatformError } from '../errors.ts';
import { apply } from '../grid/affine.ts';
import { boundsOfRaster } from '../grid/bounds.ts';
import type { Bounds } from '../grid/bounds.ts';
import { createTransform, findCrs } from '../grid/crs.ts';
import { lonLatBoxesMeet, lonLatBoxOf, reprojectBounds } from '../grid/reproject-bounds.ts';
import { planWarp, sourceWindow } from './warp-plan.ts';
import type { RasterGrid } from './warp-plan.ts';

export interface TargetRequest {
  readonly epsg: number;
  /** Side of a pixel in units of the CRS; null keeps the source's detail as gdalwarp does. */
  readonly resolution: number | null;
  /** In the target CRS; null takes all of the source. */
  readonly bounds: Bounds | null;
}

/** So far beside its area of use a CRS is still accepted, degrees: neighbouring UTM zones are in common use. */
const AREA_MARGIN = 6;
/** A source edge this little beyond a target pixel's edge, in pixels, does not open another pixel. */
const TOLERANCE = 1e-6;
/** 2⁴⁰ pixels, a terabyte of bytes: beyond it a resolution is mistaken, not meant. */
const MOST_PIXELS = 2 ** 40;

/**
 * Without bounds the edges of pixels lie on multiples of the resolution. With them the upper left corner is theirs and
 * the size is rounded to whole pixels, as gdalwarp's `-te` with `-tr`.
 * @param name The source raster, for messages.
 * @throws {PlatformError} `crs-unsupported`, `outside` where source, CRS and bounds do not meet; `parameter-invalid`,
 *   `too-large`
 */
export function planTarget(source: RasterGrid, request: TargetRequest, name: string): RasterGrid {
  const { epsg, bounds } = request;
  const sourceBounds = boundsOfRaster(source.transform, source.width, source.height, source.epsg);
  checkArea(sourceBounds, epsg, name);
  const extent = reprojectBounds(sourceBounds, epsg);
  if (!extent) throw new PlatformError('outside', `${name} has no place in ${titleOf(epsg)}; choose another CRS`);
  if (bounds) checkBounds(bounds);
  const resolution = request.resolution ?? suggestResolution(extent, source);
  if (!(resolution > 0 && Number.isFinite(resolution)))
    throw new PlatformError('parameter-invalid', `A resolution of ${resolution} is none; it must be above 0`);
  const grid = bounds ? gridOf(bounds, resolution) : alignedGrid(extent, resolution);
  if (grid.width * grid.height > MOST_PIXELS)
    throw new PlatformError(
      'too-large',
      `A resolution of ${resolution} would make ${grid.width} × ${grid.height} pixels of ${name}; ask for a coarser one or for smaller bounds`,
    );
  if (bounds && !sourceWindow(planWarp({ source, target: grid }), 0))
    throw new PlatformError(
      'outside',
      `${name} does not reach the bounds ${words(bounds)}: in EPSG:${epsg} it lies at ${words(extent)}`,
      { detail: { bounds, extent } },
    );
  return grid;
}

/** gdalwarp's: the diagonal keeps its number of pixels; the extent's, where a corner has no place in the target CRS. */
function suggestResolution(extent: Bounds, { transform, epsg, width, height }: RasterGrid): number {
  const corners = Float64Array.of(...apply(transform, 0, 0), ...apply(transform, width, height));
  createTransform(epsg, extent.epsg).transform(corners);
  const [x0, y0, x1, y1] = corners as unknown as [number, number, number, number];
  const diagonal = Math.hypot(x1 - x0, y1 - y0);
  const most = Math.hypot(extent.maxX - extent.minX, extent.maxY - extent.minY);
  return (diagonal <= most ? diagonal : most) / Math.hypot(width, height); // NaN is not below
}

function alignedGrid({ minX, minY, maxX, maxY, epsg }: Bounds, resolution: number): RasterGrid {
  const down = (v: number) => Math.floor(v / resolution + TOLERANCE);
  const up = (v: number) => Math.ceil(v / resolution - TOLERANCE);
  const [left, top] = [down(minX), up(maxY)];
  return {
    transform: [resolution, 0, left * resolution, 0, -resolution, top * resolution],
    epsg,
    width: Math.max(1, up(maxX) - left),
    height: Math.max(1, top - down(minY)),
  };
}

function gridOf({ minX, minY, maxX, maxY, epsg }: Bounds, resolution: number): RasterGrid {
  return {
    transform: [resolution, 0, minX, 0, -resolution, maxY],
    epsg,
    width: Math.max(1, Math.round((maxX - minX) / resolution)),
    height: Math.max(1, Math.round((maxY - minY) / resolution)),
  };
}

function checkArea(bounds: Bounds, epsg: number, name: string): void {
  const box = lonLatBoxOf(bounds);
  const { area } = findCrs(epsg);
  if (box && lonLatBoxesMeet(box, area, AREA_MARGIN)) return;
  const where = box ? `at ${degrees(box)}` : 'nowhere on the globe by its georeference';
  throw new PlatformError('outside', `${name} lies ${where}; ${titleOf(epsg)} is for ${degrees(area)}`, {
    detail: { area, box },
  });
}

function checkBounds({ minX, minY, maxX, maxY }: Bounds): void {
  if (maxX > minX && maxY > minY) return;
  throw new PlatformError(
    'parameter-invalid',
    `The bounds ${minX},${minY},${maxX},${maxY} have no area; they are minX,minY,maxX,maxY in the target CRS`,
  );
}

function titleOf(epsg: number): string {
  return `EPSG:${epsg} (${findCrs(epsg).title})`;
}

function words({ minX, minY, maxX, maxY }: Bounds): string {
  return [minX, minY, maxX, maxY].map((v) => Number(v.toPrecision(10))).join(',');
}

function degrees(box: readonly number[]): string {
  const [west, south, east, north] = box.map((v) => Number(v.toFixed(2)));
  return `${west} to ${east}° east, ${south} to ${north}° north`;
}
