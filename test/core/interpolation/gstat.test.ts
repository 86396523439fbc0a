import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureVariogram } from '../../../pipelines/core/interpolation/empirical-variogram.ts';
import type { Estimator } from '../../../pipelines/core/interpolation/estimator.ts';
import { createPlaces } from '../../../pipelines/core/interpolation/estimator.ts';
import { fitVariograms } from '../../../pipelines/core/interpolation/fit-variogram.ts';
import { createInverseDistance } from '../../../pipelines/core/interpolation/inverse-distance.ts';
import { createKriging } from '../../../pipelines/core/interpolation/kriging.ts';
import {
  leaveOneOut,
  leaveOneOutOfAll,
  summariseLeftOut,
} from '../../../pipelines/core/interpolation/leave-one-out.ts';
import {
  allStations,
  chooseNearest,
  createScratch,
  squaresTo,
} from '../../../pipelines/core/interpolation/neighbours.ts';
import { samePlaceDistance } from '../../../pipelines/core/interpolation/stations.ts';
import type { Stations } from '../../../pipelines/core/interpolation/stations.ts';
import { semivarianceAt } from '../../../pipelines/core/interpolation/variogram-model.ts';
import type { Variogram } from '../../../pipelines/core/interpolation/variogram-model.ts';

interface Reference {
  readonly stations: { x: number[]; y: number[]; values: number[]; drift: number[] };
  readonly places: { x: number[]; y: number[]; drift: number[] };
  readonly krigings: readonly (Variogram & {
    neighbours: number;
    drift: boolean;
    estimate: number[];
    variance: number[];
    leftOut: [number, number, number];
  })[];
  readonly idws: readonly { neighbours: number; estimate: number[] }[];
  readonly variograms: readonly {
    drift: boolean;
    distance: number[];
    semivariance: number[];
    pairs: number[];
    fits: readonly (Variogram & { singular: boolean })[];
  }[];
}

const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, 'reference', 'interpolation.json'), 'utf8'),
) as Reference;
const places = reference.places;

function stationsOf(withDrift: boolean): Stations {
  const { x, y, values, drift } = reference.stations;
  return {
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    values: Float64Array.from(values),
    drift: withDrift ? Float64Array.from(drift) : null,
  };
}

/** Each place by itself, its neighbours out of all stations. */
function estimateAll<S>(estimator: Estimator<S>, stations: Stations, k: number) {
  const ids = allStations(stations);
  const scratch = createScratch(ids.length);
  const chosen = new Uint8Array(ids.length).fill(1);
  const one = createPlaces(1, stations.drift !== null);
  const memory = new Float64Array(estimator.sizeOf(Math.min(k, ids.length)));
  const estimate: number[] = [];
  const variance: number[] = [];
  for (let p = 0; p < places.x.length; p++) {
    squaresTo(stations, ids, places.x[p]!, places.y[p]!, scratch.squares);
    if (k < ids.length) chooseNearest(ids.length, k, scratch, chosen);
    [one.x[0], one.y[0]] = [places.x[p]!, places.y[p]!];
    if (one.drift) one.drift[0] = places.drift[p]!;
    const set = estimator.prepare(
      ids.filter((_, i) => chosen[i] === 1),
      memory,
    );
    estimator.estimate(set, one, 1);
    estimate.push(one.estimate[0]!);
    variance.push(one.variance[0]!);
  }
  return { estimate, variance };
}

function farthest(got: readonly number[], wanted: readonly number[], least = 1e-6): number {
  expect(got).toHaveLength(wanted.length);
  return Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!) / Math.max(least, Math.abs(wanted[i]!))));
}

describe('interpolation agrees with gstat', () => {
  it.each(reference.krigings)(
    'kriging: $model, nugget $nugget, $neighbours neighbours, drift $drift',
    ({ neighbours, drift, estimate, variance, leftOut, ...variogram }) => {
      const stations = stationsOf(drift);
      const samePlace = samePlaceDistance(stations);
      const kriging = createKriging(stations, variogram, samePlace);
      const got = estimateAll(kriging, stations, neighbours);
      expect(farthest(got.estimate, estimate)).toBeLessThan(1e-8);
      expect(farthest(got.variance, variance)).toBeLessThan(1e-7);
      const others =
        neighbours < stations.x.length
          ? leaveOneOut(kriging, stations, neighbours)
          : leaveOneOutOfAll(stations, variogram, samePlace);
      const { meanError, rootMeanSquareError, meanSquaredDeviationRatio } = summariseLeftOut(others);
      expect(farthest([meanError, rootMeanSquareError, meanSquaredDeviationRatio!], leftOut)).toBeLessThan(1e-6);
    },
  );

  it.each(reference.idws)('inverse distance: $neighbours neighbours', ({ neighbours, estimate }) => {
    const stations = stationsOf(false);
    const idw = createInverseDistance(stations, samePlaceDistance(stations));
    expect(farthest(estimateAll(idw, stations, neighbours).estimate, estimate)).toBeLessThan(1e-9);
  });

  it.each(reference.variograms)('empirical variogram, drift $drift', ({ drift, distance, semivariance, pairs }) => {
    const { classes } = measureVariogram(stationsOf(drift));
    expect(classes.map((one) => one.pairs)).toEqual(pairs);
    expect(
      farthest(
        classes.map((one) => one.distance),
        distance,
      ),
    ).toBeLessThan(1e-9);
    expect(
      farthest(
        classes.map((one) => one.semivariance),
        semivariance,
      ),
    ).toBeLessThan(1e-9);
  });

  // gstat's search for a Gaussian model ends where it likes, and once it has put a nugget to 0 it leaves it there
  it('fitted variograms: never worse by the criterion that gstat solves, and the same where it has solved it', () => {
    let same = 0;
    for (const { drift, fits } of reference.variograms) {
      const measured = measureVariogram(stationsOf(drift));
      const criterion = (fit: Variogram) =>
        measured.classes.reduce((sum, { distance, semivariance, pairs }) => {
          const gamma = semivarianceAt(fit, distance);
          return sum + pairs * (semivariance / gamma + Math.log(gamma));
        }, 0);
      for (const fit of fits) {
        const [got] = fitVariograms(measured, [fit.model]);
        expect(criterion(got!)).toBeLessThan(criterion(fit) + 1e-6);
        if (criterion(fit) > criterion(got!) + 1e-4) continue;
        const three = ({ nugget, partialSill, range }: Variogram) => [nugget, partialSill, range];
        expect(farthest(three(got!), three(fit)), JSON.stringify([got, fit])).toBeLessThan(1e-3);
        same++;
      }
    }
    expect(same).toBe(7);
  });
});
