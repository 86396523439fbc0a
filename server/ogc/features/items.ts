/** `/collections/{id}/items`: pages of features, single ones, and files of them. */
import type { Request, Response } from 'express';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { REVALIDATE } from '../../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../../http/headers.ts';
import { checkWords, refusal, wordOf } from '../../services/raster/wish.ts';
import { addressOf, formOf, selfLinks } from '../answer.ts';
import type { OgcCollection } from '../collections.ts';
import { page, tableHtml, valueHtml } from '../html.ts';
import type { OgcLink } from '../site.ts';
import { JSON_TYPE, siteAt } from '../site.ts';
import type { FeatureCrs, MapGeometry } from './crs.ts';
import { geometryWriter, parseFeatureCrs } from './crs.ts';
import { FEATURE_FORMS, FILE_FORMATS } from './formats.ts';
import { MOST_FEATURES, parseFeatureRequest } from './request.ts';
import { searchFeatures } from './search.ts';
import type { FoundFeatures } from './search.ts';
import type { FeatureRow } from './source.ts';

/** Features of a page where the request names no number. */
const USUAL_PAGE = 100;
/** Features of a file. */
const MOST_IN_FILE = 100_000;

export async function sendItems(req: Request, res: Response, collection: OgcCollection): Promise<void> {
  const form = formOf(req, FEATURE_FORMS);
  const file = FILE_FORMATS[form];
  const queryables = await collection.features.queryables();
  const { crs, limit, after, conditions } = parseFeatureRequest(req.query, queryables);
  const size = limit ?? (file ? MOST_IN_FILE : USUAL_PAGE);
  const found = await searchFeatures(collection.features, { conditions, after, limit: size, queryables });
  const links = pageLinks(req, collection, form, found);
  setHeaders(res, crs, [...links, ...licenceLinks(collection)]);
  if (file) return sendFile(res, collection, { form, crs, rows: found.rows });
  const write = geometryWriter(collection.features.epsg, crs);
  if (form === 'html') return void res.type('html').send(itemsPage(collection, found, links));
  const body = {
    type: 'FeatureCollection',
    timeStamp: new Date().toISOString(),
    ...(found.matched !== null && { numberMatched: found.matched }),
    numberReturned: found.rows.length,
    ...citationOf(collection),
    features: found.rows.map((row) => toFeature(row, write)),
    links: [...links, ...licenceLinks(collection)],
  };
  res.type(FEATURE_FORMS['json']!).send(JSON.stringify(body));
}

export async function sendItem(req: Request, res: Response, collection: OgcCollection, id: string): Promise<void> {
  checkWords(req.query, ['f', 'crs']);
  const crs = parseFeatureCrs('crs', wordOf(req.query, 'crs'));
  const forms = { json: FEATURE_FORMS['json']!, html: FEATURE_FORMS['html']! };
  const form = formOf(req, forms);
  const row = await collection.features.find(id);
  if (!row) {
    const shown = id.slice(0, 100);
    throw new PlatformError('not-found', `There is no feature "${shown}" in ${collection.id}`, {
      detail: { parameter: 'featureId', value: shown },
    });
  }
  setHeaders(res, crs, licenceLinks(collection));
  const feature = toFeature(row, geometryWriter(collection.features.epsg, crs));
  const links = [
    ...selfLinks(req, form, forms),
    upLink(req, collection),
    ...licenceLinks(collection),
    ...(row.links ?? []),
  ];
  const whole = { ...feature, ...citationOf(collection), links };
  if (form === 'html') return void res.type('html').send(page(`${collection.title}: ${id}`, valueHtml(whole, 0)));
  res.type(forms.json).send(JSON.stringify(whole));
}

function toFeature({ id, geometry, properties, members, links }: FeatureRow, write: MapGeometry) {
  return { type: 'Feature', id, geometry: write(geometry), properties, ...members, ...(links && { links }) };
}

async function sendFile(
  res: Response,
  collection: OgcCollection,
  { form, crs, rows }: { readonly form: string; readonly crs: FeatureCrs; readonly rows: readonly FeatureRow[] },
): Promise<void> {
  const { mediaType, extension, isLonLatOnly, write } = FILE_FORMATS[form]!;
  if (isLonLatOnly && (crs.epsg !== 4326 || crs.isNorthFirst))
    throw refusal('crs', crs.uri, `f=${form} is written in CRS84 alone, not in ${crs.uri}; leave crs out, or take fgb`);
  const toPlace = geometryWriter(collection.features.epsg, { ...crs, isNorthFirst: false });
  const features = rows.map(({ id, geometry, properties }) => ({ id, geometry: toPlace(geometry), properties }));
  const { title, citation, licence } = collection;
  const bytes = await write({ features, crs, words: { title, citation, licence: licence?.href ?? null } });
  const name = collection.id.replace(/[^\w.-]+/g, '_');
  res.set('Content-Disposition', `attachment; filename="${name}.${extension}"`).type(mediaType);
  res.send(typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function setHeaders(res: Response, crs: FeatureCrs, links: readonly OgcLink[]): void {
  res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Accept, Host');
  res.set(
    'Access-Control-Expose-Headers',
    `${OPEN_TO_OTHER_ORIGINS['Access-Control-Expose-Headers']}, Content-Crs, Link`,
  );
  res.set('Content-Crs', `<${crs.uri}>`);
  const shown = links.filter(({ rel }) => rel === 'next' || rel === 'license');
  if (shown.length > 0) res.set('Link', shown.map(({ href, rel }) => `<${href}>; rel="${rel}"`).join(', '));
}

function pageLinks(req: Request, collection: OgcCollection, form: string, { next, rows }: FoundFeatures): OgcLink[] {
  const links = [...selfLinks(req, form, FEATURE_FORMS), upLink(req, collection)];
  if (next === null) return links;
  const limit = String(Math.min(MOST_FEATURES, Math.max(1, rows.length)));
  const words = { after: next, limit: typeof req.query['limit'] === 'string' ? req.query['limit'] : limit };
  return [...links, { href: addressOf(req, words), rel: 'next', type: FEATURE_FORMS[form]!, title: 'The next page' }];
}

function upLink(req: Request, { id, title }: OgcCollection): OgcLink {
  return { href: siteAt(originOf(req)).collection(id), rel: 'collection', type: JSON_TYPE, title };
}

export function licenceLinks({ licence }: OgcCollection): OgcLink[] {
  return licence ? [{ href: licence.href, rel: 'license', title: licence.title }] : [];
}

function citationOf({ citation }: OgcCollection): { readonly citation?: string } {
  return citation === null ? {} : { citation };
}

function itemsPage(collection: OgcCollection, { rows, matched }: FoundFeatures, links: readonly OgcLink[]): string {
  const names = [...new Set(rows.flatMap(({ properties }) => Object.keys(properties)))].slice(0, 30);
  const cells = rows.map((row) => [row.id, ...names.map((name) => row.properties[name] ?? null)]);
  const count = matched === null ? `${rows.length} shown` : `${rows.length} of ${matched}`;
  return page(collection.title, `<p>${count}</p>${tableHtml(['id', ...names], cells)}${linkList(links)}`);
}

function linkList(links: readonly OgcLink[]): string {
  return valueHtml({ links }, 0);
}
