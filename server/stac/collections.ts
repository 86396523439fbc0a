/** Collections: one for each kind of scene, and those of our own making. */
import type { CollectionExtent } from '../../pipelines/catalog/item-index.ts';
import { hasCollection, listCollectionExtents } from '../../pipelines/catalog/item-index.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Queries } from '../../pipelines/database/database.ts';
import type { StacLink } from './item.ts';
import { GEOJSON, JSON_TYPE, STAC_VERSION } from './item.ts';
import type { Addresses } from './links.ts';
import { rootLink } from './links.ts';

interface CollectionWords {
  readonly title: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly links?: readonly StacLink[];
  readonly providers?: readonly object[];
}

const SENTINEL_TERMS: StacLink = {
  rel: 'license',
  href: 'https://sentinels.copernicus.eu/documents/247904/690755/Sentinel_Data_Legal_Notice',
  title: 'Legal notice on the use of Copernicus Sentinel Data and Service Information',
};
const COPERNICUS = [
  { name: 'European Union, Copernicus; ESA', roles: ['producer', 'licensor'], url: 'https://www.copernicus.eu' },
];

const OURS: Readonly<Record<string, CollectionWords>> = {
  archives: {
    title: 'Archives of map tiles',
    description: 'The dates of the layers of this map, each an archive of tiles (PMTiles) with its TileJSON.',
    license: 'other',
    keywords: ['tiles', 'pmtiles'],
  },
  products: {
    title: 'Rasters made by runs',
    description: 'Indices, composites, changes and other rasters that runs have made, each with its passport.',
    license: 'other',
    keywords: ['composite', 'index', 'change'],
  },
  tables: {
    title: 'Tables made by runs',
    description: 'Statistics of zones, series and other tables and features that runs have made.',
    license: 'other',
    keywords: ['statistics', 'series'],
  },
};

function wordsOf(id: string): CollectionWords {
  if (Object.hasOwn(OURS, id)) return OURS[id]!;
  const sentinel = /^(sentinel-\d)-?(.*)$/.exec(id);
  if (!sentinel) return { title: id, description: `Scenes of the collection ${id}.`, license: 'other', keywords: [] };
  const [, platform, level] = sentinel;
  return {
    title: `S${platform!.slice(1)}${level ? ` ${level.toUpperCase()}` : ''}`,
    description: `Scenes of ${platform!.replace('s', 'S')}${level ? `, level ${level.toUpperCase()}` : ''}.`,
    license: 'other',
    keywords: [platform!, 'copernicus'],
    links: [SENTINEL_TERMS],
    providers: COPERNICUS,
  };
}

/** @param hidden  Ids that whoever asks may not know of. */
export async function listCollections(
  queries: Queries | null,
  addresses: Addresses,
  hidden: readonly string[],
): Promise<object[]> {
  const extents = queries ? await listCollectionExtents(queries) : [];
  return extents.filter(({ id }) => !hidden.includes(id)).map((extent) => toCollection(extent, addresses));
}

/** @throws {PlatformError} `not-found` */
export async function findCollection(
  queries: Queries | null,
  id: string,
  addresses: Addresses,
  hidden: readonly string[] = [],
): Promise<object> {
  const [extent] = queries && !hidden.includes(id) ? await listCollectionExtents(queries, id) : [];
  if (!extent) throw noCollection(id);
  return toCollection(extent, addresses);
}

/** @throws {PlatformError} `not-found` */
export async function requireCollection(
  queries: Queries | null,
  id: string,
  hidden: readonly string[] = [],
): Promise<void> {
  if (!queries || hidden.includes(id) || !(await hasCollection(queries, id))) throw noCollection(id);
}

function noCollection(id: string): PlatformError {
  return new PlatformError('not-found', `There is no collection ${id}; /stac/collections lists them`, {
    detail: { parameter: 'collectionId', value: id },
  });
}

function toCollection({ id, bbox, began, ended }: CollectionExtent, addresses: Addresses): object {
  const { links = [], ...words } = wordsOf(id);
  const self = addresses.collection(id);
  return {
    type: 'Collection',
    stac_version: STAC_VERSION,
    id,
    ...words,
    extent: {
      spatial: { bbox: [bbox ?? [-180, -90, 180, 90]] },
      temporal: { interval: [[began.toISOString(), ended.toISOString()]] },
    },
    links: [
      { rel: 'self', href: self, type: JSON_TYPE },
      rootLink(addresses),
      { rel: 'parent', href: addresses.root, type: JSON_TYPE },
      { rel: 'items', href: `${self}/items`, type: GEOJSON },
      queryablesLink(`${self}/queryables`),
      ...links,
    ],
  };
}

export function queryablesLink(href: string): StacLink {
  return { rel: 'http://www.opengis.net/def/rel/ogc/1.0/queryables', href, type: 'application/schema+json' };
}
