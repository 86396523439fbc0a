/**
 * EPSG:3857. The formulas are those of `tile-matrix-set.ts` without its cut at the square's edge: a place beyond it
 * keeps its own northing, so that a raster there does not smear along the edge.
 */
import type { Projection } from './crs-projection.ts';
import { MERCATOR_HALF } from './tile-matrix-set.ts';

export const webMercator: Projection = {
  forward(xy) {
    for (let i = 0; i < xy.length; i += 2) {
      const lat = xy[i + 1]!;
      if (!(Math.abs(lat) < 90)) {
        xy[i] = xy[i + 1] = NaN;
        continue;
      }
      xy[i] = (xy[i]! / 180) * MERCATOR_HALF;
      xy[i + 1] = (Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) * MERCATOR_HALF;
    }
  },
  inverse(xy) {
    for (let i = 0; i < xy.length; i += 2) {
      xy[i] = (xy[i]! / MERCATOR_HALF) * 180;
      xy[i + 1] = (Math.atan(Math.sinh((xy[i + 1]! / MERCATOR_HALF) * Math.PI)) * 180) / Math.PI;
    }
  },
};
