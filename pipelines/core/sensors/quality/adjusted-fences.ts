/** Where the body of a skewed distribution ends: the adjusted boxplot. */

/** Quantiles that stand for the series: the skewness of a distribution needs no more, and all pairs of them are looked at. */
const QUANTILES = 501;

/**
 * Interquartile ranges beyond the quartiles. With 1.5, the usual, seven of a thousand normal readings are outside; with 2,
 * one of a thousand, which a series of hours can bear.
 */
const REACH = 2;

/**
 * Fences beyond which readings are far from all others, wider on the side of the longer tail.
 *
 * @param sorted  Ascending, finite.
 * @returns null where the middle half is one value: no measure of far
 * @see Hubert and Vandervieren 2008, "An adjusted boxplot for skewed distributions", doi:10.1016/j.csda.2007.11.008
 */
export function adjustedFences(sorted: Float64Array): { readonly lower: number; readonly upper: number } | null {
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const spread = q3 - q1;
  if (!(spread > 0)) return null;
  const skew = medcouple(sorted);
  const reach = REACH * spread;
  return {
    lower: q1 - reach * Math.exp(skew >= 0 ? -4 * skew : -3 * skew),
    upper: q3 + reach * Math.exp(skew >= 0 ? 3 * skew : 4 * skew),
  };
}

/**
 * Robust skewness, −1 to 1: the median of ((b − m) − (m − a)) / (b − a) over readings a below and b above the median m.
 * @see Brys, Hubert and Struyf 2004, "A robust measure of skewness", doi:10.1198/106186004X12632
 */
export function medcouple(sorted: Float64Array): number {
  const middle = quantile(sorted, 0.5);
  const below: number[] = [];
  const above: number[] = [];
  for (let k = 0; k < QUANTILES; k++) {
    const value = quantile(sorted, k / (QUANTILES - 1));
    if (value <= middle) below.push(value);
    if (value >= middle) above.push(value);
  }
  const kernel = new Float64Array(below.length * above.length);
  let n = 0;
  for (const a of below) for (const b of above) kernel[n++] = b > a ? (b - middle - (middle - a)) / (b - a) : 0;
  kernel.sort();
  return (kernel[(n - 1) >> 1]! + kernel[n >> 1]!) / 2;
}

/** Between two readings, linear. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const k = Math.floor(place);
  const next = sorted[Math.min(k + 1, sorted.length - 1)]!;
  return sorted[k]! + (place - k) * (next - sorted[k]!);
}
