/** A region of a flood map: classified, floods too small to be mapped removed, counted, encoded. */
import { FLOOD_CLASSES } from '../core/radar/flood-classes.ts';
import { borderOf } from '../core/raster/component-borders.ts';
import { rowAreas } from '../core/raster/row-areas.ts';
import { sieveRegion } from '../core/raster/sieve.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { PixelGrid } from '../core/raster/polygon-geometry.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import type { FloodInput } from './radar-flood-classes.ts';
import { classifyRegion, findFloods } from './radar-flood-classes.ts';

export interface FloodRegionInput extends FloodInput {
  readonly spec: CogSpec;
  readonly grid: PixelGrid;
  /** Pixels that a flood has at least. */
  readonly minPixels: number;
  /**
   * Floods of the region that touch its border and are too small, or have no seed, with what they have beyond it. Null
   * where the region is the whole raster.
   */
  readonly dropped: Uint32Array | null;
}

/** Square metres. */
export interface FloodAreas {
  readonly dry: number;
  readonly flood: number;
  readonly permanent: number;
  readonly nodata: number;
}

export interface FloodRegionOutput extends EncodedRegion {
  readonly areas: FloodAreas;
  readonly validPixels: number;
}

export async function run(input: FloodRegionInput, { signal }: TaskContext): Promise<FloodRegionOutput> {
  const { spec, region, grid } = input;
  const { classes, seeds } = await classifyRegion(input);
  checkAborted(signal);
  removeSmall(classes, seeds, input);
  const { areas, validPixels } = count(classes, rowAreas(grid, region.row, region.height));
  return { ...encodeRegion({ spec, region, bands: [classes] }), areas, validPixels };
}

function removeSmall(
  classes: Uint8Array,
  seeds: Uint8Array,
  { region, rule, minPixels, dropped }: FloodRegionInput,
): void {
  if (minPixels <= 1 && rule.grow === 0) return;
  const floods = findFloods(classes, seeds, region);
  const { runs, components } = floods;
  const isDropped = components.sizes.map((size, k) => (size < minPixels || floods.seeds[k] === 0 ? 1 : 0));
  if (dropped !== null) {
    for (const label of borderOf(runs, components, region).labels) isDropped[label] = 0; // may go on beyond
    for (const label of dropped) isDropped[label] = 1;
  }
  sieveRegion(classes, region, runs, components, (label) => isDropped[label] === 1);
}

function count(classes: Uint8Array, areas: Float64Array): { areas: FloodAreas; validPixels: number } {
  const sums = new Float64Array(256);
  const width = classes.length / areas.length;
  let nodata = 0;
  for (let row = 0; row < areas.length; row++) {
    const counts = new Uint32Array(256);
    for (let i = row * width, end = i + width; i < end; i++) counts[classes[i]!]!++;
    for (const code of Object.values(FLOOD_CLASSES)) sums[code]! += counts[code]! * areas[row]!;
    nodata += counts[FLOOD_CLASSES.nodata]!;
  }
  const of = (name: keyof typeof FLOOD_CLASSES) => sums[FLOOD_CLASSES[name]]!;
  return {
    areas: { dry: of('dry'), flood: of('flood'), permanent: of('permanent'), nodata: of('nodata') },
    validPixels: classes.length - nodata,
  };
}
