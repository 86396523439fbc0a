import { describe, expect, it } from 'vitest';
import type { Geometry, GeometryNode } from '../../../pipelines/core/cql2/ast.ts';
import { parseCql2Text } from '../../../pipelines/core/cql2/parse-text.ts';
import { relates } from '../../../pipelines/core/cql2/spatial/relates.ts';
import type { SpatialOperator } from '../../../pipelines/core/cql2/spatial/relates.ts';
import table from './reference/relations.json' with { type: 'json' };

const OPERATORS: readonly SpatialOperator[] = [
  's_contains',
  's_crosses',
  's_disjoint',
  's_equals',
  's_intersects',
  's_overlaps',
  's_touches',
  's_within',
];

const reference = table as unknown as readonly (readonly [a: string, b: string, relations: readonly string[]])[];

const geometry = (wkt: string): Geometry => (parseCql2Text(wkt) as GeometryNode).geometry;

describe('spatial operators', () => {
  it('agree with GEOS on points, lines and areas whose edges and corners fall together', () => {
    const wrong = reference.flatMap(([a, b, relations]) => {
      const found = OPERATORS.filter((op) => relates(op, geometry(a), geometry(b)));
      return found.join() === relations.join() ? [] : [`${a} to ${b}: ${found.join()}, not ${relations.join()}`];
    });
    expect(wrong).toEqual([]);
    expect(new Set(reference.flatMap(([, , relations]) => relations)).size).toBe(OPERATORS.length);
  });

  it('hold everywhere on the plane where the pair is moved and scaled', () => {
    const moved = (wkt: string) => wkt.replace(/-?\d+/g, (n) => String(Number(n) * 0.137 + 11.3));
    const wrong = reference.filter(([a, b, relations]) => {
      const [p, q] = [geometry(moved(a)), geometry(moved(b))];
      return relates('s_intersects', p, q) !== relations.includes('s_intersects');
    });
    expect(wrong).toEqual([]);
  });
});
