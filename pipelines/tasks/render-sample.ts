/** How the values of a raster are distributed, from a picture of it: for ranges that look right. */
import { renderValues } from '../render/values.ts';
import type { RENDERER_VERSION, RenderValues } from '../render/render-input.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { TaskContext } from '../runner.ts';

export interface RenderSampleInput extends RenderValues {
  readonly version: typeof RENDERER_VERSION;
  /** Of the whole raster, coarse. */
  readonly target: RasterGrid;
}

export interface PlaneSample {
  readonly count: number;
  /** The values below which 0, 1 … 100 % of all lie; empty where there is none. */
  readonly percentiles: readonly number[];
}

/** One for each plane. @throws {PlatformError} as `renderValues` */
export async function run(input: RenderSampleInput, { signal }: TaskContext): Promise<PlaneSample[]> {
  const planes = await renderValues(input, input.target, signal);
  return (planes ?? []).map((plane) => {
    const values = plane.filter((value) => value === value).sort();
    const at = (percent: number) => values[Math.round((percent / 100) * (values.length - 1))]!;
    const percentiles = values.length === 0 ? [] : Array.from({ length: 101 }, (_, percent) => at(percent));
    return { count: values.length, percentiles };
  });
}
