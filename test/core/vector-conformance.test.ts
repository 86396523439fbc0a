/** The fixtures of mapbox/mvt-fixtures: what a valid tile holds comes back from a tile of ours. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MERCATOR_HALF, mercatorToLonLat } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { decodeTile, featuresOf, makeTiles } from '../support/vector-tiles.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = sharedData && join(sharedData, 'tiles/mvt-conformance');
const fixtures = folder && existsSync(folder) ? readdirSync(folder) : [];
const TYPES = ['', 'MultiPoint', 'MultiLineString', 'Polygon'];

interface Sample {
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
  readonly properties: Record<string, unknown>;
  readonly corners: readonly (readonly [x: number, y: number])[];
}

/** Features with a known type, all of whose vertices lie inside of the tile; the tile is taken for the world. */
function samples(name: string): Sample[] {
  const file = join(folder!, name, 'tile.mvt');
  const { validity } = JSON.parse(readFileSync(join(folder!, name, 'info.json'), 'utf8')) as {
    validity: { v2: boolean };
  };
  if (!validity.v2 || !existsSync(file)) return [];
  const tile = decodeTile(readFileSync(file));
  return Object.keys(tile.layers).flatMap((layer) =>
    featuresOf(tile, layer).flatMap((feature): Sample[] => {
      const type = TYPES[feature.type] ?? '';
      const parts = feature.loadGeometry();
      const units = parts.map((part) => part.map(({ x, y }) => [x / feature.extent, y / feature.extent] as const));
      if (type === '' || units.flat().some((p) => p[0] < 0 || p[1] < 0 || p[0] >= 1 || p[1] >= 1)) return [];
      const lonLat = units.map((part) =>
        part.map(([x, y]) => mercatorToLonLat((2 * x - 1) * MERCATOR_HALF, (1 - 2 * y) * MERCATOR_HALF)),
      );
      const coordinates = type === 'MultiPoint' ? lonLat.flat() : lonLat;
      return [{ geometry: { type, coordinates }, properties: feature.properties, corners: units.flat() }];
    }),
  );
}

describe.skipIf(fixtures.length === 0)('mvt-fixtures', () => {
  const usable = fixtures
    .map((name) => ({ name, features: samples(name) }))
    .filter(({ features }) => features.length > 0);

  it('hold enough to learn from', () => {
    expect(usable.length).toBeGreaterThan(15);
  });

  it.each(usable)('come back: $name', ({ features }) => {
    for (const { geometry, properties, corners } of features) {
      const [tile] = makeTiles([{ geometry, properties }], 0, 0);
      for (const feature of tile!.features) {
        expect(feature.properties).toEqual(properties);
        for (const { x, y } of feature.loadGeometry().flat()) {
          const nearest = Math.min(...corners.map((p) => Math.hypot(p[0] * 4096 - x, p[1] * 4096 - y)));
          expect(nearest).toBeLessThan(0.8);
        }
      }
    }
  });
});
