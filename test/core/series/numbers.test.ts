import { describe, expect, it } from 'vitest';
import { fitLeastSquares, leverage } from '../../../pipelines/core/series/least-squares.ts';
import { minimise } from '../../../pipelines/core/series/nelder-mead.ts';
import { normalQuantile, scaledTail, twoSidedTail } from '../../../pipelines/core/series/normal.ts';
import reference from './reference/series.json' with { type: 'json' };

describe('the normal distribution', () => {
  it('keeps the digits of its tails', () => {
    const { z, twoSided } = reference.normal;
    for (const [i, x] of z.entries())
      expect(Math.abs(twoSidedTail(x) / twoSided[i]! - 1), `z ${x}`).toBeLessThan(2e-12);
  });

  it('has quantiles', () => {
    const { p, quantile } = reference.normal;
    for (const [i, share] of p.entries()) expect(normalQuantile(share), `p ${share}`).toBeCloseTo(quantile[i]!, 6);
  });

  it('has a scaled tail that meets the plain one', () => {
    for (const u of [0, 0.5, 2, 3.5, 3.6, 8])
      expect(scaledTail(u) / ((Math.exp((u * u) / 2) * twoSidedTail(u)) / 2)).toBeCloseTo(1, 11);
    expect(scaledTail(1e4) * 1e4 * Math.sqrt(2 * Math.PI)).toBeCloseTo(1, 7);
  });
});

describe('least squares', () => {
  const { y, coefficients, rss, leverage: expected } = reference.leastSquares;
  const rows = Float64Array.from(y, (_, i) => i);
  const columns = [rows.map(() => 1), rows, rows.map(Math.sin)];

  it('are those of numpy', () => {
    const fit = fitLeastSquares(columns, Float64Array.from(y))!;
    for (const [i, value] of coefficients.entries()) expect(fit.coefficients[i]).toBeCloseTo(value, 11);
    expect(fit.rss).toBeCloseTo(rss, 10);
    expect(leverage(fit, [1, 40, 0.3])).toBeCloseTo(expected, 11);
  });

  it('have no answer where columns depend on each other, or are too many', () => {
    expect(fitLeastSquares([columns[0]!, columns[1]!, rows.map((i) => 2 - 3 * i)], Float64Array.from(y))).toBeNull();
    expect(
      fitLeastSquares(
        columns.map((column) => column.subarray(0, 2)),
        Float64Array.of(1, 2),
      ),
    ).toBeNull();
  });
});

describe('the simplex', () => {
  it('comes down a bent valley', () => {
    const rosenbrock = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 20 * (y! - x! * x!) ** 2 + 1;
    const { x, value } = minimise(rosenbrock, [-1.2, 1], 0.5);
    expect(value).toBeCloseTo(1, 4);
    expect(x[0]).toBeCloseTo(1, 1);
  });
});
