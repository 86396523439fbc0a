/** From a stack of dates as it is read, date after date, to the bands of an analysis, pixel after pixel. */
import type { Series } from '../series.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';

/** Pixels whose dates are brought together at a time: 70 dates of them fit into the nearest cache. */
const TOGETHER = 64;

/**
 * Analyses every pixel of a window. Nothing is allocated per pixel here; the analyst may.
 *
 * @param days  Of the dates, strictly ascending, in days since 1970.
 * @param layers  One array per date, of the same length; NaN is no value.
 * @param out  One array per band of the analyst, as long as a layer; NaN where there is no result.
 */
export function runPixels(
  analyst: PixelAnalyst,
  days: Float64Array,
  layers: readonly (Float32Array | Float64Array)[],
  out: readonly Float32Array[],
): void {
  const dates = days.length;
  const pixels = layers[0]?.length ?? 0;
  const gathered = new Float64Array(TOGETHER * dates);
  const known = createKnown(days);
  const all = { days, values: new Float64Array(dates), mask: new Uint8Array(dates) };
  const pixel = { all, known: known.of(0) };
  const numbers = new Float64Array(out.length);
  for (let start = 0; start < pixels; start += TOGETHER) {
    const end = Math.min(pixels, start + TOGETHER);
    for (let k = 0; k < dates; k++) transpose(layers[k]!, start, end, gathered, k, dates);
    for (let i = start; i < end; i++) {
      const from = (i - start) * dates;
      pixel.known = known.of(sift(gathered, from, all.values, all.mask, days, known.days, known.values));
      numbers.fill(NaN);
      analyst.analyse(pixel, numbers);
      for (let b = 0; b < out.length; b++) out[b]![i] = numbers[b]!;
    }
  }
}

function transpose(
  layer: Float32Array | Float64Array,
  start: number,
  end: number,
  gathered: Float64Array,
  date: number,
  dates: number,
): void {
  for (let i = start, at = date; i < end; i++, at += dates) gathered[at] = layer[i]!;
}

/** Splits the dates of a pixel into those with a value and those without. @returns how many have one. */
function sift(
  gathered: Float64Array,
  from: number,
  values: Float64Array,
  mask: Uint8Array,
  days: Float64Array,
  knownDays: Float64Array,
  knownValues: Float64Array,
): number {
  let n = 0;
  for (let k = 0; k < days.length; k++) {
    const value = gathered[from + k]!;
    const valid = value === value ? 1 : 0;
    values[k] = value;
    mask[k] = valid;
    knownDays[n] = days[k]!;
    knownValues[n] = value;
    n += valid;
  }
  return n;
}

/** Series of the first n of two buffers; the views of each length are made once. */
function createKnown(days: Float64Array) {
  const buffer = { days: new Float64Array(days.length + 1), values: new Float64Array(days.length + 1) };
  const views: (Series | undefined)[] = [];
  const of = (n: number): Series =>
    (views[n] ??= { days: buffer.days.subarray(0, n), values: buffer.values.subarray(0, n) });
  return { ...buffer, of };
}
