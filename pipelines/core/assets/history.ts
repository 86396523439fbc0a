/** What a history of inspections says about how condition worsens, and whether a model of it foretells the next ones. */
import {
  carryForward,
  certain,
  chanceOfPoor,
  expectedScore,
  fitDeterioration,
  POOR,
  quantile,
  STATES,
} from './deterioration.ts';
import type { Deterioration, Passage } from './deterioration.ts';

const YEAR_MS = 365.2425 * 86_400_000;

/** An inspection as the model sees it. */
export interface SeenScore {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly score: number;
}

export interface DatedPassage extends Passage {
  /** When it was seen: of its second inspection. */
  readonly time: number;
}

export interface Passages {
  readonly passages: readonly DatedPassage[];
  /** Pairs where the second is better: work was done, or somebody judged otherwise; they say nothing of wear. */
  readonly improved: number;
}

/** Pairs of inspections that follow one another. @param scores  Of one asset, in the order of time. */
export function passagesOf(scores: readonly SeenScore[]): Passages {
  const passages: DatedPassage[] = [];
  let improved = 0;
  for (let k = 1; k < scores.length; k++) {
    const [before, after] = [scores[k - 1]!, scores[k]!];
    const years = (after.time - before.time) / YEAR_MS;
    if (years < 0.05) continue;
    if (after.score < before.score) improved++;
    else passages.push({ from: before.score, to: after.score, years, time: after.time });
  }
  return { passages, improved };
}

export interface BackTest {
  /** The model saw what is before this time, and was asked for what came from it on. */
  readonly cut: number;
  readonly trained: number;
  readonly tested: number;
  /** Ranked probability score: 0 is perfect; of the model, of "it stays as it is", and of "as often as ever". */
  readonly rps: { readonly model: number; readonly unchanged: number; readonly usual: number };
  /** Mean of the scores that came, less mean of those that were expected. */
  readonly bias: number;
  /** Share of the scores that came that lay between the 10th and the 90th percentile; steps make it more than 80 %. */
  readonly covered: number;
  /** Brier score of "poor or worse", and the share that was. */
  readonly poor: { readonly brier: number; readonly share: number; readonly foretold: number };
}

/** Fewer tell nothing. */
const LEAST = 30;

/**
 * Hides the latest of the history from the model and asks it for that.
 * @param share  Of the passages, the latest, that are hidden.
 * @returns null where there are too few to train or to test
 */
export function backTest(passages: readonly DatedPassage[], prior: readonly number[], share = 0.3): BackTest | null {
  const times = passages.map(({ time }) => time).sort((a, b) => a - b);
  const cut = times[Math.floor(times.length * (1 - share))];
  if (cut === undefined) return null;
  const known = passages.filter(({ time }) => time < cut);
  const hidden = passages.filter(({ time }) => time >= cut);
  if (known.length < LEAST || hidden.length < LEAST) return null;
  const model = fitDeterioration(known, prior);
  return { cut, trained: known.length, ...judge(model, hidden, usualOf(known)) };
}

function judge(
  model: Deterioration,
  hidden: readonly DatedPassage[],
  usual: readonly number[],
): Omit<BackTest, 'cut' | 'trained'> {
  const sums = { model: 0, unchanged: 0, usual: 0, bias: 0, covered: 0, brier: 0, poor: 0, foretold: 0 };
  for (const { from, to, years } of hidden) {
    const chances = carryForward(certain(from), model, years);
    sums.model += rankedScore(chances, to);
    sums.unchanged += rankedScore(certain(from), to);
    sums.usual += rankedScore(usual, to);
    sums.bias += to - expectedScore(chances);
    if (to >= quantile(chances, 0.1) && to <= quantile(chances, 0.9)) sums.covered++;
    const [foretold, came] = [chanceOfPoor(chances), to >= POOR ? 1 : 0];
    sums.brier += (foretold - came) ** 2;
    sums.poor += came;
    sums.foretold += foretold;
  }
  const n = hidden.length;
  return {
    tested: n,
    rps: { model: sums.model / n, unchanged: sums.unchanged / n, usual: sums.usual / n },
    bias: sums.bias / n,
    covered: sums.covered / n,
    poor: { brier: sums.brier / n, share: sums.poor / n, foretold: sums.foretold / n },
  };
}

/** @see E.S. Epstein, "A scoring system for probability forecasts of ranked categories", J. Appl. Meteorology 8 (1969) */
export function rankedScore(chances: readonly number[], came: number): number {
  let [sum, cumulated] = [0, 0];
  for (let k = 0; k < STATES - 1; k++) {
    cumulated += chances[k]!;
    sum += (cumulated - (came <= k + 1 ? 1 : 0)) ** 2;
  }
  return sum / (STATES - 1);
}

/** How often each score was found. */
function usualOf(passages: readonly Passage[]): number[] {
  const counts = Array.from<number>({ length: STATES }).fill(0);
  for (const { to } of passages) counts[to - 1]!++;
  return counts.map((count) => count / passages.length);
}
