/** The normal distribution: tails that keep their digits where p is small, and quantiles. */

/**
 * Two-sided tail P(|Z| > |z|) of the standard normal distribution: erfc(|z| / √2).
 *
 * By the series of the error function below 3, by the continued fraction beyond: 1e-13 relative and better down to
 * the smallest doubles.
 * @see Abramowitz & Stegun 7.1.6 and 7.1.14
 */
export function twoSidedTail(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** P(Z ≤ z). */
function normalCdf(z: number): number {
  return z < 0 ? erfc(-z / Math.SQRT2) / 2 : 1 - erfc(z / Math.SQRT2) / 2;
}

function erfc(x: number): number {
  if (x > 27.3) return 0;
  return x < 2.5 ? 1 - erfSeries(x) : Math.exp(-x * x) / (Math.sqrt(Math.PI) * continuedFraction(x));
}

/** 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5…(2n + 1)): all terms are positive, nothing cancels. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from the back: erfc(x) = exp(−x²) / (√π · this). */
function continuedFraction(x: number): number {
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return fraction;
}

/** exp(u² / 2) · P(Z > u), which neither overflows nor vanishes where its factors do. */
export function scaledTail(u: number): number {
  const x = u / Math.SQRT2;
  return x < 2.5 ? (Math.exp(x * x) * erfc(x)) / 2 : 1 / (2 * Math.sqrt(Math.PI) * continuedFraction(x));
}

/** The z below which a share `p` (between 0 and 1) lies, by Newton's method on `normalCdf`. */
export function normalQuantile(p: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? -Infinity : Infinity;
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  // Abramowitz & Stegun 26.2.22, within 3e-3; four steps of Newton do the rest
  let z = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
  if (p < 0.5) z = -z;
  for (let i = 0; i < 4; i++) z -= (normalCdf(z) - p) / (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
  return z;
}
