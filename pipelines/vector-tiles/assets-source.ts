/** Assets with their condition as a layer of tiles: `assets`. */
import { extentOfAssets } from '../assets/assets-repository.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Queries } from '../database/database.ts';
import type { SourceLayer, SourceRow, VectorTileSource } from './source.ts';

const ID = 'assets';
const FROM = 'FROM assets AS a LEFT JOIN asset_conditions AS c ON c.asset = a.id';

export const assetsSource: VectorTileSource = {
  find: async (queries, id) => (id === ID ? layerOf(queries) : null),
  async list(queries) {
    const layer = await layerOf(queries);
    return layer ? [layer] : [];
  },
  fields: async () => ({
    id: 'String',
    type: 'String',
    name: 'String',
    owner: 'String',
    built: 'Number',
    score: 'Number',
    expected: 'Number',
    confidence: 'Number',
  }),
  async rows(queries, _layer, { box, ids, most }) {
    const rows = await queries.query(
      `SELECT a.id, jsonb_strip_nulls(jsonb_build_object('type', a.type, 'name', a.name, 'owner', a.owner, 'built', a.built,
         'score', c.score, 'expected', round(c.expected::numeric, 2), 'confidence', round(c.confidence::numeric, 2)))::text AS properties,
         a.geometry::text AS geometry
       ${FROM} WHERE ${whereOf(box)} AND ($5::text[] IS NULL OR a.id = ANY ($5::text[])) ORDER BY ${orderOf(most)} LIMIT $6::int`,
      [...(box ?? NO_BOX), ids ?? null, most ?? null],
    );
    return rows as unknown as SourceRow[];
  },
  async count(queries, _layer, box) {
    const [row] = await queries.query(`SELECT count(*)::int AS count FROM assets AS a WHERE ${whereOf(box)}`, [...box]);
    return row!['count'] as number;
  },
};

const NO_BOX: LonLatBox = [-180, -90, 180, 90];

/** The box is found by the index `assets_place`. */
function whereOf(box: LonLatBox | undefined): string {
  const meets =
    'box(point(a.west, a.south), point(a.east, a.north)) && box(point($1::float8, $2), point($3::float8, $4))';
  return box ? meets : '($1::float8 + $2::float8 + $3::float8 + $4::float8) IS NOT NULL';
}

/** Where there are more than wanted: those that are worst, then those that cover most. */
function orderOf(most: number | undefined): string {
  return most === undefined ? 'a.id' : 'c.score DESC NULLS LAST, (a.east - a.west) * (a.north - a.south) DESC, a.id';
}

async function layerOf(queries: Queries): Promise<SourceLayer | null> {
  const extent = await extentOfAssets(queries);
  return (
    extent && {
      id: ID,
      title: 'Assets',
      origin: 'register of assets',
      count: extent.count,
      bounds: extent.bbox,
      epsg: 4326,
      hasPoints: true, // many are points, which are thinned by their place among all
      data: { kind: 'assets', id: ID },
    }
  );
}
