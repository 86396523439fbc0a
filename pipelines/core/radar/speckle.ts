/** The speckle filters by name. */
import { PlatformError } from '../errors.ts';
import type { Frame } from './frame.ts';
import { leeFilter } from './lee.ts';
import { REFINED_LEE_SIDE, refinedLeeFilter } from './refined-lee.ts';

/** Those that look at one date; `multitemporal` looks at many. */
export const SPATIAL_FILTERS = ['lee', 'refined-lee'] as const;
export type SpatialFilter = (typeof SPATIAL_FILTERS)[number];
export const SPECKLE_FILTERS = [...SPATIAL_FILTERS, 'multitemporal'] as const;
export type SpeckleFilter = (typeof SPECKLE_FILTERS)[number];

export interface SpatialChoice {
  readonly method: SpatialFilter;
  /** Side of the window in pixels. */
  readonly side: number;
  /** Equivalent number of looks of the input. */
  readonly looks: number;
}

/** Pixels around a result that a window of `side` needs. */
export function haloOf(side: number): number {
  return (side - 1) / 2;
}

const MOST_SIDE = 63;

/** @throws {PlatformError} `parameter-invalid` for a window that the filter cannot have */
export function checkSide(method: SpeckleFilter, side: number): void {
  if (method === 'refined-lee' && side !== REFINED_LEE_SIDE)
    throw new PlatformError(
      'parameter-invalid',
      `--window is ${side}; the refined Lee filter is defined for ${REFINED_LEE_SIDE} (--method lee takes others)`,
    );
  if (!(Number.isInteger(side) && side % 2 === 1 && side >= 3 && side <= MOST_SIDE))
    throw new PlatformError(
      'parameter-invalid',
      `--window is ${side}; an odd number from 3 to ${MOST_SIDE} is accepted`,
    );
}

/** @throws {PlatformError} `parameter-invalid` for a number of looks that there cannot be */
export function checkLooks(looks: number): void {
  if (!(looks >= 0.5 && looks <= 1e4))
    throw new PlatformError(
      'parameter-invalid',
      `--looks is ${looks}; a number from 0.5 to 10000 is accepted (4.4 for Sentinel-1 IW GRD at high resolution)`,
    );
}

/**
 * One date, filtered.
 * @param values  Linear power with the frame's halo, at least `haloOf(side)`; NaN where invalid.
 * @param out  Of the frame's result; NaN where the pixel itself is invalid.
 */
export function filterSpeckle(values: Float32Array, frame: Frame, choice: SpatialChoice, out: Float32Array): void {
  if (choice.method === 'lee') leeFilter(values, frame, choice, out);
  else refinedLeeFilter(values, frame, choice.looks, out);
}
