/** Geometries of assets: points, lines and areas in degrees. */
import type { Geometry } from '../core/cql2/ast.ts';
import { brief, FeatureFault, isRecord } from '../core/vector/feature.ts';

/** Nesting of the coordinates, and how many positions the innermost list has at least. */
const TYPES: Readonly<Record<string, readonly [depth: number, least: number]>> = {
  Point: [0, 0],
  MultiPoint: [1, 1],
  LineString: [1, 2],
  MultiLineString: [2, 2],
  Polygon: [2, 4],
  MultiPolygon: [3, 4],
};
/** Positions of one asset: a dike of the whole country at a metre has fewer. */
const MOST_POSITIONS = 200_000;

/** Heights are left out, positions are to a millimetre. @throws {FeatureFault} */
export function parseGeometry(value: unknown): Geometry {
  const { type, coordinates } = isRecord(value) ? value : {};
  const shape = typeof type === 'string' ? TYPES[type] : undefined;
  if (!shape) throw new FeatureFault(`its geometry is ${brief(type ?? value)}; a point, line or area is needed`);
  const [depth, least] = shape;
  let count = 0;
  const walk = (part: unknown, level: number): unknown => {
    if (level === 0) {
      if (++count > MOST_POSITIONS) throw new FeatureFault(`it has more than ${MOST_POSITIONS} positions`);
      return positionOf(part);
    }
    if (!Array.isArray(part) || part.length === 0) throw new FeatureFault('its geometry has no positions');
    const found = part.map((one) => walk(one, level - 1));
    if (level === 1) checkLine(found as [number, number][], String(type), least);
    return found;
  };
  return { type, coordinates: walk(coordinates, depth) } as Geometry;
}

function positionOf(value: unknown): [number, number] {
  const [x, y] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof x !== 'number' || typeof y !== 'number')
    throw new FeatureFault(`its position ${brief(value)} is no pair of numbers`);
  if (!(Math.abs(x) <= 180 && Math.abs(y) <= 90))
    throw new FeatureFault(`its position lies outside of its CRS, or not on the earth (${brief([x, y])} in degrees)`);
  return [Math.round(x * 1e8) / 1e8, Math.round(y * 1e8) / 1e8];
}

function checkLine(line: readonly [number, number][], type: string, least: number): void {
  if (line.length < least) throw new FeatureFault(`its ${type} has ${line.length} positions; ${least} are needed`);
  const [first, last] = [line[0]!, line.at(-1)!];
  if (least === 4 && (first[0] !== last[0] || first[1] !== last[1]))
    throw new FeatureFault('a ring of it is not closed');
}
