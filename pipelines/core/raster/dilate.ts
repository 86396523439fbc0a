/**
 * Growing what is set by a distance in metres, exactly: a pixel is set when its centre lies within the radius of the
 * centre of a pixel that was set. Two passes of O(1) a pixel, whatever the radius.
 */

/** Size of a pixel in metres along each axis; the two may differ. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

export interface Halo {
  /** Pixels to the left and to the right. */
  readonly cols: number;
  /** Pixels above and below. */
  readonly rows: number;
}

/** Radii that are whole pixels stay so, whatever the last digits of the pixel's size. */
const ROUNDING = 1 + 1e-9;

/**
 * How many pixels around a window decide what is set in it. A window that is read with this halo, dilated and cut gives
 * what the whole raster dilated gives there.
 * @param radiusMetres  Not negative.
 */
export function dilationHalo(radiusMetres: number, pixel: PixelSize): Halo {
  const reach = radiusMetres * ROUNDING;
  return { cols: Math.floor(reach / pixel.width), rows: Math.floor(reach / pixel.height) };
}

/**
 * Grows what is set.
 * @param set  Not 0 = set, row-major, `width` columns; beyond its edges nothing is set, so give it a halo of
 *   `dilationHalo` and cut the result.
 * @param radiusMetres  From centre to centre, inclusive; below the size of a pixel nothing grows.
 * @param into  Receives 1 = set, 0 = not; may be `set` itself. Default: new memory.
 * @see A. Meijster, J. Roerdink, W. Hesselink, A General Algorithm for Computing Distance Transforms in Linear Time,
 *   2000, whose first pass this is; with the radius known, the second needs no minimum: each pixel of a row reaches so
 *   many columns to both sides.
 */
export function dilate(
  set: Uint8Array,
  width: number,
  radiusMetres: number,
  pixel: PixelSize,
  into: Uint8Array = new Uint8Array(set.length),
): Uint8Array {
  const { cols, rows } = dilationHalo(radiusMetres, pixel);
  const far = Math.min(rows, Math.ceil(set.length / width)) + 1;
  const gaps = rowGaps(set, width, far);
  const reach = new Int32Array(far + 1).fill(-1);
  for (let gap = 0; gap < far; gap++) {
    const side = (radiusMetres * ROUNDING) ** 2 - (gap * pixel.height) ** 2;
    if (side >= 0) reach[gap] = Math.min(cols, Math.floor(Math.sqrt(side) / pixel.width));
  }
  for (let start = 0; start < set.length; start += width) {
    const end = start + width;
    let until = -1; // the last pixel that one to the left reaches
    for (let i = start; i < end; i++) {
      const side = reach[gaps[i]!]!;
      if (side >= 0 && i + side > until) until = i + side;
      into[i] = i <= until ? 1 : 0;
    }
    let from = end; // the first that one to the right reaches
    for (let i = end - 1; i >= start; i--) {
      const side = reach[gaps[i]!]!;
      if (side >= 0 && i - side < from) from = i - side;
      if (i >= from) into[i] = 1;
    }
  }
  return into;
}

/**
 * Rows between each pixel and the nearest set one of its column, `far` where it is that far or farther.
 * @param far  At least 1.
 */
export function rowGaps(set: Uint8Array, width: number, far: number): Uint16Array | Uint32Array {
  const gaps = far < 65535 ? new Uint16Array(set.length) : new Uint32Array(set.length);
  for (let i = 0; i < set.length; i++) {
    const above = i < width ? far : gaps[i - width]!;
    gaps[i] = set[i] !== 0 ? 0 : above < far ? above + 1 : far;
  }
  for (let i = set.length - width - 1; i >= 0; i--) {
    const below = gaps[i + width]! + 1;
    if (below < gaps[i]!) gaps[i] = below;
  }
  return gaps;
}
