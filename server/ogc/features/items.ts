/** `/collections/{id}/items`: pages of features, single ones, and files of them. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { ColumnFinder } from '../../../pipelines/io/features/feature-table.ts';
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
import { searchFeatures, searchPages } from './search.ts';
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
  if (file)
    return sendFile(req, res, collection, {
      form,
      crs,
      search: { conditions, after, queryables, most: limit ?? MOST_IN_FILE },
    });
  const size = limit ?? USUAL_PAGE;
  const found = await searchFeatures(collection.features, { conditions, after, limit: size, queryables });
  const links = pageLinks(req, collection, form, { ...found, length: found.rows.length });
  setHeaders(res, crs, [...links, ...licenceLinks(collection)]);
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

/** Looks at all features once for the columns of the file and where it ends, and once more to write them. */
async function sendFile(
  req: Request,
  res: Response,
  collection: OgcCollection,
  { form, crs, search }: { readonly form: string; readonly crs: FeatureCrs; readonly search: FileSearch },
): Promise<void> {
  const { mediaType, extension, isLonLatOnly, write } = FILE_FORMATS[form]!;
  if (isLonLatOnly && (crs.epsg !== 4326 || crs.isNorthFirst))
    throw refusal('crs', crs.uri, `f=${form} is written in CRS84 alone, not in ${crs.uri}; leave crs out, or take fgb`);
  const columns = new ColumnFinder();
  let last: Pick<FoundFeatures, 'rows' | 'next'> = { rows: [], next: null };
  let count = 0;
  for await (const page of searchPages(collection.features, search)) {
    columns.add(page.rows);
    count += page.rows.length;
    last = page;
  }
  const links = pageLinks(req, collection, form, { ...last, length: count });
  setHeaders(res, crs, [...links, ...licenceLinks(collection), citeLink(req, collection)]);
  const toPlace = geometryWriter(collection.features.epsg, { ...crs, isNorthFirst: false });
  const { title, citation, licence } = collection;
  const file = write({
    async *pages() {
      for await (const { rows } of searchPages(collection.features, search))
        yield rows.map(({ id, geometry, properties }) => ({ id, geometry: toPlace(geometry), properties }));
    },
    columns: columns.columns(),
    epsg: crs.epsg,
    words: { title, citation, licence: licence?.href ?? null },
  });
  const name = collection.id.replace(/[^\w.-]+/g, '_');
  res.set('Content-Disposition', `attachment; filename="${name}.${extension}"`).type(mediaType);
  if (req.method === 'HEAD') return void res.end();
  await sendChunks(res, file);
}

type FileSearch = Parameters<typeof searchPages>[1];

/** What goes wrong once bytes have left can only be told by an end too early. */
async function sendChunks(res: Response, chunks: AsyncGenerator<Uint8Array | string>): Promise<void> {
  const first = await chunks.next();
  const all = async function* () {
    if (first.done !== true) yield first.value;
    yield* chunks;
  };
  await pipeline(Readable.from(all()), res).catch((error: unknown) => {
    if (!res.destroyed) res.destroy();
    const hasLeft = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hasLeft) throw error;
  });
}

/** How to cite a file that has no place to say it. @see RFC 8574 */
function citeLink(req: Request, { id, citation }: OgcCollection): OgcLink {
  const href = siteAt(originOf(req)).collection(id);
  return { href, rel: 'cite-as', ...(citation !== null && { title: citation }) };
}

function setHeaders(res: Response, crs: FeatureCrs, links: readonly OgcLink[]): void {
  res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Accept, Host');
  res.set(
    'Access-Control-Expose-Headers',
    `${OPEN_TO_OTHER_ORIGINS['Access-Control-Expose-Headers']}, Content-Crs, Link`,
  );
  res.set('Content-Crs', `<${crs.uri}>`);
  const shown = links.filter(({ rel }) => rel === 'next' || rel === 'license' || rel === 'cite-as');
  if (shown.length > 0) res.set('Link', shown.map(linkHeader).join(', '));
}

/** @see RFC 8288; titles in UTF-8 as RFC 8187 words them */
function linkHeader({ href, rel, title }: OgcLink): string {
  const words =
    rel === 'next' || title === undefined
      ? ''
      : `; title*=UTF-8''${encodeURIComponent(title).replace(/['()*]/g, escapeByte)}`;
  return `<${href}>; rel="${rel}"${words}`;
}

function escapeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function pageLinks(
  req: Request,
  collection: OgcCollection,
  form: string,
  { next, length }: { readonly next: string | null; readonly length: number },
): OgcLink[] {
  const links = [...selfLinks(req, form, FEATURE_FORMS), upLink(req, collection)];
  if (next === null) return links;
  const limit = String(Math.min(MOST_FEATURES, Math.max(1, length)));
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
