/** A region of an interpolated raster: estimates, and for kriging their standard errors, encoded. */
import { setImmediate } from 'node:timers/promises';
import type { Estimator } from '../core/interpolation/estimator.ts';
import { interpolateGrid } from '../core/interpolation/interpolate-grid.ts';
import { createInverseDistance } from '../core/interpolation/inverse-distance.ts';
import { createKriging } from '../core/interpolation/kriging.ts';
import { samePlaceDistance } from '../core/interpolation/stations.ts';
import type { Stations } from '../core/interpolation/stations.ts';
import type { Variogram } from '../core/interpolation/variogram-model.ts';
import type { Window } from '../core/grid/window.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import { readDrift } from './interpolate-drift.ts';
import type { DriftSource } from './interpolate-drift.ts';

export interface InterpolateRegionInput {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** In the CRS of the grid, no two at one place. */
  readonly stations: Stations;
  readonly neighbours: number;
  /** Null: inverse distance. */
  readonly variogram: Variogram | null;
  /** Goes with stations that have a drift. */
  readonly drift: DriftSource | null;
}

export interface InterpolateRegionOutput extends EncodedRegion {
  readonly validPixels: number;
  /** Cells whose neighbours all have the same drift. */
  readonly cellsWithoutDrift: number;
}

/** Time between two looks at the signal. */
const BREATH_MS = 100;

export async function run(input: InterpolateRegionInput, { signal }: TaskContext): Promise<InterpolateRegionOutput> {
  const { spec, region, stations, variogram } = input;
  const grid = { transform: spec.transform!, epsg: spec.epsg! };
  const drift = input.drift && (await readDrift(input.drift, grid, region, signal));
  const bands = Array.from({ length: spec.bands }, () => new Float32Array(region.width * region.height));
  const target = { grid, window: region, drift };
  const samePlace = samePlaceDistance(stations);
  let cellsWithoutDrift = 0;
  if (variogram) {
    const kriging = createKriging(stations, variogram, samePlace);
    await fill(kriging, input, target, bands, signal);
    cellsWithoutDrift = kriging.placesWithoutDrift();
  } else await fill(createInverseDistance(stations, samePlace), input, target, bands, signal);
  let validPixels = 0;
  const [estimate] = bands as [Float32Array];
  for (let i = 0; i < estimate.length; i++) if (estimate[i] === estimate[i]) validPixels++;
  return { ...encodeRegion({ spec, region, bands }), validPixels, cellsWithoutDrift };
}

async function fill<S>(
  estimator: Estimator<S>,
  { stations, neighbours }: InterpolateRegionInput,
  target: Parameters<typeof interpolateGrid>[3],
  bands: readonly Float32Array[],
  signal: AbortSignal,
): Promise<void> {
  const out = { estimate: bands[0]!, error: bands[1] ?? null };
  let looked = performance.now();
  for (const _ of interpolateGrid(estimator, stations, neighbours, target, out)) {
    if (performance.now() - looked < BREATH_MS) continue;
    await setImmediate();
    checkAborted(signal);
    looked = performance.now();
  }
}
