/** The tiles of a region, each asked whether it holds water and land, and where the threshold between them lies. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import { histogramOf } from '../core/radar/histogram.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import type { ThresholdMethod } from '../core/radar/threshold.ts';
import type { TileVerdict } from '../core/radar/water-threshold.ts';
import { judgeTile } from '../core/radar/water-threshold.ts';
import { readFiltered } from './radar-filtered.ts';
import type { RadarBand } from './radar-layer.ts';

export interface RadarTilesInput {
  readonly water: RadarBand;
  readonly region: Window;
  readonly filter: SpatialChoice | null;
  /** Side of a tile in pixels. */
  readonly side: number;
  readonly method: ThresholdMethod;
  /** Decibels: see `darkLimitOf`. */
  readonly darkLimit: number;
}

/** Tiles with fewer valid pixels are not asked: their histogram is chance. */
const LEAST_PIXELS = 1000;

export async function run({ water, region, filter, side, method, darkLimit }: RadarTilesInput): Promise<TileVerdict[]> {
  const values = await readFiltered([water], region, filter);
  const verdicts: TileVerdict[] = [];
  for (const { col, row, width, height } of split(region.width, region.height, side)) {
    const counts = histogramOf(values, row * region.width + col, region.width, { width, height });
    if (counts.reduce((a, b) => a + b, 0) < LEAST_PIXELS) continue;
    verdicts.push(judgeTile(counts, method, darkLimit));
  }
  return verdicts;
}
