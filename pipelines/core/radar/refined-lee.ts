/** The refined Lee filter: statistics of the half of a 7 × 7 window that lies on the pixel's side of an edge. */
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

/** Means of the 3 × 3 squares around the pixels of the result and two around it; NaN where one has no valid pixel. */
function squareMeans(values: Float32Array, frame: Frame): { means: Float64Array; stride: number } {
  const stride = frame.width + 4;
  const rows = frame.height + 4;
  const means = new Float64Array(stride * rows);
  const triples = [0, 1, 2].map(() => ({ sum: new Float64Array(stride), count: new Uint8Array(stride) }));
  for (let row = 0; row < rows + 2; row++) {
    sumTriples(values, (row + frame.halo - 3) * strideOf(frame) + frame.halo - 3, triples[row % 3]!);
    if (row < 2) continue;
    const [top, middle, bottom] = [triples[(row + 1) % 3]!, triples[(row + 2) % 3]!, triples[row % 3]!];
    meanOfTriples(top, middle, bottom, means.subarray((row - 2) * stride, (row - 1) * stride));
  }
  return { means, stride };
}

interface Triples {
  readonly sum: Float64Array;
  readonly count: Uint8Array;
}

/** Three pixels from each on. */
function sumTriples(values: Float32Array, start: number, { sum, count }: Triples): void {
  for (let i = 0; i < sum.length; i++) {
    const a = values[start + i]!;
    const b = values[start + i + 1]!;
    const c = values[start + i + 2]!;
    const isWhole = a + b + c === a + b + c;
    sum[i] = isWhole ? a + b + c : (a === a ? a : 0) + (b === b ? b : 0) + (c === c ? c : 0);
    count[i] = isWhole ? 3 : (a === a ? 1 : 0) + (b === b ? 1 : 0) + (c === c ? 1 : 0);
  }
}

/** Always from top to bottom, so that the sum does not depend on where the frame begins. */
function meanOfTriples(top: Triples, middle: Triples, bottom: Triples, out: Float64Array): void {
  for (let i = 0; i < out.length; i++)
    out[i] = (top.sum[i]! + middle.sum[i]! + bottom.sum[i]!) / (top.count[i]! + middle.count[i]! + bottom.count[i]!);
}

/**
 * The gradient of the 3 × 3 means a b c / d e f / g h i, and the side that the centre belongs to.
 * @returns twice the direction, plus 1 for the high side; −1 where a square is empty.
 */
function chooseSide(means: Float64Array, at: number, stride: number): number {
  const up = at - 2 * stride;
  const down = at + 2 * stride;
  const a = means[up - 2]!;
  const b = means[up]!;
  const c = means[up + 2]!;
  const d = means[at - 2]!;
  const e = means[at]!;
  const f = means[at + 2]!;
  const g = means[down - 2]!;
  const h = means[down]!;
  const i = means[down + 2]!;
  const across = Math.abs(c + f + i - a - d - g);
  const falling = Math.abs(b + c + f - d - g - h);
  const along = Math.abs(a + b + c - g - h - i);
  const rising = Math.abs(a + b + d - f - h - i);
  const best = Math.max(across, falling, along, rising);
  if (best !== best) return -1;
  // Of equal gradients the first, as in the paper's order
  if (across === best) return isNearer(f, d, e);
  if (falling === best) return 2 + isNearer(c, g, e);
  if (along === best) return 4 + isNearer(b, h, e);
  return 6 + isNearer(a, i, e);
}

function isNearer(high: number, low: number, centre: number): 0 | 1 {
  return Math.abs(high - centre) < Math.abs(low - centre) ? 1 : 0;
}

function filterPixel(values: Float32Array, at: number, z: number, pixels: Int32Array, looks: number): number {
  let n = 0;
  let sum = 0;
  let squares = 0;
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
