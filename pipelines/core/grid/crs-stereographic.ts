/**
 * Oblique stereographic projection by way of the conformal sphere.
 * @see IOGP Guidance Note 7-2, Coordinate Conversions and Transformations, method EPSG:9809
 */
import { DEGREES, RADIANS } from './crs-projection.ts';
import type { Ellipsoid, Projection } from './crs-projection.ts';

export interface ObliqueStereographic {
  readonly ellipsoid: Ellipsoid;
  /** Degrees on that ellipsoid. */
  readonly lat0: number;
  readonly lon0: number;
  readonly scale: number;
  readonly falseEasting: number;
  readonly falseNorthing: number;
}

/** Longitudes and latitudes are those on `ellipsoid`: a datum shift is the caller's. */
export function createObliqueStereographic(p: ObliqueStereographic): Projection {
  const { a, f } = p.ellipsoid;
  const e2 = f * (2 - f);
  const e = Math.sqrt(e2);
  const phi0 = p.lat0 * RADIANS;
  const sin0 = Math.sin(phi0);
  const n = Math.sqrt(1 + (e2 * Math.cos(phi0) ** 4) / (1 - e2));
  const radius = (a * Math.sqrt(1 - e2)) / (1 - e2 * sin0 * sin0);
  const w1 = Math.exp(2 * n * isometric(sin0, e));
  const sinChi0 = (w1 - 1) / (w1 + 1);
  const c = ((n + sin0) * (1 - sinChi0)) / ((n - sin0) * (1 + sinChi0));
  const chi0 = Math.asin((c * w1 - 1) / (c * w1 + 1));
  const [sinC, cosC] = [Math.sin(chi0), Math.cos(chi0)];
  const diameter = 2 * radius * p.scale;

  return {
    forward(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        const w = c * Math.exp(2 * n * isometric(Math.sin(xy[i + 1]! * RADIANS), e));
        const sinChi = (w - 1) / (w + 1);
        const cosChi = (2 * Math.sqrt(w)) / (w + 1);
        const turn = n * (xy[i]! - p.lon0) * RADIANS;
        const cosTurn = Math.cos(turn);
        const scale = diameter / (1 + sinChi * sinC + cosChi * cosC * cosTurn);
        xy[i] = p.falseEasting + scale * cosChi * Math.sin(turn);
        xy[i + 1] = p.falseNorthing + scale * (sinChi * cosC - cosChi * sinC * cosTurn);
      }
    },
    inverse(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        const x = xy[i]! - p.falseEasting;
        const y = xy[i + 1]! - p.falseNorthing;
        const rho = Math.hypot(x, y);
        const angle = 2 * Math.atan(rho / diameter);
        const sinA = Math.sin(angle);
        const cosA = Math.cos(angle);
        const sinChi = rho === 0 ? sinC : cosA * sinC + (y * sinA * cosC) / rho;
        const turn = Math.atan2(x * sinA, rho * cosC * cosA - y * sinC * sinA);
        const psi = (Math.atanh(sinChi) - Math.log(c) / 2) / n;
        xy[i] = p.lon0 + (turn / n) * DEGREES;
        xy[i + 1] = latitudeOf(psi, e, e2) * DEGREES;
      }
    },
  };
}

/** Isometric latitude ψ of a latitude with this sine. */
function isometric(sinPhi: number, e: number): number {
  return Math.atanh(sinPhi) - e * Math.atanh(e * sinPhi);
}

/** Its inverse, radians: a fixed point that gains two to three digits with each step. */
function latitudeOf(psi: number, e: number, e2: number): number {
  let sinPhi = Math.tanh(psi);
  let phi = Math.asin(sinPhi);
  for (let step = 0; step < 8; step++) {
    const miss = isometric(sinPhi, e) - psi;
    const move = (miss * Math.cos(phi) * (1 - e2 * sinPhi * sinPhi)) / (1 - e2);
    phi -= move;
    sinPhi = Math.sin(phi);
    if (Math.abs(move) < 1e-15) break;
  }
  return phi;
}
