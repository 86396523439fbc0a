/**
 * Where clouds may throw shadows: every cloud is moved along the sun's rays over a range of heights. The view is taken as
 * from straight above: Sentinel-2 looks at up to 10.3 degrees from it, which moves a cloud at 3 km by up to 550 m across
 * the track.
 * @see Z. Zhu, C. Woodcock, Object-based cloud and cloud shadow detection in Landsat imagery, 2012 (heights 200 to 12000 m)
 */
import type { Halo, PixelSize } from './dilate.ts';

export interface Sun {
  /** Degrees from grid north, clockwise: where the sun stands. */
  readonly azimuth: number;
  /** Degrees above the horizon, more than 0. */
  readonly elevation: number;
}

export interface CloudHeights {
  /** Metres above the ground. */
  readonly low: number;
  readonly high: number;
}

/** One step away from the sun in pixels: 1 along the longer axis; and how many steps the nearest and farthest shadow lies. */
interface Ray {
  readonly along: 'cols' | 'rows';
  /** Direction along the longer axis, 1 or −1. */
  readonly sign: number;
  /** Pixels along the other axis for each along the longer. */
  readonly slope: number;
  readonly near: number;
  readonly far: number;
}

function rayOf({ azimuth, elevation }: Sun, { low, high }: CloudHeights, pixel: PixelSize): Ray {
  const angle = (azimuth * Math.PI) / 180;
  const cols = -Math.sin(angle) / pixel.width; // pixels a metre
  const rows = Math.cos(angle) / pixel.height;
  const longest = Math.max(Math.abs(cols), Math.abs(rows));
  const metres = 1 / Math.tan((elevation * Math.PI) / 180); // of shadow for each metre of height
  const near = Math.round(low * metres * longest);
  const far = Math.max(near, Math.round(high * metres * longest));
  return Math.abs(cols) >= Math.abs(rows)
    ? { along: 'cols', sign: Math.sign(cols), slope: rows / Math.abs(cols), near, far }
    : { along: 'rows', sign: Math.sign(rows), slope: cols / Math.abs(rows), near, far };
}

/** How many pixels around a window may hold the clouds whose shadows fall into it. */
export function shadowHalo(sun: Sun, heights: CloudHeights, pixel: PixelSize): Halo {
  const { along, far, slope } = rayOf(sun, heights, pixel);
  const other = Math.ceil(far * Math.abs(slope)) + 1;
  return along === 'cols' ? { cols: far, rows: other } : { cols: other, rows: far };
}

/**
 * Marks what may lie in the shadow of a cloud.
 * @param clouds  Not 0 = cloud, row-major; give it a halo of `shadowHalo` and cut the result.
 * @param origin  Column and row of its first pixel in the raster: rays are drawn through the raster's pixels, so that
 *   windows agree with each other.
 * @returns 1 = some cloud of a height in the range has its shadow here.
 */
export function projectShadows(
  clouds: Uint8Array,
  width: number,
  origin: { readonly col: number; readonly row: number },
  sun: Sun,
  heights: CloudHeights,
  pixel: PixelSize,
): Uint8Array {
  const height = clouds.length / width;
  const out = new Uint8Array(clouds.length);
  const { along, sign, slope, near, far } = rayOf(sun, heights, pixel);
  const isCols = along === 'cols';
  const steps = isCols ? width : height;
  const lanes = isCols ? height : width;
  const step = isCols ? 1 : width;
  const lane = isCols ? width : 1;
  const firstStep = isCols ? origin.col : origin.row;
  // Rays are lines of pixels, each shifted sideways by a whole number that depends on the step alone: all pixels are
  // visited once, and a ray is known by where it would meet step 0 of the raster.
  const shift = Int32Array.from({ length: steps }, (_, s) => Math.round((firstStep + s) * sign * slope));
  const [lowest, highest] = [Math.min(shift[0]!, shift[steps - 1]!), Math.max(shift[0]!, shift[steps - 1]!)];
  const rays = lanes + highest - lowest;
  const last = new Int32Array(rays).fill(-far - near - 2); // step of the latest cloud that is near steps behind, or farther
  for (let s = 0; s < steps; s++) {
    const at = sign > 0 ? s : steps - 1 - s;
    const before = sign > 0 ? at - near : at + near;
    const isInside = before >= 0 && before < steps;
    for (let l = 0; l < lanes; l++) {
      const ray = l - shift[at]! + highest;
      if (isInside) {
        const from = ray + shift[before]! - highest;
        if (from >= 0 && from < lanes && clouds[before * step + from * lane] !== 0) last[ray] = s - near;
      }
      if (s - last[ray]! <= far) out[at * step + l * lane] = 1;
    }
  }
  return out;
}
