import { createTransform } from '../../../pipelines/core/grid/crs.ts';
import type { LonLat } from '../state/shown.ts';

/** RD New is defined within these bounds, metres. */
const RD_AREA = { minX: -7000, minY: 289000, maxX: 300000, maxY: 629000 };

let toRd: ReturnType<typeof createTransform> | null = null;

/** `136123, 455987`, whole metres; empty outside the Netherlands. */
export function formatRd({ lon, lat }: LonLat): string {
  toRd ??= createTransform(4326, 28992);
  const [x, y] = toRd.point(lon, lat);
  const inside = x >= RD_AREA.minX && x <= RD_AREA.maxX && y >= RD_AREA.minY && y <= RD_AREA.maxY;
  return inside ? `${Math.round(x)}, ${Math.round(y)}` : '';
}
