/** The pixel grid of the simulated scenes: a part of Sentinel-2's tile 31UFT. */
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import type { Position } from '../geography/shapes.ts';

/** Upper left corner of tile 31UFT in EPSG:32631, metres (Sentinel-2 tiling grid, ESA). */
export const TILE_ORIGIN: Position = [600000, 5800020];
export const TILE_SIZE = 10980;

/** 10 m pixels; `col` and `row` count from the tile's upper left corner. */
export interface SampleGrid {
  readonly col: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** `region` is the part around Utrecht that `npm start` uses; `full` is the whole tile, for benchmarks. */
export const SIZES = {
  small: { col: 4200, row: 2400, width: 512, height: 512 },
  region: { col: 3980, row: 1800, width: 2048, height: 2048 },
  quarter: { col: 2000, row: 1000, width: 5490, height: 5490 },
  full: { col: 0, row: 0, width: TILE_SIZE, height: TILE_SIZE },
} as const satisfies Record<string, SampleGrid>;

export type SampleSize = keyof typeof SIZES;

export function gridTransform(grid: SampleGrid, metres: 10 | 20): Affine {
  return [metres, 0, TILE_ORIGIN[0] + grid.col * 10, 0, -metres, TILE_ORIGIN[1] - grid.row * 10];
}

export function toPixel(grid: SampleGrid, [x, y]: Position): [col: number, row: number] {
  return [(x - TILE_ORIGIN[0]) / 10 - grid.col, (TILE_ORIGIN[1] - y) / 10 - grid.row];
}
