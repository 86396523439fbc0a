/** How large floods are that cross the borders of regions: a pass over the scene before it is written. */
import { sizesAcross } from '../core/raster/component-borders.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskRunner } from '../runner.ts';
import type { FloodInput } from '../tasks/radar-flood-classes.ts';
import { FLOOD_CONNECTEDNESS } from '../tasks/radar-flood-classes.ts';
import type { FloodBorders } from '../tasks/radar-flood-borders.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';

/** What a region takes per pixel: power with its halo, the filtered one, those before, classes. */
export const FLOOD_BYTES = 32;

/**
 * @returns per region, the floods that touch its border and are too small, or have no pixel below the threshold; null where
 *   that is not asked, or the region is all there is.
 * @throws {PlatformError} as the tasks do
 */
export async function dropSmallFloods(
  inputs: readonly FloodInput[],
  spec: CogSpec,
  minPixels: number,
  runner: TaskRunner,
  controls: RunControls,
): Promise<(Uint32Array | null)[]> {
  const isNeeded = minPixels > 1 || inputs[0]!.rule.grow > 0;
  if (inputs.length === 1 || !isNeeded) return inputs.map(() => null);
  controls.progress?.stage('Measuring floods', inputs.length);
  const borders: FloodBorders[] = [];
  for await (const border of runRegions(runner, 'radar-flood-borders', inputs, spec, FLOOD_BYTES, controls)) {
    borders.push(border);
    controls.progress?.advance();
  }
  const across = (of: keyof FloodBorders) =>
    sizesAcross(
      borders.map((border) => border[of]),
      FLOOD_CONNECTEDNESS,
    );
  const seeds = across('seeds');
  return across('pixels').map((sizes, r) => {
    const labels = [...sizes].filter(([label, size]) => size < minPixels || seeds[r]!.get(label) === 0);
    return Uint32Array.from(labels, ([label]) => label);
  });
}
