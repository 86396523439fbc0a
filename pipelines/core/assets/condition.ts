/**
 * Condition scores by the method of NEN 2767-1: defects of a building part give its score, scores of parts that of the
 * asset. The standard itself is sold, not public; what stands here is from public descriptions of it, and named as such.
 *
 * @see A. Straub, "Dutch standard for condition assessment of buildings", Structural Survey 27-1 (2009), pages 23-35
 */

/** 1 excellent, 2 good, 3 fair, 4 moderate, 5 poor, 6 very poor. */
export type Score = 1 | 2 | 3 | 4 | 5 | 6;

export const SERIOUSNESS = ['minor', 'serious', 'critical'] as const;
export type Seriousness = (typeof SERIOUSNESS)[number];

export interface Defect {
  readonly seriousness: Seriousness;
  /** 1 incidental (under 2 %), 2 local (2 to 10 %), 3 regular (10 to 30 %), 4 considerable (30 to 70 %), 5 general. */
  readonly extent: number;
  /** 1 early, 2 advanced, 3 final stage. */
  readonly intensity: number;
}

export interface PartDefect extends Defect {
  readonly part: string;
}

/** How scores of parts become one: what an organisation may choose for itself. */
export interface Aggregation {
  /** A part counts with its weight times the factor of its score. */
  readonly factors: readonly [number, number, number, number, number, number];
  /** Up to which mean factor the scores 1 to 5 go, inclusive; what is above is a 6. */
  readonly limits: readonly [number, number, number, number, number];
}

/** Factors and limits that public descriptions of NEN 2767-1, 5.4 name. */
export const DEFAULT_AGGREGATION: Aggregation = {
  factors: [1, 1.02, 1.1, 1.3, 1.7, 2],
  limits: [1.01, 1.04, 1.15, 1.4, 1.78],
};

/** By seriousness; a digit for each extent 1 to 5, a text for each intensity 1 to 3. */
const MATRIX: Readonly<Record<Seriousness, readonly [string, string, string]>> = {
  minor: ['11112', '11123', '11234'],
  serious: ['11123', '11234', '12345'],
  critical: ['11234', '12345', '23456'],
};

/** Share of the part that a class of extent stands for: the middle of the class. */
const SHARES = [0.01, 0.06, 0.2, 0.5, 0.85] as const;

/** The score that one defect alone gives a part; the defect's codes are valid. */
export function scoreOfDefect({ seriousness, extent, intensity }: Defect): Score {
  return Number(MATRIX[seriousness][intensity - 1]![extent - 1]) as Score;
}

/** The defect as people name it: `critical, extent 4, intensity 3`. */
export function nameDefect({ seriousness, extent, intensity }: Defect): string {
  return `${seriousness}, extent ${extent}, intensity ${intensity}`;
}

export interface ScoredPart {
  readonly part: string;
  readonly score: Score;
  /** Null for a part without defects. */
  readonly worst: Defect | null;
  readonly defects: number;
  /** Of the part among the parts of its asset: its replacement value, or 1. */
  readonly weight: number;
}

/**
 * The score of a part with any number of defects (NEN 2767-1, 5.2): each defect's share counts as if that share had it
 * all over (extent 5), the rest as a 1; the mean of their factors gives the score. It is never better than that of the
 * heaviest defect alone, and at most one worse.
 *
 *     mean = Σ shareₖ · factor(score of defect k with extent 5) + (1 − Σ shareₖ) · factor(1)
 */
export function scoreOfPart(defects: readonly Defect[], aggregation: Aggregation = DEFAULT_AGGREGATION): Score {
  const heaviest = Math.max(1, ...defects.map(scoreOfDefect)) as Score;
  if (defects.length < 2) return heaviest;
  let [sum, covered] = [0, 0];
  for (const defect of defects) {
    const share = SHARES[defect.extent - 1]!;
    sum += share * aggregation.factors[scoreOfDefect({ ...defect, extent: 5 }) - 1]!;
    covered += share;
  }
  // Shares that are more than all lie over each other
  const mean = covered > 1 ? sum / covered : sum + (1 - covered) * aggregation.factors[0];
  return Math.min(Math.max(heaviest, scoreOfIndex(mean, aggregation)), heaviest + 1, 6) as Score;
}

/** The heaviest defect: by its score, then by seriousness, intensity and extent; null where there is none. */
export function worstDefect<T extends Defect>(defects: readonly T[]): T | null {
  let worst: T | null = null;
  for (const defect of defects) if (worst === null || weightOf(defect) > weightOf(worst)) worst = defect;
  return worst;
}

function weightOf(defect: Defect): number {
  const { seriousness, extent, intensity } = defect;
  return scoreOfDefect(defect) * 1000 + SERIOUSNESS.indexOf(seriousness) * 100 + intensity * 10 + extent;
}

function scoreOfIndex(index: number, { limits }: Aggregation): Score {
  const at = limits.findIndex((limit) => index <= limit + 1e-9);
  return (at < 0 ? 6 : at + 1) as Score;
}

export interface AssetScore {
  readonly score: Score;
  /** Weighted mean of the factors, of which the score is the class: 1 to 2. */
  readonly index: number;
  /** The part that is worst, which stands beside the aggregate whatever that is. */
  readonly worstPart: ScoredPart;
}

/**
 * The score of an asset (NEN 2767-1, 5.4): the mean of the factors of its parts' scores, weighted by replacement value.
 *
 *     index = Σ weight · factor(score) / Σ weight
 *
 * @param parts  One or more; weights above 0.
 */
export function scoreOfAsset(parts: readonly ScoredPart[], aggregation = DEFAULT_AGGREGATION): AssetScore {
  let [sum, weights, worstPart] = [0, 0, parts[0]!];
  for (const part of parts) {
    sum += part.weight * aggregation.factors[part.score - 1]!;
    weights += part.weight;
    if (isWorse(part, worstPart)) worstPart = part;
  }
  const index = sum / weights;
  return { score: scoreOfIndex(index, aggregation), index, worstPart };
}

function isWorse(a: ScoredPart, b: ScoredPart): boolean {
  if (a.score !== b.score) return a.score > b.score;
  return (a.worst === null ? 0 : weightOf(a.worst)) > (b.worst === null ? 0 : weightOf(b.worst));
}
