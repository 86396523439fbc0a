/** The threshold between water and land of a scene: given, or found in its tiles. */
import { PlatformError } from '../core/errors.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import type { ThresholdMethod } from '../core/radar/threshold.ts';
import type { TileVerdict } from '../core/radar/water-threshold.ts';
import { chooseThreshold, darkLimitOf } from '../core/radar/water-threshold.ts';
import { split } from '../core/grid/window.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskRunner } from '../runner.ts';
import type { RadarBand } from '../tasks/radar-layer.ts';
import { FLOOD_BYTES } from './flood-sizes.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';

export interface FloodThreshold {
  /** Decibels. */
  readonly threshold: number;
  readonly method: ThresholdMethod | 'given';
  /** Tiles that were looked at, and those with two humps that it comes from. */
  readonly tiles: number;
  readonly bimodalTiles: number;
  readonly bimodalShare: number;
  /** Ashman's D, median of these tiles. */
  readonly separation: number | null;
  /** Half of their thresholds lie between these, decibels. */
  readonly quartiles: readonly [number, number] | null;
  readonly notes: readonly string[];
}

export interface FloodScene {
  readonly water: RadarBand;
  readonly filter: SpatialChoice | null;
  readonly spec: CogSpec;
  /** Of the channel. */
  readonly name: string;
  readonly isCalibrated: boolean;
}

interface Wanted {
  readonly raster: string;
  readonly threshold: number | null;
  readonly method: ThresholdMethod;
  readonly tile: number;
}

/** Thresholds of tiles that differ by more than that are not of one thing, decibels between the quartiles. */
const WIDE = 4;

/** @throws {PlatformError} `parameter-invalid` where no tile has two humps; `outside` where there is nothing to look at */
export async function settleThreshold(
  { raster, threshold, method, tile }: Wanted,
  { water, filter, spec, name, isCalibrated }: FloodScene,
  runner: TaskRunner,
  controls: RunControls,
): Promise<FloodThreshold> {
  if (threshold !== null)
    return {
      threshold,
      method: 'given',
      tiles: 0,
      bimodalTiles: 0,
      bimodalShare: 0,
      separation: null,
      quartiles: null,
      notes: [],
    };
  const darkLimit = darkLimitOf(name, isCalibrated);
  const inputs = tileRegions(spec, tile).map((region) => ({ water, region, filter, side: tile, method, darkLimit }));
  controls.progress?.stage('Looking for the threshold', inputs.length);
  const verdicts: TileVerdict[] = [];
  for await (const judged of runRegions(runner, 'radar-tiles', inputs, spec, FLOOD_BYTES, controls)) {
    verdicts.push(...judged);
    controls.progress?.advance();
  }
  if (verdicts.length === 0)
    throw new PlatformError('outside', `${raster} has too few valid pixels to look for a threshold in`);
  const chosen = chooseThreshold(verdicts);
  if (chosen === null)
    throw new PlatformError(
      'parameter-invalid',
      `${raster}: no bimodal tile: a threshold would be a guess. None of its ${verdicts.length} tiles of ${tile} pixels holds both water and land; name a threshold with --threshold (some -15 dB for VV, -22 dB for VH), or try another --tile`,
      { detail: { path: raster, tiles: verdicts.length } },
    );
  const { separation, quartiles, tiles: bimodalTiles } = chosen;
  const found = Number(chosen.threshold.toFixed(3)); // bins are coarser
  const spread = quartiles[1] - quartiles[0];
  const notes =
    spread > WIDE
      ? [
          `The thresholds of the tiles differ: half of them lie between ${quartiles[0].toFixed(1)} and ${quartiles[1].toFixed(1)} dB; look at the result, and give --threshold where it is wrong`,
        ]
      : [];
  const tiles = verdicts.length;
  return {
    threshold: found,
    method,
    tiles,
    bimodalTiles,
    bimodalShare: bimodalTiles / tiles,
    separation,
    quartiles,
    notes,
  };
}

const REGION_PIXELS = 2048;

/** Regions of whole tiles, so that no tile is cut. */
function tileRegions({ width, height }: CogSpec, tile: number) {
  return split(width, height, Math.floor(REGION_PIXELS / tile) * tile);
}
