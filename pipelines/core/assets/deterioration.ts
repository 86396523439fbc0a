/**
 * How condition worsens: a Markov chain in continuous time over the scores 1 to 6 that only ever goes to the next one, so
 * that a model is five rates. Fitted by maximum likelihood to pairs of inspections at any distance in time.
 *
 * @see J.D. Kalbfleisch, J.F. Lawless, "The Analysis of Panel Data Under a Markov Assumption", JASA 80 (1985), 863-871
 */

/** What two inspections of one asset say: it was `from`, and `years` later `to`; no work was done in between. */
export interface Passage {
  readonly from: number;
  readonly to: number;
  readonly years: number;
  /** How many there are of the kind; default 1. */
  readonly count?: number;
}

export interface Deterioration {
  /** Of leaving the scores 1 to 5 for the next, per year. */
  readonly rates: readonly number[];
  /** Of the logarithms of the rates, row-major 5 × 5. */
  readonly covariance: readonly number[];
  readonly passages: number;
  /** Without the prior. */
  readonly logLikelihood: number;
}

export const STATES = 6;
const RATES = STATES - 1;
/** Weight of the prior, in passages: enough for a score that was never left, next to nothing where there is a history. */
const PRIOR_WEIGHT = 1;

/** Chances of each score, given each: row-major 6 × 6. Taylor series of the scaled generator, squared up. */
export function transition(rates: readonly number[], years: number): Float64Array {
  const fastest = Math.max(...rates) * years;
  const squarings = Math.max(0, Math.ceil(Math.log2(Math.max(fastest, 1e-300) / 0.25)));
  const step = years / 2 ** squarings;
  let matrix = new Float64Array(STATES * STATES);
  let term = new Float64Array(STATES * STATES);
  for (let i = 0; i < STATES; i++) matrix[i * STATES + i] = term[i * STATES + i] = 1;
  for (let k = 1; k <= 12; k++) {
    term = timesGenerator(term, rates, step / k);
    for (let i = 0; i < matrix.length; i++) matrix[i]! += term[i]!;
  }
  for (let k = 0; k < squarings; k++) matrix = square(matrix);
  return matrix;
}

/** `matrix · Q · step`, with Q of the rates on two diagonals. */
function timesGenerator(matrix: Float64Array, rates: readonly number[], step: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(STATES * STATES);
  for (let i = 0; i < STATES; i++)
    for (let j = i; j < STATES; j++) {
      const stays = j < RATES ? -rates[j]! * matrix[i * STATES + j]! : 0;
      const comes = j > 0 ? rates[j - 1]! * matrix[i * STATES + j - 1]! : 0;
      out[i * STATES + j] = (stays + comes) * step;
    }
  return out;
}

function square(a: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(STATES * STATES);
  for (let i = 0; i < STATES; i++)
    for (let j = i; j < STATES; j++) {
      let sum = 0;
      for (let k = i; k <= j; k++) sum += a[i * STATES + k]! * a[k * STATES + j]!;
      out[i * STATES + j] = sum;
    }
  return out;
}

/** Scores `years` on, of a distribution over the scores now. */
export function carryForward(now: readonly number[], model: Pick<Deterioration, 'rates'>, years: number): number[] {
  if (years <= 0) return [...now];
  return multiply(now, transition(model.rates, years));
}

export function multiply(now: readonly number[], matrix: Float64Array): number[] {
  const then = Array.from<number>({ length: STATES }).fill(0);
  for (let i = 0; i < STATES; i++) for (let j = i; j < STATES; j++) then[j]! += now[i]! * matrix[i * STATES + j]!;
  return then;
}

/** The rates of something that is worn out after `life` years: as long in each score. */
export function priorOf(life: number): number[] {
  return Array.from<number>({ length: RATES }).fill(RATES / life);
}

/**
 * Fits the five rates by Fisher scoring on their logarithms. A prior of the weight of one passage holds the rate of a
 * score that nothing was seen to leave.
 *
 * @param passages  Scores 1 to 6, `to` at least `from`, years above 0; others are left out by `passagesOf`.
 * @param prior  Rates to begin from, per year.
 */
