/** Areas for which numbers are wanted: polygons with an id each, in the CRS in which they were drawn. */
import { PlatformError } from '../core/errors.ts';
import { createTransform } from '../core/grid/crs.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { brief, FeatureFault, isRecord } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';

export interface ZoneGeometry {
  readonly type: 'Polygon' | 'MultiPolygon';
  readonly coordinates: readonly unknown[];
}

export interface Zone {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** In the set's CRS. */
  readonly geometry: ZoneGeometry;
  /** Degrees. */
  readonly bbox: LonLatBox;
}

export interface ZoneSet {
  /** A word of addresses. */
  readonly id: string;
  readonly name: string;
  readonly idField: string | null;
  readonly epsg: number;
  readonly source: string;
  readonly digest: string;
  readonly bbox: LonLatBox;
  readonly zones: readonly Zone[];
}

type Draft = Omit<Zone, 'id' | 'bbox'> & { readonly id: string | null };

export interface ZoneBuilder {
  /** @throws {FeatureFault} for what is no polygon, or has no id where one is asked for */
  add(this: void, feature: RawFeature): void;
  /** @throws {PlatformError} `parameter-invalid` for no zone at all, or one id for two of them */
  finish(epsg: number): Pick<ZoneSet, 'epsg' | 'bbox' | 'zones'>;
}

/**
 * Ids are the property that was asked for, else the feature's own or its property `id`; where these do not tell all
 * features apart, their numbers from 1.
 */
export function createZoneBuilder(path: string, idField: string | null): ZoneBuilder {
  const drafts: Draft[] = [];
  return {
    add({ id, geometry, properties }) {
      const attributes = isRecord(properties) ? properties : {};
      const named = idField === null ? (id ?? attributes['id']) : attributes[idField];
      const isId = (typeof named === 'string' && named !== '') || (typeof named === 'number' && Number.isFinite(named));
      if (idField !== null && !isId) throw new FeatureFault(`its ${idField} is ${brief(named)}, which is no id`);
      drafts.push({ id: isId ? String(named) : null, properties: attributes, geometry: parsePolygon(geometry) });
    },
    finish(epsg) {
      if (drafts.length === 0)
        throw new PlatformError('parameter-invalid', `${path} holds no polygon; zones are polygons`);
      const ids = new Set(drafts.map(({ id }) => id));
      const areUnique = ids.size === drafts.length && !ids.has(null);
      if (idField !== null && !areUnique) throw twice(path, idField, drafts);
      const toLonLat = createTransform(epsg, 4326);
      const zones = drafts.map((draft, k): Zone => {
        const bbox = boxOf(draft.geometry, (x, y) => toLonLat.point(x, y));
        return { ...draft, id: areUnique ? draft.id! : String(k + 1), bbox };
      });
      return { epsg, zones, bbox: union(zones.map(({ bbox }) => bbox)) };
    },
  };
}

function twice(path: string, idField: string, drafts: readonly Draft[]): PlatformError {
  const seen = new Set<string | null>();
  const double = drafts.find(({ id }) => seen.size === seen.add(id).size);
  return new PlatformError(
    'parameter-invalid',
    `${path} has the ${idField} ${JSON.stringify(double!.id)} twice; zones are told apart by it, name another with --id`,
  );
}

function parsePolygon(geometry: unknown): ZoneGeometry {
  const { type, coordinates } = isRecord(geometry) ? geometry : {};
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    throw new FeatureFault(`its geometry is ${brief(type)}; a Polygon or MultiPolygon is needed`);
  const polygons: unknown = type === 'Polygon' ? [coordinates] : coordinates;
  if (!Array.isArray(polygons) || polygons.length === 0 || !polygons.every((rings) => isPolygon(rings)))
    throw new FeatureFault('its rings are no closed lines of at least four positions');
  return { type, coordinates: coordinates as unknown[] };
}

function isPolygon(rings: unknown): boolean {
  return Array.isArray(rings) && rings.length > 0 && rings.every((ring) => isRing(ring));
}

function isRing(ring: unknown): boolean {
  if (!Array.isArray(ring) || ring.length < 4 || !ring.every((position) => isPosition(position))) return false;
  const [first, last] = [ring[0] as number[], ring.at(-1) as number[]];
  return first[0] === last[0] && first[1] === last[1];
}

function isPosition(position: unknown): boolean {
  return Array.isArray(position) && Number.isFinite(position[0]) && Number.isFinite(position[1]);
}

function boxOf(
  { type, coordinates }: ZoneGeometry,
  project: (x: number, y: number) => readonly [number, number],
): LonLatBox {
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as [number, number][][][];
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer] of polygons)
    for (const [x, y] of outer!) {
      const [lon, lat] = project(x, y);
      if (!Number.isFinite(lon) || !Number.isFinite(lat))
        throw new PlatformError(
          'parameter-invalid',
          `The position ${x}, ${y} of a zone lies outside of its CRS; name the right one with --crs`,
        );
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  return box;
}

function union(boxes: readonly LonLatBox[]): LonLatBox {
  const side = (k: 0 | 1 | 2 | 3, pick: (a: number, b: number) => number) =>
    boxes.reduce((m, box) => pick(m, box[k]), boxes[0]![k]);
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}
