/**
 * A minimum of a function of a few variables without derivatives.
 *
 * @param start  Where to begin; the first simplex reaches `reach` from it along every axis.
 * @returns the best point after the simplex has shrunk to 1e-6 of the values, or 400 evaluations.
 * @see Nelder & Mead 1965, https://doi.org/10.1093/comjnl/7.4.308
 */
export function minimise(
  f: (x: readonly number[]) => number,
  start: readonly number[],
  reach: number,
): { x: readonly number[]; value: number } {
  let evaluations = 0;
  const at = (x: readonly number[]) => ({ x, value: (evaluations++, f(x)) });
  const simplex = [at(start), ...start.map((_, axis) => at(start.map((s, i) => (i === axis ? s + reach : s))))];
  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex.at(-1)!];
    if (evaluations > 400 || worst.value - best.value <= 1e-6 * Math.abs(best.value)) return best;
    const others = simplex.slice(0, -1);
    const centre = start.map((_, i) => others.reduce((sum, { x }) => sum + x[i]!, 0) / others.length);
    const along = (t: number) => at(centre.map((c, i) => c + t * (worst.x[i]! - c)));
    const reflected = along(-1);
    let better = reflected;
    if (reflected.value < best.value) {
      const expanded = along(-2);
      if (expanded.value < reflected.value) better = expanded;
    } else if (reflected.value >= others.at(-1)!.value) better = along(reflected.value < worst.value ? -0.5 : 0.5);
    if (better.value < worst.value) simplex[simplex.length - 1] = better;
    else
      for (let k = 1; k < simplex.length; k++)
        simplex[k] = at(simplex[k]!.x.map((x, i) => best.x[i]! + (x - best.x[i]!) / 2));
  }
}
