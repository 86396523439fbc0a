/** Alerts that are not done with, as a layer of tiles. Those on data that is not open are not in it: a tile is for all. */
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Queries } from '../database/database.ts';
import { listClosed } from '../policy/levels.ts';
import type { SourceLayer, SourceRow, VectorTileSource } from './source.ts';

const ID = 'alerts';

export const alertsSource: VectorTileSource = {
  find: async (queries, id) => (id === ID ? layerOf(queries) : null),
  async list(queries) {
    const layer = await layerOf(queries);
    return layer ? [layer] : [];
  },
  fields: async () => ({
    id: 'String',
    title: 'String',
    severity: 'String',
    state: 'String',
    opened: 'String',
    ended: 'String',
    value: 'Number',
    confidence: 'Number',
  }),
  async rows(queries, _layer, { box = ALL, ids, most }) {
    const rows = await queries.query(
      `SELECT id, properties, geometry FROM (SELECT a.id AS number, a.id::text AS id,
         jsonb_strip_nulls(jsonb_build_object('title', a.title, 'severity', a.severity, 'state', a.state, 'opened', ${iso('a.opened')},
           'ended', ${iso('a.ended')}, 'value', a.value, 'confidence', a.confidence))::text AS properties,
         jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(a.lon, a.lat))::text AS geometry
       FROM alerts AS a WHERE ${WHERE} AND ($6::text[] IS NULL OR a.id::text = ANY ($6::text[]))
       ORDER BY a.opened DESC LIMIT $7::int) AS found ORDER BY number`,
      [...(await closed(queries)), ...box, ids ?? null, most ?? null],
    );
    return rows as unknown as SourceRow[];
  },
  async count(queries, _layer, box) {
    const params = [...(await closed(queries)), ...box];
    const [row] = await queries.query(`SELECT count(*)::int AS count FROM alerts AS a WHERE ${WHERE}`, params);
    return row!['count'] as number;
  },
};

const ALL: LonLatBox = [-180, -90, 180, 90];

const iso = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const WHERE = `a.state IN ('new', 'acknowledged', 'confirmed') AND a.lon BETWEEN $2::float8 AND $4::float8
  AND a.lat BETWEEN $3::float8 AND $5::float8
  AND (a.data_kind IS NULL OR NOT a.data_kind || '/' || lower(a.data_id) = ANY ($1::text[]))`;

/** As the first parameter of a statement. */
async function closed(queries: Queries): Promise<[string[]]> {
  return [(await listClosed(queries)).map(({ kind, id }) => `${kind}/${id.toLowerCase()}`)];
}

async function layerOf(queries: Queries): Promise<SourceLayer | null> {
  const [row] = await queries.query(
    `SELECT count(*)::int AS count, min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north
     FROM alerts AS a WHERE ${WHERE}`,
    [...(await closed(queries)), ...ALL],
  );
  const count = row!['count'] as number;
  if (count === 0) return null;
  return {
    id: ID,
    title: 'Alerts',
    origin: 'the alert desk',
    count,
    bounds: [row!['west'], row!['south'], row!['east'], row!['north']] as unknown as LonLatBox,
    epsg: 4326,
    hasPoints: true,
    data: { kind: 'layer', id: ID },
  };
}
