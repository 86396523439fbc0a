/**
 * Distances over the Earth between geometries in degrees, in metres on the ellipsoid of WGS 84.
 *
 * Two positions are measured by Vincenty's inverse formula (to a tenth of a millimetre; where it does not converge, near
 * the antipodes, on the sphere). For edges the nearest position is found in the plane around the other position, which is
 * off by less than 1e-5 of the distance for edges of up to 100 km.
 * @see T. Vincenty 1975, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23 (176)
 */
import type { Geometry, Position } from '../cql2/ast.ts';
import { cutsOf } from '../cql2/spatial/cuts.ts';
import type { Segment, Shape } from '../cql2/spatial/shape.ts';
import { EXTERIOR, locate, shapeOf } from '../cql2/spatial/shape.ts';

/** Semi-major axis in metres, and flattening. */
const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const MEAN_RADIUS = 6_371_008.8;
const RADIAN = Math.PI / 180;

/** Metres between two positions. */
export function distanceBetween(lon1: number, lat1: number, lon2: number, lat2: number): number {
  if (lon1 === lon2 && lat1 === lat2) return 0;
  const L = (lon2 - lon1) * RADIAN;
  const U1 = Math.atan((1 - F) * Math.tan(lat1 * RADIAN));
  const U2 = Math.atan((1 - F) * Math.tan(lat2 * RADIAN));
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L;
  for (let round = 0; round < 100; round++) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
    if (sinSigma === 0) return 0;
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinL) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cos2M = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cos2Alpha;
    const C = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const turn = cos2M + C * cosSigma * (2 * cos2M * cos2M - 1);
    const next = L + (1 - C) * F * sinAlpha * (sigma + C * sinSigma * turn);
    if (Math.abs(next - lambda) < 1e-12) return lengthOnEllipsoid(cos2Alpha, sinSigma, cosSigma, sigma, cos2M);
    lambda = next;
  }
  return distanceOnSphere(lon1, lat1, lon2, lat2);
}

function lengthOnEllipsoid(cos2Alpha: number, sin: number, cos: number, sigma: number, cos2M: number): number {
  const u2 = (cos2Alpha * (A * A - B * B)) / (B * B);
  const big = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const small = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const square = 2 * cos2M * cos2M - 1;
  const cubic = (small / 6) * cos2M * (4 * sin * sin - 3) * (4 * cos2M * cos2M - 3);
  const delta = small * sin * (cos2M + (small / 4) * (cos * square - cubic));
  return B * big * (sigma - delta);
}

function distanceOnSphere(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const [p, q] = [lat1 * RADIAN, lat2 * RADIAN];
  const h = Math.sin((q - p) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin(((lon2 - lon1) * RADIAN) / 2) ** 2;
  return 2 * MEAN_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Metres between the nearest positions of two geometries; 0 where they meet. */
export function geometryDistance(a: Geometry, b: Geometry): number {
  if (a.type === 'Point' && b.type === 'Point')
    return distanceBetween(a.coordinates[0]!, a.coordinates[1]!, b.coordinates[0]!, b.coordinates[1]!);
  const [first, second] = [shapeOf(a), shapeOf(b)];
  return Math.min(distanceFrom(first, second), distanceFrom(second, first));
}

/** From the positions of one to the other: two edges that do not cross are nearest at an end of one of them. */
function distanceFrom(from: Shape, to: Shape): number {
  let least = Infinity;
  for (const [lon, lat] of positionsOf(from)) {
    if (locate(lon, lat, to) !== EXTERIOR) return 0;
    for (const [x, y] of to.points) least = Math.min(least, distanceBetween(lon, lat, x!, y!));
    for (const segments of [to.lines, to.rings])
      for (const segment of segments) least = Math.min(least, distanceToSegment(lon, lat, segment));
  }
  return least === 0 || !crosses(from, to) ? least : 0;
}

function* positionsOf({ points, lines, rings }: Shape): Generator<readonly [number, number]> {
  for (const [x, y] of points) yield [x!, y!];
  for (const [x1, y1, x2, y2] of lines) {
    yield [x1, y1];
    yield [x2, y2];
  }
  for (const [x, y] of rings) yield [x, y];
}

function crosses(a: Shape, b: Shape): boolean {
  const edgesOfB = [...b.lines, ...b.rings];
  return [...a.lines, ...a.rings].some((s) => edgesOfB.some((t) => cutsOf(s, t).length > 0));
}

function distanceToSegment(lon: number, lat: number, [x1, y1, x2, y2]: Segment): number {
  const scale = Math.cos(lat * RADIAN);
  const [dx, dy] = [(x2 - x1) * scale, y2 - y1];
  const along = ((lon - x1) * scale * dx + (lat - y1) * dy) / (dx * dx + dy * dy);
  const share = Math.max(0, Math.min(1, along));
  return distanceBetween(lon, lat, x1 + share * (x2 - x1), y1 + share * (y2 - y1));
}

/** Metres of all lines of a geometry; the outline of an area is none of them, as in Simple Features. */
export function geometryLength(geometry: Geometry): number {
  switch (geometry.type) {
    case 'LineString':
      return lineLength(geometry.coordinates);
    case 'MultiLineString':
      return geometry.coordinates.reduce((sum, line) => sum + lineLength(line), 0);
    case 'GeometryCollection':
      return geometry.geometries.reduce((sum, part) => sum + geometryLength(part), 0);
    default:
      return 0;
  }
}

function lineLength(line: readonly Position[]): number {
  let sum = 0;
  for (let k = 1; k < line.length; k++) {
    const [[x1, y1], [x2, y2]] = [line[k - 1]!, line[k]!];
    sum += distanceBetween(x1!, y1!, x2!, y2!);
  }
  return sum;
}
