/**
 * Slope and shaded relief of heights, from the eight neighbours of a pixel.
 * @see Horn 1981, Hill shading and the reflectance map, Proceedings of the IEEE 69(1), https://doi.org/10.1109/PROC.1981.11918
 */

export interface ReliefGrid {
  /** Of the result; the heights have one pixel more on each side. */
  readonly width: number;
  readonly height: number;
  /** Metres on the ground between columns and rows, for each row of the result. */
  readonly cellX: Float64Array;
  readonly cellY: Float64Array;
}

export interface Light {
  /** Degrees from north, clockwise, from where the light comes. */
  readonly azimuth: number;
  /** Degrees above the horizon. */
  readonly altitude: number;
}

const RADIANS = Math.PI / 180;

/**
 * Degrees, 0 to 90; NaN where the pixel or one of its neighbours has no height.
 * @param heights  Metres, row-major, `(width + 2) · (height + 2)`.
 */
export function slopeOf(heights: Float32Array, grid: ReliefGrid): Float32Array {
  return walk(heights, grid, (dx, dy) => Math.atan(Math.hypot(dx, dy)) / RADIANS);
}

/** Brightness, 0 (dark) to 1; a level place has the sine of the light's altitude. Otherwise as `slopeOf`. */
export function hillshadeOf(heights: Float32Array, grid: ReliefGrid, { azimuth, altitude }: Light): Float32Array {
  const [sin, cos] = [Math.sin(altitude * RADIANS), Math.cos(altitude * RADIANS)];
  const [east, north] = [Math.sin(azimuth * RADIANS), Math.cos(azimuth * RADIANS)];
  // the normal of the ground is (−dx, −dy, 1), the light comes from (east · cos, north · cos, sin)
  return walk(heights, grid, (dx, dy) =>
    Math.max(0, (sin - cos * (dx * east + dy * north)) / Math.sqrt(1 + dx * dx + dy * dy)),
  );
}

/** @param of  From the rise to the east and to the north, metres a metre. */
function walk(heights: Float32Array, grid: ReliefGrid, of: (dx: number, dy: number) => number): Float32Array {
  const { width, height, cellX, cellY } = grid;
  const stride = width + 2;
  const out = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const [perX, perY] = [1 / (8 * cellX[row]!), 1 / (8 * cellY[row]!)];
    for (let col = 0; col < width; col++) {
      const at = row * stride + col; // of the neighbour up and left
      const [a, b, c] = [heights[at]!, heights[at + 1]!, heights[at + 2]!];
      const [d, e, f] = [heights[at + stride]!, heights[at + stride + 1]!, heights[at + stride + 2]!];
      const [g, h, i] = [heights[at + 2 * stride]!, heights[at + 2 * stride + 1]!, heights[at + 2 * stride + 2]!];
      const dx = (c + 2 * f + i - (a + 2 * d + g)) * perX;
      const dy = (a + 2 * b + c - (g + 2 * h + i)) * perY;
      out[row * width + col] = e === e ? of(dx, dy) : NaN;
    }
  }
  return out;
}
