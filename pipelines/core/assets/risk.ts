/** Which assets first: expected risk, and what work on each would take away of it. */
import { carryForward, certain, chanceOfPoor } from './deterioration.ts';
import type { Deterioration } from './deterioration.ts';
import { chooseWithin } from './knapsack.ts';
import type { Chosen } from './knapsack.ts';

/** Consequences of failure, each from 1 (hardly any) to 5 (very great). */
export interface Importance {
  readonly safety: number;
  readonly availability: number;
  readonly cost: number;
}

export const USUAL_IMPORTANCE: Importance = { safety: 3, availability: 3, cost: 3 };

/** How heavily each consequence counts: what people want to try otherwise. */
export const DEFAULT_WEIGHTS: Importance = { safety: 0.5, availability: 0.3, cost: 0.2 };

/** Years that are looked ahead. */
export const DEFAULT_HORIZON = 5;

export interface RiskInput {
  /** Chances of the scores 1 to 6 now. */
  readonly chances: readonly number[];
  readonly importance: Importance;
  readonly model: Pick<Deterioration, 'rates'>;
  /** Euros. */
  readonly cost: number;
}

export interface RiskOptions {
  readonly weights?: Importance;
  readonly horizon?: number;
}

export interface Risk {
  /** Of being poor (5 or 6) within the horizon. */
  readonly probability: number;
  /** 20 (all consequences 1) to 100 (all 5). */
  readonly consequence: number;
  readonly risk: number;
  /** Of the risk, what goes away when the asset is brought to a 1. */
  readonly reduction: number;
}

/**
 *     probability = P(score ≥ 5 at the horizon)        (the chain only worsens: that is "within")
 *     consequence = 20 · Σ weight · importance / Σ weight
 *     risk        = probability · consequence
 *     reduction   = risk − risk of the same asset with a score of 1 now
 */
export function riskOf({ chances, importance, model }: RiskInput, options: RiskOptions = {}): Risk {
  const { horizon = DEFAULT_HORIZON } = options;
  const probability = chanceOfPoor(carryForward(chances, model, horizon));
  const renewed = chanceOfPoor(carryForward(certain(1), model, horizon));
  const consequence = consequenceOf(importance, options.weights);
  const risk = probability * consequence;
  return { probability, consequence, risk, reduction: Math.max(0, risk - renewed * consequence) };
}

export function consequenceOf(importance: Importance, weights: Importance = DEFAULT_WEIGHTS): number {
  const total = weights.safety + weights.availability + weights.cost;
  const sum =
    weights.safety * importance.safety +
    weights.availability * importance.availability +
    weights.cost * importance.cost;
  return (20 * sum) / total;
}

export interface Ranked {
  readonly asset: string;
  readonly risk: number;
  readonly cost: number;
  readonly reduction: number;
}

/** Highest risk first; the same risk in the order of ids. */
export function rank<T extends Ranked>(assets: readonly T[]): T[] {
  return [...assets].sort((a, b) => b.risk - a.risk || (a.asset < b.asset ? -1 : 1));
}

/** Of a ranking, the set that lowers most risk within the budget, in the same order. */
export function choose<T extends Ranked>(ranked: readonly T[], budget: number): { assets: T[]; set: Chosen } {
  const set = chooseWithin(
    ranked.map(({ cost, reduction }) => ({ cost, value: reduction })),
    budget,
  );
  return { assets: set.chosen.map((k) => ranked[k]!), set };
}
