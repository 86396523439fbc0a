/** Landscape, season and sky → digital numbers, as a Level-2A product of baseline 05.11 stores them. */
import { COVERS, OPTICS } from '../landscape/cover.ts';
import type { Landscape } from '../landscape/landscape.ts';
import { dayOfYear, greenFraction } from '../landscape/phenology.ts';
import { hash } from '../random.ts';
import type { Overpass } from './dates.ts';
import type { Sky } from './sky.ts';

/** DN = reflectance · 10000 + 1000: BOA_QUANTIFICATION_VALUE and −BOA_ADD_OFFSET since baseline 04.00. */
export const QUANTIFICATION = 10000;
export const ADD_OFFSET = -1000;

/** Reflectance of thick cloud in the order of `BANDS`. */
const CLOUD = [0.68, 0.66, 0.66, 0.7, 0.67, 0.7, 0.46, 0.36] as const;
/** What haze adds to a clear sky, in the same order. */
const HAZE = [0.012, 0.008, 0.006, 0.002, 0.004, 0.002, 0.001, 0.001] as const;
const SHIFTS = 32;

/** Fraction of living leaf per pixel, 0 to 255, on a date. */
export function createGreenness(landscape: Landscape, cover: Uint8Array, overpass: Overpass): Uint8Array {
  const day = dayOfYear(overpass.datetime);
  const table = new Float32Array(COVERS.length * SHIFTS);
  COVERS.forEach((name, code) => {
    for (let k = 0; k < SHIFTS; k++) table[code * SHIFTS + k] = greenFraction(name, day, k - SHIFTS / 2, overpass);
  });
  const { vigour, texture } = landscape;
  const green = new Uint8Array(cover.length);
  for (let i = 0; i < cover.length; i++) {
    const v = vigour[i]!;
    const f = table[cover[i]! * SHIFTS + ((v * 37) & (SHIFTS - 1))]! * (0.74 + v * 0.00102);
    const uneven = f * (1 + texture[i]! * 0.0007) * 255;
    green[i] = uneven <= 0 ? 0 : uneven >= 255 ? 255 : uneven;
  }
  return green;
}

export interface BandInput {
  readonly landscape: Landscape;
  readonly cover: Uint8Array;
  readonly green: Uint8Array;
  readonly sky: Sky;
  /** Index into `BANDS`. */
  readonly band: number;
  readonly seed: number;
}

/** Digital numbers of a 10 m band, row-major. */
export function renderBand10(input: BandInput): Uint16Array {
  const { width, height } = input.landscape.grid;
  const out = new Uint16Array(width * height);
  const row = new Float32Array(width);
  const reflect = createRowReflector(input);
  for (let y = 0; y < height; y++) {
    reflect(y, row);
    for (let x = 0; x < width; x++) out[y * width + x] = toDn(row[x]!, hash(x, y, input.seed));
  }
  return out;
}

/** Digital numbers of a 20 m band: each the mean of four 10 m pixels. */
export function renderBand20(input: BandInput): Uint16Array {
  const { width, height } = input.landscape.grid;
  const w = width >> 1;
  const h = height >> 1;
  const out = new Uint16Array(w * h);
  const upper = new Float32Array(width);
  const lower = new Float32Array(width);
  const reflect = createRowReflector(input);
  for (let y = 0; y < h; y++) {
    reflect(2 * y, upper);
    reflect(2 * y + 1, lower);
    for (let x = 0; x < w; x++) {
      const mean = (upper[2 * x]! + upper[2 * x + 1]! + lower[2 * x]! + lower[2 * x + 1]!) / 4;
      out[y * w + x] = toDn(mean, hash(x, y, input.seed));
    }
  }
  return out;
}

/** Sensor noise grows with the signal; the sum of two bytes is near enough to a bell. */
function toDn(reflectance: number, chance: number): number {
  const noise = ((chance & 255) + ((chance >>> 8) & 255) - 255) * (0.000012 + reflectance * 0.00003);
  const dn = (reflectance + noise) * QUANTIFICATION - ADD_OFFSET + 0.5;
  return dn < 1 ? 1 : dn > 65535 ? 65535 : dn;
}

function createRowReflector({
  landscape,
  cover,
  green,
  sky,
  band,
}: BandInput): (row: number, out: Float32Array) => void {
  const { grid, texture } = landscape;
  const bare = Float32Array.from(COVERS, (c) => OPTICS[c].bare[band]!);
  const span = Float32Array.from(COVERS, (c) => OPTICS[c].green[band]! - OPTICS[c].bare[band]!);
  const rough = Float32Array.from(COVERS, (c) => OPTICS[c].texture / 127);
  const cloudy = CLOUD[band]!;
  const haze = HAZE[band]!;
  return (row, out) => {
    const start = row * grid.width;
    for (let x = 0; x < grid.width; x++) {
      const i = start + x;
      const c = cover[i]!;
      let r = (bare[c]! + (span[c]! * green[i]!) / 255) * (1 + rough[c]! * texture[i]!) + haze;
      if (sky.shadow[i] === 1) r *= 0.52;
      const t = sky.cloud[i]!;
      if (t > 0) r += (cloudy * (0.92 + texture[i]! * 0.0006) - r) * (t / 255);
      out[x] = r;
    }
  };
}
