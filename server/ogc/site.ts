/** Addresses of this API as the client knows the server, and the links that lead through it. */

export interface OgcLink {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
  readonly title?: string;
  readonly templated?: true;
  readonly length?: number;
}

export const JSON_TYPE = 'application/json';
export const GEOJSON = 'application/geo+json';
export const SCHEMA_JSON = 'application/schema+json';
export const HTML = 'text/html';
/** Relations that OGC has named. */
export const OGC_REL = 'http://www.opengis.net/def/rel/ogc/1.0';

export interface Site {
  readonly origin: string;
  readonly root: string;
  collection(id: string): string;
  item(collection: string, id: string): string;
}

export function siteAt(origin: string): Site {
  const root = `${origin}/ogc`;
  const collection = (id: string) => `${root}/collections/${encodeURIComponent(id)}`;
  return { origin, root, collection, item: (of, id) => `${collection(of)}/items/${encodeURIComponent(id)}` };
}
