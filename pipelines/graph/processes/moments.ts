/** Statistics of plain numbers, where NaN makes the result NaN. */

/** Sample variance in two passes, which loses no digits to a large mean; NaN for one number, as n - 1 is 0. */
export function variance(values: readonly number[]): number {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / (n - 1);
}

/** Quantiles by linear interpolation between order statistics (type 7). @param probabilities  0 to 1 each. */
export function quantile(values: readonly number[], probabilities: readonly number[]): readonly number[] {
  if (values.some(Number.isNaN)) return probabilities.map(() => Number.NaN);
  const sorted = Float64Array.from(values).sort();
  return probabilities.map((probability) => {
    const place = (sorted.length - 1) * probability;
    const below = Math.floor(place);
    const rest = place - below;
    // a neighbour with weight 0 may be infinite, and 0 · ∞ is NaN
    return rest === 0 ? sorted[below]! : sorted[below]! * (1 - rest) + sorted[below + 1]! * rest;
  });
}
