/** Parcels that look like those of a countryside: a bent grid in RD New, a few of them with holes or of several parts. */
import type { Zone } from '../../pipelines/catalog/zone-set.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { createRandom } from './random.ts';

const SIDE = 100;
const CROPS = ['grass', 'maize', 'beet', 'potato'];

/** @param across  Parcels side by side; the grid begins near Amersfoort. Synthetic, the same for a seed. */
export function makeParcels(count: number, across: number, seed = 1): Zone[] {
  const random = createRandom(seed);
  const toLonLat = createTransform(28992, 4326);
  return Array.from({ length: count }, (_, k) => {
    const x = 150_000 + (k % across) * SIDE * 1.1;
    const y = 450_000 + Math.floor(k / across) * SIDE * 1.1;
    const near = (dx: number, dy: number): [number, number] => [
      round(x + dx * SIDE + random() * 8 - 4),
      round(y + dy * SIDE + random() * 8 - 4),
    ];
    const ring = [near(0, 0), near(0.5, 0.05), near(1, 0), near(1, 0.6), near(1, 1), near(0.4, 0.9), near(0, 1)];
    const outer = [...ring, ring[0]!];
    const hole = [[0.3, 0.3], [0.3, 0.5], [0.5, 0.5], [0.3, 0.3]].map(([a, b]) => [x + a! * SIDE, y + b! * SIDE]); // prettier-ignore
    const rings = k % 7 === 0 ? [outer, hole] : [outer];
    const places = outer.map(([a, b]) => toLonLat.point(a, b));
    const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
    return {
      id: k % 3 === 0 ? String(k) : `parcel-${k}`,
      properties: { crop: CROPS[k % CROPS.length]!, hectares: round(random() * 9), isOrganic: k % 5 === 0, nr: k },
      geometry: k % 11 === 0 ? { type: 'MultiPolygon', coordinates: [rings] } : { type: 'Polygon', coordinates: rings },
      bbox: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    };
  });
}

const round = (value: number) => Math.floor(value * 1000) / 1000;

export function parcelSet(zones: readonly Zone[], id = 'parcels') {
  const side = (k: 0 | 1 | 2 | 3, pick: (a: number, b: number) => number) =>
    zones.reduce((most, { bbox }) => pick(most, bbox[k]), zones[0]!.bbox[k]);
  const bbox = [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)] as const;
  return { id, name: 'Parcels', idField: null, epsg: 28992, source: 'parcels.gpkg', digest: 'd', bbox, zones };
}
