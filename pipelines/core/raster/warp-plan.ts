/**
 * Where each target pixel lies in a source raster of another CRS: an exact transform at the nodes of a control grid,
 * linear between them, with a grid fine enough that the error stays under a stated bound.
 */
import { apply, compose, invert } from '../grid/affine.ts';
import type { Affine } from '../grid/affine.ts';
import { createTransform } from '../grid/crs.ts';
import type { CoordinateTransform } from '../grid/crs.ts';
import { clip } from '../grid/window.ts';
import type { Window } from '../grid/window.ts';
import { PlatformError } from '../errors.ts';
import { evaluate, interpolationError, lattice } from './control-grid.ts';
import type { Lattice } from './control-grid.ts';

/** A raster's place: pixel corner → CRS, and how many pixels there are. */
export interface RasterGrid {
  readonly transform: Affine;
  readonly epsg: number;
  readonly width: number;
  readonly height: number;
}

export interface WarpRequest {
  readonly source: RasterGrid;
  readonly target: RasterGrid;
  /** The bound on the position, in source pixels. Default 0.125, as gdalwarp's. */
  readonly maxErrorPixels?: number;
  /**
   * Target pixels per source pixel in columns and rows, which sets the width of smoothing kernels. Default: measured
   * at the target's middle. Parts of one picture give the same.
   */
  readonly scale?: readonly [x: number, y: number];
}

export interface WarpPlan {
  readonly source: RasterGrid;
  readonly target: RasterGrid;
  /**
   * The largest distance, in source pixels, between interpolated and exact position: measured at the middle and edge
   * middles of all cells of the grid twice as coarse as the one in use, whose own error is about a quarter of it.
   */
  readonly maxErrorPixels: number;
  readonly scale: readonly [x: number, y: number];
  /** Node positions in source pixels (corner-based, fractional). */
  readonly nodes: Lattice;
}

export const DEFAULT_MAX_ERROR_PIXELS = 0.125;

/** Cells per axis to begin with; a Web Mercator tile over UTM stays within 0.01 pixel with these. */
const FIRST_CELLS = 2;

/**
 * Refines until the bound holds. Where a line of the map tears (the antimeridian, the end of a projection) the grid
 * ends at half pixels, so that each centre and corner is a node and nothing is interpolated.
 * @throws {PlatformError} `crs-unsupported`, `grid-mismatch` for a source transform without area
 */
export function planWarp(request: WarpRequest): WarpPlan {
  const { source, target, maxErrorPixels = DEFAULT_MAX_ERROR_PIXELS } = request;
  const toSource = invert(source.transform);
  if (!toSource) throw new PlatformError('grid-mismatch', 'The source raster has a transform without area');
  const transform = createTransform(target.epsg, source.epsg);
  if (source.epsg === target.epsg) return affinePlan(request, compose(toSource, target.transform));
  const { width, height } = target;
  const at = (cols: number, rows: number) =>
    evaluate(lattice(cols, rows, width, height), target.transform, transform, toSource);

  let [cols, rows] = [Math.min(FIRST_CELLS, 2 * width), Math.min(FIRST_CELLS, 2 * height)];
  let coarse = at(cols, rows);
  for (;;) {
    const last = cols === 2 * width && rows === 2 * height;
    if (last) return finish(request, coarse, 0, transform, toSource);
    [cols, rows] = [finer(cols, width), finer(rows, height)];
    const fine = at(cols, rows);
    const exact = cols === 2 * width && rows === 2 * height;
    const doubled = cols === 2 * coarse.cols && rows === 2 * coarse.rows;
    if (doubled) {
      const error = interpolationError(coarse, fine, source.width, source.height);
      if (error <= maxErrorPixels) return finish(request, fine, error, transform, toSource);
    }
    if (exact) return finish(request, fine, 0, transform, toSource);
    coarse = fine;
  }
}

/** Twice as many cells; once those would be smaller than a pixel, cells of half a pixel, where all is exact. */
function finer(cells: number, pixels: number): number {
  return cells * 2 >= pixels ? 2 * pixels : cells * 2;
}

/** Between rasters of one CRS the way is affine: one cell says it all, without error. */
function affinePlan(request: WarpRequest, toSource: Affine): WarpPlan {
  const { width, height } = request.target;
  const nodes = lattice(1, 1, width, height);
  for (let j = 0; j <= 1; j++)
    for (let i = 0; i <= 1; i++) [nodes.x[j * 2 + i], nodes.y[j * 2 + i]] = apply(toSource, i * width, j * height);
  const scale = request.scale ?? scaleOf(toSource[0], toSource[1], toSource[3], toSource[4]);
  return { source: request.source, target: request.target, maxErrorPixels: 0, scale, nodes };
}

function finish(
  request: WarpRequest,
  nodes: Lattice,
  error: number,
  transform: CoordinateTransform,
  toSource: Affine,
): WarpPlan {
  const { source, target } = request;
  const scale = request.scale ?? scaleAtMiddle(target, transform, toSource);
  return { source, target, maxErrorPixels: error, scale, nodes };
}

