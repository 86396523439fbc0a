/**
 * Lambert azimuthal equal-area on the ellipsoid, by way of the authalic sphere; EPSG:3035 is the grid of Europe's
 * statistics.
 * @see IOGP Guidance Note 7-2, Coordinate Conversions and Transformations, method EPSG:9820
 */
import { DEGREES, GRS80, RADIANS } from './crs-projection.ts';
import type { Ellipsoid, Projection } from './crs-projection.ts';

export interface Laea {
  readonly ellipsoid: Ellipsoid;
  /** Degrees. */
  readonly lat0: number;
  readonly lon0: number;
  readonly falseEasting: number;
  readonly falseNorthing: number;
}

export function createLaea({ ellipsoid, lat0, lon0, falseEasting, falseNorthing }: Laea): Projection {
  const { a, f } = ellipsoid;
  const e2 = f * (2 - f);
  const e = Math.sqrt(e2);
  const sin0 = Math.sin(lat0 * RADIANS);
  const qPole = authalic(1, e, e2);
  const radius = a * Math.sqrt(qPole / 2);
  const sinBeta0 = authalic(sin0, e, e2) / qPole;
  const cosBeta0 = Math.sqrt(1 - sinBeta0 * sinBeta0);
  const d = (a * Math.cos(lat0 * RADIANS)) / (Math.sqrt(1 - e2 * sin0 * sin0) * radius * cosBeta0);

  return {
    forward(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        const sinBeta = authalic(Math.sin(xy[i + 1]! * RADIANS), e, e2) / qPole;
        const cosBeta = Math.sqrt(1 - sinBeta * sinBeta);
        const turn = (xy[i]! - lon0) * RADIANS;
        const cosTurn = Math.cos(turn);
        const scale = radius * Math.sqrt(2 / (1 + sinBeta0 * sinBeta + cosBeta0 * cosBeta * cosTurn));
        const isPlace = Math.abs(xy[i + 1]!) <= 90 && scale < 1e8; // beyond: the antipode
        xy[i] = isPlace ? falseEasting + scale * d * cosBeta * Math.sin(turn) : NaN;
        xy[i + 1] = isPlace ? falseNorthing + (scale / d) * (cosBeta0 * sinBeta - sinBeta0 * cosBeta * cosTurn) : NaN;
      }
    },
    inverse(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        const x = (xy[i]! - falseEasting) / d;
        const y = (xy[i + 1]! - falseNorthing) * d;
        const rho = Math.sqrt(x * x + y * y);
        const angle = 2 * Math.asin(rho / (2 * radius)); // NaN beyond the disc that holds the world
        const sinA = Math.sin(angle);
        const cosA = Math.cos(angle);
        const sinBeta = rho === 0 ? sinBeta0 : cosA * sinBeta0 + (y * sinA * cosBeta0) / rho;
        const lon = lon0 + Math.atan2(x * sinA, rho * cosBeta0 * cosA - y * sinBeta0 * sinA) * DEGREES;
        xy[i] = lon - 360 * Math.floor((lon + 180) / 360);
        xy[i + 1] = Number.isNaN(angle) ? NaN : latitudeOf(qPole * sinBeta, e, e2) * DEGREES;
      }
    },
  };
}

/** q of the guidance note. */
function authalic(sinPhi: number, e: number, e2: number): number {
  return (1 - e2) * (sinPhi / (1 - e2 * sinPhi * sinPhi) + Math.atanh(e * sinPhi) / e);
}

/** Its inverse, radians, by Newton; Snyder 1987, equation 3-16. */
function latitudeOf(q: number, e: number, e2: number): number {
  let phi = Math.asin(Math.max(-1, Math.min(1, q / 2)));
  for (let step = 0; step < 8; step++) {
    const sinPhi = Math.sin(phi);
    const w = 1 - e2 * sinPhi * sinPhi;
    const move = ((q - authalic(sinPhi, e, e2)) * w * w) / (2 * (1 - e2) * Math.cos(phi));
    phi += move;
    if (!(Math.abs(move) > 1e-15)) break;
  }
  return phi;
}

export const laeaEurope = createLaea({
  ellipsoid: GRS80,
  lat0: 52,
  lon0: 10,
  falseEasting: 4_321_000,
  falseNorthing: 3_210_000,
});
