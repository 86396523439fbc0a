/**
 * A scene or a raster product as a collection of its own, for its maps and tiles: there may be a hundred thousand, so that
 * none is in the list of collections. The features of the scenes and the items of STAC lead to them.
 */
import type { Request } from 'express';
import { boxGeometry } from '../../../pipelines/core/cql2/build.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import type { Zooms } from '../../../pipelines/vector-tiles/zooms.ts';
import { bandsOf, finestGsd } from '../../services/raster/plan.ts';
import type { RasterService } from '../../services/raster/service.ts';
import { zoomsOf } from '../../services/raster/tilejson.ts';
import type { Query } from '../../services/raster/wish.ts';
import { LOOK_WORDS, parseWish, SUBJECT_WORDS } from '../../services/raster/wish.ts';
import type { OgcCollection } from '../collections.ts';
import { listSource } from '../features/list-source.ts';
import { mayRead } from '../may-read.ts';
import type { OgcLink, Site } from '../site.ts';
import { JSON_TYPE, OGC_REL } from '../site.ts';

/** What a map shows and how: the words of `/raster`, without other items. */
export const ITEM_WORDS = [...SUBJECT_WORDS, ...LOOK_WORDS];

/** @returns undefined where there is none, or none that whoever asks may read. */
export async function findItemCollection(
  raster: RasterService,
  req: Request,
  { id, origin }: { readonly id: string; readonly origin: string },
): Promise<OgcCollection | undefined> {
  const item = await raster.item(id).catch(ofNobody);
  if (!item) return undefined;
  const { kind, collection, title, datetime, bbox, attribution } = item;
  if (!mayRead(req, kind === 'product' ? { kind, id } : { kind: 'collection', id: collection ?? '' })) return undefined;
  const links: OgcLink[] = [
    { href: `${origin}/raster/${encodeURIComponent(id)}/tilejson.json`, rel: 'tilejson', type: JSON_TYPE },
  ];
  const row = {
    id,
    key: id,
    geometry: boxGeometry(bbox, '').geometry,
    properties: { title, datetime, bands: item.bands.map(({ name }) => name).join(', ') },
    time: datetime === null ? null : { start: datetime, end: datetime },
    links,
  };
  return {
    id,
    title,
    description: `${title}: maps and tiles of any of its bands, an index or an expression`,
    itemType: 'feature',
    bbox,
    interval: datetime === null ? null : [datetime, datetime],
    citation: attribution,
    licence: null,
    features: listSource(async () => [row], QUERYABLES),
    layer: null,
    item,
  };
}

function ofNobody(error: unknown): null {
  if (isPlatformError(error) && error.code === 'not-found') return null;
  throw error;
}

const QUERYABLES: Queryables = {
  id: { type: 'string', schema: { title: 'Id of the scene or product', type: 'string' } },
  geometry: {
    type: 'geometry',
    schema: { title: 'Extent', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
  },
  datetime: { type: 'instant', schema: { title: 'Time', type: 'string', format: 'date-time' } },
  title: { type: 'string', schema: { title: 'Title', type: 'string' } },
};

/** From where all of it is a few pixels to where its pixels are those of the tile. */
export function itemZooms(item: RasterItem, query: Query): Zooms {
  return zoomsOf(item, finestGsd(bandsOf(item, parseWish(query))));
}

/** Where the maps of a scene or product are. */
export function itemMapLinks(site: Site, id: string): OgcLink[] {
  const address = site.collection(id);
  return [
    { href: `${address}/map/tiles`, rel: `${OGC_REL}/tilesets-map`, type: JSON_TYPE, title: 'Map tiles' },
    { href: `${address}/map`, rel: `${OGC_REL}/map`, type: 'image/png', title: 'A map' },
  ];
}