export function fitDeterioration(passages: readonly Passage[], prior: readonly number[]): Deterioration {
  const groups = groupByYears(passages);
  let theta = prior.map(Math.log);
  let step = evaluate(groups, theta, prior);
  for (let round = 0; round < 60; round++) {
    const change = solve(step.information, step.gradient);
    let [scale, next] = [Math.min(1, 1.5 / Math.max(...change.map(Math.abs), 1e-12)), step];
    for (let tries = 0; tries < 20; tries++, scale /= 2) {
      const candidate = theta.map((value, k) => value + scale * change[k]!);
      next = evaluate(groups, candidate, prior);
      if (next.objective >= step.objective - 1e-12) {
        theta = candidate;
        break;
      }
    }
    const gained = next.objective - step.objective;
    if (gained < 0) break;
    step = next;
    if (gained < 1e-7) break;
  }
  return {
    rates: theta.map(Math.exp),
    covariance: invert(step.information),
    passages: passages.reduce((sum, { count = 1 }) => sum + count, 0),
    logLikelihood: step.logLikelihood,
  };
}

interface Group {
  readonly years: number;
  readonly counts: Float64Array;
}

/** Up to 5 years a tenth of a year wide, then 2 %; a matrix is made for each, not for each passage. */
function binOf(years: number): number {
  return years < 5 ? Math.floor(years * 10) : 50 + Math.floor(Math.log(years / 5) / 0.02);
}

/** Passages of nearly the same distance, at their mean distance. */
function groupByYears(passages: readonly Passage[]): Group[] {
  const groups = new Map<number, { sum: number; total: number; counts: Float64Array }>();
  for (const { from, to, years, count = 1 } of passages) {
    const bin = binOf(years);
    let group = groups.get(bin);
    if (!group) groups.set(bin, (group = { sum: 0, total: 0, counts: new Float64Array(STATES * STATES) }));
    group.sum += years * count;
    group.total += count;
    group.counts[(from - 1) * STATES + to - 1]! += count;
  }
  return [...groups.values()]
    .map(({ sum, total, counts }) => ({ years: sum / total, counts }))
    .sort((a, b) => a.years - b.years);
}

interface Evaluation {
  readonly objective: number;
  readonly logLikelihood: number;
  readonly gradient: number[];
  /** Expected, row-major 5 × 5. */
  readonly information: number[];
}

const DELTA = 1e-5;

function evaluate(groups: readonly Group[], theta: readonly number[], prior: readonly number[]): Evaluation {
  const rates = theta.map(Math.exp);
  const gradient = Array.from<number>({ length: RATES }).fill(0);
  const information = Array.from<number>({ length: RATES * RATES }).fill(0);
  let logLikelihood = 0;
  for (const { years, counts } of groups) {
    const chance = transition(rates, years);
    const slopes = rates.map((_, k) => slopeOf(rates, k, years));
    for (let i = 0; i < STATES; i++) {
      let total = 0;
      for (let j = i; j < STATES; j++) total += counts[i * STATES + j]!;
      if (total === 0) continue;
      for (let j = i; j < STATES; j++) {
        const at = i * STATES + j;
        const p = Math.max(chance[at]!, 1e-12);
        logLikelihood += counts[at]! * Math.log(p);
        for (let k = 0; k < RATES; k++) {
          gradient[k]! += (counts[at]! / p) * slopes[k]![at]!;
          for (let l = 0; l < RATES; l++)
            information[k * RATES + l]! += (total / p) * slopes[k]![at]! * slopes[l]![at]!;
        }
      }
    }
  }
  // Gamma prior with its mode (of the logarithm) at `prior`
  let objective = logLikelihood;
  for (let k = 0; k < RATES; k++) {
    const ratio = rates[k]! / prior[k]!;
    objective += PRIOR_WEIGHT * (Math.log(ratio) - ratio);
    gradient[k]! += PRIOR_WEIGHT * (1 - ratio);
    information[k * RATES + k]! += PRIOR_WEIGHT * ratio;
  }
  return { objective, logLikelihood, gradient, information };
}

