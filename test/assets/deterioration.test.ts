import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulateAssets, simulateInspections, TRUE_YEARS } from '../../data-samples/assets/simulate.ts';
import { carryForward, certain, expectedScore, fitDeterioration, forecast, priorOf, transition } from '../../pipelines/core/assets/deterioration.ts'; // prettier-ignore
import type { Passage } from '../../pipelines/core/assets/deterioration.ts';
import { backTest, passagesOf } from '../../pipelines/core/assets/history.ts';
import type { DatedPassage } from '../../pipelines/core/assets/history.ts';
import { indicate } from '../../pipelines/core/assets/indicator.ts';
import { parsePartRow, scoreRows } from '../../pipelines/core/assets/defect-rows.ts';
import { fitWeibull } from '../../pipelines/core/assets/weibull.ts';
import { sharedData } from '../support/shared-data.ts';

const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/deterioration.json'), 'utf8')) as {
  matrices: { rates: number[]; years: number; matrix: number[] }[];
  fit: { passages: Passage[]; prior: number[]; rates: number[] };
  weibull: { lifetimes: { from: number; to: number | null }[]; shape: number; scale: number };
};

describe('the chain of scores', () => {
  it('has the chances that scipy finds by the matrix exponential', () => {
    for (const { rates, years, matrix } of reference.matrices)
      transition(rates, years).forEach((chance, k) => expect(chance).toBeCloseTo(matrix[k]!, 10));
  });

  it('is fitted to the rates at which scipy finds the same likelihood greatest', () => {
    const { passages, prior, rates } = reference.fit;
    fitDeterioration(passages, prior).rates.forEach((rate, k) => expect(rate / rates[k]!).toBeCloseTo(1, 3));
  });

  it('keeps to what is usual for a score that nothing was seen to leave', () => {
    const { rates } = fitDeterioration([{ from: 1, to: 1, years: 1, count: 500 }], priorOf(50));
    expect(rates[0]).toBeLessThan(0.01);
    for (const rate of rates.slice(1)) expect(rate).toBeCloseTo(0.1, 6);
  });

  it('only worsens, and the wider the further', () => {
    const model = fitDeterioration(reference.fit.passages, reference.fit.prior);
    const steps = forecast(certain(2), model, [0, 1, 5, 20, 100]);
    expect(steps[0]).toMatchObject({ expected: 2, lower: 2, upper: 2, poor: 0 });
    for (let k = 1; k < steps.length; k++) {
      expect(steps[k]!.expected).toBeGreaterThan(steps[k - 1]!.expected);
      expect(steps[k]!.poor).toBeGreaterThan(steps[k - 1]!.poor);
      expect(steps[k]!.chances.reduce((sum, chance) => sum + chance)).toBeCloseTo(1, 9);
    }
  });

  it('finds the rates back by which the sample was simulated', () => {
    const byType = samplePassages();
    for (const [type, years] of Object.entries(TRUE_YEARS)) {
      const model = fitDeterioration(byType.get(type)!, priorOf(60));
      model.rates.forEach((rate, k) => {
        const error = Math.sqrt(model.covariance[k * 6]!);
        // Half a year of inspections lies between the simulated times and the dates: four errors, not two
        expect(Math.abs(Math.log(rate * years[k]!)) / error).toBeLessThan(4);
      });
    }
  });
});

function samplePassages(): Map<string, DatedPassage[]> {
  const assets = simulateAssets();
  const rows = Map.groupBy(simulateInspections(assets), ({ asset }) => asset);
  const found = new Map<string, DatedPassage[]>();
  for (const { id, type } of assets) {
    const days = [...Map.groupBy(rows.get(id) ?? [], ({ date }) => date)];
    const scores = days.map(([date, own]) => ({
      time: Date.parse(date),
      score: scoreRows(own.map(({ part, weight, defect }) => parsePartRow({ part, weight: String(weight), seriousness: defect?.[0] ?? null, extent: defect ? String(defect[1]) : null, intensity: defect ? String(defect[2]) : null }))).score, // prettier-ignore
    }));
    found.set(type, [...(found.get(type) ?? []), ...passagesOf(scores).passages]);
  }
  return found;
}

it('a Weibull distribution is fitted to intervals as scipy does', () => {
  const { lifetimes, shape, scale } = reference.weibull;
  const fitted = fitWeibull(lifetimes.map(({ from, to }) => ({ from, to: to ?? Infinity })))!;
  expect(fitted.shape / shape).toBeCloseTo(1, 4);
  expect(fitted.scale / scale).toBeCloseTo(1, 4);
  expect(fitWeibull([{ from: 10, to: Infinity }])).toBeNull();
});

