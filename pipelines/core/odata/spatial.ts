/** The geospatial functions of `$filter` on two geometries in degrees. */
import type { Geometry } from '../cql2/ast.ts';
import { relationMatrix } from '../cql2/spatial/matrix.ts';
import type { SpatialOperator } from '../cql2/spatial/relates.ts';
import { relates } from '../cql2/spatial/relates.ts';
import { shapeOf } from '../cql2/spatial/shape.ts';
import type { FunctionName } from './functions.ts';
import { geometryDistance, geometryLength } from './geodesic.ts';

const OPERATORS: Readonly<Partial<Record<FunctionName, SpatialOperator>>> = {
  'geo.intersects': 's_intersects',
  st_intersects: 's_intersects',
  st_equals: 's_equals',
  st_disjoint: 's_disjoint',
  st_touches: 's_touches',
  st_within: 's_within',
  st_overlaps: 's_overlaps',
  st_crosses: 's_crosses',
  st_contains: 's_contains',
};

export type GeoFunction =
  | { readonly kind: 'relation'; readonly operator: SpatialOperator }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'distance' | 'length' };

/** Nine characters of `T`, `F`, `*`, `0`, `1`, `2`: interior, boundary and exterior of one by those of the other. */
export const RELATION_PATTERN = /^[TF*012]{9}$/i;

export function geoFunction(name: FunctionName, pattern: string | null): GeoFunction {
  if (name === 'geo.distance') return { kind: 'distance' };
  if (name === 'geo.length') return { kind: 'length' };
  if (name === 'st_relate') return { kind: 'pattern', pattern: pattern! };
  return { kind: 'relation', operator: OPERATORS[name]! };
}

/**
 * @returns metres of `geo.distance` and `geo.length`; else whether the relation holds
 * @throws {PlatformError} `too-large` for two geometries of very many edges
 */
export function geoValue(what: GeoFunction, a: Geometry, b: Geometry): number | boolean {
  switch (what.kind) {
    case 'distance':
      return geometryDistance(a, b);
    case 'length':
      return geometryLength(a);
    case 'relation':
      return relates(what.operator, a, b);
    case 'pattern':
      return matchesPattern(relationMatrix(shapeOf(a), shapeOf(b)), what.pattern);
  }
}

/** Does it hold only where the boxes of both meet? Then nobody else need be looked at. */
export function needsMeetingBoxes(what: GeoFunction): boolean {
  return what.kind === 'relation' && what.operator !== 's_disjoint';
}

function matchesPattern(matrix: Int8Array, pattern: string): boolean {
  for (let k = 0; k < 9; k++) {
    const [wanted, found] = [pattern[k]!.toUpperCase(), matrix[k]!];
    if (wanted === '*' || (wanted === 'T' && found >= 0) || (wanted === 'F' && found < 0)) continue;
    if (wanted !== String(found)) return false;
  }
  return true;
}