/** How the chances change with the logarithm of rate `k`: central difference. */
function slopeOf(rates: readonly number[], k: number, years: number): Float64Array {
  const at = (sign: number) =>
    transition(
      rates.map((rate, i) => (i === k ? rate * Math.exp(sign * DELTA) : rate)),
      years,
    );
  const [up, down] = [at(1), at(-1)];
  for (let i = 0; i < up.length; i++) up[i] = (up[i]! - down[i]!) / (2 * DELTA);
  return up;
}

/** Gauss-Jordan; the matrix is positive definite by the prior. */
function invert(matrix: readonly number[]): number[] {
  const n = RATES;
  const rows = Array.from({ length: n }, (_, i) => [
    ...matrix.slice(i * n, i * n + n),
    ...Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)),
  ]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const by = rows[c]![c]!;
    for (let j = 0; j < 2 * n; j++) rows[c]![j]! /= by;
    for (let r = 0; r < n; r++) {
      const factor = rows[r]![c]!;
      if (r === c || factor === 0) continue;
      for (let j = 0; j < 2 * n; j++) rows[r]![j]! -= factor * rows[c]![j]!;
    }
  }
  return rows.flatMap((row) => row.slice(n));
}

function solve(matrix: readonly number[], right: readonly number[]): number[] {
  const inverse = invert(matrix);
  return right.map((_, i) => right.reduce((sum, value, j) => sum + inverse[i * RATES + j]! * value, 0));
}

export interface ForecastStep {
  readonly years: number;
  /** Chances of the scores 1 to 6. */
  readonly chances: readonly number[];
  readonly expected: number;
  /** Between these scores with 80 %, uncertainty of the rates included by the delta method on the expected score. */
  readonly lower: number;
  readonly upper: number;
  /** Chance of a score of `poor` or worse. */
  readonly poor: number;
}

/** The scores of the years to come; the interval is of what an inspection then would find. */
export function forecast(
  now: readonly number[],
  model: Pick<Deterioration, 'rates' | 'covariance'>,
  years: readonly number[],
  poor = POOR,
): ForecastStep[] {
  return years.map((ahead) => {
    const chances = carryForward(now, model, ahead);
    const expected = expectedScore(chances);
    const slopes = model.rates.map((_, k) =>
      ahead <= 0 ? 0 : expectedScore(multiply(now, slopeOf(model.rates, k, ahead))),
    );
    let variance = 0;
    for (let k = 0; k < RATES; k++)
      for (let l = 0; l < RATES; l++) variance += slopes[k]! * slopes[l]! * model.covariance[k * RATES + l]!;
    const spread = 1.2816 * Math.sqrt(Math.max(0, variance));
    return {
      years: ahead,
      chances,
      expected,
      lower: Math.max(1, quantile(chances, 0.1) - Math.floor(spread + 0.5)),
      upper: Math.min(STATES, quantile(chances, 0.9) + Math.floor(spread + 0.5)),
      poor: chanceOfPoor(chances, poor),
    };
  });
}

/** From this score on an asset no longer does what it is for. */
export const POOR = 5;

export function expectedScore(chances: readonly number[]): number {
  return chances.reduce((sum, chance, k) => sum + chance * (k + 1), 0);
}

export function chanceOfPoor(chances: readonly number[], poor = POOR): number {
  return Math.min(
    1,
    chances.slice(poor - 1).reduce((sum, chance) => sum + chance, 0),
  );
}

/** The least score whose cumulated chance reaches `share`. */
export function quantile(chances: readonly number[], share: number): number {
  let sum = 0;
  for (let k = 0; k < STATES; k++) {
    sum += chances[k]!;
    if (sum >= share - 1e-9) return k + 1;
  }
  return STATES;
}

/** A score that is known. */
export function certain(score: number): number[] {
  return Array.from({ length: STATES }, (_, k) => (k + 1 === score ? 1 : 0));
}
