/** The HTTP API as typed functions; the only `fetch` there is. */
import type { LayerList, TileJson } from '../../pipelines/core/wire.ts';

/** A request that did not succeed. `status` is 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly requestId: string | null;
  /** The parameter that the server names as the one at fault. */
  readonly parameter: string | null;

  constructor(message: string, status: number, requestId: string | null, cause?: unknown, parameter?: string) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.requestId = requestId;
    this.parameter = parameter ?? null;
  }
}

/** Tiles that hold nothing are not stored; the server says so with one of these. */
const EMPTY = new Set([204, 404]);

const tileJsons = new Map<string, Promise<TileJson>>();

export async function getLayers(): Promise<LayerList> {
  const body = await getJson('tiles');
  if (!isLayerList(body)) throw new ApiError('The list of layers has an unknown shape.', 200, null);
  return body;
}

/** A layer's TileJSON, asked for once; its tile addresses come back absolute. */
export function getTileJson(path: string): Promise<TileJson> {
  let answer = tileJsons.get(path);
  if (!answer) {
    answer = readTileJson(path);
    answer.catch(() => tileJsons.delete(path));
    tileJsons.set(path, answer);
  }
  return answer;
}

/** A layer's TileJSON as it is now: what is drawn from the database has other addresses after each write. */
export function askTileJson(path: string): Promise<TileJson> {
  tileJsons.delete(path);
  return getTileJson(path);
}

/** A tile's bytes; null where the layer has none. */
export async function getTile(address: string): Promise<Blob | null> {
  const response = await send(address, {}, EMPTY);
  return EMPTY.has(response.status) ? null : response.blob();
}

async function readTileJson(path: string): Promise<TileJson> {
  const body = await getJson(path);
  if (!isTileJson(body)) throw new ApiError(`The description at ${path} is no TileJSON.`, 200, null);
  return { ...body, tiles: body.tiles.map(absoluteTemplate) };
}

export interface AskOptions {
  /** Shown as who asks. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** What lies at an address of the API, in whatever shape it is. */
export async function getJson(path: string, { token, signal }: AskOptions = {}): Promise<unknown> {
  const headers = { accept: 'application/json, application/geo+json', ...authorization(token) };
  const response = await send(absolute(path), { headers, ...(signal && { signal }) });
  return response.json();
}

export async function postJson(path: string, body: unknown, { token, signal }: AskOptions = {}): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...authorization(token) };
  const init = { method: 'POST', headers, body: JSON.stringify(body), ...(signal && { signal }) };
  return (await send(absolute(path), init)).json();
}

export async function getFile(path: string, { token }: AskOptions = {}): Promise<Blob> {
  return (await send(absolute(path), { headers: authorization(token) })).blob();
}

function authorization(token: string | null | undefined): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function send(address: string, init: RequestInit, accepted: ReadonlySet<number> = new Set()): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError('The server could not be reached.', 0, null, cause);
  }
  if (response.ok || accepted.has(response.status)) return response;
  const id = response.headers.get('x-request-id');
  const { detail, parameter } = await problemOf(response);
  throw new ApiError(detail ?? `The server answered ${response.status}.`, response.status, id, undefined, parameter);
}

/** The sentence of an RFC 9457 problem document, and the parameter that it is about. */
async function problemOf(response: Response): Promise<{ detail?: string; parameter?: string }> {
  const body: unknown = await response.json().catch(() => null);
  if (!isRecord(body)) return {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const [detail, parameter] = [text(body['detail']) ?? text(body['title']), text(body['parameter'])];
  return { ...(detail !== undefined && { detail }), ...(parameter !== undefined && { parameter }) };
}

/** Addresses of the API are relative to where the application lies, which need not be the root of a site. */
export function absolute(path: string): string {
  return new URL(path.replace(/^\//, ''), new URL('.', document.baseURI)).href;
}

/** `new URL` would escape the braces of `{z}`. */
function absoluteTemplate(template: string): string {
  if (/^https?:/.test(template)) return template;
  return absolute(template).replaceAll('%7B', '{').replaceAll('%7D', '}');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isLayerList(value: unknown): value is LayerList {
  return isRecord(value) && Array.isArray(value['layers']) && isRecord(value['home']);
}

function isTileJson(value: unknown): value is TileJson {
  return isRecord(value) && Array.isArray(value['tiles']) && typeof value['maxzoom'] === 'number';
}
