/** TileJSON of a raster item for a wish: where its tiles are, under a version of the data, and how they are read. */
import { findTileMatrixSet } from '../../../pipelines/core/grid/tile-matrix-sets.ts';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { TileJson } from '../../../pipelines/core/wire.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import { finestGsd, bandsOf } from './plan.ts';
import type { RasterService } from './service.ts';
import type { Query } from './wish.ts';
import { parseWish, WISH_WORDS } from './wish.ts';

/** Zooms below the one at which an item fills a tile still show where it is. */
const ZOOMS_OUT = 3;
const METRES_PER_DEGREE = 111_320;

export async function describeTiles(
  service: RasterService,
  item: RasterItem,
  query: Query,
  origin: string,
): Promise<TileJson> {
  const wish = parseWish(query);
  const series = await service.seriesOf(item, wish);
  const words = new URLSearchParams();
  for (const word of [...WISH_WORDS, 'size']) if (typeof query[word] === 'string') words.set(word, query[word]);
  words.set('v', series.version);
  const format = wish.precision === null ? 'webp' : 'png';
  const path = `/raster/${encodeURIComponent(item.id)}/tiles/WebMercatorQuad`;
  const bounds = around([item, ...(await Promise.all(wish.others.map((id) => service.item(id))))]);
  const [west, south, east, north] = bounds;
  const width = east < west ? east + 360 - west : east - west;
  const { minZoom, maxZoom } = zoomsOf({ bbox: bounds }, finestGsd(bandsOf(item, wish)));
  const look = wish.precision === null ? null : await series.look();
  return {
    tilejson: '3.0.0',
    name: wish.formula ? `${item.title}: ${wish.formula.id ?? wish.formula.expression}` : item.title,
    description: wish.formula?.title ?? item.title,
    attribution: item.attribution,
    scheme: 'xyz',
    tiles: [`${origin}${path}/{z}/{x}/{y}.${format}?${words.toString()}`],
    minzoom: minZoom,
    maxzoom: maxZoom,
    bounds,
    center: [
      west + width / 2 > 180 ? west + width / 2 - 360 : west + width / 2,
      (south + north) / 2,
      minZoom + ZOOMS_OUT,
    ],
    format,
    tileSize: query['size'] === '512' ? 512 : 256,
    ...(look?.kind === 'value' ? { ...look.coding, unit: null } : {}),
  };
}

/** The box of all; of some that cross 180° the whole turn. */
function around(items: readonly RasterItem[]): LonLatBox {
  if (items.length === 1) return items[0]!.bbox;
  const boxes = items.map(({ bbox }) => bbox);
  const crosses = boxes.some(([west, , east]) => west > east);
  const end = (at: 0 | 1 | 2 | 3, of: (...values: number[]) => number) => of(...boxes.map((box) => box[at]));
  return [crosses ? -180 : end(0, Math.min), end(1, Math.min), crosses ? 180 : end(2, Math.max), end(3, Math.max)];
}

/** Of Web Mercator: from where all of it is small to where its pixels are those of a tile. */
export function zoomsOf({ bbox }: Pick<RasterItem, 'bbox'>, gsd: number): { minZoom: number; maxZoom: number } {
  const [west, south, east, north] = bbox;
  const width = east < west ? east + 360 - west : east - west;
  const { span, maxZoom: most } = findTileMatrixSet('WebMercatorQuad');
  const lat = (Math.max(-85, Math.min(85, (south + north) / 2)) * Math.PI) / 180;
  const metres = gsd < 0.1 ? gsd * METRES_PER_DEGREE : gsd; // of a raster in degrees
  const native = Math.ceil(Math.log2((span / 256 / metres) * Math.cos(lat)) - 0.03);
  const maxZoom = Math.max(0, Math.min(most, native));
  return { maxZoom, minZoom: Math.max(0, Math.min(maxZoom, Math.floor(Math.log2(360 / width)) - ZOOMS_OUT)) };
}
