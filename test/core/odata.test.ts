import { describe, expect, it } from 'vitest';
import type { Expression } from '../../pipelines/core/odata/ast.ts';
import { distanceBetween, geometryDistance, geometryLength } from '../../pipelines/core/odata/geodesic.ts';
import { parseOptions } from '../../pipelines/core/odata/parse-options.ts';
import { geoFunction, geoValue } from '../../pipelines/core/odata/spatial.ts';
import type { Geometry } from '../../pipelines/core/cql2/ast.ts';

/** A tree as `(name arg arg)`. */
function shown(node: Expression): string {
  switch (node.kind) {
    case 'call':
      return `(${node.name}${node.args.map((arg) => ` ${shown(arg)}`).join('')})`;
    case 'path':
      return node.segments.join('/');
    case 'lambda':
      return `(${node.quantifier} ${shown(node.over)} ${node.variable}${node.body ? ` ${shown(node.body)}` : ''})`;
    case 'literal':
      return JSON.stringify(node.value);
    case 'geography':
      return JSON.stringify(node.geometry.type);
    case 'duration':
      return `${node.seconds}s`;
    case 'period':
      return `${node.start}..${node.end}`;
    default:
      return node.value;
  }
}

const filter = (text: string) => shown(parseOptions({ $filter: text }).filter!);

describe('$filter', () => {
  it.each([
    ['a or b and c', '(or a (and b c))'],
    ['a or b or c', '(or a b c)'],
    ['(a or b) and c', '(and (or a b) c)'],
    ['not a and b', '(and (not a) b)'],
    ['a add b mul c gt d sub 2', '(gt (add a (mul b c)) (sub d 2))'],
    ['a sub b sub c eq 1', '(eq (sub (sub a b) c) 1)'],
    ['-a lt -2.5e-1', '(lt (negate a) -0.25)'],
    ["name eq 'it''s'", '(eq name "it\'s")'],
    ['id in (1,2)', '(in id 1 2)'],
    ['Datastream/Thing/properties/a-b/0 eq null', '(eq Datastream/Thing/properties/a-b/0 null)'],
    ['t gt 2024-02-29T10:00:00+01:00', '(gt t 2024-02-29T10:00:00+01:00)'],
    ['t gt 2024-02-29T10:00:00 01:00', '(gt t 2024-02-29T10:00:00+01:00)'],
    ['t gt 2024-02-29T10:00Z', '(gt t 2024-02-29T10:00:00Z)'],
    ['t gt 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z', '(gt t 2024-01-01T00:00:00Z..2024-02-01T00:00:00Z)'],
    ["t gt now() sub duration'P1DT1H'", '(gt t (sub (now) 90000s))'],
    ["st_within(location,geography'POLYGON((4 52,5 52,5 53,4 52))')", '(st_within location "Polygon")'],
    ["Datastreams/any(d: d/name eq 'x')", '(any Datastreams d (eq d/name "x"))'],
  ])('%s', (text, tree) => {
    expect(filter(text)).toBe(tree);
  });

  it.each([
    ['result gt', 10],
    ['(result gt 3', 13],
    ['result ** 3', 8],
    ["name eq 'x", 9],
    ['1=1', 2],
    ['nosuch(result) eq 3', 1],
    ['length(a,b) eq 3', 1],
    ['t gt 2024-02-30T00:00:00Z', 6],
    ['t gt 2024-02-02T00:00:00Z/2024-02-01T00:00:00Z', 6],
    ["st_within(location,geography'POINT(5 x)')", 38],
    ["geography'POINT(5 52' eq 1", 21],
  ])('%s has a fault at character %i', (text, position) => {
    expect(() => filter(text)).toThrow(expect.objectContaining({ detail: { parameter: '$filter', position } }));
  });

  it('ends depth and size early', () => {
    for (const text of [
      `${'('.repeat(5000)}a`,
      'not '.repeat(5000),
      '-('.repeat(5000),
      'floor('.repeat(5000),
      'a or '.repeat(6000),
      'x'.repeat(100_001),
    ]) {
      const began = performance.now();
      expect(() => filter(text)).toThrow('$filter has a fault');
      expect(performance.now() - began).toBeLessThan(500);
    }
    expect(filter(`${'a or '.repeat(2000)}a`)).toHaveLength(4006);
  });
});

describe('$expand', () => {
  it('reads options of each, and A/B as B within A', () => {
    const { expand } = parseOptions({ $expand: 'A/B($top=2;$filter=a eq 1),A/C,D($count=true)' });
    expect(expand.map(({ relation }) => relation)).toEqual(['A', 'D']);
    expect(expand[0]!.options.expand.map(({ relation, options }) => [relation, options.top])).toEqual([
      ['B', 2],
      ['C', null],
    ]);
    expect(expand[0]!.options.words).toEqual({ $expand: 'B($top=2;$filter=a eq 1),C' });
    expect(expand[1]!.options.count).toBe(true);
  });

  it.each([
    'A($top=1',
    'A($top=1;$top=2)',
    'A($nosuch=1)',
    'A($skip=x)',
    `${'A/'.repeat(7)}A`,
    `${'A($expand='.repeat(7)}A${')'.repeat(7)}`,
    Array.from({ length: 41 }, (_, k) => `A${k}`).join(','),
  ])('refuses %s', (text) => {
    expect(() => parseOptions({ $expand: text })).toThrow('$expand has a fault');
  });
});

describe('distances', () => {
  /** By `geod +ellps=WGS84 -I` of PROJ. */
  it.each([
    [[5, 52, 5.1, 52.05], 8835.466],
    [[5, 52, -120, -33], 15_170_009.13],
    [[0, 0, 1, 0], 111_319.491],
    [[5, 52, 5, 52], 0],
  ] as const)('%o', ([x1, y1, x2, y2], metres) => {
    expect(distanceBetween(x1, y1, x2, y2)).toBeCloseTo(metres, 2);
  });

  it('is 0 within an area and where edges cross, and else that of the nearest edge', () => {
    const square: Geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [5, 52],
          [5.1, 52],
          [5.1, 52.1],
          [5, 52.1],
          [5, 52],
        ],
      ],
    };
    const at = (x: number, y: number): Geometry => ({ type: 'Point', coordinates: [x, y] });
    expect(geometryDistance(at(5.05, 52.05), square)).toBe(0);
    expect(
      geometryDistance(
        {
          type: 'LineString',
          coordinates: [
            [4.9, 52.05],
            [5.2, 52.06],
          ],
        },
        square,
      ),
    ).toBe(0);
    expect(geometryDistance(at(4.9, 52.05), square)).toBeCloseTo(distanceBetween(4.9, 52.05, 5, 52.05), 0);
    expect(geometryLength(square)).toBe(0);
    expect(
      geometryLength({
        type: 'LineString',
        coordinates: [
          [0, 0],
          [1, 0],
          [0, 0],
        ],
      }),
    ).toBeCloseTo(2 * 111_319.491, 2);
  });

  it('relates by a pattern of nine', () => {
    const square: Geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [0, 2],
          [0, 0],
        ],
      ],
    };
    const point: Geometry = { type: 'Point', coordinates: [1, 1] };
    const related = (pattern: string) => geoValue(geoFunction('st_relate', pattern), point, square);
    expect([related('0FFFFF212'), related('T*F**F***'), related('FF*FF****')]).toEqual([true, true, false]);
  });
});
