/**
 * A model through an empirical variogram by Cressie's weights N / γ(h)², γ being the model's own. Fitted again and again
 * with the weights of the fit before, as gstat does (`fit.method = 2`), it comes to rest where
 *
 *     Σ N (γ̂ / γ + ln γ)
 *
 * is least (its derivative is the equation that gstat solves). That is minimised here: nugget and partial sill, neither
 * below 0, for each range; the range by golden section, so that no first guess can lead astray.
 * @see Cressie 1985, https://doi.org/10.1007/BF01032109
 */
import { PlatformError } from '../errors.ts';
import type { EmpiricalVariogram, VariogramClass } from './empirical-variogram.ts';
import { LEAST_CLASSES } from './empirical-variogram.ts';
import { correlationAt } from './variogram-model.ts';
import type { Variogram, VariogramModel } from './variogram-model.ts';

export interface FittedVariogram extends Variogram {
  /** Σ N (γ̂ / γ − 1 − ln(γ̂ / γ)) / Σ N: 0 where the model goes through all classes. */
  readonly misfit: number;
}

/** Ranges that are tried: from a quarter of the shortest distance to four times the longest, 12 for each factor of ten. */
const TRIES_PER_DECADE = 12;
const REACH = 4;
const ROUNDS = 60;

/**
 * @returns the models, the one that fits best first; of equally good ones the first that was asked for.
 * @throws {PlatformError} `parameter-invalid` where fewer than four classes have pairs
 */
export function fitVariograms(
  { classes, cutoff }: EmpiricalVariogram,
  models: readonly VariogramModel[],
): FittedVariogram[] {
  if (classes.length < LEAST_CLASSES)
    throw new PlatformError(
      'parameter-invalid',
      `The stations are too few for a variogram to be fitted (${classes.length} classes of distance have pairs, ${LEAST_CLASSES} are needed); give one, such as --variogram spherical,NUGGET,PARTIAL_SILL,RANGE`,
    );
  if (classes.every(({ semivariance }) => semivariance === 0))
    return models.map((model) => ({ model, nugget: 0, partialSill: 0, range: cutoff, misfit: 0 }));
  const fits = models.map((model) => fitModel(classes, model));
  return fits.sort((a, b) => a.misfit - b.misfit); // stable
}

function fitModel(classes: readonly VariogramClass[], model: VariogramModel): FittedVariogram {
  const low = Math.log(classes[0]!.distance / REACH);
  const high = Math.log(classes.at(-1)!.distance * REACH);
  const steps = Math.ceil(((high - low) / Math.LN10) * TRIES_PER_DECADE);
  const at = (logRange: number) => fitSills(classes, model, Math.exp(logRange));
  let best = 0;
  let least = Infinity;
  for (let k = 0; k <= steps; k++) {
    const { objective } = at(low + ((high - low) * k) / steps);
    if (objective < least) [best, least] = [k, objective];
  }
  const logRange = goldenSection(
    (v) => at(v).objective,
    low + ((high - low) * Math.max(0, best - 1)) / steps,
    low + ((high - low) * Math.min(steps, best + 1)) / steps,
  );
  const { nugget, partialSill, objective } = at(logRange);
  const total = classes.reduce((sum, { pairs }) => sum + pairs, 0);
  const floor = leastOf(classes);
  const perfect = classes.reduce(
    (sum, { pairs, semivariance: s }) => sum + pairs * (1 + Math.log(Math.max(s, floor))),
    0,
  );
  return { model, nugget, partialSill, range: Math.exp(logRange), misfit: (objective - perfect) / total };
}

interface Sills {
  readonly nugget: number;
  readonly partialSill: number;
  readonly objective: number;
}

/** γ is linear in nugget and partial sill: weighted least squares, the weights of the last fit, steps halved until better. */
function fitSills(classes: readonly VariogramClass[], model: VariogramModel, range: number): Sills {
  const rises = classes.map(({ distance }) => 1 - correlationAt(model, distance / range));
  const floor = leastOf(classes);
  const gamma = (nugget: number, sill: number, k: number) => Math.max(floor, nugget + sill * rises[k]!);
  const judge = (nugget: number, sill: number) => {
    let sum = 0;
    for (const [k, { semivariance, pairs }] of classes.entries()) {
      const g = gamma(nugget, sill, k);
      sum += pairs * (semivariance / g + Math.log(g));
    }
    return sum;
  };
  const total = classes.reduce((sum, { pairs }) => sum + pairs, 0);
  const mean = classes.reduce((sum, { pairs, semivariance }) => sum + pairs * semivariance, 0) / total;
  let [nugget, sill] = [mean / 2, mean / 2];
  let objective = judge(nugget, sill);
  for (let round = 0; round < ROUNDS; round++) {
    const weights = classes.map(({ pairs }, k) => pairs / gamma(nugget, sill, k) ** 2);
    const [toNugget, toSill] = solveWeighted(classes, rises, weights);
    let step = 1;
    let next = judge(toNugget, toSill);
    while (next > objective && step > 1e-6) {
      step /= 2;
      next = judge(nugget + step * (toNugget - nugget), sill + step * (toSill - sill));
    }
    if (!(next < objective)) break;
    nugget += step * (toNugget - nugget);
    sill += step * (toSill - sill);
    const gained = objective - next;
    objective = next;
    if (gained < 1e-14 * total) break;
  }
  return { nugget, partialSill: sill, objective };
}

/** Least squares with neither number below 0. */
function solveWeighted(
  classes: readonly VariogramClass[],
  rises: readonly number[],
  weights: readonly number[],
): [nugget: number, sill: number] {
  let [s1, sr, srr, sv, srv] = [0, 0, 0, 0, 0];
  for (const [k, { semivariance }] of classes.entries()) {
    const [w, r] = [weights[k]!, rises[k]!];
    s1 += w;
    sr += w * r;
    srr += w * r * r;
    sv += w * semivariance;
    srv += w * r * semivariance;
  }
  const determinant = s1 * srr - sr * sr;
  if (determinant > 1e-12 * s1 * srr) {
    const nugget = (sv * srr - srv * sr) / determinant;
    const sill = (srv * s1 - sv * sr) / determinant;
    if (nugget >= 0 && sill >= 0) return [nugget, sill];
    if (nugget < 0) return [0, srv / srr];
  }
  return [sv / s1, 0];
}

/** A model is not let below a millionth of the largest semivariance: equal values in a class would draw it to nothing. */
function leastOf(classes: readonly VariogramClass[]): number {
  return 1e-6 * Math.max(...classes.map(({ semivariance }) => semivariance));
}

function goldenSection(f: (v: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  while (high - low > 1e-9) {
    if (fa <= fb) {
      [high, b, fb] = [b, a, fa];
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return (low + high) / 2;
}
