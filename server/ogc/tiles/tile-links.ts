import type { OgcCollection } from '../collections.ts';
import type { OgcLink, Site } from '../site.ts';
import { JSON_TYPE, OGC_REL } from '../site.ts';
import { itemMapLinks } from './item-collection.ts';

/** Where the tile sets and the map of a collection are, if it has any. */
export function tileLinks({ id, layer, item }: OgcCollection, site: Site): OgcLink[] {
  if (item) return itemMapLinks(site, id);
  if (!layer || layer.frames.length === 0) return [];
  const address = site.collection(id);
  if (layer.kind === 'vector')
    return [{ href: `${address}/tiles`, rel: `${OGC_REL}/tilesets-vector`, type: JSON_TYPE, title: 'Vector tiles' }];
  return itemMapLinks(site, id);
}
