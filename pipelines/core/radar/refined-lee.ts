/** The refined Lee filter: statistics of the half of a 7 × 7 window that lies on the pixel's side of an edge. */
import { eachRowOfMoments } from './box-moments.ts';
import type { Frame } from './frame.ts';
import { strideOf } from './frame.ts';

/** The window that the filter is defined for. */
export const REFINED_LEE_SIDE = 7;
const HALF = 3;

/** Positions in the window of the 28 pixels on one side of a line through its middle, line included. */
type HalfWindow = readonly (readonly [col: number, row: number])[];

function halfWindow(isInside: (col: number, row: number) => boolean): HalfWindow {
  const pixels: [number, number][] = [];
  for (let row = -HALF; row <= HALF; row++)
    for (let col = -HALF; col <= HALF; col++) if (isInside(col, row)) pixels.push([col, row]);
  return pixels;
}

/** The halves on either side of the edge that each of the four gradients of `chooseSide` stands for. */
const EDGES = [
  { low: halfWindow((col) => col <= 0), high: halfWindow((col) => col >= 0) },
  { low: halfWindow((col, row) => col <= row), high: halfWindow((col, row) => col >= row) },
  { low: halfWindow((_, row) => row >= 0), high: halfWindow((_, row) => row <= 0) },
  { low: halfWindow((col, row) => col >= -row), high: halfWindow((col, row) => col <= -row) },
] as const;

const WHOLE = halfWindow(() => true);

/**
 *     x̂ = m + b (z − m),   b = (s² − m² σ²) / ((1 + σ²) s²),   σ² = 1 / L
 *
 * Means of the nine 3 × 3 squares of the window (two apart) give the gradient in four directions; the strongest is taken for
 * an edge. Of its two sides that counts whose middle mean is nearer to the centre's. Where one of the nine squares has no
 * valid pixel there is no gradient, and the whole window counts.
 *
 * @param values  Backscatter in linear power, with a halo of 3 pixels or more; NaN where invalid.
 * @param out  Of the frame's result; NaN where the pixel itself is invalid.
 * @see Lee (1981), CGIP 15(4) 380–389, https://doi.org/10.1016/S0146-664X(81)80018-4; Lee & Pottier (2009), Polarimetric
 *   Radar Imaging, § 5.3
 */
export function refinedLeeFilter(values: Float32Array, frame: Frame, looks: number, out: Float32Array): void {
  const stride = strideOf(frame);
  const { width, height, halo } = frame;
  const squares = squareMeans(values, frame);
  const offsets = EDGES.map(({ low, high }) => [offsetsOf(low, stride), offsetsOf(high, stride)] as const);
  const whole = offsetsOf(WHOLE, stride);
  for (let row = 0; row < height; row++)
    for (let col = 0; col < width; col++) {
      const at = (row + halo) * stride + col + halo;
      const z = values[at]!;
      const side = z === z ? chooseSide(squares.means, (row + 2) * squares.stride + col + 2, squares.stride) : -1;
      const pixels = side < 0 ? whole : offsets[side >> 1]![side & 1]!;
      out[row * width + col] = z === z ? filterPixel(values, at, z, pixels, looks) : NaN;
    }
}

function offsetsOf(pixels: HalfWindow, stride: number): Int32Array {
  return Int32Array.from(pixels, ([col, row]) => row * stride + col);
}

/** Means of the 3 × 3 squares around the pixels of the result and two around it. */
function squareMeans(values: Float32Array, frame: Frame): { means: Float64Array; stride: number } {
  const wider = {
    width: frame.width + 4,
    height: frame.height + 4,
    halo: frame.halo - 2,
    col: frame.col - 2,
    row: frame.row - 2,
  };
  const means = new Float64Array(wider.width * wider.height);
  eachRowOfMoments(values, wider, 3, (row, { count, sum }) => {
    const to = row * wider.width;
    for (let col = 0; col < wider.width; col++) means[to + col] = sum[col]! / count[col]!;
  });
  return { means, stride: wider.width };
}

/**
 * The gradient of the 3 × 3 means a b c / d e f / g h i, and the side that the centre belongs to.
 * @returns twice the direction, plus 1 for the high side; −1 where a square is empty.
 */
function chooseSide(means: Float64Array, at: number, stride: number): number {
  const up = at - 2 * stride;
  const down = at + 2 * stride;
  const [a, b, c] = [means[up - 2]!, means[up]!, means[up + 2]!];
  const [d, e, f] = [means[at - 2]!, means[at]!, means[at + 2]!];
  const [g, h, i] = [means[down - 2]!, means[down]!, means[down + 2]!];
  let best = Math.abs(c + f + i - a - d - g);
  let direction = 0;
  const diagonal = Math.abs(b + c + f - d - g - h);
  if (diagonal > best) [best, direction] = [diagonal, 1];
  const vertical = Math.abs(a + b + c - g - h - i);
  if (vertical > best) [best, direction] = [vertical, 2];
  const other = Math.abs(a + b + d - f - h - i);
  if (other > best) [best, direction] = [other, 3];
  if (best !== best) return -1;
  const low = direction === 0 ? d : direction === 1 ? g : direction === 2 ? h : i;
  const high = direction === 0 ? f : direction === 1 ? c : direction === 2 ? b : a;
  return 2 * direction + (Math.abs(high - e) < Math.abs(low - e) ? 1 : 0);
}

function filterPixel(values: Float32Array, at: number, z: number, pixels: Int32Array, looks: number): number {
  let [n, sum, squares] = [0, 0, 0];
  for (let k = 0; k < pixels.length; k++) {
    const v = values[at + pixels[k]!]!;
    if (v !== v) continue;
    n++;
    sum += v;
    squares += v * v;
  }
  if (n < 2) return z;
  const mean = sum / n;
  const variance = (squares - sum * mean) / (n - 1);
  const signal = (variance - (mean * mean) / looks) / (1 + 1 / looks);
  return signal > 0 ? mean + (signal / variance) * (z - mean) : mean;
}
