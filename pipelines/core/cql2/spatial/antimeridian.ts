import type { Geometry, Position } from '../ast.ts';

type Ring = readonly Position[];

/**
 * A polygon whose longitudes run on beyond 180° as the parts that lie on either side of it (RFC 7946, 3.1.9); every other
 * geometry as it is.
 */
export function splitAtAntimeridian(geometry: Geometry): Geometry {
  if (geometry.type !== 'Polygon') return geometry;
  const lons = geometry.coordinates.flat().map(([lon]) => lon!);
  const [least, greatest] = [Math.min(...lons), Math.max(...lons)];
  if (least >= -180 && greatest <= 180) return geometry;
  const parts = [-360, 0, 360].flatMap((shift) => {
    const rings = geometry.coordinates
      .map((ring) => ring.map(([lon, lat]): Position => [lon! + shift, lat!]))
      .map((ring) => clip(clip(ring, -180, 1), 180, -1))
      .filter((ring) => ring.length > 3);
    return rings.length > 0 ? [rings] : [];
  });
  return parts.length === 1
    ? { type: 'Polygon', coordinates: parts[0]! }
    : { type: 'MultiPolygon', coordinates: parts };
}

/** What of a ring lies on one side of a meridian (Sutherland and Hodgman 1974): east of it (1) or west (-1). */
function clip(ring: Ring, lon: number, side: 1 | -1): Ring {
  const isIn = (position: Position) => side * (position[0]! - lon) >= 0;
  const kept: Position[] = [];
  for (let k = 0; k < ring.length - 1; k++) {
    const [a, b] = [ring[k]!, ring[k + 1]!];
    if (isIn(a)) kept.push(a);
    if (isIn(a) !== isIn(b)) {
      const share = (lon - a[0]!) / (b[0]! - a[0]!);
      kept.push([lon, a[1]! + share * (b[1]! - a[1]!)]);
    }
  }
  return kept.length > 0 ? [...kept, kept[0]!] : [];
}
