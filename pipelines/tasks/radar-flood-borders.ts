/** The floods of a region that may go on in its neighbours: what the minimum mapping unit must know beforehand. */
import { borderOf } from '../core/raster/component-borders.ts';
import type { RegionBorder } from '../core/raster/component-borders.ts';
import type { FloodInput } from './radar-flood-classes.ts';
import { classifyRegion, findFloods } from './radar-flood-classes.ts';

export interface FloodBorders {
  /** By their pixels, and by those of them that are below the threshold. */
  readonly pixels: RegionBorder;
  readonly seeds: RegionBorder;
}

export async function run(input: FloodInput): Promise<FloodBorders> {
  const { region } = input;
  const { classes, seeds } = await classifyRegion(input);
  const floods = findFloods(classes, seeds, region);
  return {
    pixels: borderOf(floods.runs, floods.components, region),
    seeds: borderOf(floods.runs, { ...floods.components, sizes: floods.seeds }, region),
  };
}
