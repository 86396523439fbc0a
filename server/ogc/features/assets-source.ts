/** The register of assets as features: what is known of each, with its condition. */
import { COLUMNS_OF_FEATURES as COLUMNS } from '../../../pipelines/assets/feature-columns.ts';
import type { BoxPlaceholders, Queryable, Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { Database, Row } from '../../../pipelines/database/database.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

const SELECT = `SELECT id, properties, geometry FROM (
  SELECT a.id, a.geometry, a.west, a.south, a.east, a.north, ${COLUMNS.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ')},
    a.attributes || jsonb_strip_nulls(jsonb_build_object(${COLUMNS.map(({ name, sql }) => `'${name}', ${sql}`).join(', ')},
      'importance', a.importance, 'documents', a.documents)) AS properties
  FROM assets AS a LEFT JOIN asset_conditions AS c ON c.asset = a.id) AS asset`;

export function assetsSource(database: Database): FeatureSource {
  return {
    epsg: 4326,
    queryables: async () => QUERYABLES,
    readsSql: true,
    async page({ sql, params }, after, limit) {
      const n = params.length;
      const rows = await database.query(
        `${SELECT} WHERE (${sql}) AND ($${n + 1}::text IS NULL OR id > $${n + 1}::text) ORDER BY id LIMIT $${n + 2}`,
        [...params, after, limit],
      );
      return rows.map(toFeature);
    },
    async count({ sql, params }) {
      const [row] = await database.query(`SELECT count(*)::int AS count FROM (${SELECT} WHERE (${sql})) AS found`, [
        ...params,
      ]);
      return row!['count'] as number;
    },
    async find(id) {
      if (id.includes('\0')) return null; // no text of the database has it
      const [row] = await database.query(`${SELECT} WHERE id = $1`, [id]);
      return row ? toFeature(row) : null;
    },
    reader: (row) => (name) => {
      if (name === 'id') return row.id;
      return name === 'geometry' ? row.geometry : row.properties[name];
    },
  };
}

function toFeature(row: Row): FeatureRow {
  const id = row['id'] as string;
  return {
    id,
    key: id,
    geometry: row['geometry'] as FeatureRow['geometry'],
    properties: row['properties'] as FeatureRow['properties'],
  };
}

const QUERYABLES: Queryables = {
  id: { type: 'string', schema: { title: 'Id', type: 'string' }, sql: { value: 'id' } },
  geometry: {
    type: 'geometry',
    schema: { title: 'Place', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
    sql: {
      value: 'west',
      meets: ({ west, south, east, north }: BoxPlaceholders) =>
        `west <= ${east} AND east >= ${west} AND south <= ${north} AND north >= ${south}`,
    },
  },
  ...Object.fromEntries(
    COLUMNS.map(({ name, type, title }): [string, Queryable] => [
      name,
      { type, schema: { title, type }, sql: { value: type === 'number' ? `"${name}"::float8` : `"${name}"` } },
    ]),
  ),
};
