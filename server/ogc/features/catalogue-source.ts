/**
 * The catalogue as records: one for each collection and each product.
 * @see OGC 20-004r1, OGC API - Records - Part 1: Core
 */
import type { Request } from 'express';
import { boxGeometry } from '../../../pipelines/core/cql2/build.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { Database } from '../../../pipelines/database/database.ts';
import { listProducts } from '../../../pipelines/queue/products-repository.ts';
import type { ProductRecord } from '../../../pipelines/queue/products-repository.ts';
import type { OgcCollection } from '../collections.ts';
import { mayRead } from '../may-read.ts';
import type { OgcLink } from '../site.ts';
import { GEOJSON, JSON_TYPE, siteAt } from '../site.ts';
import { listSource } from './list-source.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

/** Products that are listed, the newest. */
const MOST_PRODUCTS = 5000;
const CONFORMS = ['http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core'];

export function catalogueSource(
  database: Database | null,
  collections: readonly OgcCollection[],
  { req, origin }: { readonly req: Request; readonly origin: string },
): FeatureSource {
  return listSource(async () => {
    const products = database ? await listProducts(database, { limit: MOST_PRODUCTS }) : [];
    const shown = products.filter(({ id }) => mayRead(req, { kind: 'product', id }));
    const records = [
      ...collections.map((one) => ofCollection(one, origin)),
      ...shown.map((one) => ofProduct(one, origin)),
    ];
    return records.sort((a, b) => (a.key < b.key ? -1 : 1));
  }, QUERYABLES);
}

function ofCollection(collection: OgcCollection, origin: string): FeatureRow {
  const { id, title, description, bbox, interval, citation, licence, layer } = collection;
  const address = siteAt(origin).collection(id);
  const links: OgcLink[] = [
    { href: address, rel: 'collection', type: JSON_TYPE, title },
    { href: `${address}/items`, rel: 'items', type: GEOJSON, title: 'Its features' },
    ...(licence ? [{ href: licence.href, rel: 'license', title: licence.title }] : []),
  ];
  return record(id, { type: 'dataset', title, description, citation, theme: layer?.theme ?? null }, links, {
    geometry: bbox && boxGeometry(bbox, '').geometry,
    time: interval && { start: interval[0], end: interval[1] },
  });
}

function ofProduct({ id, title, kind, mediaType, bytes, madeAt, process }: ProductRecord, origin: string): FeatureRow {
  const address = `${origin}/products/${encodeURIComponent(id)}`;
  const links: OgcLink[] = [
    { href: address, rel: 'about', type: JSON_TYPE, title: 'The product' },
    { href: `${address}/passport`, rel: 'describedby', type: JSON_TYPE, title: 'Its passport' },
  ];
  const description = `Made by ${process}; ${mediaType}, ${bytes} bytes`;
  return record(`product:${id}`, { type: kind, title, description, created: madeAt, updated: madeAt }, links, {
    geometry: null,
    time: null,
  });
}

function record(
  id: string,
  properties: FeatureRow['properties'],
  links: readonly OgcLink[],
  { geometry, time }: Pick<FeatureRow, 'geometry'> & { readonly time: NonNullable<FeatureRow['time']> | null },
): FeatureRow {
  const interval = time && { interval: [time.start ?? '..', time.end ?? '..'] };
  return { id, key: id, geometry, properties, time, links, members: { conformsTo: CONFORMS, time: interval } };
}

const text = (title: string) => ({ type: 'string', schema: { title, type: 'string' } }) as const;

const QUERYABLES: Queryables = {
  id: text('Id of the record'),
  geometry: {
    type: 'geometry',
    schema: { title: 'Extent', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
  },
  datetime: { type: 'instant', schema: { title: 'Time', type: 'string', format: 'date-time' } },
  type: text('dataset, or the kind of a product'),
  title: text('Title'),
  description: text('Description'),
  theme: text('Theme of a layer'),
};
