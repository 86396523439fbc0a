/** The STAC API: reads requests, asks, writes answers. */
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import { findItemRow } from '../../pipelines/catalog/item-index.ts';
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import type { ServedDatabase } from '../services/database.ts';
import { aggregate, AGGREGATIONS } from './aggregate.ts';
import { sendAsset } from './assets.ts';
import { findCollection, listCollections, requireCollection } from './collections.ts';
import { noItem, oneOf } from './conditions.ts';
import { CONFORMS_TO } from './conformance.ts';
import { chooseFields } from './fields.ts';
import { GEOJSON, JSON_TYPE } from './item.ts';
import { toItems } from './items.ts';
import { landingPage } from './landing.ts';
import type { Addresses } from './links.ts';
import { addressesAt, rootLink } from './links.ts';
import { hiddenFrom } from '../policy/access.ts';
import { mayRead } from './may-read.ts';
import { STAC_QUERYABLES } from './queryables.ts';
import { parseSearch } from './search-request.ts';
import type { SearchRequest } from './search-request.ts';
import { search } from './search.ts';
import { transactionRoutes } from './transactions.ts';

/** Bodies of searches: a polygon of many vertices has its place in them. */
const BODY_LIMIT = '2mb';

export function stacRoutes(database: ServedDatabase): Router {
  const router = Router();
  const body = express.json({
    limit: BODY_LIMIT,
    type: ['application/json', 'application/geo+json', 'application/*+json'],
  });
  router.use('/stac', (_req, res, next) => {
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', 'no-store').set('Vary', 'Host, Authorization');
    next();
  });

  router.get('/stac', async (req, res) => {
    res.json(await landingPage(await database.openExisting(), addressesOf(req), hiddenFrom(req, 'collection')));
  });
  router.get('/stac/conformance', (_req, res) => void res.json({ conformsTo: CONFORMS_TO }));

  router.get('/stac/collections', async (req, res) => {
    const addresses = addressesOf(req);
    const collections = await listCollections(await database.openExisting(), addresses, hiddenFrom(req, 'collection'));
    const links = [{ rel: 'self', href: `${addresses.root}/collections`, type: JSON_TYPE }, rootLink(addresses)];
    res.json({ collections, links, numberMatched: collections.length, numberReturned: collections.length });
  });
  router.get('/stac/collections/:collectionId', async (req, res) => {
    const hidden = hiddenFrom(req, 'collection');
    res.json(await findCollection(await database.openExisting(), req.params.collectionId, addressesOf(req), hidden));
  });

  router.get('/stac/queryables', (req, res) => sendQueryables(res, `${addressesOf(req).root}/queryables`));
  router.get('/stac/collections/:collectionId/queryables', async (req, res) => {
    const { collectionId } = req.params;
    const addresses = addressesOf(req);
    await requireReadable(database, req, collectionId);
    sendQueryables(res, `${addresses.collection(collectionId)}/queryables`);
  });

  router.get('/stac/search', async (req, res) => {
    await answerSearch(database, req, res, parseSearch(queryOf(req)));
  });
  router.post('/stac/search', body, async (req, res) => {
    await answerSearch(database, req, res, parseSearch(bodyOf(req)));
  });
  router.get('/stac/collections/:collectionId/items', async (req, res) => {
    const { collectionId } = req.params;
    await requireReadable(database, req, collectionId);
    const request = parseSearch({ ...queryOf(req), collections: undefined });
    const conditions = [oneOf('collection', [collectionId]), ...request.conditions];
    await answerSearch(database, req, res, { ...request, conditions });
  });

  router.get('/stac/aggregations', (req, res) => {
    const self = `${addressesOf(req).root}/aggregations`;
    res.json({
      aggregations: AGGREGATIONS,
      links: [{ rel: 'self', href: self, type: JSON_TYPE }, rootLink(addressesOf(req))],
    });
  });
  router.get('/stac/aggregate', async (req, res) => {
    const { aggregations } = req.query;
    res.json(
      await aggregate(
        await database.openExisting(),
        aggregations,
        parseSearch(queryOf(req)),
        hidesSome(req) ? keptFor(req) : null,
      ),
    );
  });
  router.post('/stac/aggregate', body, async (req, res) => {
    const words = bodyOf(req);
    res.json(
      await aggregate(
        await database.openExisting(),
        words['aggregations'],
        parseSearch(words),
        hidesSome(req) ? keptFor(req) : null,
      ),
    );
  });

  router.get('/stac/collections/:collectionId/items/:itemId', async (req, res) => {
    const { opened, row } = await readableRow(database, req);
    const [item] = await toItems(opened, [row], addressesOf(req));
    if (!item) throw noItem(row.collection, row.id);
    res.type(GEOJSON).send(JSON.stringify(item));
  });
  router.get('/stac/collections/:collectionId/items/:itemId/assets/:key', async (req, res, next) => {
    const { opened, row } = await readableRow(database, req);
    await sendAsset(opened, row, req.params.key, req, res, next);
  });

  router.use(transactionRoutes(database, body, addressesOf));
  return router;
}

