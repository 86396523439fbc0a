import type { Queries } from '../../pipelines/database/database.ts';
import { listCollectionIds } from '../../pipelines/catalog/item-index.ts';
import { queryablesLink } from './collections.ts';
import { CONFORMS_TO } from './conformance.ts';
import type { StacLink } from './item.ts';
import { GEOJSON, JSON_TYPE, STAC_VERSION } from './item.ts';
import type { Addresses } from './links.ts';
import { rootLink } from './links.ts';

/**
 * The API's landing page, itself a catalogue whose children are the collections.
 * @param hidden  Those that whoever asks may not know of.
 */
export async function landingPage(
  queries: Queries | null,
  addresses: Addresses,
  hidden: readonly string[],
): Promise<object> {
  const { origin, root } = addresses;
  const ids = queries ? await listCollectionIds(queries) : [];
  const collections = ids.filter((id) => !hidden.includes(id));
  const json = (rel: string, path: string): StacLink => ({ rel, href: `${root}${path}`, type: JSON_TYPE });
  const children = collections.map((id): StacLink => ({
    rel: 'child',
    href: addresses.collection(id),
    type: JSON_TYPE,
    title: id,
  }));
  return {
    type: 'Catalog',
    id: 'landmeter',
    title: 'Landmeter',
    description: 'Scenes, products of runs, archives of map tiles and tables of this Landmeter.',
    stac_version: STAC_VERSION,
    conformsTo: CONFORMS_TO,
    links: [
      { rel: 'self', href: root, type: JSON_TYPE },
      rootLink(addresses),
      json('data', '/collections'),
      json('conformance', '/conformance'),
      { rel: 'search', href: `${root}/search`, type: GEOJSON, method: 'GET' },
      { rel: 'search', href: `${root}/search`, type: GEOJSON, method: 'POST' },
      json('aggregate', '/aggregate'),
      json('aggregations', '/aggregations'),
      queryablesLink(`${root}/queryables`),
      { rel: 'service-desc', href: `${origin}/openapi.json`, type: 'application/vnd.oai.openapi+json;version=3.1' },
      { rel: 'service-doc', href: `${origin}/docs`, type: 'text/html' },
      ...children,
    ],
  };
}
