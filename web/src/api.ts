/** The HTTP API as typed functions; the only `fetch` there is. */
import type { LayerList, TileJson } from '../../pipelines/core/wire.ts';

/** A request that did not succeed. `status` is 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly requestId: string | null;

  constructor(message: string, status: number, requestId: string | null, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.requestId = requestId;
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

async function getJson(path: string): Promise<unknown> {
  const response = await send(absolute(path), { headers: { accept: 'application/json' } });
  return response.json();
}

async function send(address: string, init: RequestInit, accepted: ReadonlySet<number> = new Set()): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (cause) {
    throw new ApiError('The server could not be reached.', 0, null, cause);
  }
  if (response.ok || accepted.has(response.status)) return response;
  const id = response.headers.get('x-request-id');
  throw new ApiError((await problemDetail(response)) ?? `The server answered ${response.status}.`, response.status, id);
}

/** The sentence of an RFC 9457 problem document. */
async function problemDetail(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  const detail = isRecord(body) ? (body['detail'] ?? body['title']) : null;
  return typeof detail === 'string' ? detail : null;
}

/** Addresses of the API are relative to where the application lies, which need not be the root of a site. */
function absolute(path: string): string {
  return new URL(path.replace(/^\//, ''), new URL('.', document.baseURI)).href;
}

/** `new URL` would escape the braces of `{z}`. */
function absoluteTemplate(template: string): string {
  if (/^https?:/.test(template)) return template;
  return absolute(template).replaceAll('%7B', '{').replaceAll('%7D', '}');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isLayerList(value: unknown): value is LayerList {
  return isRecord(value) && Array.isArray(value['layers']) && isRecord(value['home']);
}

function isTileJson(value: unknown): value is TileJson {
  return isRecord(value) && Array.isArray(value['tiles']) && typeof value['maxzoom'] === 'number';
}
