/**
 * RD New (EPSG:28992), the Dutch national grid: ETRS89 → Amersfoort's Bessel ellipsoid by a similarity transformation
 * at a fixed height, the correction grid where one is installed, then the oblique stereographic projection.
 * @see NSGI, RDNAPTRANS2018, Coordinate transformation to and from RD and NAP, sections 2 and 3
 */
import { BESSEL, DEGREES, GRS80, RADIANS } from './crs-projection.ts';
import type { Projection } from './crs-projection.ts';
import { createObliqueStereographic } from './crs-stereographic.ts';
import { shiftAt } from './rd-grid.ts';
import type { RdGrid } from './rd-grid.ts';

let installed: RdGrid | null = null;

/** From here on RD New is exact where the grid reaches; null goes back to the similarity alone. */
export function installRdGrid(grid: RdGrid | null): void {
  installed = grid;
}

export function installedRdGrid(): RdGrid | null {
  return installed;
}

/** Table 2 of the paper: ETRS89 → RD Bessel; metres, radians (coordinate frame), parts of one. */
const SHIFT = [-565.7346, -50.4058, -465.2895] as const;
const TURN = [-1.91513e-6, 1.60365e-6, -9.09546e-6] as const;
const SCALE = 1 - 4.07242e-6;
/** The ellipsoidal height of every place, metres in ETRS89: the paper's mean of the Netherlands. */
const HEIGHT = 43;
const ROTATION = rotation(...TURN);
const STEPS = 6;
/** Degrees; a thousandth of a millimetre. */
const ENOUGH = 1e-11;

const stereographic = createObliqueStereographic({
  ellipsoid: BESSEL,
  lat0: 52 + 9 / 60 + 22.178 / 3600,
  lon0: 5 + 23 / 60 + 15.5 / 3600,
  scale: 0.9999079,
  falseEasting: 155_000,
  falseNorthing: 463_000,
});

export const rdNew: Projection = {
  forward(xy) {
    for (let i = 0; i < xy.length; i += 2) toAmersfoort(xy, i);
    stereographic.forward(xy);
  },
  inverse(xy) {
    stereographic.inverse(xy);
    for (let i = 0; i < xy.length; i += 2) fromAmersfoort(xy, i);
  },
};

const shift = new Float64Array(2);
const there = new Float64Array(2);

function toAmersfoort(xy: Float64Array, i: number): void {
  const lon = xy[i]!;
  const lat = xy[i + 1]!;
  similarity(lon, lat, xy, i);
  if (!installed) return;
  // The grid is drawn over the place that is sought: look it up there, correct, look again.
  const fromLon = installed.kind === 'correction' ? xy[i]! : lon;
  const fromLat = installed.kind === 'correction' ? xy[i + 1]! : lat;
  let [x, y] = [xy[i]!, xy[i + 1]!];
  for (let step = 0; step < STEPS; step++) {
    if (!shiftAt(installed, x, y, shift)) return;
    const [nextX, nextY] = [fromLon - shift[0]!, fromLat - shift[1]!];
    const moved = Math.abs(nextX - x) + Math.abs(nextY - y);
    x = nextX;
    y = nextY;
    if (moved < ENOUGH) break;
  }
  xy[i] = x;
  xy[i + 1] = y;
}

function fromAmersfoort(xy: Float64Array, i: number): void {
  let toLon = xy[i]!;
  let toLat = xy[i + 1]!;
  if (installed && shiftAt(installed, toLon, toLat, shift)) {
    toLon += shift[0]!;
    toLat += shift[1]!;
    if (installed.kind === 'transformation') {
      xy[i] = toLon;
      xy[i + 1] = toLat;
      return;
    }
  }
  // The similarity moves all places nearly alike, so its inverse is a few corrections by what is still missing.
  let [lon, lat] = [toLon, toLat];
  for (let step = 0; step < STEPS; step++) {
    similarity(lon, lat, there, 0);
    const [missLon, missLat] = [toLon - there[0]!, toLat - there[1]!];
    lon += missLon;
    lat += missLat;
    if (Math.abs(missLon) + Math.abs(missLat) < ENOUGH) break;
  }
  xy[i] = lon;
  xy[i + 1] = lat;
}

/** ETRS89 → pseudo RD Bessel, degrees, into `out[at]`, `out[at + 1]`. */
function similarity(lon: number, lat: number, out: Float64Array, at: number): void {
  const e2 = GRS80.f * (2 - GRS80.f);
  const sinPhi = Math.sin(lat * RADIANS);
  const cosPhi = Math.cos(lat * RADIANS);
  const nu = GRS80.a / Math.sqrt(1 - e2 * sinPhi * sinPhi);
  const x = (nu + HEIGHT) * cosPhi * Math.cos(lon * RADIANS);
  const y = (nu + HEIGHT) * cosPhi * Math.sin(lon * RADIANS);
  const z = (nu * (1 - e2) + HEIGHT) * sinPhi;
  const r = ROTATION;
  const bx = SCALE * (r[0]! * x + r[1]! * y + r[2]! * z) + SHIFT[0];
  const by = SCALE * (r[3]! * x + r[4]! * y + r[5]! * z) + SHIFT[1];
  const bz = SCALE * (r[6]! * x + r[7]! * y + r[8]! * z) + SHIFT[2];
  out[at] = Math.atan2(by, bx) * DEGREES;
  out[at + 1] = besselLatitude(Math.hypot(bx, by), bz) * DEGREES;
}

/** Latitude in radians of a point at distance `p` from the axis and `z` above the equator: Bowring 1976, exact to 1e-15 near the ground. */
function besselLatitude(p: number, z: number): number {
  const { a, f } = BESSEL;
  const e2 = f * (2 - f);
  const b = a * (1 - f);
  const theta = Math.atan2(z * a, p * b);
  return Math.atan2(z + (e2 / (1 - e2)) * b * Math.sin(theta) ** 3, p - e2 * a * Math.cos(theta) ** 3);
}

/** Rotation of the coordinate frame about its axes, row by row. */
function rotation(rx: number, ry: number, rz: number): readonly number[] {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(rx), Math.sin(rx), Math.cos(ry), Math.sin(ry), Math.cos(rz), Math.sin(rz)];
  return [
    cy * cz,
    cx * sz + sx * sy * cz,
    sx * sz - cx * sy * cz,
    -cy * sz,
    cx * cz - sx * sy * sz,
    sx * cz + cx * sy * sz,
    sy,
    -sx * cy,
    cx * cy,
  ];
}
