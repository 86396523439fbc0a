/** Where a scene lies on the globe: the edge of its grid in degrees. */
import { PlatformError } from '../core/errors.ts';
import { apply } from '../core/grid/affine.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { createTransform } from '../core/grid/crs.ts';
import type { PlacedFile } from './door-bands.ts';

/** Steps along an edge: the bend of a UTM edge of 100 km is kept to some metres. */
const STEPS = 8;

export interface ScenePlace {
  /** Counter-clockwise as RFC 7946 wants it; longitudes run on beyond 180° where the scene crosses it. */
  readonly footprint: { readonly type: 'Polygon'; readonly coordinates: [number, number][][] };
  /** west > east where the scene crosses 180°. */
  readonly bbox: LonLatBox;
}

type Gridded = Omit<PlacedFile, 'info'> & { readonly info: Pick<PlacedFile['info'], 'width' | 'height'> };

/** @throws {PlatformError} `crs-unsupported`; `grid-mismatch` for what lies outside of its CRS */
export function placeOf({ info, transform, epsg, path }: Gridded): ScenePlace {
  const { width, height } = info;
  const corners = [
    [0, 0],
    [0, height],
    [width, height],
    [width, 0],
    [0, 0],
  ] as const;
  const toLonLat = createTransform(epsg, 4326);
  const ring: [number, number][] = [];
  for (let edge = 0; edge < 4; edge++) {
    const [[c0, r0], [c1, r1]] = [corners[edge]!, corners[edge + 1]!];
    for (let k = 0; k < STEPS; k++) {
      const at = apply(transform, c0 + ((c1 - c0) * k) / STEPS, r0 + ((r1 - r0) * k) / STEPS);
      const [lon, lat] = toLonLat.point(...at);
      if (!Number.isFinite(lon) || !Number.isFinite(lat))
        throw new PlatformError('grid-mismatch', `${path} lies outside of the area of its CRS, EPSG:${epsg}`);
      const before = ring.at(-1)?.[0] ?? lon;
      ring.push([lon + 360 * Math.round((before - lon) / 360), lat]);
    }
  }
  ring.push([...ring[0]!]);
  const lons = ring.map(([lon]) => lon);
  const lats = ring.map(([, lat]) => lat);
  const wrapped = (lon: number) => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);
  return {
    footprint: { type: 'Polygon', coordinates: [ring.map(([lon, lat]) => [roundDegrees(lon), roundDegrees(lat)])] },
    bbox: [wrapped(Math.min(...lons)), Math.min(...lats), wrapped(Math.max(...lons)), Math.max(...lats)],
  };
}

/** To a centimetre. */
function roundDegrees(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}
