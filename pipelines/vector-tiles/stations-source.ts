/** Stations of a network with their latest values as a layer of tiles: `stations`, and `stations-<network>`. */
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { FieldType } from '../core/vector/attributes.ts';
import type { Queries, Row } from '../database/database.ts';
import type { RowQuestion, SourceLayer, SourceRow, VectorTileSource } from './source.ts';

const PREFIX = 'stations';

export const stationsSource: VectorTileSource = {
  async find(queries, id) {
    const network = networkOf(id);
    return network === null ? null : ((await layersOf(queries, network))[0] ?? null);
  },
  list: (queries) => layersOf(queries, null),
  async fields(queries, layer) {
    const rows = await queries.query<{ property: string }>(
      `SELECT DISTINCT d.property FROM sta_datastreams AS d JOIN sta_things AS t ON t.id = d.thing
       WHERE network_of(t.properties) = $1 AND d.property IS NOT NULL ORDER BY 1`,
      [layer.data.id],
    );
    const fields: Record<string, FieldType> = { id: 'String', name: 'String', time: 'String', flagged: 'Boolean' };
    for (const { property } of rows) fields[property] = 'Number';
    return fields;
  },
  async rows(queries, layer, question) {
    const [ids, box] = [question.ids ?? null, question.box ?? NO_BOX];
    // Newest first where there are more than wanted; a value that a test speaks against is shown, and marked
    const rows = await queries.query(
      `SELECT t.id::text AS id,
         (COALESCE(jsonb_object_agg(d.property, o.result) FILTER (WHERE d.property IS NOT NULL AND o.result IS NOT NULL), '{}')
           || jsonb_build_object('name', t.name, 'time', to_char(max(o.phenomenon_time) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
             'flagged', COALESCE(bool_or(o.flags <> 0), false)))::text AS properties,
         jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(p.lon, p.lat))::text AS geometry
       ${FROM} LEFT JOIN sta_datastreams AS d ON d.thing = t.id LEFT JOIN latest_observations AS o ON o.datastream = d.id
       WHERE ${WHERE} AND ($6::text[] IS NULL OR t.id::text = ANY ($6::text[]))
       GROUP BY t.id, t.name, p.lon, p.lat ORDER BY t.id LIMIT $7::int`,
      [layer.data.id, ...box, ids, question.most ?? null],
    );
    return rows as unknown as SourceRow[];
  },
  async count(queries, layer, box) {
    const [row] = await queries.query(`SELECT count(*)::int AS count ${FROM} WHERE ${WHERE}`, [layer.data.id, ...box]);
    return row!['count'] as number;
  },
};

const NO_BOX: readonly NonNullable<RowQuestion['box']>[number][] = [-180, -90, 180, 90];

const FROM = `FROM sta_things AS t JOIN LATERAL (
    SELECT (l.min_lon + l.max_lon) / 2 AS lon, (l.min_lat + l.max_lat) / 2 AS lat
    FROM sta_things_locations AS tl JOIN sta_locations AS l ON l.id = tl.location
    WHERE tl.thing = t.id AND l.min_lon IS NOT NULL ORDER BY l.id LIMIT 1) AS p ON true`;
const WHERE = `network_of(t.properties) = $1 AND p.lon BETWEEN $2::float8 AND $4::float8 AND p.lat BETWEEN $3::float8 AND $5::float8`;

/** Null for what is no layer of stations. */
function networkOf(id: string): string | null {
  if (id === PREFIX) return '';
  return id.startsWith(`${PREFIX}-`) ? id.slice(PREFIX.length + 1).toLowerCase() : null;
}

/** @param network  Null: all that there are */
async function layersOf(queries: Queries, network: string | null): Promise<SourceLayer[]> {
  const rows = await queries.query(
    `SELECT network_of(t.properties) AS network, count(*)::int AS count, min(p.lon) AS west, min(p.lat) AS south,
       max(p.lon) AS east, max(p.lat) AS north
     ${FROM} WHERE $1::text IS NULL OR network_of(t.properties) = $1::text GROUP BY 1 ORDER BY 1`,
    [network],
  );
  return rows.map(toLayer);
}

function toLayer(row: Row): SourceLayer {
  const network = row['network'] as string;
  return {
    id: network === '' ? PREFIX : `${PREFIX}-${network}`,
    title: network === '' ? 'Stations' : `Stations, ${network}`,
    origin: network === '' ? 'sensors' : network,
    count: row['count'] as number,
    bounds: [row['west'], row['south'], row['east'], row['north']] as unknown as LonLatBox,
    epsg: 4326,
    hasPoints: true,
    data: { kind: 'sensors', id: network },
  };
}
