/** The scenes of the catalogue as features: their footprints, in degrees. */
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import type { Queryable, Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import { splitAtAntimeridian } from '../../../pipelines/core/cql2/spatial/antimeridian.ts';
import type { Database, Row } from '../../../pipelines/database/database.ts';
import type { OgcLink } from '../site.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

const COLUMNS = 'id, collection, platform, level, tile, epsg, cloud_cover, datetime, footprint';

/** @param hidden  Collections that are left out. @param links  Of a scene, such as to its tiles. */
export function scenesSource(
  database: Database,
  hidden: readonly string[],
  links: (id: string) => OgcLink[],
): FeatureSource {
  const toFeature = (row: Row): FeatureRow => {
    const { id, footprint, datetime, cloud_cover: cloudCover, ...properties } = row;
    const time = (datetime as Date).toISOString();
    return {
      id: id as string,
      key: id as string,
      geometry: splitAtAntimeridian(footprint as Geometry),
      properties: { datetime: time, ...properties, cloudCover },
      time: { start: time, end: time },
      links: links(id as string),
    };
  };
  return {
    epsg: 4326,
    queryables: async () => QUERYABLES,
    readsSql: true,
    async page({ sql, params }, after, limit) {
      const n = params.length;
      const rows = await database.query(
        `SELECT ${COLUMNS} FROM scenes
         WHERE (${sql}) AND id > $${n + 1} AND NOT (collection = ANY ($${n + 3}::text[])) ORDER BY id LIMIT $${n + 2}`,
        [...params, after ?? '', limit, hidden],
      );
      return rows.map(toFeature);
    },
    async count({ sql, params }) {
      const [row] = await database.query(
        `SELECT count(*)::int AS count FROM scenes WHERE (${sql}) AND NOT (collection = ANY ($${params.length + 1}::text[]))`,
        [...params, hidden],
      );
      return row!['count'] as number;
    },
    async find(id) {
      if (id.includes('\0')) return null; // no text of the database has it
      const [row] = await database.query(
        `SELECT ${COLUMNS} FROM scenes WHERE id = $1 AND NOT (collection = ANY ($2::text[]))`,
        [id, hidden],
      );
      return row ? toFeature(row) : null;
    },
    reader: (row) => (name) => {
      if (name === 'id') return row.id;
      return name === 'geometry' ? row.geometry : row.properties[name];
    },
  };
}

const column = (type: 'string' | 'number', title: string, value: string): Queryable => ({
  type,
  schema: { title, type },
  sql: { value },
});

const QUERYABLES: Queryables = {
  id: column('string', 'Id', 'id'),
  geometry: {
    type: 'geometry',
    schema: { title: 'Footprint', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
    sql: {
      value: 'west',
      // A box that crosses 180° has its west east of its east; the one that is asked for may reach beyond 180°.
      meets: ({ west, south, east, north }) =>
        `south <= ${north} AND north >= ${south} AND (${[0, 360, -360]
          .map((turn) => `(west <= ${east} + ${turn} AND ${UNROLLED} >= ${west} + ${turn})`)
          .join(' OR ')})`,
    },
  },
  datetime: {
    type: 'instant',
    schema: { title: 'Time of acquisition', type: 'string', format: 'date-time' },
    sql: { value: 'datetime' },
  },
  collection: column('string', 'Collection of the catalogue', 'collection'),
  platform: column('string', 'Platform, such as sentinel-2a', 'platform'),
  level: column('string', 'Processing level', 'level'),
  tile: column('string', 'Tile of the MGRS grid', 'tile'),
  epsg: column('number', 'EPSG code of its pixels', 'epsg::float8'),
  cloudCover: column('number', 'Cloud cover, per cent', 'cloud_cover'),
};

const UNROLLED = '(CASE WHEN east < west THEN east + 360 ELSE east END)';
