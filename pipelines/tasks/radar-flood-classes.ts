/** The flood classes of a region before small floods are removed, and the connected floods among them. */
import type { Window } from '../core/grid/window.ts';
import { classifyFlood, FLOOD_CLASSES } from '../core/radar/flood-classes.ts';
import type { FloodRule } from '../core/radar/flood-classes.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import type { Components } from '../core/raster/components.ts';
import { findComponents } from '../core/raster/components.ts';
import type { RunTable } from '../core/raster/runs.ts';
import { findRuns } from '../core/raster/runs.ts';
import { readFiltered } from './radar-filtered.ts';
import type { Layer } from './layer.ts';
import type { RadarBand } from './radar-layer.ts';
import { frameOf, readValues } from './radar-layer.ts';

export interface FloodInput {
  readonly water: RadarBand;
  /** Dates before the flood; none: permanent water is what the map says. */
  readonly before: readonly RadarBand[];
  readonly filter: SpatialChoice | null;
  readonly rule: FloodRule;
  readonly permanent: PermanentRaster | null;
  readonly region: Window;
  /** Of the region; null where there are no polygons. */
  readonly permanentRuns: PixelRuns | null;
}

/** A raster that says where water always is. */
export interface PermanentRaster {
  readonly layer: Layer;
  /** Null: whatever is not 0. */
  readonly classes: readonly number[] | null;
}

/** Pixels of a window, `row · width + col`, and how many to the right belong to each. */
export interface PixelRuns {
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** Pixels belong together by their edges and their corners: channels are narrow. */
export const FLOOD_CONNECTEDNESS = 8;

export async function classifyRegion(input: FloodInput): Promise<{ classes: Uint8Array; seeds: Uint8Array }> {
  const { water, before, filter, rule, region } = input;
  const values = await readFiltered([water], region, filter);
  const earlier = before.length > 0 ? await readFiltered(before, region, filter) : null;
  return classifyFlood(values, earlier, await readPermanent(input), rule);
}

async function readPermanent({ permanent, permanentRuns, region }: FloodInput): Promise<Uint8Array | null> {
  if (permanent === null && permanentRuns === null) return null;
  const water = new Uint8Array(region.width * region.height);
  if (permanentRuns)
    for (let k = 0; k < permanentRuns.starts.length; k++) {
      const start = permanentRuns.starts[k]!;
      water.fill(1, start, start + permanentRuns.lengths[k]!);
    }
  if (permanent) {
    const values = await readValues(permanent.layer, frameOf(region, 0));
    const classes = permanent.classes && new Set(permanent.classes);
    for (let i = 0; i < water.length; i++) {
      const v = values[i]!;
      if (v === v && (classes ? classes.has(v) : v !== 0)) water[i] = 1;
    }
  }
  return water;
}

export interface Floods {
  readonly runs: RunTable;
  readonly components: Components;
  /** Pixels of each component that are below the threshold. */
  readonly seeds: Float64Array;
}

/** The connected floods of a region. */
export function findFloods(classes: Uint8Array, seeds: Uint8Array, region: Window): Floods {
  const floods = classes.map((c) => (c === FLOOD_CLASSES.flood ? 1 : 0));
  const runs = findRuns(floods, region, [seeds]);
  const components = findComponents(runs, FLOOD_CONNECTEDNESS);
  const sums = new Float64Array(components.count);
  for (let k = 0; k < runs.count; k++) sums[components.labels[k]!]! += runs.sums[0]![k]!;
  return { runs, components, seeds: sums };
}
