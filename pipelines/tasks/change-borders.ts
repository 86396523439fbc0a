/** The changes of a region that may go on in its neighbours: what the minimum mapping unit must know beforehand. */
import type { Window } from '../core/grid/window.ts';
import { borderOf } from '../core/raster/component-borders.ts';
import type { RegionBorder } from '../core/raster/component-borders.ts';
import { findComponents } from '../core/raster/components.ts';
import type { Connectedness } from '../core/raster/components.ts';
import { findRuns } from '../core/raster/runs.ts';
import type { TaskContext } from '../runner.ts';
import type { ChangeInput } from './change-values.ts';
import { compareParts } from './change-values.ts';

export interface ChangeBordersInput extends ChangeInput {
  readonly region: Window;
  readonly connectedness: Connectedness;
}

export async function run(input: ChangeBordersInput, { signal }: TaskContext): Promise<RegionBorder> {
  const { region, connectedness } = input;
  const classes = new Int8Array(region.width * region.height);
  await compareParts(input, region, 'classes', signal, (part, { bands }) =>
    putClasses(bands.class, part, classes, region),
  );
  const runs = findRuns(classes, region);
  return borderOf(runs, findComponents(runs, connectedness), region);
}

/** NaN becomes 0: what is not valid belongs to no component. */
function putClasses(from: Float32Array, part: Window, into: Int8Array, region: Window): void {
  for (let y = 0; y < part.height; y++) {
    const offset = (part.row - region.row + y) * region.width + part.col - region.col;
    for (let x = 0; x < part.width; x++) into[offset + x] = from[y * part.width + x]!;
  }
}
