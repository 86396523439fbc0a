/** The age at which assets become poor, as a Weibull distribution: the other way to say how condition worsens. */
import { POOR } from './deterioration.ts';
import type { Passage } from './deterioration.ts';

/** What is known of one asset: it became poor between two ages; `to` infinite: not yet. */
export interface Lifetime {
  readonly from: number;
  readonly to: number;
}

export interface Weibull {
  /** Above 1: the older, the sooner. */
  readonly shape: number;
  /** Years after which 63 % are poor. */
  readonly scale: number;
  readonly logLikelihood: number;
  readonly lifetimes: number;
}

/** Share that is not poor at an age. */
export function survival({ shape, scale }: Pick<Weibull, 'shape' | 'scale'>, age: number): number {
  return age <= 0 ? 1 : Math.exp(-((age / scale) ** shape));
}

/** Chance to become poor within `years`, of what is not poor at `age`. */
export function chanceOfBecomingPoor(model: Pick<Weibull, 'shape' | 'scale'>, age: number, years: number): number {
  const now = survival(model, age);
  return now <= 0 ? 1 : 1 - survival(model, age + years) / now;
}

/**
 * Fits by maximum likelihood to lifetimes that are known to an interval, each to its own.
 *
 *     L = Π ( S(from) − S(to) ),  S(t) = exp(−(t / scale)^shape)
 *
 * @param lifetimes  Ages in years, `to` above `from`; null where fewer than five became poor: a shape is not to be seen.
 */
export function fitWeibull(lifetimes: readonly Lifetime[]): Weibull | null {
  if (lifetimes.filter(({ to }) => Number.isFinite(to)).length < 5) return null;
  const at = ([shape, scale]: readonly [number, number]) =>
    logLikelihoodOf(lifetimes, Math.exp(shape), Math.exp(scale));
  const begin: [number, number] = [Math.log(2), Math.log(Math.max(...lifetimes.map(({ from }) => from), 1))];
  const [shape, scale] = climb(at, begin);
  return {
    shape: Math.exp(shape),
    scale: Math.exp(scale),
    logLikelihood: at([shape, scale]),
    lifetimes: lifetimes.length,
  };
}

function logLikelihoodOf(lifetimes: readonly Lifetime[], shape: number, scale: number): number {
  let sum = 0;
  for (const { from, to } of lifetimes) {
    const later = Number.isFinite(to) ? survival({ shape, scale }, to) : 0;
    sum += Math.log(Math.max(survival({ shape, scale }, from) - later, 1e-300));
  }
  return sum;
}

/** Up a smooth hill in two directions: each step is halved where it no longer leads upwards. */
function climb(height: (at: readonly [number, number]) => number, begin: [number, number]): [number, number] {
  let at = begin;
  let best = height(at);
  for (let step = 0.5; step > 1e-7;) {
    const [x, y] = at;
    const tries = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j): [number, number] => [x + i * step, y + j * step]));
    const heights = tries.map(height);
    const most = Math.max(...heights);
    if (most > best) {
      best = most;
      at = tries[heights.indexOf(most)]!;
    } else step /= 2;
  }
  return at;
}

/** Of a passage that began at age 0, as inventories with one inspection each have. */
export function lifetimeOf({ to, years }: Passage): Lifetime {
  return to >= POOR ? { from: 0, to: years } : { from: years, to: Infinity };
}
