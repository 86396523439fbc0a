/** The drift of kriging: a band of a raster on the cells of a grid, by bilinear resampling that widens where cells are coarser. */
import type { Window } from '../core/grid/window.ts';
import { translate } from '../core/grid/affine.ts';
import { resample, windowFor } from '../core/raster/resample.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid, WarpPlan } from '../core/raster/warp-plan.ts';
import type { RasterSource } from '../io/raster-source.ts';
import { withSource } from '../io/source-cache.ts';
import type { SourceRef } from '../io/source-cache.ts';

export interface DriftSource {
  readonly source: SourceRef;
  readonly sourceGrid: RasterGrid;
  /** Of grid cells per source pixel: the same for all parts and for stations. */
  readonly scale: readonly [x: number, y: number];
  readonly calibration: { readonly scale: number; readonly offset: number };
}

const MAX_ERROR_PIXELS = 0.01;
/** Source pixels that are read at once. */
const MOST_PIXELS = 2 ** 24;

/** The drift of the cells of `window`, row by row; NaN where the raster has no value. */
export async function readDrift(
  drift: DriftSource,
  grid: Omit<RasterGrid, 'width' | 'height'>,
  window: Window,
  signal: AbortSignal,
): Promise<Float64Array> {
  const values = new Float64Array(window.width * window.height).fill(NaN);
  await withSource(drift.source, (raster) => readPart(drift, raster, grid, window, window, values, signal));
  const { scale, offset } = drift.calibration;
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * scale + offset;
  return values;
}

/**
 * The drift at places of the grid's CRS: each is the middle of a cell of its own, so that places and cells smooth alike.
 */
export async function readDriftAt(
  drift: DriftSource,
  grid: Omit<RasterGrid, 'width' | 'height'>,
  x: Float64Array,
  y: Float64Array,
  signal: AbortSignal,
): Promise<Float64Array> {
  const values = new Float64Array(x.length);
  const [a, b, , d, e] = grid.transform;
  for (let i = 0; i < x.length; i++) {
    const corner = [x[i]! - (a + b) / 2, y[i]! - (d + e) / 2] as const;
    const cell = { transform: [a, b, corner[0], d, e, corner[1]] as const, epsg: grid.epsg };
    values[i] = (await readDrift(drift, cell, { col: 0, row: 0, width: 1, height: 1 }, signal))[0]!;
  }
  return values;
}

async function readPart(
  drift: DriftSource,
  raster: RasterSource,
  grid: Omit<RasterGrid, 'width' | 'height'>,
  whole: Window,
  part: Window,
  out: Float64Array,
  signal: AbortSignal,
): Promise<void> {
  const plan = planOf(drift, grid, part);
  const needed = windowFor(plan, 'bilinear');
  if (!needed) return;
  if (needed.width * needed.height > MOST_PIXELS && part.width * part.height > 1) {
    for (const half of halves(part)) await readPart(drift, raster, grid, whole, half, out, signal);
    return;
  }
  const [block] = await raster.read(needed, { bands: [0], signal });
  const { data, mask } = block!;
  const pixels = part.width * part.height;
  const values = { data: new Float64Array(pixels), mask: new Uint8Array(pixels) };
  resample(plan, 'bilinear', { data: Float64Array.from(data), mask, window: needed }, values);
  for (let i = 0; i < pixels; i++) {
    if (values.mask[i] === 0) continue;
    const row = Math.floor(i / part.width);
    out[(part.row - whole.row + row) * whole.width + part.col - whole.col + i - row * part.width] = values.data[i]!;
  }
}

function planOf(
  { sourceGrid, scale }: DriftSource,
  { transform, epsg }: Omit<RasterGrid, 'width' | 'height'>,
  { col, row, width, height }: Window,
): WarpPlan {
  const target = { transform: translate(transform, col, row), epsg, width, height };
  return planWarp({ source: sourceGrid, target, maxErrorPixels: MAX_ERROR_PIXELS, scale });
}

function halves({ col, row, width, height }: Window): Window[] {
  if (width >= height) {
    const left = width >> 1;
    return [
      { col, row, width: left, height },
      { col: col + left, row, width: width - left, height },
    ];
  }
  const upper = height >> 1;
  return [
    { col, row, width, height: upper },
    { col, row: row + upper, width, height: height - upper },
  ];
}
