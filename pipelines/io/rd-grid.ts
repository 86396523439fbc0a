/**
 * The official correction grid of RD New, which the operator may put into the workspace. With it RD coordinates are
 * exact to the millimetre, without it to a quarter of a metre: see `docs/coordinates.md`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installRdGrid } from '../core/grid/crs-rd.ts';

/** By NSGI's names, the better first: both are exact, but only the correction goes over smoothly into the land without grid. */
export const RD_GRID_FILES = ['nl_nsgi_rdcorr2018.tif', 'nl_nsgi_rdtrans2018.tif'];

/** The grid file in a workspace's folder `grids`; null where there is none. */
export function findRdGrid(workspace: string): string | null {
  return RD_GRID_FILES.map((name) => join(workspace, 'grids', name)).find((path) => existsSync(path)) ?? null;
}

let used: string | null = null;

/**
 * Makes this thread use a grid file (null: none). Costs a reading only where the path changed.
 * @throws {PlatformError} as `readRdGrid`
 */
export async function useRdGrid(path: string | null): Promise<void> {
  if (path === used) return;
  const grid = path === null ? null : await (await import('./read-rd-grid.ts')).readRdGrid(path);
  installRdGrid(grid);
  used = path;
}

/** The grid file that this thread uses; null: none. */
export function usedRdGrid(): string | null {
  return used;
}
