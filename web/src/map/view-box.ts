import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { mercatorToLonLat } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import { session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { viewBounds } from './tile-cover.ts';

/** What the map shows, in degrees; null before it has been placed. */
export function lonLatBoxOfView(): LonLatBox | null {
  const { view } = shown.get();
  if (!view) return null;
  const { minX, minY, maxX, maxY } = viewBounds(view, session.get().mapSize);
  return [...mercatorToLonLat(minX, minY), ...mercatorToLonLat(maxX, maxY)];
}
