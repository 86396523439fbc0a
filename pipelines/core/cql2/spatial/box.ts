import type { Geometry, Position } from '../ast.ts';

/**
 * West, south, east, north in degrees, east beyond 180 where a box was given that crosses it; null for a geometry without
 * positions.
 * @param bbox  The box as it was given, if it was one.
 */
export function lonLatBoxOf(
  geometry: Geometry,
  bbox: readonly number[] | null = null,
): readonly [number, number, number, number] | null {
  if (bbox) {
    const half = bbox.length / 2;
    const [west, south, east, north] = [bbox[0]!, bbox[1]!, bbox[half]!, bbox[half + 1]!];
    return [west, south, east < west ? east + 360 : east, north];
  }
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positionsOf(geometry) as Iterable<readonly [number, number]>) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box[0] <= box[2] ? box : null;
}

export function* positionsOf(geometry: Geometry): Generator<Position> {
  if (geometry.type === 'GeometryCollection') for (const part of geometry.geometries) yield* positionsOf(part);
  else yield* flatten(geometry.coordinates);
}

function* flatten(value: unknown): Generator<Position> {
  const list = value as readonly unknown[];
  if (typeof list[0] === 'number') yield list as Position;
  else for (const part of list) yield* flatten(part);
}
