/** How well stations are estimated from the others: each is left out in turn. */
import type { Estimator } from './estimator.ts';
import { createPlaces } from './estimator.ts';
import { correlateAmong } from './kriging.ts';
import { solveSystem, systemSize } from './kriging-system.ts';
import { allStations, chooseNearest, createScratch, narrow, squaresTo } from './neighbours.ts';
import type { NeighbourScratch } from './neighbours.ts';
import { centre } from './stations.ts';
import type { Stations } from './stations.ts';
import { correlationOf } from './variogram-model.ts';
import type { Variogram } from './variogram-model.ts';

/** Per station, NaN where the others say nothing of it. */
export interface LeftOut {
  /** Value less estimate. */
  readonly residuals: Float64Array;
  /** Of the residual, by the method; NaN for methods that know none. */
  readonly variances: Float64Array;
}

export interface LeaveOneOut {
  /** Stations that count. */
  readonly n: number;
  /** Mean of value less estimate. */
  readonly meanError: number;
  readonly rootMeanSquareError: number;
  /** Mean of squared error by kriging variance: about 1 where the standard errors are right; null without variance. */
  readonly meanSquaredDeviationRatio: number | null;
}

export function summariseLeftOut({ residuals, variances }: LeftOut): LeaveOneOut {
  let [n, sum, squares, ratios, judged] = [0, 0, 0, 0, 0];
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i]!;
    if (Number.isNaN(residual)) continue;
    n++;
    sum += residual;
    squares += residual * residual;
    if (!(variances[i]! > 0)) continue;
    ratios += (residual * residual) / variances[i]!;
    judged++;
  }
  return {
    n,
    meanError: sum / n,
    rootMeanSquareError: Math.sqrt(squares / n),
    meanSquaredDeviationRatio: judged > 0 ? ratios / judged : null,
  };
}

/** Stations of a box whose neighbours are looked for together. */
const LEAF = 16;

/** Each station, or only every other (third …), from its `neighbours` nearest others. */
export function leaveOneOut<S>(
  estimator: Estimator<S>,
  stations: Stations,
  neighbours: number,
  every: number = 1,
): LeftOut {
  const { x, y, values, drift } = stations;
  const count = x.length;
  const k = Math.min(neighbours, count - 1);
  const scratch = createScratch(count);
  const chosen = new Uint8Array(count);
  const places = createPlaces(1, drift !== null);
  const out = { residuals: new Float64Array(count).fill(NaN), variances: new Float64Array(count).fill(NaN) };
  places.variance[0] = NaN;
  const memory = new Float64Array(estimator.sizeOf(k));
  const look = (id: number, list: Uint32Array) => {
    const others = list.filter((other) => other !== id);
    squaresTo(stations, others, x[id]!, y[id]!, scratch.squares);
    if (others.length > k) chooseNearest(others.length, k, scratch, chosen);
    else chosen.fill(1, 0, others.length);
    const ids = others.filter((_, i) => chosen[i] === 1);
    [places.x[0], places.y[0]] = [x[id]!, y[id]!];
    if (drift) places.drift![0] = drift[id]!;
    estimator.estimate(estimator.prepare(ids, memory), places, 1);
    out.residuals[id] = values[id]! - places.estimate[0]!;
    out.variances[id] = places.variance[0]!;
  };
  const all = allStations(stations);
  halve(stations, every === 1 ? all : all.filter((id) => id % every === 0), all, k + 1, scratch, look);
  return out;
}

/** Boxes of stations, halved at the median of their longer side, each with the stations that can be neighbours in it. */
function halve(
  stations: Stations,
  members: Uint32Array,
  list: Uint32Array,
  k: number,
  scratch: NeighbourScratch,
  look: (id: number, list: Uint32Array) => void,
): void {
  const { x, y } = stations;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of members) {
    minX = Math.min(minX, x[id]!);
    maxX = Math.max(maxX, x[id]!);
    minY = Math.min(minY, y[id]!);
    maxY = Math.max(maxY, y[id]!);
  }
  const [width, height] = [maxX - minX, maxY - minY];
  const radius = Math.hypot(width, height) / 2;
  const own = narrow(stations, list, (minX + maxX) / 2, (minY + maxY) / 2, radius, k, scratch);
  if (members.length <= LEAF) {
    for (const id of members) look(id, own);
    return;
  }
  const along = width >= height ? x : y;
  const sorted = members.toSorted((a, b) => along[a]! - along[b]! || a - b);
  const middle = sorted.length >> 1;
  halve(stations, sorted.subarray(0, middle), own, k, scratch, look);
  halve(stations, sorted.subarray(middle), own, k, scratch, look);
}

/**
 * Kriging of each station from all others, out of one system: with Q the inverse of the system of all stations, the
 * residual is (Q z)ᵢ / Qᵢᵢ and its variance sill / Qᵢᵢ.
 * @see Dubrule 1983, https://doi.org/10.1007/BF01033030
 */
export function leaveOneOutOfAll(stations: Stations, variogram: Variogram, samePlace: number): LeftOut {
  const { x, y } = stations;
  const n = x.length;
  const { values } = centre(stations.values);
  const drift = stations.drift && centre(stations.drift);
  const terms = [new Float64Array(n).fill(1), ...(drift ? [drift.values.map((value) => value / drift.spread)] : [])];
  const memory = new Float64Array(systemSize(n, terms.length));
  correlateAmong(x, y, correlationOf(variogram, samePlace), memory.subarray(n + terms.length));
  const { inverse, weights } = solveSystem(memory, terms, values, n);
  const diagonal = new Float64Array(n);
  const products = new Float64Array(n);
  for (let r = 0, row = 0; r < weights.length; row += ++r) {
    const sign = r < n ? 1 : -1;
    const weight = weights[r]!;
    for (let j = 0; j < n && j <= r; j++) {
      const u = inverse[row + j]!;
      diagonal[j]! += sign * u * u;
      products[j]! += u * weight;
    }
  }
  const sill = variogram.nugget + variogram.partialSill;
  // a station that follows from the others has no row of its own, and nothing to be judged by
  const isOwn = (i: number) => inverse[(i * (i + 1)) / 2 + i]! > 0 && diagonal[i]! > 0;
  return {
    residuals: products.map((product, i) => (isOwn(i) ? product / diagonal[i]! : NaN)),
    variances: diagonal.map((d, i) => (isOwn(i) ? sill / d : NaN)),
  };
}
