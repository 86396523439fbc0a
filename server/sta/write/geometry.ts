/** Places as they are written: GeoJSON is checked and gets its box; any other encoding is kept as it is. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { parseGeometry } from '../../../pipelines/core/cql2/build.ts';
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';

/** Degrees; west, south, east, north. */
export type Box = readonly [number, number, number, number];

const GEOJSON = /^application\/(geo\+json|vnd\.geo\+json|geojson|json)\b/i;

/**
 * @param name  Where it stands in the request, for the refusal.
 * @returns its box; null where it is not GeoJSON, and cannot be found by place
 * @throws {PlatformError} `parameter-invalid`
 */
export function boxOf(value: unknown, encodingType: string, name: string): Box | null {
  if (!GEOJSON.test(encodingType)) return null;
  const geometry = isFeature(value) ? value.geometry : value;
  if (isFeature(value) && geometry === null) return null;
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  widen(box, parsed(geometry, name), name);
  return Number.isFinite(box[0]) ? box : null;
}

function isFeature(value: unknown): value is { readonly geometry: unknown } {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Feature';
}

function parsed(geometry: unknown, name: string): Geometry {
  try {
    return parseGeometry(geometry, name);
  } catch (error) {
    const why = (error as Error).message.replace(/^.*?: /s, '');
    throw new PlatformError('parameter-invalid', `${name} is no GeoJSON: ${why}`, { detail: { parameter: name } });
  }
}

function widen(box: [number, number, number, number], geometry: Geometry, name: string): void {
  if (geometry.type === 'GeometryCollection') for (const part of geometry.geometries) widen(box, part, name);
  else widenBy(box, geometry.coordinates, name);
}

function widenBy(box: [number, number, number, number], positions: unknown, name: string): void {
  const list = positions as readonly unknown[];
  if (typeof list[0] !== 'number') for (const part of list) widenBy(box, part, name);
  else {
    const [lon, lat] = list as readonly [number, number];
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90)
      throw new PlatformError(
        'parameter-invalid',
        `${name} has the position ${lon}, ${lat}; GeoJSON has longitude and latitude in degrees`,
        { detail: { parameter: name } },
      );
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
}
