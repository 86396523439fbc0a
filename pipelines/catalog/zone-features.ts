/** Zones as a map draws them: GeoJSON in WGS 84, a page at a time, no finer than the map can show. */
import type { Queries, Row } from '../database/database.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { createTransform } from '../core/grid/crs.ts';
import type { ZoneFeature } from '../core/wire-catalogue.ts';
import type { Position } from './simplify-ring.ts';
import { createRingSimplifier } from './simplify-ring.ts';
import type { ZoneGeometry } from './zone-set.ts';

export interface ZoneQuestion {
  readonly setId: string;
  /** Zones that meet this box, degrees. */
  readonly bbox?: LonLatBox | undefined;
  /** A part of the id or of a property. */
  readonly words?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

export interface ZonePage {
  readonly limit: number;
  readonly offset: number;
}

/** In the order of the file that they came from. */
export async function listZoneFeatures(
  queries: Queries,
  question: ZoneQuestion,
  { limit, offset }: ZonePage,
  { epsg, toleranceDegrees }: { readonly epsg: number; readonly toleranceDegrees: number },
): Promise<ZoneFeature[]> {
  const rows = await queries.query(
    `SELECT id, properties, geometry, west, south, east, north FROM zones WHERE ${FITS}
     ORDER BY ordinal LIMIT $8 OFFSET $9`,
    [...wordsOf(question), limit, offset],
  );
  const place = createPlacer(epsg);
  const simplify = createRingSimplifier(toleranceDegrees);
  return rows.map((row) => toFeature(row, (positions) => simplify(positions.map(place))));
}

export async function countZones(queries: Queries, question: ZoneQuestion): Promise<number> {
  const [row] = await queries.query(`SELECT count(*)::int AS count FROM zones WHERE ${FITS}`, wordsOf(question));
  return row!['count'] as number;
}

/** Zones do not cross 180°. */
const FITS = `set_id = $1
  AND ($2::float8 IS NULL OR (west <= $4::float8 AND east >= $2::float8 AND south <= $5::float8 AND north >= $3::float8))
  AND ($6::text IS NULL OR strpos(lower(id), $6::text) > 0
    OR EXISTS (SELECT 1 FROM jsonb_each_text(properties) AS p WHERE strpos(lower(p.value), $6::text) > 0))
  AND ($7::text[] IS NULL OR id = ANY ($7::text[]))`;

function wordsOf({ setId, bbox, words, ids }: ZoneQuestion) {
  return [setId, ...(bbox ?? [null, null, null, null]), words?.toLowerCase() ?? null, ids ?? null];
}

/** From the set's CRS into degrees, to a centimetre. */
function createPlacer(epsg: number): (position: readonly number[]) => Position {
  const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  const toLonLat = createTransform(epsg, 4326);
  return ([x, y]) => {
    const [lon, lat] = toLonLat.point(x!, y!);
    return [round(lon), round(lat)];
  };
}

type Ring = readonly (readonly number[])[];

function toFeature(row: Row, toRing: (positions: Ring) => readonly Position[]): ZoneFeature {
  const { type, coordinates } = row['geometry'] as ZoneGeometry;
  const polygon = (rings: readonly unknown[]) =>
    (rings as readonly Ring[]).map(toRing).filter((ring, i) => i === 0 || ring.length > 3);
  return {
    type: 'Feature',
    id: row['id'] as string,
    properties: row['properties'] as ZoneFeature['properties'],
    bbox: [row['west'], row['south'], row['east'], row['north']] as unknown as LonLatBox,
    geometry: {
      type,
      coordinates:
        type === 'Polygon' ? polygon(coordinates) : (coordinates as readonly unknown[][]).map((one) => polygon(one)),
    },
  };
}
