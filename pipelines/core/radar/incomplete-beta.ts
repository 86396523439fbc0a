/** The regularised incomplete beta function, which the F distribution is made of. */

/**
 * I_x(a, b) for 0 ≤ x ≤ 1 and positive a, b; some 1e-13 relative.
 * @see Abramowitz & Stegun 26.5.8 (continued fraction, by the method of Lentz) and 6.6.3 (the mirror)
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return front / (a * fraction(x, a, b));
}

const TINY = 1e-300;
const MOST_STEPS = 1000;

/** 1 + d₁ / (1 + d₂ / (1 + …)). */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let i = 1; i <= MOST_STEPS; i++) {
    const m = i >> 1;
    const step =
      i % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + step * d);
    c = away(1 + step / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

function away(from: number): number {
  return Math.abs(from) < TINY ? TINY : from;
}

/** Stirling's series, after the argument was raised to where it converges. @see Abramowitz & Stegun 6.1.41 */
function logGamma(x: number): number {
  let [z, raised] = [x, 0];
  for (; z < 15; z++) raised += Math.log(z);
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - raised;
}
