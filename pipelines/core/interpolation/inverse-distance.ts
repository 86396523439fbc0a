import type { Estimator, Places } from './estimator.ts';
import type { Stations } from './stations.ts';

interface Near {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly values: Float64Array;
}

/**
 * Inverse distance weighting with power 2: Σ v / d² over Σ 1 / d²; at a station its value.
 * @param samePlace  Distance that is none.
 * @see Shepard 1968, https://doi.org/10.1145/800186.810616
 */
export function createInverseDistance(stations: Stations, samePlace: number): Estimator<Near> {
  const sameSquare = samePlace * samePlace;
  return {
    sizeOf: (n) => 3 * n,
    prepare(ids, memory) {
      const n = ids.length;
      for (let i = 0; i < n; i++) {
        const id = ids[i]!;
        memory[i] = stations.x[id]!;
        memory[n + i] = stations.y[id]!;
        memory[2 * n + i] = stations.values[id]!;
      }
      return { x: memory.subarray(0, n), y: memory.subarray(n, 2 * n), values: memory.subarray(2 * n, 3 * n) };
    },
    estimate({ x: xs, y: ys, values }, { x, y, estimate }: Places, count) {
      for (let c = 0; c < count; c++) {
        const [px, py] = [x[c]!, y[c]!];
        let sum = 0;
        let weights = 0;
        for (let i = 0; i < xs.length; i++) {
          const dx = xs[i]! - px;
          const dy = ys[i]! - py;
          const square = dx * dx + dy * dy;
          if (square <= sameSquare) {
            sum = values[i]!;
            weights = 1;
            break;
          }
          const weight = 1 / square;
          sum += weight * values[i]!;
          weights += weight;
        }
        estimate[c] = sum / weights;
      }
    },
  };
}
