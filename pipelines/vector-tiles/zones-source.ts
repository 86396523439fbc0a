/** Zones of a set as a layer of tiles. */
import { findZoneSet, listZoneSets } from '../catalog/zones-repository.ts';
import type { ZoneSetSummary } from '../catalog/zones-repository.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { FieldType } from '../core/vector/attributes.ts';
import type { SourceLayer, SourceRow, VectorTileSource } from './source.ts';

/** Zones that are looked at to find the types of properties. */
const LOOKED_AT = 2000;
const TYPES: Readonly<Record<string, FieldType>> = { number: 'Number', boolean: 'Boolean' };

export const zonesSource: VectorTileSource = {
  async find(queries, id) {
    const set = await findZoneSet(queries, id);
    return set && toLayer(set);
  },
  async list(queries) {
    return (await listZoneSets(queries)).map(toLayer);
  },
  async fields(queries, { id }) {
    const rows = await queries.query<{ key: string; types: string[] }>(
      `SELECT key, array_agg(DISTINCT jsonb_typeof(value)) AS types
       FROM (SELECT properties FROM zones WHERE set_id = $1 ORDER BY ordinal LIMIT ${LOOKED_AT}) AS looked_at,
         jsonb_each(looked_at.properties) GROUP BY key ORDER BY key`,
      [id],
    );
    const fields: Record<string, FieldType> = { id: 'String' };
    for (const { key, types } of rows) {
      const [type, other] = types.filter((one) => one !== 'null');
      if (key !== 'id' && type !== undefined) fields[key] = (other === undefined && TYPES[type]) || 'String';
    }
    return fields;
  },
  async rows(queries, { id }, { box, ids, most }) {
    const params = [id, ...(box ?? NO_BOX), ids ?? null, most ?? null];
    const rows = await queries.query(
      // The zones that cover most, where there are more than wanted: none is sorted where there are not.
      `SELECT id, properties, geometry FROM (
         SELECT ordinal, id, properties::text, geometry::text FROM zones WHERE ${whereOf(box, ids)}
         ORDER BY ${most === undefined ? 'ordinal' : '(east - west) * (north - south) DESC, ordinal'} LIMIT $7::int
       ) AS found ORDER BY ordinal`,
      params,
    );
    return rows as unknown as SourceRow[];
  },
  async count(queries, { id }, box) {
    const [row] = await queries.query(
      `SELECT count(*)::int AS count FROM zones WHERE ${whereOf(box, undefined)}
       AND $6::text[] IS NULL AND $7::int IS NULL`,
      [id, ...box, null, null],
    );
    return row!['count'] as number;
  },
};

const NO_BOX: readonly (number | null)[] = [null, null, null, null];

/** Every parameter stands in it, so that each has a type. The box is found by the index `zones_place`. */
function whereOf(box: LonLatBox | undefined, ids: readonly string[] | undefined): string {
  const inBox = 'box(point(west, south), point(east, north)) && box(point($2::float8, $3), point($4::float8, $5))';
  const unused = '($2::float8 IS NULL OR $3::float8 IS NULL OR $4::float8 IS NULL OR $5::float8 IS NULL)';
  // As an expression the id is not looked up by its key, which would read all of a set for each tile (measured: 45 ms, not 3)
  return [
    box ? "set_id || '' = $1" : 'set_id = $1',
    box ? inBox : unused,
    ids ? 'id = ANY ($6::text[])' : '$6::text[] IS NULL',
  ].join(' AND ');
}

function toLayer({ id, name, source, count, bbox, epsg }: ZoneSetSummary): SourceLayer {
  return {
    id,
    title: name,
    origin: source,
    count,
    bounds: bbox,
    epsg,
    hasPoints: false,
    data: { kind: 'zones', id },
  };
}