describe('a history', () => {
  const year = (n: number) => Date.UTC(2000 + n, 0);

  it('leaves out work that was done in between', () => {
    const scores = [[0, 2], [2, 4], [4, 1], [6, 1]].map(([n, score]) => ({ time: year(n!), score: score! })); // prettier-ignore
    const { passages, improved } = passagesOf(scores);
    expect(improved).toBe(1);
    expect(passages.map(({ from, to }) => [from, to])).toEqual([[2, 4], [1, 1]]); // prettier-ignore
  });

  it('is not tried where there is too little of it', () => {
    expect(backTest([], priorOf(50))).toBeNull();
  });

  it.skipIf(!sharedData)(
    'of the bridges of New York: unseen inspections are foretold better than by how they usually are',
    () => {
      const test = backTest(newYork(), priorOf(80))!;
      expect(test.tested).toBeGreaterThan(5000);
      expect(test.rps.model).toBeLessThan(0.75 * test.rps.usual);
      expect(Math.abs(test.bias)).toBeLessThan(0.05);
      expect(test.covered).toBeGreaterThan(0.8);
    },
  );
});

/** One inspection each; that they were new when they were built is the first. 7 (new) to 1 becomes 1 to 6. */
function newYork(): DatedPassage[] {
  const text = readFileSync(join(sharedData!, 'insar-assets/ny-bridges/raw_bridge_condition_data.txt'), 'latin1');
  const [head, ...rows] = text.trim().split(/\r?\n/).map((line) => line.split('\t')); // prettier-ignore
  const [condition, age, inspected] = ['Condition', 'AgeAtInspection', 'YearInspected'].map((name) => head!.indexOf(name)) as [number, number, number]; // prettier-ignore
  return rows.flatMap((cells): DatedPassage[] => {
    const [rating, years] = [Number(cells[condition]), Number(cells[age])];
    if (!(rating >= 1 && rating <= 7 && years > 0.05 && years < 200)) return [];
    const to = Math.floor(1.5 + ((7 - rating) * 5) / 6);
    return [{ from: 1, to, years, time: Number(cells[inspected]) }];
  });
}

describe('the condition now', () => {
  const model = { rates: [0.1, 0.1, 0.1, 0.1, 0.1], passages: 100 };
  const base = { age: 30, type: 'Bridge', evidence: [], model };

  it('is the inspection alone on its day, and fades towards the age', () => {
    const at = (years: number) => indicate({ ...base, inspection: { score: 2, years, text: '', href: null } });
    expect(at(0).expected).toBe(2);
    expect(at(0).confidence).toBe(1);
    const aged = expectedScore(carryForward(certain(1), model, 30));
    expect(at(400).expected).toBeCloseTo(aged, 9);
    expect(indicate({ ...base, inspection: null }).expected).toBeCloseTo(aged, 12);
    expect(indicate({ ...base, inspection: null }).confidence).toBeCloseTo(0.3, 12);
  });

  it('lists contributions that add up to the expected score', () => {
    const said = { source: 'motion', text: '', href: null, time: '2026-01-01' };
    const evidence = [{ ...said, effect: 0.5, confidence: 0.8 }, { ...said, effect: 1, confidence: 0.3 }]; // prettier-ignore
    const found = indicate({ ...base, evidence, inspection: { score: 3, years: 4, text: '', href: null } });
    const sum = found.contributions.reduce((total, { part, value, weight }) => total + (part === 'evidence' ? value : value * weight), 0); // prettier-ignore
    expect(sum).toBeCloseTo(found.expected, 12);
    expect(found.contributions.map(({ part }) => part)).toEqual(['inspection', 'age', 'evidence', 'evidence']);
    // Both together are sure to 1 − 0.6 · 0.7 = 0.58 of one score
    const without = indicate({ ...base, inspection: { score: 1, years: 0, text: '', href: null } });
    const withBoth = indicate({ ...base, evidence, inspection: { score: 1, years: 0, text: '', href: null } });
    expect(withBoth.expected - without.expected).toBeCloseTo(0.58, 12);
  });

  it('is any score where nothing is known', () => {
    expect(indicate({ ...base, age: null, inspection: null })).toMatchObject({ expected: 3.5, confidence: 0 });
  });
});
