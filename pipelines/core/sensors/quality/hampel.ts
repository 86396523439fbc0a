/** Medians of sliding windows and how far readings are from them. */

/**
 * Calls `visit` with the median of the readings around each reading and their median absolute deviation from it. At the
 * ends windows are shorter, to both sides alike, so that a trend does not look like a departure; the first two and the last
 * two readings are not visited. One pass, no allocation but the window.
 *
 * @see Hampel 1974; Davies and Gather 1993, doi:10.1080/01621459.1993.10476339
 */
export function slideMedians(
  values: Float64Array,
  from: number,
  to: number,
  halfWindow: number,
  visit: (index: number, median: number, mad: number) => void,
): void {
  const window = new Float64Array(2 * halfWindow + 1);
  let length = 0;
  let low = from; // the window holds values[low … high − 1]
  let high = from;
  for (let i = from; i < to; i++) {
    let half = i - from < to - 1 - i ? i - from : to - 1 - i;
    if (half > halfWindow) half = halfWindow;
    while (low < i - half) length = remove(window, length, values[low++]!);
    while (high > i + half + 1) length = remove(window, length, values[--high]!);
    while (high <= i + half) length = insert(window, length, values[high++]!);
    if (half < 2) continue;
    visit(i, window[half]!, deviationAround(window, length, half));
  }
}

/** Median absolute deviation of `2 half + 1` sorted values from the one in the middle. */
export function deviationAround(sorted: Float64Array, length: number, half: number): number {
  const middle = sorted[half]!;
  let left = half - 1;
  let right = half + 1;
  let deviation = 0;
  for (let taken = 0; taken < half; taken++) {
    const below = left >= 0 ? middle - sorted[left]! : Infinity;
    const above = right < length ? sorted[right]! - middle : Infinity;
    if (below <= above) {
      deviation = below;
      left--;
    } else {
      deviation = above;
      right++;
    }
  }
  return deviation;
}

/** @returns the new length. */
export function insert(sorted: Float64Array, length: number, value: number): number {
  let k = length;
  while (k > 0 && sorted[k - 1]! > value) {
    sorted[k] = sorted[k - 1]!;
    k--;
  }
  sorted[k] = value;
  return length + 1;
}

/** @returns the new length. */
export function remove(sorted: Float64Array, length: number, value: number): number {
  let k = 0;
  while (k < length - 1 && sorted[k] !== value) k++;
  for (; k < length - 1; k++) sorted[k] = sorted[k + 1]!;
  return length - 1;
}
