/** Season and trend by regression, carried on; what is left of the last observation fades away. */
import type { Frame, Projection } from './forecaster.ts';
import { harmonicColumns } from './harmonic.ts';
import type { Fit } from './least-squares.ts';
import { combine, fitLeastSquares, leverage } from './least-squares.ts';

const MAX_ORDER = 4;
/** An autocorrelation nearer to 1 is a trend in disguise. */
const MAX_CORRELATION = 0.98;

/**
 * Level, trend and as many harmonics as BIC asks for, with residuals that follow an AR(1) process in places.
 * The variance has three parts: noise, what fades of it, and that of the coefficients (widened by the autocorrelation).
 */
export function forecastHarmonic(frame: Frame): Projection | null {
  const { days, values, mask, seasons, periodDays } = frame;
  const known = Array.from(values.keys()).filter((i) => mask[i] === 1);
  const y = Float64Array.from(known, (i) => values[i]!);
  const shape = (order: number) => ({ order, trend: true, period: periodDays, origin: days[0]! });
  const at = Float64Array.from(known, (i) => days[i]!);
  let chosen: { readonly order: number; readonly fit: Fit; readonly bic: number } | null = null;
  for (let order = 0; order <= Math.min(MAX_ORDER, Math.floor((seasons - 1) / 2)); order++) {
    const columns = harmonicColumns(at, shape(order));
    const fit = y.length > columns.length + 2 ? fitLeastSquares(columns, y) : null;
    if (fit === null) break;
    const bic = y.length * Math.log(fit.rss + Number.MIN_VALUE) + columns.length * Math.log(y.length);
    if (chosen === null || bic < chosen.bic) chosen = { order, fit, bic };
  }
  if (chosen === null) return null;
  const { fit, order } = chosen;
  const residuals = y.map((value, i) => value - fit.fitted[i]!);
  const correlation = firstCorrelation(known, residuals);
  const variance = fit.rss / (y.length - fit.coefficients.length);
  const ahead = harmonicColumns(days.subarray(values.length), shape(order));
  const mean = combine(ahead, fit.coefficients);
  const inflation = (1 + correlation) / (1 - correlation);
  const deviation = mean.map((_, h) => {
    const fade = correlation ** (values.length + h - known.at(-1)!);
    mean[h]! += fade * residuals.at(-1)!;
    const row = ahead.map((column) => column[h]!);
    return Math.sqrt(variance * (1 - fade * fade + inflation * leverage(fit, row)));
  });
  return { mean, deviation };
}

/** Over pairs of neighbouring places that were both observed; negative ones count as none. */
function firstCorrelation(places: readonly number[], residuals: Float64Array): number {
  let [products, squares] = [0, 0];
  for (let k = 1; k < places.length; k++) {
    if (places[k]! - places[k - 1]! !== 1) continue;
    products += residuals[k]! * residuals[k - 1]!;
    squares += residuals[k - 1]! ** 2;
  }
  return squares > 0 ? Math.min(MAX_CORRELATION, Math.max(0, products / squares)) : 0;
}
