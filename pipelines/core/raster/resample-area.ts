/**
 * Average and mode over the source pixels that a target pixel covers. What it covers is, as in GDAL, the box between
 * the source positions of its upper left and lower right corner.
 */
import type { Floats, FloatSource } from './resample.ts';
import { positionsAt } from './warp-plan.ts';
import type { WarpPlan } from './warp-plan.ts';

/** A side of the box this near a pixel's edge, in source pixels, lies on it. */
const SNAP = 1e-8;
/** The box may be this much narrower than the pixel's side is long before it is widened: see `spanOf`. */
const LEAST_SHARE = 0.7;

/** One side of a target pixel's box in pixels of the window: the whole pixels [first, end) and its own ends. */
interface Span {
  first: number;
  end: number;
  min: number;
  max: number;
}

type Reduce = (data: Floats, mask: Uint8Array | null, stride: number, cols: Span, rows: Span) => number;

/** Area-weighted mean of the valid pixels. @returns how many target pixels are valid. */
export function average(plan: WarpPlan, source: FloatSource, out: Floats, outMask: Uint8Array): number {
  return overBoxes(plan, source, out, outMask, mean);
}

/**
 * The value that most valid pixels have, each counted once whatever its share; of several the one that reaches the
 * highest count first, row by row. @returns how many target pixels are valid.
 */
export function mode(plan: WarpPlan, source: FloatSource, out: Floats, outMask: Uint8Array): number {
  return overBoxes(plan, source, out, outMask, mostFrequent);
}

function overBoxes(plan: WarpPlan, source: FloatSource, out: Floats, outMask: Uint8Array, reduce: Reduce): number {
  const { width, height } = plan.target;
  const { data, mask, window } = source;
  let [upperX, upperY, lowerX, lowerY] = Array.from({ length: 4 }, () => new Float64Array(width + 1)) as Corners;
  positionsAt(plan, 0, 0, width + 1, upperX, upperY);
  const cols: Span = { first: 0, end: 0, min: 0.5, max: 0.5 };
  const rows: Span = { first: 0, end: 0, min: 0.5, max: 0.5 };
  let valid = 0;
  for (let row = 0, i = 0; row < height; row++) {
    positionsAt(plan, row + 1, 0, width + 1, lowerX, lowerY);
    for (let col = 0; col < width; col++, i++) {
      out[i] = outMask[i] = 0;
      setSpan(cols, upperX[col]!, upperX[col + 1]!, lowerX[col]!, lowerX[col + 1]!, window.col, window.width);
      setSpan(rows, upperY[col]!, upperY[col + 1]!, lowerY[col]!, lowerY[col + 1]!, window.row, window.height);
      if (cols.end <= cols.first || rows.end <= rows.first) continue;
      const value = reduce(data, mask, window.width, cols, rows);
      if (Number.isNaN(value)) continue;
      out[i] = value;
      outMask[i] = 1;
      valid++;
    }
    [upperX, lowerX] = [lowerX, upperX];
    [upperY, lowerY] = [lowerY, upperY];
  }
  return valid;
}

type Corners = [Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * One axis of the box from the four corners (upper left, upper right, lower left, lower right). In rasters turned
 * against each other the diagonal that GDAL looks at shrinks, at 45° to nothing: then the pixel's own side counts.
 */
function setSpan(span: Span, ul: number, ur: number, ll: number, lr: number, offset: number, size: number): void {
  let min = Math.min(ul, lr) - offset;
  let max = Math.max(ul, lr) - offset;
  const least = LEAST_SHARE * Math.sqrt((ur - ul) * (ur - ul) + (ll - ul) * (ll - ul)); // hypot is ten times slower
  if (max - min < least) {
    const middle = (min + max) / 2;
    min = middle - least / 2;
    max = middle + least / 2;
  }
  min = Math.max(0, min);
  max = Math.min(size, max);
  const first = Math.floor(min + SNAP);
  let end = Math.ceil(max - SNAP);
  if (end === first && end < size) end++;
  if (!(max - min > SNAP)) end = first; // outside, or no place at all
  span.min = min;
  span.max = max;
  span.first = first;
  span.end = end;
}

/** How much of the span's pixel `k` lies in it; a span within one pixel has that whole. */
function share({ first, end, min, max }: Span, k: number): number {
  if (end - first === 1) return 1;
  if (k === first) return first + 1 - min;
  return k === end - 1 ? max - k : 1;
}

function mean(data: Floats, mask: Uint8Array | null, stride: number, cols: Span, rows: Span): number {
  const last = cols.end - 1;
  const left = share(cols, cols.first);
  const right = share(cols, last);
  let sum = 0;
  let weights = 0;
  for (let row = rows.first; row < rows.end; row++) {
    const wy = share(rows, row);
    const start = row * stride;
    let line = 0;
    let lineWeights = 0;
    for (let col = cols.first; col <= last; col++) {
      if (mask !== null && mask[start + col] === 0) continue;
      const wx = col === cols.first ? left : col === last ? right : 1;
      line += data[start + col]! * wx;
      lineWeights += wx;
    }
    sum += line * wy;
    weights += lineWeights * wy;
  }
  return weights > 0 ? sum / weights : NaN;
}

/** Up to so many pixels a list is searched; above, a map. */
const LIST_UP_TO = 100;
const listValues = new Float64Array(LIST_UP_TO);
const listCounts = new Int32Array(LIST_UP_TO);

function mostFrequent(data: Floats, mask: Uint8Array | null, stride: number, cols: Span, rows: Span): number {
  if ((cols.end - cols.first) * (rows.end - rows.first) > LIST_UP_TO)
    return mostFrequentOfMany(data, mask, stride, cols, rows);
  let distinct = 0;
  let best = NaN;
  let most = 0;
  for (let row = rows.first; row < rows.end; row++)
    for (let at = row * stride + cols.first, end = row * stride + cols.end; at < end; at++) {
      if (mask !== null && mask[at] === 0) continue;
      const value = data[at]!;
      let k = 0;
      while (k < distinct && listValues[k] !== value) k++;
      if (k === distinct) {
        listValues[k] = value;
        listCounts[k] = 0;
        distinct++;
      }
      const count = ++listCounts[k]!;
      if (count > most) {
        most = count;
        best = value;
      }
    }
  return best;
}

function mostFrequentOfMany(data: Floats, mask: Uint8Array | null, stride: number, cols: Span, rows: Span): number {
  const counts = new Map<number, number>();
  let best = NaN;
  let most = 0;
  for (let row = rows.first; row < rows.end; row++)
    for (let at = row * stride + cols.first, end = row * stride + cols.end; at < end; at++) {
      if (mask !== null && mask[at] === 0) continue;
      const value = data[at]!;
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      if (count > most) {
        most = count;
        best = value;
      }
    }
  return best;
}
