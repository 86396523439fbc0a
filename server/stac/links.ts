import type { StacLink } from './item.ts';
import { GEOJSON, JSON_TYPE } from './item.ts';

/** Addresses of this API as the client knows the server. */
export interface Addresses {
  readonly origin: string;
  readonly root: string;
  collection(id: string): string;
  item(collection: string, id: string): string;
  asset(collection: string, id: string, key: string): string;
}

export function addressesAt(origin: string): Addresses {
  const root = `${origin}/stac`;
  const collection = (id: string) => `${root}/collections/${encodeURIComponent(id)}`;
  const item = (of: string, id: string) => `${collection(of)}/items/${encodeURIComponent(id)}`;
  return {
    origin,
    root,
    collection,
    item,
    asset: (of, id, key) => `${item(of, id)}/assets/${encodeURIComponent(key)}`,
  };
}

export function rootLink({ root }: Addresses): StacLink {
  return { rel: 'root', href: root, type: JSON_TYPE, title: 'Landmeter' };
}

export function itemLinks(addresses: Addresses, { collection, id }: { collection: string; id: string }): StacLink[] {
  const of = addresses.collection(collection);
  return [
    { rel: 'self', href: addresses.item(collection, id), type: GEOJSON },
    { rel: 'parent', href: of, type: JSON_TYPE },
    { rel: 'collection', href: of, type: JSON_TYPE },
    rootLink(addresses),
  ];
}
