/** How values differ with distance, measured: mean half squared differences of pairs by classes of distance. */
import { centre, diagonalOf } from './stations.ts';
import type { Stations } from './stations.ts';

export interface VariogramClass {
  /** Mean distance of its pairs, in units of the CRS. */
  readonly distance: number;
  /** Half the mean squared difference of their values. */
  readonly semivariance: number;
  readonly pairs: number;
}

export interface EmpiricalVariogram {
  /** The largest distance that counts. */
  readonly cutoff: number;
  /** Those that have pairs, by distance. */
  readonly classes: readonly VariogramClass[];
}

const CLASSES = 15;
/** gstat's third of the diagonal, to the digits that gstat has: a pair more or less falls into a class by them. */
const CUTOFF = 0.33333;
/** So many classes a model of three parameters needs at least, with one to tell how well it fits. */
export const LEAST_CLASSES = 4;
/** Of more stations every other (third …) counts: 12 million pairs tell enough. */
const MOST_STATIONS = 5000;

/**
 * As gstat by default: up to a third of the diagonal of the stations' box, in 15 classes of equal width, each open below
 * and closed above. Where fewer than four classes have pairs, up to two thirds, and then up to all of the diagonal.
 *
 * With a drift the differences are those of the residuals of an ordinary least squares fit of the values on the drift.
 * @see Matheron 1962; Pebesma 2004, https://doi.org/10.1016/j.cageo.2004.03.012
 */
export function measureVariogram(stations: Stations): EmpiricalVariogram {
  const { x, y } = stations;
  const residuals = stations.drift ? residualsOf(stations.values, stations.drift) : stations.values;
  const diagonal = diagonalOf(x, y);
  let measured = countPairs(x, y, residuals, diagonal * CUTOFF);
  for (const share of [2 * CUTOFF, 1])
    if (measured.classes.length < LEAST_CLASSES) measured = countPairs(x, y, residuals, diagonal * share);
  return measured;
}

function countPairs(x: Float64Array, y: Float64Array, values: Float64Array, cutoff: number): EmpiricalVariogram {
  const pairs = new Float64Array(CLASSES);
  const distances = new Float64Array(CLASSES);
  const halves = new Float64Array(CLASSES);
  const width = cutoff / CLASSES;
  const most = cutoff * cutoff;
  const step = Math.ceil(x.length / MOST_STATIONS);
  for (let i = 0; i < x.length; i += step)
    for (let j = 0; j < i; j += step) {
      const dx = x[i]! - x[j]!;
      const dy = y[i]! - y[j]!;
      const square = dx * dx + dy * dy;
      if (square > most || square === 0) continue;
      const distance = Math.sqrt(square);
      const at = Math.min(CLASSES, Math.ceil(distance / width)) - 1;
      const difference = values[i]! - values[j]!;
      pairs[at]! += 1;
      distances[at]! += distance;
      halves[at]! += 0.5 * difference * difference;
    }
  const classes = Array.from(pairs, (count, k) => ({
    distance: distances[k]! / count,
    semivariance: halves[k]! / count,
    pairs: count,
  }));
  return { cutoff, classes: classes.filter((one) => one.pairs > 0) };
}

function residualsOf(values: Float64Array, drift: Float64Array): Float64Array {
  const v = centre(values).values;
  const d = centre(drift).values;
  let [products, squares] = [0, 0];
  for (let i = 0; i < v.length; i++) {
    products += v[i]! * d[i]!;
    squares += d[i]! * d[i]!;
  }
  const slope = squares > 0 ? products / squares : 0;
  return v.map((value, i) => value - slope * d[i]!);
}
