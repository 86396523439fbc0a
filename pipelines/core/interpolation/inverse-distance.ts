import type { Estimator, Places } from './estimator.ts';
import { pick } from './stations.ts';
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
    prepare: (ids) => ({
      x: pick(stations.x, ids),
      y: pick(stations.y, ids),
      values: pick(stations.values, ids),
    }),
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
