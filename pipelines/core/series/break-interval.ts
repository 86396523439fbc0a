/** How well a break is dated: the distribution of Bai for the place where two regressions meet. */
import { scaledTail } from './normal.ts';

/** The two segments at a break, seen along the change of their coefficients. */
export interface BreakContrast {
  /** δ' Q δ: mean square of the change of the line over the points before and after. */
  readonly before: number;
  readonly after: number;
  /** Residual variance before and after. */
  readonly varianceBefore: number;
  readonly varianceAfter: number;
}

/**
 * Interval around an estimated break, in points: the true one lies from `low` to `high` points after it.
 *
 * @param level  Such as 0.95.
 * @returns null where one side is so much noisier that the distribution cannot be turned into an interval.
 * @see Bai 1997, Estimation of a change point in multiple regression models, https://doi.org/10.1162/003465397557132
 */
export function breakInterval(contrast: BreakContrast, level: number): { low: number; high: number } | null {
  const { before, after, varianceBefore, varianceAfter } = contrast;
  const xi = after / before;
  const phi = xi * (varianceAfter / varianceBefore);
  const tail = (1 - level) / 2;
  const atZero = leftTail(0, xi, phi);
  if (!(atZero > tail && atZero < 1 - tail)) return null;
  const unit = varianceBefore / before;
  const left = solve((x) => leftTail(x, xi, phi), tail);
  const right = solve((x) => rightTail(x, xi, phi), tail);
  // the break is estimated too late by as much as the argmax is positive
  return { low: -Math.ceil(right * unit), high: -Math.floor(-left * unit) };
}

/**
 * P(argmax ≤ −x) of a process that is W(s) − |s|/2 to the left of 0 and √φ W(s) − ξ s/2 to its right: Bai's formula, with
 * the common factor exp(−x/8) taken out so that nothing overflows.
 */
export function leftTail(x: number, xi: number, phi: number): number {
  const ratio = xi / phi;
  const root = Math.sqrt(x);
  const c = (phi * (phi + 2 * xi)) / (xi * (phi + xi));
  const d = (phi + 2 * xi) ** 2 / ((phi + xi) * xi);
  return (
    Math.exp(-x / 8) *
    ((d - 2 + x / 2) * scaledTail(root / 2) - c * scaledTail((0.5 + ratio) * root) - root / Math.sqrt(2 * Math.PI))
  );
}

/** P(argmax > x): the same process seen from the other side, in units in which its right half is W(s) − |s|/2. */
export function rightTail(x: number, xi: number, phi: number): number {
  return leftTail((x * xi * xi) / phi, 1 / xi, 1 / phi);
}

/** The x at which a falling tail has come down to `level`. */
function solve(tail: (x: number) => number, level: number): number {
  let high = 1;
  while (tail(high) > level) high *= 2;
  let low = 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) > level) low = middle;
    else high = middle;
  }
  return high;
}
