/** From a stack of dates as it is read, date after date, to the bands of an analysis, pixel after pixel. */
import type { Series } from '../series.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';

/** What has been read of one date: value = number · scale + offset, in double precision; NaN and infinity are none. */
export interface DateValues {
  readonly numbers: Float32Array | Float64Array;
  readonly scale: number;
  readonly offset: number;
}

/** Pixels whose dates are brought together at a time: 70 dates of them fit into the nearest cache. */
const TOGETHER = 64;

/**
 * Analyses every pixel of a window. Nothing is allocated per pixel here; the analyst may.
 *
 * @param days  Of the dates, strictly ascending, in days since 1970.
 * @param dates  One per day, all of the same length.
 * @param out  One array per band of the analyst, as long as those of a date; NaN where there is no result.
 */
export function runPixels(
  analyst: PixelAnalyst,
  days: Float64Array,
  dates: readonly DateValues[],
  out: readonly Float32Array[],
): void {
  const count = days.length;
  const pixels = dates[0]?.numbers.length ?? 0;
  const gathered = new Float64Array(TOGETHER * count);
  const known = createKnown(days);
  const all = { days, values: new Float64Array(count), mask: new Uint8Array(count) };
  const pixel = { all, known: known.of(0) };
  const numbers = new Float64Array(out.length);
  for (let start = 0; start < pixels; start += TOGETHER) {
    const end = Math.min(pixels, start + TOGETHER);
    for (let k = 0; k < count; k++) transpose(dates[k]!, start, end, gathered, k, count);
    for (let i = start; i < end; i++) {
      const from = (i - start) * count;
      pixel.known = known.of(sift(gathered, from, all.values, all.mask, days, known.days, known.values));
      numbers.fill(NaN);
      analyst.analyse(pixel, numbers);
      for (let b = 0; b < out.length; b++) out[b]![i] = numbers[b]!;
    }
  }
}

function transpose(
  { numbers, scale, offset }: DateValues,
  start: number,
  end: number,
  gathered: Float64Array,
  date: number,
  count: number,
): void {
  for (let i = start, at = date; i < end; i++, at += count) gathered[at] = numbers[i]! * scale + offset;
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
    const valid = value - value === 0 ? 1 : 0; // neither NaN nor infinite
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
