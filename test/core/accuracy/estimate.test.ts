import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../pipelines/core/accuracy/draw.ts';
import type { Estimate } from '../../../pipelines/core/accuracy/estimate.ts';
import { estimateAccuracy } from '../../../pipelines/core/accuracy/estimate.ts';
import { classLabel, compareLabels } from '../../../pipelines/core/accuracy/labels.ts';
import type { SampleUnit } from '../../../pipelines/core/accuracy/tally.ts';
import { tallySample } from '../../../pipelines/core/accuracy/tally.ts';
import reference from './reference/estimate.json' with { type: 'json' };

/** Units of a matrix of counts whose rows are strata and map classes. */
function unitsOf(names: readonly string[], matrix: readonly (readonly number[])[]): SampleUnit[] {
  return matrix.flatMap((row, i) =>
    row.flatMap((n, j) =>
      Array.from({ length: n }, () => ({ stratum: names[i]!, map: names[i]!, reference: names[j]! })),
    ),
  );
}

const rounded = ({ value, margin }: Estimate, digits: number) => [value, margin].map((v) => Number(v.toFixed(digits)));

describe('the worked example of Olofsson et al. (2014), tables 8 and 9', () => {
  // Deforestation, forest gain, stable forest, stable non-forest: counts, and mapped pixels of 30 m
  const names = ['1', '2', '3', '4'];
  const matrix = [
    [66, 0, 5, 4],
    [0, 55, 8, 12],
    [1, 0, 153, 11],
    [2, 1, 9, 313],
  ];
  const pixels = [200_000, 150_000, 3_200_000, 6_450_000];
  const hectares = new Map(names.map((name, k) => [name, pixels[k]! * 0.09]));
  const estimate = estimateAccuracy(tallySample(unitsOf(names, matrix), hectares, 'the map'));

  it('has the accuracies of the paper', () => {
    expect(rounded(estimate.overall, 2)).toEqual([0.95, 0.02]);
    expect(estimate.classes.map(({ users }) => rounded(users, 2))).toEqual([
      [0.88, 0.07],
      [0.73, 0.1],
      [0.93, 0.04],
      [0.96, 0.02],
    ]);
    expect(estimate.classes.map(({ producers }) => rounded(producers, 2))).toEqual([
      [0.75, 0.21],
      [0.85, 0.25], // printed as 0.23, but equation 7 gives 0.254
      [0.93, 0.03],
      [0.96, 0.02], // printed as 0.01, but equation 7 gives 0.018
    ]);
  });

  it('has its areas: 21,158 ± 6158 ha of deforestation where the map has 18,000', () => {
    const total = 900_000;
    const printed = [
      [21158, 6158],
      [11686, 3756],
      [285770, 15510],
      [581386, 16282],
    ] as const;
    for (const [k, [area, margin]] of printed.entries()) {
      const { share } = estimate.classes[k]!;
      expect(Math.round(share.value * total)).toBe(area);
      expect(Math.abs(share.margin * total - margin)).toBeLessThan(1); // with 1.96 in the paper, more digits here
    }
    // in pixels, as the text has them
    expect(Math.round(estimate.classes[0]!.share.value * 1e7)).toBe(235_086);
    expect(Math.abs(estimate.classes[0]!.share.margin * 1e7 - 68_418)).toBeLessThan(2);
  });

  it('has its matrix of proportions', () => {
    expect(estimate.counts).toEqual(matrix);
    expect(estimate.proportions.map((row) => row.map((p) => Number(p.toFixed(4))))).toEqual([
      [0.0176, 0, 0.0013, 0.0011],
      [0, 0.011, 0.0016, 0.0024],
      [0.0019, 0, 0.2967, 0.0213],
      [0.004, 0.002, 0.0179, 0.6212],
    ]);
    expect(estimate.proportions.flat().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe('the worked example of Stehman (2014), where strata are no map classes', () => {
  const repeat = (text: string) =>
    [...text.matchAll(/([A-D])(\d+)/g)].flatMap(([, name, n]) => Array.from({ length: Number(n) }, () => name!));
  const stratum = repeat('A10B10C10D10');
  const map = repeat('A7B3A1B11C6B2D10');
  const ground = repeat('A5C1B1A1B1C1A1B5A2B2C5D2B2A1D7C2B1');
  const units = stratum.map((name, k) => ({ stratum: name, map: map[k]!, reference: ground[k]! }));
  const areas = new Map([
    ['A', 40_000],
    ['B', 30_000],
    ['C', 20_000],
    ['D', 10_000],
  ]);
  const { overall, classes, proportions } = estimateAccuracy(tallySample(units, areas, 'the strata'));
  const three = ({ value, standardError }: Estimate) => [value, standardError].map((v) => Number(v.toFixed(3)));

  it('has the estimates and standard errors of the paper', () => {
    expect(three(overall)).toEqual([0.63, 0.085]);
    expect(three(classes[0]!.share)).toEqual([0.35, 0.082]);
    expect(three(classes[2]!.share)).toEqual([0.2, 0.064]);
    expect(three(classes[1]!.users)).toEqual([0.574, 0.125]);
    expect(three(classes[1]!.producers)).toEqual([0.794, 0.117]);
    expect(proportions[1]![2]).toBeCloseTo(0.08, 12);
  });
});

describe('estimates of simulated samples', () => {
  for (const [k, expected] of reference.cases.entries())
    it(`are those of numpy, unit by unit: ${k}`, () => {
      const units = expected.stratum.map((h, i) => ({
        stratum: `s${h}`,
        map: String(expected.map[i]),
        reference: String(expected.reference[i]),
      }));
      const areas = new Map(expected.areas.map((area, h) => [`s${h}`, area]));
      const { overall, classes } = estimateAccuracy(tallySample(units, areas, 'x'));
      const check = ({ value, standardError }: Estimate, [v, se]: readonly number[]) => {
        expect(value).toBeCloseTo(v!, 12);
        expect(standardError).toBeCloseTo(se!, 12);
      };
      check(overall, expected.overall);
      for (const [c, one] of classes.entries()) {
        check(one.users, expected.users[c]!);
        check(one.producers, expected.producers[c]!);
        check(one.share, expected.share[c]!);
      }
    });

  it('have no standard error from a stratum with one unit, and no user’s accuracy of a class that the map lacks', () => {
    const units = [
      { stratum: 'a', map: 'a', reference: 'a' },
      { stratum: 'b', map: 'b', reference: 'b' },
      { stratum: 'b', map: 'b', reference: 'c' },
    ];
    const { overall, classes } = estimateAccuracy(
      tallySample(
        units,
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
        'x',
      ),
    );
    expect(overall.value).toBe(0.75);
    expect(overall.standardError).toBeNaN();
    expect(classes.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(classes[2]!.users.value).toBeNaN();
    expect(classes[2]!.producers.value).toBe(0);
  });
});

describe('95 % intervals', () => {
  it('hold the truth in about 95 % of samples', () => {
    // Shares of the whole by map class (row) and reference class (column); class 1 is rare and badly mapped
    const truth = [
      [0.04, 0.01, 0.0],
      [0.02, 0.5, 0.03],
      [0.01, 0.04, 0.35],
    ];
    const weights = truth.map((row) => row.reduce((a, b) => a + b, 0));
    const random = createRandom(11, 0);
    const areas = new Map(weights.map((weight, k) => [String(k), weight]));
    const drawClass = (row: readonly number[], weight: number) => {
      let rest = random() * weight;
      return row.findIndex((p) => (rest -= p) < 0);
    };
    const samples = 2000;
    let [overall, share, producers] = [0, 0, 0];
    for (let k = 0; k < samples; k++) {
      const units = truth.flatMap((row, h) =>
        Array.from({ length: 100 }, () => {
          const reference = String(Math.max(0, drawClass(row, weights[h]!)));
          return { stratum: String(h), map: String(h), reference };
        }),
      );
      const { overall: oa, classes } = estimateAccuracy(tallySample(units, areas, 'x'));
      const holds = ({ value, margin }: Estimate, expected: number) => Math.abs(value - expected) <= margin;
      if (holds(oa, 0.89)) overall++;
      if (holds(classes[1]!.share, 0.55)) share++;
      if (holds(classes[1]!.producers, 0.5 / 0.55)) producers++;
    }
    for (const held of [overall, share, producers]) {
      expect(held / samples).toBeGreaterThan(0.93);
      expect(held / samples).toBeLessThan(0.97);
    }
  });
});

describe('a sample and its areas', () => {
  const unit = { stratum: '1', map: '1', reference: '2' };
  it('must fit', () => {
    expect(() => tallySample([unit], new Map([['2', 5]]), 'map.tif')).toThrow(
      'Class 1 of the sample has no area in map.tif, which has 2',
    );
    expect(() =>
      tallySample(
        [unit],
        new Map([
          ['1', 5],
          ['3', 5],
        ]),
        'map.tif',
      ),
    ).toThrow('no point in class 3 of map.tif');
  });

  it('call classes alike, and order them', () => {
    expect(['7', '7.0', ' 07 ', 7, 'forest', '', null, '1.5'].map(classLabel)).toEqual([
      '7',
      '7',
      '7',
      '7',
      'forest',
      null,
      null,
      '1.5',
    ]);
    expect(['forest', '10', '9', 'bog', '-1'].toSorted(compareLabels)).toEqual(['-1', '9', '10', 'bog', 'forest']);
  });
});
