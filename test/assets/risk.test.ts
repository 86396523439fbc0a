import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certain } from '../../pipelines/core/assets/deterioration.ts';
import { chooseWithin } from '../../pipelines/core/assets/knapsack.ts';
import type { Choice } from '../../pipelines/core/assets/knapsack.ts';
import { choose, consequenceOf, rank, riskOf } from '../../pipelines/core/assets/risk.ts';
import { createRandom } from '../support/random.ts';

/** All subsets. */
function bestByForce(choices: readonly Choice[], budget: number): number {
  let best = 0;
  for (let set = 0; set < 1 << choices.length; set++) {
    let [cost, value] = [0, 0];
    for (let k = 0; k < choices.length; k++)
      if ((set >> k) & 1) {
        cost += choices[k]!.cost;
        value += choices[k]!.value;
      }
    if (cost <= budget && value > best) best = value;
  }
  return best;
}

describe('the set for a budget', () => {
  const whole = fc.record({ cost: fc.integer({ min: 0, max: 20 }), value: fc.integer({ min: 0, max: 10 }) });
  const broken = fc.record({ cost: fc.double({ min: 0, max: 20, noNaN: true }), value: fc.double({ min: 0, max: 10, noNaN: true }) }); // prettier-ignore

  it.each([
    ['whole numbers', whole],
    ['any numbers', broken],
  ] as const)('is the best of all subsets, in %s', (_, item) => {
    // prettier-ignore
    fc.assert(
      fc.property(fc.array(item, { maxLength: 11 }), fc.integer({ min: 0, max: 90 }), (choices, budget) => {
        const found = chooseWithin(choices, budget);
        const cost = found.chosen.reduce((sum, k) => sum + choices[k]!.cost, 0);
        const value = found.chosen.reduce((sum, k) => sum + choices[k]!.value, 0);
        expect(cost).toBeLessThanOrEqual(budget + 1e-9);
        expect(value).toBeCloseTo(bestByForce(choices, budget), 8);
        expect(found).toMatchObject({ isExact: true });
        expect(new Set(found.chosen).size).toBe(found.chosen.length);
      }),
      { numRuns: 400 },
    );
  });

  it('is where greed by value per cost is not', () => {
    const choices = [{ cost: 1, value: 2 }, { cost: 10, value: 15 }]; // prettier-ignore
    expect(chooseWithin(choices, 10)).toMatchObject({ chosen: [1], value: 15, isExact: true });
  });

  it('is proven for 10,000 assets', () => {
    const random = createRandom(5);
    const choices = Array.from({ length: 10_000 }, () => ({ cost: 500 + Math.floor(random() * 60_000), value: random() * 100 })); // prettier-ignore
    const found = chooseWithin(choices, 5_000_000);
    expect(found.isExact).toBe(true);
    expect(found.cost).toBeLessThanOrEqual(5_000_000);
    expect(found.bound).toBe(found.value);
  });
});

describe('risk', () => {
  const model = { rates: [0.1, 0.1, 0.1, 0.1, 0.1] };

  it('is probability times consequence, and what work takes away of it', () => {
    const all = { safety: 5, availability: 5, cost: 5 };
    const poor = riskOf({ chances: certain(6), importance: all, model, cost: 1 });
    expect(poor).toMatchObject({ probability: 1, consequence: 100, risk: 100 });
    // As new: P(4 steps or more in 5 years at 0.1 a year) = 1 − Σ k<4 Poisson(0.5)
    const steps = 1 - Math.exp(-0.5) * (1 + 0.5 + 0.125 + 0.125 / 6);
    expect(poor.reduction).toBeCloseTo(100 * (1 - steps), 8);
    const fresh = riskOf({ chances: certain(1), importance: all, model, cost: 1 });
    expect(fresh.risk).toBeCloseTo(100 * steps, 8);
    expect(fresh.reduction).toBe(0);
  });

  it('follows the weights that somebody tries', () => {
    const importance = { safety: 5, availability: 1, cost: 1 };
    expect(consequenceOf(importance, { safety: 1, availability: 0, cost: 0 })).toBe(100);
    expect(consequenceOf(importance, { safety: 0, availability: 3, cost: 1 })).toBe(20);
    expect(consequenceOf(importance, { safety: 2, availability: 1, cost: 1 })).toBe(60);
  });

  it('ranks the highest first, and keeps the order in the chosen set', () => {
    const assets = [['a', 5, 4], ['b', 9, 8], ['c', 9, 2]].map(([asset, risk, cost]) => ({ asset: String(asset), risk: Number(risk), cost: Number(cost), reduction: Number(risk) })); // prettier-ignore
    const ranked = rank(assets);
    expect(ranked.map(({ asset }) => asset)).toEqual(['b', 'c', 'a']);
    expect(choose(ranked, 6).assets.map(({ asset }) => asset)).toEqual(['c', 'a']);
  });
});
