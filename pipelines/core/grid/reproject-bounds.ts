/** Boxes in another CRS, by their edges point by point: four corners miss what an edge bulges out. */
import type { Bounds, LonLatBox } from './bounds.ts';
import { createTransform, findCrs } from './crs.ts';

/**
 * Points per edge. Between two of them an edge of 100 km bulges by less than 5 mm, one of 3000 km by less than 5 m.
 */
const STEPS = 256;

/**
 * The box around `bounds` in another CRS. Where it crosses the antimeridian, longitudes (and x of EPSG:3857) run on
 * beyond 180°, so that the box stays narrow.
 * @returns null where no point of the edge has a place there.
 * @throws {PlatformError} `crs-unsupported`
 */
export function reprojectBounds(bounds: Bounds, epsg: number): Bounds | null {
  if (bounds.epsg === epsg) return bounds;
  const ring = edgeOf(bounds);
  const wraps = findCrs(epsg).units === 'degree' || epsg === 3857;
  if (wraps) {
    createTransform(bounds.epsg, 4326).transform(ring);
    unwrap(ring);
    createTransform(4326, epsg).transform(ring);
  } else createTransform(bounds.epsg, epsg).transform(ring);
  return boxOf(ring, epsg);
}

/** The box in degrees, west > east where it crosses 180°; null where no point of the edge has a place. */
export function lonLatBoxOf(bounds: Bounds): LonLatBox | null {
  const box = reprojectBounds(bounds, 4326);
  if (!box) return null;
  const [south, north] = [Math.max(-90, box.minY), Math.min(90, box.maxY)];
  if (box.maxX - box.minX >= 360) return [-180, south, 180, north];
  return [normalise(box.minX), south, normalise(box.maxX), north];
}

/** Whether two boxes in degrees meet once the second has grown by `margin` degrees on each side. */
export function lonLatBoxesMeet(a: LonLatBox, b: LonLatBox, margin: number): boolean {
  if (a[1] > b[3] + margin || a[3] < b[1] - margin) return false;
  const width = (box: LonLatBox) => (box[2] < box[0] ? box[2] + 360 : box[2]) - box[0];
  const start = b[0] - margin;
  const reach = width(b) + 2 * margin;
  const gap = a[0] - start - 360 * Math.floor((a[0] - start) / 360); // from b's west to a's west, eastwards
  return gap <= reach || gap + width(a) >= 360;
}

function edgeOf({ minX, minY, maxX, maxY }: Bounds): Float64Array {
  const ring = new Float64Array(8 * STEPS);
  const [dx, dy] = [(maxX - minX) / STEPS, (maxY - minY) / STEPS];
  let n = 0;
  const put = (x: number, y: number) => {
    ring[n++] = x;
    ring[n++] = y;
  };
  for (let k = 0; k < STEPS; k++) put(minX + k * dx, maxY);
  for (let k = 0; k < STEPS; k++) put(maxX, maxY - k * dy);
  for (let k = 0; k < STEPS; k++) put(maxX - k * dx, minY);
  for (let k = 0; k < STEPS; k++) put(minX, minY + k * dy);
  return ring;
}

/** Longitudes along a ring without jumps: each within half a turn of the one before. */
function unwrap(ring: Float64Array): void {
  let before = NaN;
  for (let k = 0; k < ring.length; k += 2) {
    const lon = ring[k]!;
    if (!Number.isFinite(lon)) continue;
    if (Number.isFinite(before)) ring[k] = lon - 360 * Math.round((lon - before) / 360);
    before = ring[k]!;
  }
}

function boxOf(ring: Float64Array, epsg: number): Bounds | null {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = [ring[k]!, ring[k + 1]!];
    if (!(Number.isFinite(x) && Number.isFinite(y))) continue;
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minY, maxY] = [Math.min(minY, y), Math.max(maxY, y)];
  }
  return maxX > minX && maxY > minY ? { minX, minY, maxX, maxY, epsg } : null;
}

function normalise(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : lon - 360 * Math.floor((lon + 180) / 360);
}