/** @throws {PlatformError} `not-found`, as for what is not there, where whoever asks may not know of it */
async function requireReadable(database: ServedDatabase, req: Request, id: string): Promise<void> {
  await requireCollection(await database.openExisting(), id, hiddenFrom(req, 'collection'));
}

function addressesOf(req: Request): Addresses {
  return addressesAt(originOf(req));
}

/** A parameter that came twice, or with members of its own, is none that we know. */
function queryOf(req: Request): Readonly<Record<string, unknown>> {
  return req.query;
}

function bodyOf(req: Request): Readonly<Record<string, unknown>> {
  const words: unknown = req.body ?? {};
  if (typeof words !== 'object' || words === null || Array.isArray(words))
    throw new PlatformError('parameter-invalid', 'The body is no JSON object; a search is {"collections": […], …}', {
      detail: { parameter: 'body' },
    });
  return words as Readonly<Record<string, unknown>>;
}

function keptFor(req: Request): (row: ItemRow) => boolean {
  return (row) => mayRead(req, row);
}

async function answerSearch(
  database: ServedDatabase,
  req: Request,
  res: Response,
  request: SearchRequest,
): Promise<void> {
  const addresses = addressesOf(req);
  const opened = await database.openExisting();
  const { rows, next, matched } = opened
    ? await search(opened, request, keptFor(req))
    : { rows: [], next: null, matched: 0 };
  const items = opened ? await toItems(opened, rows, addresses) : [];
  const self = { rel: 'self', href: `${addresses.origin}${req.originalUrl}`, type: GEOJSON };
  const answer = {
    type: 'FeatureCollection',
    features: items.map((item) => chooseFields(item, request.fields)),
    links: [self, rootLink(addresses), ...(next === null ? [] : [nextLink(req, addresses, next)])],
    // What was counted holds what may not be seen.
    ...(matched !== null && !hidesSome(req) && { numberMatched: matched }),
    numberReturned: items.length,
    timeStamp: new Date().toISOString(),
  };
  res.type(GEOJSON).send(JSON.stringify(answer));
}

function hidesSome(req: Request): boolean {
  return (['collection', 'layer', 'archive', 'product'] as const).some((kind) => hiddenFrom(req, kind).length > 0);
}

function nextLink(req: Request, { origin }: Addresses, token: string): object {
  if (req.method === 'POST') {
    const words = { ...(req.body as object), token };
    return { rel: 'next', href: `${origin}${req.path}`, type: GEOJSON, method: 'POST', body: words };
  }
  const url = new URL(req.originalUrl, origin);
  url.searchParams.set('token', token);
  return { rel: 'next', href: url.href, type: GEOJSON, method: 'GET' };
}

async function readableRow(database: ServedDatabase, req: Request): Promise<{ opened: Database; row: ItemRow }> {
  const { collectionId, itemId } = req.params as { collectionId: string; itemId: string };
  const opened = await database.openExisting();
  const row = opened && (await findItemRow(opened, itemId));
  if (!row || row.collection !== collectionId || !mayRead(req, row)) throw noItem(collectionId, itemId);
  return { opened, row };
}

function sendQueryables(res: Response, id: string): void {
  const properties = Object.fromEntries(Object.entries(STAC_QUERYABLES).map(([name, { schema }]) => [name, schema]));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    type: 'object',
    title: 'What items may be filtered by',
    properties,
    additionalProperties: false,
  };
  res.type('application/schema+json').send(JSON.stringify(schema));
}
