import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import {
  DEFAULT_AGGREGATION,
  scoreOfAsset,
  scoreOfDefect,
  scoreOfPart,
  SERIOUSNESS,
} from '../../pipelines/core/assets/condition.ts';
import type { Defect, ScoredPart } from '../../pipelines/core/assets/condition.ts';
import { parsePartRow, scoreRows } from '../../pipelines/core/assets/defect-rows.ts';
import { findAssetType, ASSET_TYPES } from '../../pipelines/core/assets/asset-types.ts';

/** As inspection forms print it: rows by intensity, columns by extent. */
const FORM = `
minor     1 1 1 1 2 / 1 1 1 2 3 / 1 1 2 3 4
serious   1 1 1 2 3 / 1 1 2 3 4 / 1 2 3 4 5
critical  1 1 2 3 4 / 1 2 3 4 5 / 2 3 4 5 6`;

const defects: fc.Arbitrary<Defect> = fc.record({
  seriousness: fc.constantFrom(...SERIOUSNESS),
  extent: fc.integer({ min: 1, max: 5 }),
  intensity: fc.integer({ min: 1, max: 3 }),
});

const part = (score: number, weight = 1, name = `p${score}`): ScoredPart =>
  ({ part: name, score, worst: null, defects: 0, weight }) as ScoredPart;

describe('condition scores', () => {
  it('are those of the matrix for each of the 45 combinations', () => {
    for (const line of FORM.trim().split('\n')) {
      const [seriousness, ...rest] = line.split(/\s+/) as [Defect['seriousness'], ...string[]];
      const scores = rest.filter((word) => word !== '/').map(Number);
      for (let k = 0; k < 15; k++)
        expect(scoreOfDefect({ seriousness, extent: (k % 5) + 1, intensity: Math.floor(k / 5) + 1 })).toBe(scores[k]);
    }
  });

  it('of a part are never better than the heaviest defect alone, and at most one worse', () => {
    fc.assert(
      fc.property(fc.array(defects, { minLength: 1, maxLength: 8 }), (list) => {
        const heaviest = Math.max(...list.map(scoreOfDefect));
        const score = scoreOfPart(list);
        expect(score).toBeGreaterThanOrEqual(heaviest);
        expect(score).toBeLessThanOrEqual(Math.min(6, heaviest + 1));
      }),
    );
  });

  it('of a part with several defects follow the mean of their shares, worked out by hand', () => {
    // 0.5 · 2.0 (critical, 3, all over: 6) + 0.2 · 1.7 (serious, 3, all over: 5) + 0.3 · 1 = 1.64: 5, as the first alone
    const first: Defect = { seriousness: 'critical', extent: 4, intensity: 3 };
    expect(scoreOfPart([first, { seriousness: 'serious', extent: 3, intensity: 3 }])).toBe(5);
    // 0.5 · 2 + 0.5 · 2 = 2: 6, one worse than either alone
    expect(scoreOfPart([first, first])).toBe(6);
  });

  it('of an asset are the class of the weighted mean of factors, with the worst part beside it', () => {
    // (300 · 1.3 + 150 · 1.02 + 50 · 1) / 500 = 1.186: 4
    const scored = scoreOfAsset([part(4, 300), part(2, 150), part(1, 50)]);
    expect(scored.index).toBeCloseTo(1.186, 12);
    expect(scored.score).toBe(4);
    // One railing in ruins is lost in the mean, but not beside it
    const hidden = scoreOfAsset([part(1, 98), part(6, 2)]);
    expect([hidden.score, hidden.worstPart.score]).toEqual([2, 6]);
  });

  it('of an asset lie between those of its parts, and one score alone stays', () => {
    const one = fc.record({
      score: fc.integer({ min: 1, max: 6 }),
      weight: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 10 }), (list) => {
        const scores = list.map(({ score }) => score);
        const { score } = scoreOfAsset(list.map((p) => part(p.score, p.weight)));
        expect(score).toBeGreaterThanOrEqual(Math.min(...scores));
        expect(score).toBeLessThanOrEqual(Math.max(...scores));
      }),
    );
    expect(DEFAULT_AGGREGATION.factors.map((_, k) => scoreOfAsset([part(k + 1)]).score)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('rows of defects', () => {
  const cells = { part: 'deck', seriousness: 'critical', extent: '4', intensity: '3', weight: null };

  it.each([
    [{ seriousness: 'terrible' }, 'seriousness "terrible"'],
    [{ extent: '9' }, 'extent "9"'],
    [{ extent: '2.5' }, 'extent "2.5"'],
    [{ intensity: '0' }, 'intensity "0"'],
    [{ extent: null }, 'extent ""'],
    [{ part: ' ' }, 'its part is empty'],
    [{ weight: '-1' }, 'weight "-1"'],
  ])('with %j are refused, named', (wrong, said) => {
    expect(() => parsePartRow({ ...cells, ...wrong })).toThrow(said);
  });

  it('without any code are parts without defects', () => {
    const row = parsePartRow({ part: 'rail', seriousness: null, extent: null, intensity: null, weight: '3' });
    expect(scoreRows([row, parsePartRow(cells)]).parts.map(({ score }) => score)).toEqual([1, 5]);
    expect(parsePartRow({ ...cells, seriousness: 'Ernstig' }).defect?.seriousness).toBe('critical');
  });
});

it('types of assets are found by id, by their names and by words of the BGT', () => {
  for (const { id, label } of ASSET_TYPES)
    for (const word of [id, label.nl, label.en.toUpperCase()]) expect(findAssetType(word)?.id).toBe(id);
  expect(findAssetType('Overbruggingsdeel')?.id).toBe('bridge');
  expect(findAssetType('spaceship')).toBeNull();
});