/** Target pixels per source pixel at the target's middle; 1 where that has no place in the source's CRS. */
function scaleAtMiddle(
  target: RasterGrid,
  transform: CoordinateTransform,
  toSource: Affine,
): readonly [number, number] {
  const [col, row] = [target.width / 2, target.height / 2];
  const xy = new Float64Array(8);
  const around = [col - 0.5, row, col + 0.5, row, col, row - 0.5, col, row + 0.5];
  for (let k = 0; k < 8; k += 2) [xy[k], xy[k + 1]] = apply(target.transform, around[k]!, around[k + 1]!);
  transform.transform(xy);
  for (let k = 0; k < 8; k += 2) [xy[k], xy[k + 1]] = apply(toSource, xy[k]!, xy[k + 1]!);
  return scaleOf(xy[2]! - xy[0]!, xy[6]! - xy[4]!, xy[3]! - xy[1]!, xy[7]! - xy[5]!);
}

/** From the derivatives of source column and row by target column and row; near 1 / n it is 1 / n, as in GDAL. */
function scaleOf(xCol: number, xRow: number, yCol: number, yRow: number): readonly [number, number] {
  return [reciprocal(Math.hypot(xCol, xRow)), reciprocal(Math.hypot(yCol, yRow))];
}

function reciprocal(step: number): number {
  if (!Number.isFinite(step) || step === 0) return 1;
  const whole = Math.round(step);
  return whole > 0 && Math.abs(step - whole) < 0.05 ? 1 / whole : 1 / step;
}

/** GDAL's scale and ours may differ by so much before GDAL's is no longer believed. */
const BELIEVABLE = 0.1;

/**
 * The scale of a whole warp as GDAL measures it, for `WarpRequest.scale` of all its parts: target columns by the source
 * columns they reach, cut to the raster. Where that cut, or a strong turn, makes nonsense of it, the scale at the middle.
 */
export function overallScale(plan: WarpPlan): readonly [x: number, y: number] {
  const reached = sourceWindow(plan, -1);
  if (!reached) return plan.scale;
  const ratio = [
    reciprocal(reached.width / plan.target.width),
    reciprocal(reached.height / plan.target.height),
  ] as const;
  const believed = ratio.every((r, axis) => Math.abs(r / plan.scale[axis]! - 1) < BELIEVABLE);
  return believed ? ratio : plan.scale;
}

/**
 * The source pixels that a resampling with kernels of this radius (in source pixels, beside the position) can reach,
 * cut to the raster; null where the target does not meet it.
 */
export function sourceWindow(plan: WarpPlan, radius: number): Window | null {
  const { x, y } = plan.nodes;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < x.length; k++) {
    const [col, row] = [x[k]!, y[k]!];
    if (!(Number.isFinite(col) && Number.isFinite(row))) continue;
    minX = Math.min(minX, col);
    maxX = Math.max(maxX, col);
    minY = Math.min(minY, row);
    maxY = Math.max(maxY, row);
  }
  const { width, height } = plan.source;
  if (!(maxX > 0 && maxY > 0 && minX < width && minY < height)) return null;
  const reach = Math.ceil(radius) + 1;
  // Far away positions may pass 32 bits: cut before they become widths.
  const col = Math.floor(Math.max(0, minX - reach));
  const row = Math.floor(Math.max(0, minY - reach));
  const right = Math.ceil(Math.min(width, maxX + reach));
  const bottom = Math.ceil(Math.min(height, maxY + reach));
  return clip({ col, row, width: right - col, height: bottom - row }, width, height);
}

/**
 * Source positions along a line of the target: at the columns `first + k` (k = 0 … count - 1, halves for centres) of
 * row `v`, into `outX`, `outY`, in source pixels. NaN where there is none.
 */
export function positionsAt(
  plan: WarpPlan,
  v: number,
  first: number,
  count: number,
  outX: Float64Array,
  outY: Float64Array,
): void {
  const { cols, rows, stepX, stepY, x, y } = plan.nodes;
  const stride = cols + 1;
  const j = Math.min(Math.floor(v / stepY), rows - 1);
  const t = v / stepY - j;
  let k = 0;
  for (let i = 0; i < cols && k < count; i++) {
    const a = j * stride + i;
    const b = a + stride;
    const left = mix(x[a]!, x[b]!, t);
    const top = mix(y[a]!, y[b]!, t);
    const dx = (mix(x[a + 1]!, x[b + 1]!, t) - left) / stepX;
    const dy = (mix(y[a + 1]!, y[b + 1]!, t) - top) / stepX;
    const end = i === cols - 1 ? count : Math.min(count, Math.ceil((i + 1) * stepX - first));
    const offset = first - i * stepX;
    for (; k < end; k++) {
      outX[k] = left + dx * (k + offset);
      outY[k] = top + dy * (k + offset);
    }
  }
}

/** Linear between two values; exact, and blind to the other, at either end. */
function mix(a: number, b: number, t: number): number {
  return t === 0 ? a : t === 1 ? b : a + (b - a) * t;
}
