import { isRecord } from '../../core/vector/feature.ts';

export type Reprojection = (x: number, y: number) => readonly [x: number, y: number];

/** Deeper coordinates than those of a MultiPolygon are no geometry, and are left for the check that follows. */
const MAX_DEPTH = 4;

/** Replaces x and y of every position of a GeoJSON geometry, in place; what is no position stays as it is. */
export function reprojectGeometry(geometry: unknown, project: Reprojection): void {
  if (!isRecord(geometry)) return;
  reprojectCoordinates(geometry['coordinates'], project, 0);
  const members = geometry['geometries'];
  if (Array.isArray(members)) for (const member of members) reprojectGeometry(member, project);
}

function reprojectCoordinates(coordinates: unknown, project: Reprojection, depth: number): void {
  if (!Array.isArray(coordinates) || depth > MAX_DEPTH) return;
  const [x, y] = coordinates as unknown[];
  if (typeof x === 'number' && typeof y === 'number') [coordinates[0], coordinates[1]] = project(x, y);
  else for (const inner of coordinates as unknown[]) reprojectCoordinates(inner, project, depth + 1);
}
