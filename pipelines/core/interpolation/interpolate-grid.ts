/**
 * Stations onto a grid: the grid is quartered until blocks are small, the stations that matter for a block are narrowed
 * with it, and the cells of a block that have the same neighbours are estimated together.
 */
import { apply } from '../grid/affine.ts';
import type { Window } from '../grid/window.ts';
import type { RasterGrid } from '../raster/warp-plan.ts';
import type { Estimator, Places } from './estimator.ts';
import { createPlaces } from './estimator.ts';
import { allStations, chooseNearest, createScratch, narrow } from './neighbours.ts';
import type { NeighbourScratch } from './neighbours.ts';
import { createSetCache } from './set-cache.ts';
import type { KnownSet, SetCache } from './set-cache.ts';
import type { Stations } from './stations.ts';

export interface GridWindow {
  readonly grid: Pick<RasterGrid, 'transform'>;
  /** Pixels of the grid. */
  readonly window: Window;
  /** The drift of the window's cells, row by row; null: none. NaN where there is none, and no estimate then. */
  readonly drift: Float64Array | null;
}

export interface GridEstimates {
  /** Of the window's cells, row by row; NaN where the drift is. */
  readonly estimate: Float32Array;
  /** Standard error of a new observation; null where the method knows none. */
  readonly error: Float32Array | null;
}

/** Cells of a block per axis. */
const BLOCK = 8;

/**
 * Fills `out`, and yields after each block, so that the caller can breathe and stop.
 *
 * A cell's value depends on the stations, the grid and the cell alone, not on the window it is computed in.
 * @param neighbours  How many stations count for a cell; all of them where there are no more.
 */
export function* interpolateGrid<S>(
  estimator: Estimator<S>,
  stations: Stations,
  neighbours: number,
  input: GridWindow,
  out: GridEstimates,
): Generator<number> {
  const count = stations.x.length;
  const work: Work<S> = {
    estimator,
    stations,
    neighbours: Math.min(neighbours, count),
    input,
    out,
    scratch: createScratch(count),
    chosen: new Uint8Array(count),
    nearX: new Float64Array(count),
    nearY: new Float64Array(count),
    cache: createSetCache(estimator, Math.min(neighbours, count)),
    places: createPlaces(BLOCK * BLOCK, input.drift !== null),
  };
  yield* quarter(work, input.window, allStations(stations));
}

interface Work<S> {
  readonly estimator: Estimator<S>;
  readonly stations: Stations;
  readonly neighbours: number;
  readonly input: GridWindow;
  readonly out: GridEstimates;
  readonly scratch: NeighbourScratch;
  /** Per station of the list: 1 for the neighbours of the cell looked at last. */
  readonly chosen: Uint8Array;
  /** Coordinates of the list's stations. */
  readonly nearX: Float64Array;
  readonly nearY: Float64Array;
  readonly cache: SetCache<S>;
  readonly places: Places;
}

function* quarter<S>(work: Work<S>, part: Window, list: Uint32Array): Generator<number> {
  const { transform } = work.input.grid;
  const { col, row, width, height } = part;
  const [x, y] = apply(transform, col + width / 2, row + height / 2);
  // half diagonals between the centres of the outermost cells
  const [w, h] = [(width - 1) / 2, (height - 1) / 2];
  const [a, b, , d, e] = transform;
  const radius = Math.max(Math.hypot(a * w + b * h, d * w + e * h), Math.hypot(a * w - b * h, d * w - e * h));
  const own = narrow(work.stations, list, x, y, radius, work.neighbours, work.scratch);
  if (width <= BLOCK && height <= BLOCK) {
    estimateBlock(work, part, own);
    yield width * height;
    return;
  }
  const left = width > BLOCK ? halfOf(width) : width;
  const upper = height > BLOCK ? halfOf(height) : height;
  for (const [r, tall] of [
    [row, upper],
    [row + upper, height - upper],
  ] as const)
    for (const [c, wide] of [
      [col, left],
      [col + left, width - left],
    ] as const)
      if (wide > 0 && tall > 0) yield* quarter(work, { col: c, row: r, width: wide, height: tall }, own);
}

/** A multiple of a block's side, so that blocks are full. */
function halfOf(length: number): number {
  return Math.max(BLOCK, Math.ceil(length / 2 / BLOCK) * BLOCK);
}

function estimateBlock<S>(work: Work<S>, block: Window, list: Uint32Array): void {
  const { input, out, stations, cache, estimator, places } = work;
  const { grid, window, drift } = input;
  const { col, row, width, height } = block;
  const [a, b, x0, d, e, y0] = grid.transform;
  const count = list.length;
  const { nearX, nearY, scratch } = work;
  for (let i = 0; i < count; i++) {
    nearX[i] = stations.x[list[i]!]!;
    nearY[i] = stations.y[list[i]!]!;
  }
  work.chosen.fill(0, 0, count);
  const used: KnownSet<S>[] = [];
  let set: KnownSet<S> | null = null;
  for (let r = row; r < row + height; r++)
    for (let c = col; c < col + width; c++) {
      const at = (r - window.row) * window.width + c - window.col;
      if (drift && Number.isNaN(drift[at]!)) {
        out.estimate[at] = NaN;
        if (out.error) out.error[at] = NaN;
        continue;
      }
      const x = a * (c + 0.5) + b * (r + 0.5) + x0;
      const y = d * (c + 0.5) + e * (r + 0.5) + y0;
      const isSame = look(nearX, nearY, count, x, y, scratch.squares, work.chosen);
      if (set === null || !isSame) {
        set = chooseSet(work, list);
        if (set.cells.length === 0) used.push(set);
      }
      set.cells.push(at);
    }
  for (const { prepared, cells } of used) {
    for (let k = 0; k < cells.length; k++) {
      const r = (cells[k]! / window.width) | 0;
      const c = cells[k]! - r * window.width;
      const [u, v] = [window.col + c + 0.5, window.row + r + 0.5];
      places.x[k] = a * u + b * v + x0;
      places.y[k] = d * u + e * v + y0;
      if (drift) places.drift![k] = drift[cells[k]!]!;
    }
    estimator.estimate(prepared, places, cells.length);
    for (let k = 0; k < cells.length; k++) {
      out.estimate[cells[k]!] = places.estimate[k]!;
      if (out.error) out.error[cells[k]!] = Math.sqrt(places.variance[k]!);
    }
    cells.length = 0;
  }
  cache.trim();
}

/** Fills `squares`. @returns whether the chosen stations are still the nearest: all nearer than any other. */
function look(
  nearX: Float64Array,
  nearY: Float64Array,
  count: number,
  x: number,
  y: number,
  squares: Float64Array,
  chosen: Uint8Array,
): boolean {
  let farthest = 0;
  let nearest = Infinity;
  for (let i = 0; i < count; i++) {
    const dx = nearX[i]! - x;
    const dy = nearY[i]! - y;
    const square = dx * dx + dy * dy;
    squares[i] = square;
    if (chosen[i] === 1) {
      if (square > farthest) farthest = square;
    } else if (square < nearest) nearest = square;
  }
  return farthest < nearest;
}

function chooseSet<S>({ scratch, chosen, neighbours, cache }: Work<S>, list: Uint32Array): KnownSet<S> {
  if (list.length <= neighbours) chosen.fill(1, 0, list.length);
  else chooseNearest(list.length, neighbours, scratch, chosen);
  return cache.find(list, chosen);
}
