/** The region's vectors as GeoJSON (WGS 84): the layers of the basemap, and municipalities to sum over. */
import { featureCollection, intersect, lineString, point, polygon, voronoi } from '@turf/turf';
import type { Feature, FeatureCollection } from 'geojson';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import type { Area, Geography } from './geography.ts';
import { SAMPLE_EPSG } from './geography.ts';
import type { LonLat } from './places.ts';
import type { Position } from './shapes.ts';

const toLonLat = createTransform(SAMPLE_EPSG, 4326);

export type VectorLayerName = 'landuse' | 'water' | 'roads' | 'boundaries' | 'places';

/** A made-up outline that follows the Province of Utrecht's roughly. */
const PROVINCE: readonly LonLat[] = [
  [4.8, 52.1],
  [4.84, 52.22],
  [4.95, 52.29],
  [5.04, 52.25],
  [5.1, 52.17],
  [5.17, 52.178],
  [5.22, 52.21],
  [5.25, 52.26],
  [5.33, 52.28],
  [5.4, 52.25],
  [5.47, 52.22],
  [5.44, 52.15],
  [5.52, 52.12],
  [5.55, 52.07],
  [5.6, 52.06],
  [5.62, 51.96],
  [5.45, 51.953],
  [5.24, 51.964],
  [5.15, 51.975],
  [5.16, 51.93],
  [5.0, 51.88],
  [4.9, 51.93],
  [4.82, 52.0],
  [4.8, 52.1],
];

export function createVectors(geography: Geography): Record<VectorLayerName, FeatureCollection> {
  const { built, parks, forest, heath, water, roads, towns } = geography;
  return {
    landuse: featureCollection([...forest, ...heath, ...built, ...parks].map(areaFeature)),
    water: featureCollection(water.map(areaFeature)),
    roads: featureCollection(roads.map((r) => lineString(r.path.map(degrees), { class: r.class, name: r.name }))),
    boundaries: featureCollection(boundaries(geography)),
    places: featureCollection(
      towns.map((t) =>
        point([...t.at], { name: t.name, kind: t.kind, rank: t.kind === 'city' ? 1 : t.kind === 'town' ? 2 : 3 }),
      ),
    ),
  };
}

function areaFeature({ name, class: kind, ring }: Area): Feature {
  return polygon([ring.map(degrees)], { class: kind, name });
}

function degrees(p: Position): [number, number] {
  const [lon, lat] = toLonLat.point(p[0], p[1]);
  return [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
}

/** Each city and town gets the ground that is nearest to it, inside the province. */
function boundaries({ towns }: Geography): Feature[] {
  const province = polygon([PROVINCE.map((p) => [...p])], { class: 'province', name: 'Provincie Utrecht' });
  const seats = towns.filter((t) => t.kind !== 'village');
  const cells = voronoi(featureCollection(seats.map((t) => point([...t.at]))), { bbox: [4.6, 51.7, 5.8, 52.5] });
  const municipalities = cells.features.flatMap((cell, k) => {
    const inside = cell && intersect(featureCollection([cell, province]));
    return inside ? [{ ...inside, properties: { class: 'municipality', name: seats[k]!.name } }] : [];
  });
  return [province, ...municipalities];
}
