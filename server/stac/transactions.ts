/** Writing items: those of others are kept as they are; scenes can be taken out; what runs made is theirs. */
import { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import { findItemRow, putPostedItem, removeItem } from '../../pipelines/catalog/item-index.ts';
import type { ItemRow, PostedItem } from '../../pipelines/catalog/item-index.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Database, Queries } from '../../pipelines/database/database.ts';
import type { ServedDatabase } from '../services/database.ts';
import { requireCollection } from './collections.ts';
import { invalid, noItem } from './conditions.ts';
import { GEOJSON } from './item.ts';
import { toItems } from './items.ts';
import type { Addresses } from './links.ts';
import { mergePatch, parsePostedItem } from './posted-item.ts';
import { withoutSqlFaults } from './search.ts';

/** Items of one POST. */
const MAX_ITEMS = 1000;

export function transactionRoutes(
  database: ServedDatabase,
  body: RequestHandler,
  addressesOf: (req: Request) => Addresses,
): Router {
  const router = Router();
  router.post('/stac/collections/:collectionId/items', body, async (req, res) => {
    const { collectionId } = req.params as { collectionId: string };
    const opened = await database.open();
    await requireCollection(opened, collectionId);
    const items = listOf(req.body).map((item) => parsePostedItem(item, collectionId));
    await withoutSqlFaults(() => addAll(opened, items));
    const addresses = addressesOf(req);
    const [first] = items;
    if (isCollection(req.body)) return void res.status(201).json({ added: items.map(({ id }) => id) });
    res.status(201).location(addresses.item(collectionId, first!.id)).type(GEOJSON);
    res.send(JSON.stringify(await itemOf(opened, first!.id, addresses)));
  });

  router.put('/stac/collections/:collectionId/items/:itemId', body, async (req, res) => {
    const { opened, row } = await writableRow(database, req);
    await replace(opened, row, req.body);
    res.type(GEOJSON).send(JSON.stringify(await itemOf(opened, row.id, addressesOf(req))));
  });

  router.patch('/stac/collections/:collectionId/items/:itemId', body, async (req, res) => {
    const { opened, row } = await writableRow(database, req);
    await replace(opened, row, mergePatch(row.item, req.body));
    res.type(GEOJSON).send(JSON.stringify(await itemOf(opened, row.id, addressesOf(req))));
  });

  router.delete('/stac/collections/:collectionId/items/:itemId', async (req, res) => {
    const { opened, row } = await rowOf(database, req);
    if (row.source !== 'posted' && row.source !== 'scene') throw belongsToRun(row);
    await removeItem(opened, row);
    res.status(204).end();
  });
  return router;
}

function isCollection(body: unknown): body is { readonly features: unknown } {
  return typeof body === 'object' && body !== null && (body as { type?: unknown }).type === 'FeatureCollection';
}

function listOf(body: unknown): readonly unknown[] {
  if (!isCollection(body)) return [body];
  const { features } = body;
  if (!Array.isArray(features) || features.length === 0 || features.length > MAX_ITEMS)
    throw invalid(
      'features',
      Array.isArray(features) ? `${features.length} items` : 'missing',
      `1 to ${MAX_ITEMS} items`,
    );
  return features;
}

/** All or none. */
async function addAll(database: Database, items: readonly PostedItem[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const item of items) {
      if (await findItemRow(tx, item.id)) throw taken(item.id);
      await putPostedItem(tx, item);
    }
  });
}

async function replace(database: Database, row: ItemRow, body: unknown): Promise<void> {
  const posted = parsePostedItem(body, row.collection);
  if (posted.id !== row.id) throw invalid('id', posted.id, row.id);
  await withoutSqlFaults(() => putPostedItem(database, posted));
}

async function rowOf(database: ServedDatabase, req: Request): Promise<{ opened: Database; row: ItemRow }> {
  const { collectionId, itemId } = req.params as { collectionId: string; itemId: string };
  const opened = await database.openExisting();
  const row = opened && (await findItemRow(opened, itemId));
  if (row?.collection !== collectionId) throw noItem(collectionId, itemId);
  return { opened: opened!, row };
}

async function writableRow(database: ServedDatabase, req: Request): Promise<{ opened: Database; row: ItemRow }> {
  const found = await rowOf(database, req);
  const { row } = found;
  if (row.source === 'scene')
    throw new PlatformError(
      'forbidden',
      `${row.id} is read from its own files; change them and ingest the scene again`,
    );
  if (row.source !== 'posted') throw belongsToRun(row);
  return found;
}

function belongsToRun({ id }: ItemRow): PlatformError {
  return new PlatformError('forbidden', `${id} was made by a run; run it again or remove its layer to change it`);
}

function taken(id: string): PlatformError {
  return new PlatformError('not-the-same', `There is an item ${id} already; PUT replaces one that was posted`, {
    detail: { parameter: 'id', value: id },
  });
}

async function itemOf(queries: Queries, id: string, addresses: Addresses): Promise<object> {
  const row = await findItemRow(queries, id);
  const [item] = row ? await toItems(queries, [row], addresses) : [];
  return item ?? {};
}
