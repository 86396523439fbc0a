/** What is settled before stations are interpolated: the variogram, and how well stations follow from each other. */
import { measureVariogram } from '../core/interpolation/empirical-variogram.ts';
import type { EmpiricalVariogram } from '../core/interpolation/empirical-variogram.ts';
import { fitVariograms } from '../core/interpolation/fit-variogram.ts';
import type { FittedVariogram } from '../core/interpolation/fit-variogram.ts';
import { createInverseDistance } from '../core/interpolation/inverse-distance.ts';
import { createKriging } from '../core/interpolation/kriging.ts';
import { leaveOneOut, leaveOneOutOfAll, summariseLeftOut } from '../core/interpolation/leave-one-out.ts';
import type { LeaveOneOut, LeftOut } from '../core/interpolation/leave-one-out.ts';
import { samePlaceDistance } from '../core/interpolation/stations.ts';
import type { Stations } from '../core/interpolation/stations.ts';
import type { Variogram, VariogramChoice } from '../core/interpolation/variogram-model.ts';

export interface InterpolateModelInput {
  /** No two at one place. */
  readonly stations: Stations;
  readonly neighbours: number;
  /** Null: inverse distance. */
  readonly variogram: VariogramChoice | null;
}

export interface InterpolateModelOutput {
  /** Null for inverse distance. */
  readonly variogram: Variogram | null;
  readonly empirical: EmpiricalVariogram | null;
  /** What was fitted, the best first; empty where the variogram was given. */
  readonly fits: readonly FittedVariogram[];
  readonly leaveOneOut: LeaveOneOut;
}

/** Multiplications that leaving out may cost; beyond it every other station (third …) is left out. */
const MOST_WORK = 2e10;

/** @throws {PlatformError} `parameter-invalid` where stations are too few for a variogram to be fitted */
export async function run({ stations, neighbours, variogram }: InterpolateModelInput): Promise<InterpolateModelOutput> {
  const samePlace = samePlaceDistance(stations);
  if (variogram === null) {
    const leftOut = leaveOneOut(createInverseDistance(stations, samePlace), stations, neighbours);
    return { variogram, empirical: null, fits: [], leaveOneOut: summariseLeftOut(leftOut) };
  }
  const empirical = measureVariogram(stations);
  const fits = 'fit' in variogram ? fitVariograms(empirical, variogram.fit) : [];
  const chosen = 'fit' in variogram ? withoutMisfit(fits[0]!) : variogram;
  const leftOut = leave(stations, neighbours, chosen, samePlace);
  return { variogram: chosen, empirical, fits, leaveOneOut: summariseLeftOut(leftOut) };
}

function withoutMisfit({ model, nugget, partialSill, range }: FittedVariogram): Variogram {
  return { model, nugget, partialSill, range };
}

function leave(stations: Stations, neighbours: number, variogram: Variogram, samePlace: number): LeftOut {
  const n = stations.x.length;
  if (neighbours >= n - 1) return leaveOneOutOfAll(stations, variogram, samePlace);
  const every = Math.ceil((n * neighbours ** 3) / MOST_WORK);
  return leaveOneOut(createKriging(stations, variogram, samePlace), stations, neighbours, every);
}
