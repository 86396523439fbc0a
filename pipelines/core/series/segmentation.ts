/** Where a series of straight lines breaks: least squares over all ways to cut it (Bai and Perron). */

export interface Segmentation {
  /** Number of points before each break, ascending: the index of the first point after it. */
  readonly breaks: readonly number[];
  /** Sum of squared residuals of the lines between them. */
  readonly rss: number;
  readonly bic: number;
}

/** Level and slope of a line, and the variance. */
const PARAMETERS = 3;

/**
 * The best segmentation for every number of breaks from 0 to `maxBreaks`.
 *
 * The triangle of residual sums is computed in O(n²) by updating means and moments, the cuts by dynamic programming.
 * BIC counts level, slope, break and variance as strucchange does: (k + 1)(m + 1) parameters for k columns and m breaks.
 *
 * @param times  Ascending.
 * @param minPoints  Least number of points of a segment, at least 3.
 * @see Bai & Perron 2003, https://doi.org/10.1002/jae.659; Zeileis et al. 2003, https://doi.org/10.1016/S0167-9473(03)00030-6
 */
export function segment(
  times: Float64Array,
  values: Float64Array,
  minPoints: number,
  maxBreaks: number,
): readonly Segmentation[] {
  const n = times.length;
  const rss = residualSums(times, values);
  const most = Math.max(0, Math.min(maxBreaks, Math.floor(n / minPoints) - 1));
  // cost[j]: least sum over the first j points with so many breaks; from[m][j]: where the last of them lies
  let cost = new Float64Array(n + 1).fill(Infinity);
  for (let j = minPoints; j <= n; j++) cost[j] = rss(0, j);
  const from: Int32Array[] = [];
  const found = [segmentationOf([], cost[n]!, n)];
  for (let m = 1; m <= most; m++) {
    const next = new Float64Array(n + 1).fill(Infinity);
    const cuts = new Int32Array(n + 1);
    for (let j = (m + 1) * minPoints; j <= n; j++)
      for (let i = m * minPoints; i <= j - minPoints; i++) {
        const sum = cost[i]! + rss(i, j);
        if (sum < next[j]!) {
          next[j] = sum;
          cuts[j] = i;
        }
      }
    from.push(cuts);
    cost = next;
    found.push(segmentationOf(trace(from, n), cost[n]!, n));
  }
  return found;
}

function trace(from: readonly Int32Array[], n: number): number[] {
  const breaks: number[] = [];
  for (let m = from.length - 1, j = n; m >= 0; m--) breaks.unshift((j = from[m]![j]!));
  return breaks;
}

function segmentationOf(breaks: readonly number[], rss: number, n: number): Segmentation {
  const bic =
    n * (Math.log(rss + Number.MIN_VALUE) + 1 - Math.log(n) + Math.log(2 * Math.PI)) +
    PARAMETERS * (breaks.length + 1) * Math.log(n);
  return { breaks, rss, bic };
}

/** @returns the residual sum of the line through points i … j − 1. */
function residualSums(times: Float64Array, values: Float64Array): (i: number, j: number) => number {
  const n = times.length;
  const start = (i: number) => i * n - (i * (i - 1)) / 2 - i; // of row i, in which j − 1 counts from i
  const sums = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0; i < n; i++) {
    let [meanT, meanV, tt, tv, vv] = [0, 0, 0, 0, 0];
    for (let j = i; j < n; j++) {
      const count = j - i + 1;
      const dt = times[j]! - meanT;
      const dv = values[j]! - meanV;
      const weight = (count - 1) / count;
      meanT += dt / count;
      meanV += dv / count;
      tt += dt * dt * weight;
      tv += dt * dv * weight;
      vv += dv * dv * weight;
      sums[start(i) + j] = count > 2 ? Math.max(0, vv - (tv * tv) / tt) : 0;
    }
  }
  return (i, j) => sums[start(i) + j - 1]!;
}
