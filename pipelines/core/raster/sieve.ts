/** A minimum mapping unit: components that are smaller become background. */
import type { Window } from '../grid/window.ts';
import type { Samples } from './block.ts';
import { findComponents } from './components.ts';
import type { Components, Connectedness } from './components.ts';
import type { RunTable } from './runs.ts';
import { findRuns } from './runs.ts';

/**
 * Sets to 0 every component of fewer than `minPixels` pixels, in place. Unlike GDAL's sieve it gives the pixels to no
 * neighbour: a change too small to be mapped is no change, and holes stay.
 *
 * @param classes  Whole numbers, row-major, `width * height`; 0 is background. The whole raster; see `sieveRegion` for a
 *   part of one.
 * @returns how many pixels were set to 0
 */
export function sieve(
  classes: Samples,
  width: number,
  height: number,
  minPixels: number,
  connectedness: Connectedness,
): number {
  const window = { col: 0, row: 0, width, height };
  const runs = findRuns(classes, window);
  const components = findComponents(runs, connectedness);
  return sieveRegion(classes, window, runs, components, (label) => components.sizes[label]! < minPixels);
}

/**
 * The same for a region of a raster, whose components may go on beyond it.
 *
 * @param isSmall  Whether a component of the region is too small as a whole: `component-borders.ts` knows.
 */
export function sieveRegion(
  classes: Samples,
  { col, row, width }: Window,
  { count, rows, starts, ends }: RunTable,
  { labels }: Components,
  isSmall: (label: number) => boolean,
): number {
  let removed = 0;
  for (let k = 0; k < count; k++) {
    if (!isSmall(labels[k]!)) continue;
    const offset = (rows[k]! - row) * width - col;
    classes.fill(0, offset + starts[k]!, offset + ends[k]!);
    removed += ends[k]! - starts[k]!;
  }
  return removed;
}
