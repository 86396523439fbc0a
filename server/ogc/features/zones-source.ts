/** The zones of a set as features: their properties are whatever the file had that they came from. */
import type { ZoneSetSummary } from '../../../pipelines/catalog/zones-repository.ts';
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import type { BoxPlaceholders, Queryable, Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { Database, Row } from '../../../pipelines/database/database.ts';
import { geometryReader } from './crs.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

/** Zones that are looked at to find the types of properties. */
const LOOKED_AT = 2000;
/** Sets change seldom, and each has few properties. */
const kept = new Map<string, Promise<Queryables>>();
const MOST_KEPT = 200;

export function zonesSource(database: Database, { id: set, epsg, digest }: ZoneSetSummary): FeatureSource {
  const toLonLat = geometryReader({ uri: '', epsg, isNorthFirst: false, decimals: 0 }, 4326);
  return {
    epsg,
    queryables() {
      const key = `${set} ${digest}`;
      const known = kept.get(key) ?? lookAt(database, set);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, known);
      known.catch(() => kept.delete(key));
      return known;
    },
    readsSql: true,
    async page({ sql, params }, after, limit) {
      const n = params.length;
      const rows = await database.query(
        `SELECT ordinal, id, properties, geometry FROM zones
         WHERE (${sql}) AND set_id = $${n + 1} AND ordinal > $${n + 2} ORDER BY ordinal LIMIT $${n + 3}`,
        [...params, set, after === null ? -1 : wholeOf(after), limit],
      );
      return rows.map(toFeature);
    },
    async count({ sql, params }) {
      const [row] = await database.query(
        `SELECT count(*)::int AS count FROM zones WHERE (${sql}) AND set_id = $${params.length + 1}`,
        [...params, set],
      );
      return row!['count'] as number;
    },
    async find(id) {
      if (id.includes('\0')) return null; // no text of the database has it
      const [row] = await database.query(
        'SELECT ordinal, id, properties, geometry FROM zones WHERE set_id = $1 AND id = $2',
        [set, id],
      );
      return row ? toFeature(row) : null;
    },
    reader(row) {
      let place: Geometry | null | undefined;
      return (name) => {
        if (name === 'id') return row.id;
        return name === 'geometry' ? (place ??= toLonLat(row.geometry)) : row.properties[name];
      };
    },
  };
}

function wholeOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function toFeature(row: Row): FeatureRow {
  return {
    id: row['id'] as string,
    key: String(row['ordinal']),
    geometry: row['geometry'] as Geometry,
    properties: row['properties'] as FeatureRow['properties'],
  };
}

const TYPES = { string: 'string', number: 'number', boolean: 'boolean' } as const;

async function lookAt(database: Database, set: string): Promise<Queryables> {
  const rows = await database.query<{ key: string; types: string[] }>(
    `SELECT key, array_agg(DISTINCT jsonb_typeof(value)) AS types
     FROM (SELECT properties FROM zones WHERE set_id = $1 ORDER BY ordinal LIMIT ${LOOKED_AT}) AS looked_at,
       jsonb_each(looked_at.properties) GROUP BY key ORDER BY key`,
    [set],
  );
  const found = new Map<string, Queryable>([
    ['id', ID],
    ['geometry', PLACE],
  ]);
  for (const { key, types } of rows) {
    const [type, other] = types.filter((one) => one !== 'null');
    if (type !== undefined && other === undefined && type in TYPES && !found.has(key))
      found.set(key, property(key, TYPES[type as keyof typeof TYPES]));
  }
  return Object.fromEntries(found);
}

const ID: Queryable = { type: 'string', schema: { title: 'Id', type: 'string' }, sql: { value: 'id' } };

/** Zones do not cross 180°. */
const PLACE: Queryable = {
  type: 'geometry',
  schema: { title: 'Polygon', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
  sql: {
    value: 'west',
    meets: ({ west, south, east, north }: BoxPlaceholders) =>
      `west <= ${east} AND east >= ${west} AND south <= ${north} AND north >= ${south}`,
  },
};

/** The name of a property comes from a file, so it goes into the statement as a quoted text. */
function property(name: string, type: 'string' | 'number' | 'boolean'): Queryable {
  const key = `'${name.replaceAll("'", "''")}'`;
  const cast = { string: '', number: '::float8', boolean: '::boolean' }[type];
  const value = `(CASE jsonb_typeof(properties->${key}) WHEN '${type}' THEN (properties->>${key})${cast} END)`;
  return { type, schema: { title: name, type }, sql: { value } };
}
