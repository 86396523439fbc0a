import type { MedianFinder } from './select.ts';
import { OrderSorter } from './sort-order.ts';

/** Up to here all slopes are held at once: 2048 points, 17 MB. */
const MAX_HELD = 1 << 21;

/** Capacity of the finder that `theilSenSlope` needs for `n` points. */
export function slopeCapacity(n: number): number {
  const pairs = (n * (n - 1)) / 2;
  return pairs <= MAX_HELD ? pairs : n;
}

/**
 * The slope of Theil and Sen: the median of (v[j] − v[i]) / (t[j] − t[i]) over all pairs i < j.
 *
 * @param times  Strictly ascending; the slope is per their unit.
 * @param finder  Of at least `slopeCapacity(n)`; what is in it is lost.
 * @returns NaN for fewer than two points. Beyond 2048 points it is exact to 1e-12 of the steepest slope.
 * @see Sen 1968, https://doi.org/10.1080/01621459.1968.10480934
 */
export function theilSenSlope(times: Float64Array, values: Float64Array, n: number, finder: MedianFinder): number {
  const buffer = finder.values;
  if ((n * (n - 1)) / 2 > MAX_HELD) return longSlope(times, values, n, buffer);
  let k = 0;
  for (let i = 0; i < n - 1; i++) {
    const t = times[i]!;
    const v = values[i]!;
    for (let j = i + 1; j < n; j++) buffer[k++] = (values[j]! - v) / (times[j]! - t);
  }
  return finder.median(k);
}

/**
 * The same without holding slopes: those below s are the inversions of v − s·t, and merge sort counts inversions in
 * n log n. Bisection on s finds the two middle ranks.
 */
function longSlope(times: Float64Array, values: Float64Array, n: number, buffer: Float64Array): number {
  const sorter = new OrderSorter(n);
  const pairs = (n * (n - 1)) / 2;
  const counts = (slope: number) => {
    for (let i = 0; i < n; i++) buffer[i] = values[i]! - slope * (times[i]! - times[0]!);
    const below = sorter.sort(buffer, n);
    return { below, equal: tiedPairs(buffer, sorter.order, n) };
  };
  const ofRank = (rank: number) => {
    const flat = counts(0); // rounded values have many pairs of slope 0: found exactly
    if (flat.below <= rank && rank < flat.below + flat.equal) return 0;
    const steepest = steepestSlope(times, values, n);
    let [low, high] = flat.below > rank ? [-steepest, 0] : [0, steepest];
    for (let step = 0; step < 80; step++) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      const { below, equal } = counts(middle);
      if (below + equal > rank) high = middle;
      else low = middle;
    }
    return high;
  };
  return pairs % 2 === 1 ? ofRank((pairs - 1) / 2) : (ofRank(pairs / 2 - 1) + ofRank(pairs / 2)) / 2;
}

/** No pair is steeper than the steepest pair of neighbours. */
function steepestSlope(times: Float64Array, values: Float64Array, n: number): number {
  let steepest = 0;
  for (let i = 1; i < n; i++)
    steepest = Math.max(steepest, Math.abs((values[i]! - values[i - 1]!) / (times[i]! - times[i - 1]!)));
  return steepest;
}

/** Pairs of equal keys, of keys in ascending `order`. */
function tiedPairs(keys: Float64Array, order: Int32Array, n: number): number {
  let pairs = 0;
  for (let k = 1, run = 1; k < n; k++) {
    run = keys[order[k]!] === keys[order[k - 1]!] ? run + 1 : 1;
    pairs += run - 1;
  }
  return pairs;
}
