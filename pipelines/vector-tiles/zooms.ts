import type { LonLatBox } from '../core/grid/bounds.ts';
import { lonLatToMercator, MERCATOR_HALF } from '../core/grid/tile-matrix-set.ts';

/** At it, a step of a coordinate is 0.6 m at the equator; maps enlarge its tiles beyond. */
const MAX_ZOOM = 14;
/** Zooms above the one in which the layer fills a tile. */
const ABOVE = 2;
/** A layer is there in so many zooms at least. */
const LEAST_ZOOMS = 4;

export interface Zooms {
  readonly minZoom: number;
  readonly maxZoom: number;
}

/** Zooms in which a layer of these bounds is drawn: from where it is a quarter of a tile's side. */
export function zoomsOf([west, south, east, north]: LonLatBox): Zooms {
  const [minX, minY] = lonLatToMercator(west, south);
  const [maxX, maxY] = lonLatToMercator(east, north);
  const span = Math.max(maxX - minX, maxY - minY, 1) / (2 * MERCATOR_HALF);
  const whole = Math.floor(Math.log2(1 / span)) - ABOVE;
  return { minZoom: Math.min(MAX_ZOOM - LEAST_ZOOMS, Math.max(0, whole)), maxZoom: MAX_ZOOM };
}
