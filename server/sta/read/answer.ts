/** Answers to what a resource path leads to. */
import type { Request, Response } from 'express';
import type { Database, Queries } from '../../../pipelines/database/database.ts';
import { ENTITY_TYPES } from './entities.ts';
import { CONFORMANCE } from './conformance.ts';
import { toDataArrays } from './data-array.ts';
import { shownOf, valueOf } from './entity-json.ts';
import type { ReadContext } from './expand.ts';
import { queryText, toEntities } from './expand.ts';
import { findEntity } from './find.ts';
import { toCsv } from './flat.ts';
import { toFeatures } from './geojson.ts';
import { cursorOf, writeCursor } from './order.ts';
import type { Resource } from './path.ts';
import { notThere } from './path.ts';
import type { SetWords } from './request.ts';
import { only, parseEntityWords, parseSetWords, refused } from './request.ts';
import type { FoundRows, SetRequest } from './select.ts';
import { countRows, selectRows } from './select.ts';
import { readAll } from './session.ts';
import { entityAddress, rootOf, STA_PATH } from './site.ts';
import type { Hidden } from './visible.ts';

type Of<K extends Resource['kind']> = Extract<Resource, { readonly kind: K }>;

/** Entities of a page where the request names no number, and at most. */
const USUAL_PAGE = 100;
const LARGEST_PAGE = 10_000;

interface Asked {
  readonly req: Request;
  readonly res: Response;
  /** Below the root, for refusals. */
  readonly path: string;
  readonly context: ReadContext;
}

export async function answer(
  database: Database | null,
  resource: Resource,
  asked: { readonly req: Request; readonly res: Response; readonly path: string; readonly hidden: Hidden },
): Promise<void> {
  const { req, res, path, hidden } = asked;
  const root = rootOf(req);
  if (resource.kind === 'root') return sendRoot(req, res, root);
  await readAll(database, async (queries: Queries) => {
    const whole: Asked = { req, res, path, context: { queries, hidden, root } };
    if (resource.kind === 'set') await sendSet(resource, whole);
    else if (resource.kind === 'entity') await sendEntity(resource, whole);
    else await sendProperty(resource, whole);
  });
}

function sendRoot(req: Request, res: Response, root: string): void {
  only(req.query, []);
  const value = Object.values(ENTITY_TYPES).map(({ set }) => ({ name: set, url: `${root}/${set}` }));
  sendJson(res, { value, serverSettings: { conformance: CONFORMANCE } });
}

async function sendSet({ type, steps, relation, form }: Of<'set'>, { req, res, path, context }: Asked): Promise<void> {
  const { queries, hidden, root } = context;
  const asked = parseSetWords(form === 'count' ? only(req.query, ['$filter']) : req.query);
  const { options } = asked;
  const parent = relation && { relation, id: (await findEntity(queries, path, steps, hidden)).id };
  const limit = Math.min(options.top ?? USUAL_PAGE, LARGEST_PAGE);
  const request: SetRequest = { type, options, hidden, parent, ids: null, limit, after: asked.after };
  if (form === 'count') return void res.type('text/plain').send(String(await countRows(queries, request)));
  if (form === 'references') only(asked.words, REFERENCE_WORDS);
  if (asked.format === 'dataArray' && (type.name !== 'Observation' || options.expand.length > 0))
    throw refused('$resultFormat', 'dataArray', '$resultFormat=dataArray is for Observations, without $expand');
  const found = await selectRows(queries, request);
  const count = options.count ? { '@iot.count': await countRows(queries, request) } : {};
  const next = nextLink(req, asked, found);
  const links = next === null ? {} : { '@iot.nextLink': next };
  if (form === 'references') {
    const value = found.rows.map((row) => ({ '@iot.selfLink': entityAddress(root, type, row['id'] as number) }));
    return sendJson(res, { ...count, ...links, value });
  }
  if (asked.format === 'dataArray')
    return sendJson(res, { ...count, ...links, value: toDataArrays(found.rows, shownOf(type, options), root) });
  const value = await toEntities(context, type, found.rows, options);
  if (asked.format === null) return sendJson(res, { ...count, ...links, value });
  if (next !== null) res.set('Link', `<${next}>; rel="next"`);
  if (asked.format === 'CSV') return void res.type('text/csv').send(toCsv(value));
  const features = await toFeatures(queries, type, found.rows, value);
  res.type('application/geo+json').send(JSON.stringify({ type: 'FeatureCollection', ...count, ...links, features }));
}

const REFERENCE_WORDS = ['$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken'];

function nextLink(req: Request, { words }: SetWords, { rows, keys, hasMore }: FoundRows): string | null {
  if (!hasMore || rows.length === 0) return null;
  const { $skip: _, ...others } = words;
  const after = writeCursor(cursorOf(rows.at(-1)!, keys));
  return `${rootOf(req)}${req.path.slice(STA_PATH.length)}?${queryText({ ...others, $skiptoken: after })}`;
}

async function sendEntity({ steps, isReference }: Of<'entity'>, { req, res, path, context }: Asked): Promise<void> {
  const options = isReference ? parseEntityWords(only(req.query, [])) : parseEntityWords(req.query);
  const { type, id } = await findEntity(context.queries, path, steps, context.hidden);
  if (isReference) return sendJson(res, { '@iot.selfLink': entityAddress(context.root, type, id) });
  const request = { type, options, hidden: context.hidden, parent: null, ids: [id], limit: 1, after: null };
  const { rows } = await selectRows(context.queries, request);
  const [entity] = await toEntities(context, type, rows, options);
  if (!entity) throw notThere(path, `there is no such ${type.name}`);
  sendJson(res, entity);
}

async function sendProperty(resource: Of<'property'>, { req, res, path, context }: Asked): Promise<void> {
  const { steps, name, property, members, isRaw } = resource;
  const options = parseEntityWords(only(req.query, []));
  const { type, id } = await findEntity(context.queries, path, steps, context.hidden);
  const request = { type, options, hidden: context.hidden, parent: null, ids: [id], limit: 1, after: null };
  const [row] = (await selectRows(context.queries, request)).rows;
  let value: unknown = row ? valueOf(row, property) : null;
  for (const member of members) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member))
      throw notThere(path, `${name} has no part "${member.slice(0, 60)}"`);
    value = (value as Record<string, unknown>)[member];
  }
  if (value === null || value === undefined) return void res.status(204).end();
  if (!isRaw) return sendJson(res, { [members.at(-1) ?? name]: value });
  const isText = typeof value !== 'object';
  res
    .type(isText ? 'text/plain' : 'application/json')
    .send(isText ? `${value as string | number | boolean}` : JSON.stringify(value));
}

function sendJson(res: Response, body: object): void {
  res.type('application/json').send(JSON.stringify(body));
}
