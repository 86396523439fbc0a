/** Moving sums of residuals: whether a regression holds through the whole series. */

export interface MosumTest {
  /** Largest moving sum, in units of σ √n. */
  readonly statistic: number;
  /** Between 0.001, the smallest that the table tells, and 1. */
  readonly p: number;
}

/**
 * The OLS-MOSUM test of Chu, Hornik and Kuan.
 *
 * @param residuals  Of an ordinary least-squares fit, in the order of time.
 * @param columns  Number of coefficients of that fit.
 * @param bandwidth  Share of the series that a moving sum takes, 0.05 to 0.5.
 * @see Chu, Hornik & Kuan 1995, MOSUM tests for parameter constancy, https://doi.org/10.1093/biomet/82.3.603
 */
export function mosumTest(residuals: Float64Array, columns: number, bandwidth: number): MosumTest {
  const n = residuals.length;
  const width = Math.floor(n * bandwidth);
  let [sum, largest, squares] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    squares += residuals[i]! ** 2;
    sum += residuals[i]! - (i >= width ? residuals[i - width]! : 0);
    if (i >= width - 1 && Math.abs(sum) > largest) largest = Math.abs(sum);
  }
  const statistic = squares > 0 ? largest / Math.sqrt((squares / (n - columns)) * n) : 0;
  return { statistic, p: tailOf(statistic, bandwidth) };
}

const TAILS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001];
const FIRST_BANDWIDTH = 0.05;
const BANDWIDTH_STEP = 0.05;

/**
 * The statistic that is exceeded with the probabilities of `TAILS`, for bandwidths 0.05, 0.10, … 0.50: quantiles of
 * max |B(t + h) − B(t)| of a Brownian bridge, from 100,000 simulated ones of 2000 steps (test/core/series/reference/mosum_table.py).
 */
const QUANTILES: readonly (readonly number[])[] = [
  [0, 0.616, 0.703, 0.754, 0.801, 0.858, 0.896, 0.934, 1.019],
  [0, 0.771, 0.903, 0.981, 1.05, 1.129, 1.185, 1.24, 1.341],
  [0, 0.855, 1.024, 1.122, 1.205, 1.304, 1.377, 1.445, 1.566],
  [0, 0.905, 1.102, 1.217, 1.316, 1.429, 1.508, 1.585, 1.748],
  [0, 0.933, 1.154, 1.282, 1.395, 1.525, 1.614, 1.691, 1.862],
  [0, 0.946, 1.186, 1.325, 1.447, 1.588, 1.683, 1.778, 1.965],
  [0, 0.951, 1.205, 1.35, 1.478, 1.63, 1.729, 1.825, 2.017],
  [0, 0.948, 1.209, 1.362, 1.495, 1.648, 1.758, 1.855, 2.05],
  [0, 0.939, 1.208, 1.362, 1.499, 1.655, 1.762, 1.859, 2.071],
  [0, 0.931, 1.199, 1.357, 1.493, 1.656, 1.757, 1.856, 2.071],
];

/** Linear between bandwidths, and in the logarithm of p between quantiles. */
function tailOf(statistic: number, bandwidth: number): number {
  const row = Math.min(Math.max((bandwidth - FIRST_BANDWIDTH) / BANDWIDTH_STEP, 0), QUANTILES.length - 1);
  const low = Math.min(Math.floor(row), QUANTILES.length - 2);
  const at = (k: number) => QUANTILES[low]![k]! + (row - low) * (QUANTILES[low + 1]![k]! - QUANTILES[low]![k]!);
  for (let k = 1; k < TAILS.length; k++) {
    if (statistic > at(k)) continue;
    const share = (statistic - at(k - 1)) / (at(k) - at(k - 1));
    return Math.exp(Math.log(TAILS[k - 1]!) + share * Math.log(TAILS[k]! / TAILS[k - 1]!));
  }
  return TAILS.at(-1)!;
}
