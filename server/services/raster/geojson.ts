/** The polygon that a request posts, within what is answered at once. */
import { isPlatformError, PlatformError } from '../../../pipelines/core/errors.ts';
import { FeatureFault, isRecord } from '../../../pipelines/core/vector/feature.ts';
import { PolygonSetBuilder } from '../../../pipelines/core/geometry/zonal/polygons.ts';

export interface PostedZone {
  readonly geometry: object;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The feature as it came. */
  readonly original: Readonly<Record<string, unknown>>;
}

const MOST_POSITIONS = 100_000;

/**
 * A GeoJSON Feature, or a geometry, of a polygon in degrees.
 * @throws {PlatformError} `parameter-invalid`, `too-large`
 */
export function parseZone(body: unknown): PostedZone {
  if (!isRecord(body)) throw fault('it is no JSON object');
  const isFeature = body['type'] === 'Feature';
  const geometry = isFeature ? body['geometry'] : body;
  if (!isRecord(geometry)) throw fault('it has no geometry');
  const polygons = readPolygons(geometry);
  const { coordinates } = polygons;
  if (coordinates.length / 2 > MOST_POSITIONS)
    throw new PlatformError(
      'too-large',
      `The polygon has ${coordinates.length / 2} positions, more than the ${MOST_POSITIONS} of one request; simplify it`,
      { detail: { parameter: 'body', positions: coordinates.length / 2, most: MOST_POSITIONS } },
    );
  for (let i = 0; i < coordinates.length; i += 2)
    if (Math.abs(coordinates[i]!) > 540 || Math.abs(coordinates[i + 1]!) > 90)
      throw fault(`${coordinates[i]},${coordinates[i + 1]} are no degrees of longitude and latitude (WGS 84)`);
  const properties = isFeature && isRecord(body['properties']) ? body['properties'] : {};
  return { geometry, properties, original: isFeature ? body : { type: 'Feature', geometry } };
}

function readPolygons(geometry: unknown) {
  const builder = new PolygonSetBuilder();
  try {
    builder.add(geometry);
  } catch (error) {
    if (error instanceof FeatureFault || isPlatformError(error)) throw fault(error.message);
    throw error;
  }
  const set = builder.finish();
  if (set.coordinates.length === 0) throw fault('it has no polygon');
  return set;
}

function fault(why: string): PlatformError {
  return new PlatformError('parameter-invalid', `The body is not a GeoJSON Feature of a polygon: ${why}`, {
    detail: { parameter: 'body' },
  });
}
