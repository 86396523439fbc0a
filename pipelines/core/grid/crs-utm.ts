/**
 * Transverse Mercator by Krüger's series to the sixth order in n, summed by Clenshaw's scheme: nanometres within a
 * zone and for thousands of kilometres around it.
 * @see Karney 2011, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85, equations 7–36
 */
import { DEGREES, RADIANS } from './crs-projection.ts';
import type { Ellipsoid, Projection } from './crs-projection.ts';

export interface UtmZone {
  readonly ellipsoid: Ellipsoid;
  /** Degrees. */
  readonly centralMeridian: number;
  readonly southern: boolean;
}

const SCALE = 0.9996;
const FALSE_EASTING = 500_000;
const FALSE_NORTHING_SOUTH = 10_000_000;
/** Some 45° beside the central meridian; farther out the series loses its accuracy and a UTM number its sense. */
const MAX_ETA = 0.9;
const HALF_PI = Math.PI / 2;

export function createUtm({ ellipsoid, centralMeridian, southern }: UtmZone): Projection {
  const { a, f } = ellipsoid;
  const n = f / (2 - f);
  const e = Math.sqrt(f * (2 - f));
  const oneMinusE2 = 1 - e * e;
  const radius = (SCALE * a * (1 + n ** 2 / 4 + n ** 4 / 64 + n ** 6 / 256)) / (1 + n);
  const northing0 = southern ? FALSE_NORTHING_SOUTH : 0;
  const alpha = forwardSeries(n);
  const beta = inverseSeries(n).map((c) => -c);
  const sum = new Float64Array(2);

  return {
    forward(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        let turn = xy[i]! - centralMeridian;
        turn -= 360 * Math.floor((turn + 180) / 360);
        const lambda = turn * RADIANS;
        const sinPhi = Math.sin(xy[i + 1]! * RADIANS);
        const t = Math.sinh(Math.atanh(sinPhi) - e * Math.atanh(e * sinPhi));
        const cosLambda = Math.cos(lambda);
        const eta = Math.asinh(Math.sin(lambda) / Math.sqrt(t * t + cosLambda * cosLambda));
        // At a pole t is infinite and the formula's limit comes out by itself.
        if (!(Math.abs(turn) < 90 && Math.abs(eta) <= MAX_ETA && Math.abs(xy[i + 1]!) <= 90)) {
          xy[i] = xy[i + 1] = NaN;
          continue;
        }
        addSeries(sum, alpha, Math.atan2(t, cosLambda), eta);
        xy[i] = FALSE_EASTING + radius * sum[1]!;
        xy[i + 1] = northing0 + radius * sum[0]!;
      }
    },
    inverse(xy) {
      for (let i = 0; i < xy.length; i += 2) {
        const xi = (xy[i + 1]! - northing0) / radius;
        const eta = (xy[i]! - FALSE_EASTING) / radius;
        if (!(Math.abs(xi) <= HALF_PI && Math.abs(eta) <= MAX_ETA)) {
          xy[i] = xy[i + 1] = NaN;
          continue;
        }
        addSeries(sum, beta, xi, eta);
        const cosXi = Math.cos(sum[0]!);
        const sinhEta = Math.sinh(sum[1]!);
        const lambda = Math.atan2(sinhEta, cosXi);
        const conformal = Math.sin(sum[0]!) / Math.sqrt(sinhEta * sinhEta + cosXi * cosXi);
        const lon = centralMeridian + lambda * DEGREES;
        xy[i] = lon - 360 * Math.floor((lon + 180) / 360);
        xy[i + 1] = Math.atan(geodeticTangent(conformal, e, oneMinusE2)) * DEGREES;
      }
    },
  };
}

/** `ξ + iη + Σ cⱼ sin 2j(ξ + iη)` into `out`: Clenshaw's recurrence on complex numbers, Karney's equation 11. */
function addSeries(out: Float64Array, c: readonly number[], xi: number, eta: number): void {
  const cos = Math.cos(2 * xi);
  const sin = Math.sin(2 * xi);
  const cosh = Math.cosh(2 * eta);
  const sinh = Math.sinh(2 * eta);
  const re = 2 * cos * cosh;
  const im = -2 * sin * sinh;
  let re1 = 0;
  let im1 = 0;
  let re2 = 0;
  let im2 = 0;
  for (let j = c.length - 1; j >= 0; j--) {
    const nextRe = re * re1 - im * im1 - re2 + c[j]!;
    const nextIm = re * im1 + im * re1 - im2;
    re2 = re1;
    im2 = im1;
    re1 = nextRe;
    im1 = nextIm;
  }
  out[0] = xi + sin * cosh * re1 - cos * sinh * im1;
  out[1] = eta + sin * cosh * im1 + cos * sinh * re1;
}

/** tan φ out of the tangent of the conformal latitude, by Newton: Karney's equations 19–21. */
function geodeticTangent(conformal: number, e: number, oneMinusE2: number): number {
  if (Math.abs(conformal) > 1e8) return conformal / oneMinusE2;
  let tau = conformal / oneMinusE2;
  for (let k = 0; k < 5; k++) {
    const root = Math.sqrt(1 + tau * tau);
    const sigma = Math.sinh(e * Math.atanh((e * tau) / root));
    const guess = tau * Math.sqrt(1 + sigma * sigma) - sigma * root;
    const step =
      ((conformal - guess) / Math.sqrt(1 + guess * guess)) * ((1 + oneMinusE2 * tau * tau) / (oneMinusE2 * root));
    tau += step;
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(tau))) break;
  }
  return tau;
}

/** Karney's equation 35: α₁ … α₆. */
function forwardSeries(n: number): number[] {
  const [n2, n3, n4, n5, n6] = [n ** 2, n ** 3, n ** 4, n ** 5, n ** 6];
  return [
    n / 2 - (2 / 3) * n2 + (5 / 16) * n3 + (41 / 180) * n4 - (127 / 288) * n5 + (7891 / 37800) * n6,
    (13 / 48) * n2 - (3 / 5) * n3 + (557 / 1440) * n4 + (281 / 630) * n5 - (1983433 / 1935360) * n6,
    (61 / 240) * n3 - (103 / 140) * n4 + (15061 / 26880) * n5 + (167603 / 181440) * n6,
    (49561 / 161280) * n4 - (179 / 168) * n5 + (6601661 / 7257600) * n6,
    (34729 / 80640) * n5 - (3418889 / 1995840) * n6,
    (212378941 / 319334400) * n6,
  ];
}

/** Karney's equation 36: β₁ … β₆. */
function inverseSeries(n: number): number[] {
  const [n2, n3, n4, n5, n6] = [n ** 2, n ** 3, n ** 4, n ** 5, n ** 6];
  return [
    n / 2 - (2 / 3) * n2 + (37 / 96) * n3 - (1 / 360) * n4 - (81 / 512) * n5 + (96199 / 604800) * n6,
    (1 / 48) * n2 + (1 / 15) * n3 - (437 / 1440) * n4 + (46 / 105) * n5 - (1118711 / 3870720) * n6,
    (17 / 480) * n3 - (37 / 840) * n4 - (209 / 4480) * n5 + (5569 / 90720) * n6,
    (4397 / 161280) * n4 - (11 / 504) * n5 - (830251 / 7257600) * n6,
    (4583 / 161280) * n5 - (108847 / 3991680) * n6,
    (20648693 / 638668800) * n6,
  ];
}
