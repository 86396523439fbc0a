/** Zones out of a file of features: polygons with an id each, in the CRS in which the file has them. */
import { PlatformError } from '../../core/errors.ts';
import { PolygonSetBuilder } from '../../core/geometry/zonal/polygons.ts';
import type { PolygonSet } from '../../core/geometry/zonal/polygons.ts';
import { brief, isRecord } from '../../core/vector/feature.ts';
import type { RawFeature } from '../../core/vector/feature.ts';
import { readFeatures } from '../features/read-features.ts';
import { chooseIds, isId } from './zone-ids.ts';
import type { IdCandidate, ZoneIds } from './zone-ids.ts';

export interface Zones {
  readonly polygons: PolygonSet;
  /** CRS of the polygons. */
  readonly epsg: number;
  readonly ids: ZoneIds;
  /** What a user should know: features that were passed over, ids that are not unique. */
  readonly notes: readonly string[];
}

export interface ReadZonesOptions {
  /** Property that names a zone; null: the feature's own id, else a property `id`, else its number from 1. */
  readonly idField?: string | null;
  /** CRS of the coordinates, such as `EPSG:28992`; default: as the file says, else WGS 84. */
  readonly crs?: string | null;
  readonly signal?: AbortSignal;
}

/**
 * Reads the polygons of GeoJSON (also line by line) or of CSV with well-known text. A feature without a geometry is a
 * zone that covers nothing; points and lines are passed over.
 * @throws {PlatformError} `parameter-invalid` where a zone has no id or the file no polygon, and as `readFeatures`
 */
export async function readZones(path: string, options: ReadZonesOptions = {}): Promise<Zones> {
  const { idField = null, crs = null, signal } = options;
  const builder = new PolygonSetBuilder();
  const candidates: IdCandidate[] = [];
  const take = (feature: RawFeature) => {
    builder.add(feature.geometry);
    candidates.push(candidateOf(feature, idField, path, candidates.length + 1));
  };
  const report = await readFeatures(path, take, {
    asStored: true,
    ...(crs === null ? {} : { crs }),
    ...(signal ? { signal } : {}),
  });
  const polygons = builder.finish();
  if (polygons.polygonStarts.length === 1) throw withoutPolygons(path, report.firstRefusal);
  const notes: string[] = [];
  if (report.refused > 0)
    notes.push(
      `${report.refused} of ${report.taken + report.refused} features of ${path} are no zones, the first is ${report.firstRefusal}`,
    );
  const ids = chooseIds(candidates, idField);
  if (ids.repeated > 0)
    notes.push(
      `${ids.repeated} ids of ${path} come more than once, such as ${ids.example}; each zone keeps rows of its own`,
    );
  return { polygons, epsg: report.epsg, ids, notes };
}

function candidateOf({ id, properties }: RawFeature, field: string | null, path: string, ordinal: number): IdCandidate {
  const known = isRecord(properties) ? properties : {};
  const property = known[field ?? 'id'] ?? (field === 'id' ? id : undefined);
  if (field !== null && !isId(property)) {
    const has = field in known ? `has ${brief(property)} there` : `has ${listOf(Object.keys(known))}`;
    throw new PlatformError(
      'parameter-invalid',
      `--id is ${field}, which must name each zone of ${path} by a text or a number; zone ${ordinal} ${has}`,
      { detail: { path, field, zone: ordinal } },
    );
  }
  return { member: id, property };
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'no properties' : `only ${names.slice(0, 20).join(', ')}`;
}

function withoutPolygons(path: string, firstRefusal: string | null): PlatformError {
  const found = firstRefusal === null ? 'it has no features with a geometry' : `the first is ${firstRefusal}`;
  return new PlatformError('parameter-invalid', `${path} has no polygons to use as zones: ${found}`, {
    detail: { path },
  });
}
