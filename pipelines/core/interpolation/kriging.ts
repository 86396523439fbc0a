import type { Estimator, Places } from './estimator.ts';
import type { KrigingSystem } from './kriging-system.ts';
import { solveSystem, systemSize } from './kriging-system.ts';
import { centre } from './stations.ts';
import type { Stations } from './stations.ts';
import { correlationOf, toCorrelations } from './variogram-model.ts';
import type { Correlation, Variogram } from './variogram-model.ts';

interface SolvedSet {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly system: KrigingSystem;
}

export interface Kriging extends Estimator<SolvedSet> {
  /** Places so far whose stations all have the same drift, where the drift therefore had no say. */
  placesWithoutDrift(): number;
}

/** A share of the sill below which a variance is rounding: at a station it is none. */
const LEAST_VARIANCE = 1e-12;
/** Places that are worked on together. */
const TOGETHER = 4;

/**
 * Ordinary kriging, and where the stations have a drift kriging with external drift: exact at a station; the variance
 * is that of a new observation, nugget included.
 *
 * Values and drifts are taken relative to their means, which changes no result but keeps digits.
 * @param samePlace  Distance that is none.
 * @see Cressie, Statistics for Spatial Data (1993), 3.2 and 3.4
 */
export function createKriging(stations: Stations, variogram: Variogram, samePlace: number): Kriging {
  const correlation = correlationOf(variogram, samePlace);
  const sill = variogram.nugget + variogram.partialSill;
  const { values: centred, mean } = centre(stations.values);
  const drift = stations.drift && centre(stations.drift);
  const terms = drift ? 2 : 1;
  let vectors = new Float64Array(0);
  let squares = new Float64Array(0);
  let values = new Float64Array(0);
  let trend: readonly Float64Array[] = [];
  let without = 0;

  return {
    placesWithoutDrift: () => without,
    sizeOf: (n) => 2 * n + systemSize(n, terms),
    prepare(ids, memory) {
      const n = ids.length;
      if (values.length < n) {
        values = new Float64Array(n);
        trend = Array.from({ length: terms }, () => new Float64Array(n).fill(1));
      }
      for (let i = 0; i < n; i++) {
        const id = ids[i]!;
        memory[i] = stations.x[id]!;
        memory[n + i] = stations.y[id]!;
        values[i] = centred[id]!;
        if (drift) trend[1]![i] = drift.values[id]! / drift.spread;
      }
      const [x, y] = [memory.subarray(0, n), memory.subarray(n, 2 * n)];
      const system = memory.subarray(2 * n);
      correlateAmong(x, y, correlation, system.subarray(n + terms));
      return { x, y, system: solveSystem(system, trend, values, n) };
    },
    estimate({ x, y, system }, places, count) {
      const n = x.length;
      const size = n + terms;
      if (vectors.length < TOGETHER * size) {
        vectors = new Float64Array(TOGETHER * size);
        squares = new Float64Array(TOGETHER * n);
      }
      if (system.droppedTerms > 0) without += count;
      for (let from = 0; from < count; from += TOGETHER) {
        const together = Math.min(TOGETHER, count - from);
        for (let c = 0; c < together; c++) {
          const [px, py] = [places.x[from + c]!, places.y[from + c]!];
          for (let i = 0; i < n; i++) {
            const dx = x[i]! - px;
            const dy = y[i]! - py;
            squares[c * n + i] = dx * dx + dy * dy;
          }
        }
        toCorrelations(correlation, squares, together * n);
        for (let c = 0; c < together; c++) {
          const at = c * size;
          for (let i = 0; i < n; i++) vectors[at + i] = squares[c * n + i]!;
          vectors[at + n] = 1;
          if (drift) vectors[at + n + 1] = (places.drift![from + c]! - drift.mean) / drift.spread;
        }
        if (together === TOGETHER) multiplyFour(system, vectors, places, from);
        else for (let c = 0; c < together; c++) multiplyOne(system, vectors, c * size, places, from + c);
        for (let c = from; c < from + together; c++) {
          const share = places.variance[c]!;
          places.estimate[c]! += mean;
          places.variance[c] = share > LEAST_VARIANCE ? share * sill : 0;
        }
      }
    },
  };
}

/** Correlations among stations into `packed`, by rows of the lower triangle. */
export function correlateAmong(x: Float64Array, y: Float64Array, correlation: Correlation, packed: Float64Array): void {
  let at = 0;
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j <= i; j++, at++) {
      const dx = x[i]! - x[j]!;
      const dy = y[i]! - y[j]!;
      packed[at] = dx * dx + dy * dy;
    }
  toCorrelations(correlation, packed, at);
}

/** t = U v; the estimate is t · a, the variance 1 − Σ D t². */
function multiplyOne(
  { stations, inverse, weights }: KrigingSystem,
  v: Float64Array,
  at: number,
  { estimate, variance }: Places,
  place: number,
): void {
  const size = weights.length;
  let value = 0;
  let left = 1;
  for (let i = 0, row = 0; i < size; row += ++i) {
    let t = 0;
    for (let j = 0; j <= i; j++) t += inverse[row + j]! * v[at + j]!;
    value += t * weights[i]!;
    left += i < stations ? -t * t : t * t;
  }
  estimate[place] = value;
  variance[place] = left;
}

/** Four places at once: a number of U is read once for all, and the sums do not wait for each other. */
function multiplyFour(
  { stations, inverse, weights }: KrigingSystem,
  v: Float64Array,
  { estimate, variance }: Places,
  place: number,
): void {
  const size = weights.length;
  const [second, third, fourth] = [size, 2 * size, 3 * size];
  let [value0, value1, value2, value3] = [0, 0, 0, 0];
  let [left0, left1, left2, left3] = [1, 1, 1, 1];
  for (let i = 0, row = 0; i < size; row += ++i) {
    let t0 = 0;
    let t1 = 0;
    let t2 = 0;
    let t3 = 0;
    for (let j = 0; j <= i; j++) {
      const u = inverse[row + j]!;
      t0 += u * v[j]!;
      t1 += u * v[second + j]!;
      t2 += u * v[third + j]!;
      t3 += u * v[fourth + j]!;
    }
    const weight = weights[i]!;
    const sign = i < stations ? -1 : 1;
    value0 += t0 * weight;
    value1 += t1 * weight;
    value2 += t2 * weight;
    value3 += t3 * weight;
    left0 += sign * t0 * t0;
    left1 += sign * t1 * t1;
    left2 += sign * t2 * t2;
    left3 += sign * t3 * t3;
  }
  estimate[place] = value0;
  estimate[place + 1] = value1;
  estimate[place + 2] = value2;
  estimate[place + 3] = value3;
  variance[place] = left0;
  variance[place + 1] = left1;
  variance[place + 2] = left2;
  variance[place + 3] = left3;
}
