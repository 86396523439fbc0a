/** A collection as clients read it. */
import type { OgcCollection } from './collections.ts';
import { CRS84, crsOfEpsg, FEATURE_CRS } from './features/crs.ts';
import { FEATURE_FORMS } from './features/formats.ts';
import { licenceLinks } from './features/items.ts';
import type { OgcLink, Site } from './site.ts';
import { HTML, JSON_TYPE, OGC_REL, SCHEMA_JSON } from './site.ts';
import { tileLinks } from './tiles/tile-links.ts';

const GREGORIAN = 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian';

export function describeCollection(collection: OgcCollection, site: Site) {
  const { id, title, description, itemType, bbox, interval, citation, features } = collection;
  const edr = collection.edr?.(site);
  const address = site.collection(id);
  const links: OgcLink[] = [
    { href: address, rel: 'self', type: JSON_TYPE, title },
    ...Object.entries(FEATURE_FORMS).map(([form, type]): OgcLink => ({
      href: `${address}/items${form === 'json' ? '' : `?f=${form}`}`,
      rel: 'items',
      type,
      title: `Features as ${form}`,
    })),
    {
      href: `${address}/queryables`,
      rel: `${OGC_REL}/queryables`,
      type: SCHEMA_JSON,
      title: 'What can be asked about',
    },
    { href: `${address}?f=html`, rel: 'alternate', type: HTML, title: 'This collection as a page' },
    ...licenceLinks(collection),
    ...tileLinks(collection, site),
    ...(edr?.links ?? []),
  ];
  return {
    id,
    title,
    description,
    itemType,
    ...(citation !== null && { attribution: citation }),
    extent: {
      spatial: { bbox: [bbox ?? [-180, -90, 180, 90]], crs: CRS84 },
      ...(interval && { temporal: { interval: [interval], trs: GREGORIAN } }),
    },
    crs: FEATURE_CRS.map(({ uri }) => uri),
    storageCrs: features.epsg === 4326 ? CRS84 : crsOfEpsg(features.epsg).uri,
    ...edr?.members,
    links,
  };
}
