/** The condition of an asset now, in three parts that anybody can follow: what was inspected, its age, other evidence. */
import { carryForward, certain, expectedScore, STATES } from './deterioration.ts';
import type { Deterioration } from './deterioration.ts';

/** Something else that speaks of an asset: ground that moves, plants, a sensor. The hook for other parts of the platform. */
export interface Evidence {
  /** Which kind, such as `motion`, `vegetation`, `sensor`. */
  readonly source: string;
  /** One sentence with the number in it. */
  readonly text: string;
  /** How much it speaks for a worse condition: 0 not at all, 1 surely one score worse. */
  readonly effect: number;
  /** How sure that is, 0 to 1. */
  readonly confidence: number;
  /** Where to look: a passport, a series. */
  readonly href: string | null;
  /** When it was found, RFC 3339. */
  readonly time: string;
}

export interface IndicatorInput {
  /** The latest inspection; `years` ago. */
  readonly inspection: {
    readonly score: number;
    readonly years: number;
    readonly text: string;
    readonly href: string | null;
  } | null;
  /** Years since it was built; null: nobody knows. */
  readonly age: number | null;
  /** Name of the type, for people. */
  readonly type: string;
  readonly evidence: readonly Evidence[];
  readonly model: Pick<Deterioration, 'rates' | 'passages'>;
}

export interface Contribution {
  readonly part: 'inspection' | 'age' | 'evidence';
  /** The score that it alone speaks for; of evidence, by how much it raises the expected score. */
  readonly value: number;
  /** Share with which it counts, 0 to 1. */
  readonly weight: number;
  readonly source: string;
  readonly text: string;
  readonly href: string | null;
}

export interface Indicator {
  /** Chances of the scores 1 to 6 now. */
  readonly chances: readonly number[];
  readonly expected: number;
  /** The score that is likeliest by the median. */
  readonly score: number;
  /** 0 to 1: how much an inspection stands behind it. */
  readonly confidence: number;
  readonly contributions: readonly Contribution[];
}

/** Years after which an inspection counts for 37 %. */
export const INSPECTION_FADES_YEARS = 10;
/** How far the age alone is to be trusted. */
const CONFIDENCE_OF_AGE = 0.3;

/**
 *     w        = exp(−years since the inspection / 10), 0 without one
 *     P        = w · (inspection carried forward) + (1 − w) · (new, carried forward by its age)
 *     e        = 1 − Π (1 − effect · confidence) over the evidence
 *     P now    = (1 − e) · P + e · (P, one score worse)
 *     expected = Σ score · P now(score);  confidence = w + (1 − w) · 0.3, without a year of building w
 *
 * Where the age is not known an inspection counts for all; where neither is known each score is as likely.
 */
export function indicate({ inspection, age, type, evidence, model }: IndicatorInput): Indicator {
  const fade = inspection ? Math.exp(-inspection.years / INSPECTION_FADES_YEARS) : 0;
  const weight = inspection && age === null ? 1 : fade;
  const contributions: Contribution[] = [];
  const inspected = inspection && carryForward(certain(inspection.score), model, inspection.years);
  if (inspected)
    contributions.push({
      part: 'inspection',
      value: expectedScore(inspected),
      weight,
      source: 'inspection',
      text: inspection!.text,
      href: inspection!.href,
    });
  const aged = age === null ? UNKNOWN : carryForward(certain(1), model, age);
  if (weight < 1)
    contributions.push({
      part: 'age',
      value: expectedScore(aged),
      weight: 1 - weight,
      source: 'register',
      text:
        age === null
          ? `The year it was built is not known, nor has it been inspected: any score is as likely`
          : `${type} of ${Math.floor(age)} years, as ${model.passages} passages in the register's history wear`,
      href: null,
    });
  const before = aged.map((chance, k) => (1 - weight) * chance + weight * (inspected?.[k] ?? 0));
  const chances = addEvidence(before, evidence, contributions);
  let [sum, score] = [0, STATES];
  for (let k = 0; k < STATES; k++) {
    sum += chances[k]!;
    if (sum >= 0.5 - 1e-9) {
      score = k + 1;
      break;
    }
  }
  return {
    chances,
    expected: expectedScore(chances),
    score,
    confidence: fade + (age === null ? 0 : (1 - fade) * CONFIDENCE_OF_AGE),
    contributions,
  };
}

const UNKNOWN: readonly number[] = Array.from<number>({ length: STATES }).fill(1 / STATES);

function addEvidence(
  before: readonly number[],
  evidence: readonly Evidence[],
  contributions: Contribution[],
): readonly number[] {
  let spared = 1;
  for (const { effect, confidence } of evidence) spared *= 1 - effect * confidence;
  const share = 1 - spared;
  const chances = before.map((chance, k) => {
    const comes = k > 0 ? before[k - 1]! : 0;
    const stays = k === STATES - 1 ? chance : 0;
    return spared * chance + share * (comes + stays);
  });
  const raised = expectedScore(chances) - expectedScore(before);
  // Each takes its part of what all of them raise, so that the parts add up
  const total = evidence.reduce((sum, { effect, confidence }) => sum + effect * confidence, 0);
  for (const { source, text, effect, confidence, href } of evidence)
    contributions.push({
      part: 'evidence',
      value: total === 0 ? 0 : (raised * effect * confidence) / total,
      weight: effect * confidence,
      source,
      text,
      href,
    });
  return chances;
}
