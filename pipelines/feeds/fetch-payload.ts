/** One payload of a feed over http(s): bounded in size and time, asked for only where it has changed. */
import { isPlatformError, PlatformError } from '../core/errors.ts';
import { fetchAllowed, withRemoteHosts } from '../io/byte-source/remote-hosts.ts';

export interface PayloadRequest {
  readonly url: string;
  /** JSON that is sent by POST; null: GET. */
  readonly body: string | null;
  /** Of the last payload that was taken whole. */
  readonly etag: string | null;
  readonly modified: string | null;
  /** The address may be inside the network. */
  readonly inside: boolean;
}

export type Payload =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'fresh';
      readonly bytes: Uint8Array;
      readonly etag: string | null;
      readonly modified: string | null;
    };

export interface FetchLimits {
  readonly bytes?: number;
  /** Milliseconds without a byte. */
  readonly stallMs?: number;
  /** Milliseconds for all of it. */
  readonly totalMs?: number;
}

const MAX_REDIRECTS = 5;

/**
 * @throws {PlatformError} `remote-failed` with `detail.retryAfterSeconds` where the server names a time; `forbidden` for an
 *   address inside the network; `too-large`; `aborted`
 */
export async function fetchPayload(
  request: PayloadRequest,
  signal: AbortSignal | undefined,
  { bytes: mostBytes = 64 << 20, stallMs = 30_000, totalMs = 300_000 }: FetchLimits = {},
): Promise<Payload> {
  const { url, inside } = request;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  const all = AbortSignal.any([stalled.signal, AbortSignal.timeout(totalMs), ...(signal ? [signal] : [])]);
  try {
    const ask = () => follow(request, all);
    const response = inside ? await ask() : await withRemoteHosts(['*'], ask);
    if (response.status === 304) return { kind: 'same' };
    checkStatus(url, response);
    const { headers } = response;
    const bytes = await readBody(url, response, mostBytes, () => timer.refresh());
    return { kind: 'fresh', bytes, etag: headers.get('etag'), modified: headers.get('last-modified') };
  } catch (error) {
    if (signal?.aborted) throw new PlatformError('aborted', 'Stopped as asked', { cause: error });
    if (isPlatformError(error))
      throw error.code === 'forbidden' && 'host' in error.detail ? insideRefused(url, error) : error;
    if (stalled.signal.aborted) throw failed(url, `it sent nothing for ${stallMs / 1000} s`, error);
    if (all.aborted) throw failed(url, `it was not through after ${totalMs / 1000} s`, error);
    throw failed(url, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow({ url, body, etag, modified }: PayloadRequest, signal: AbortSignal): Promise<Response> {
  let at = new URL(url);
  const headers = {
    Accept: 'application/json, text/csv, text/plain, */*',
    'Accept-Encoding': 'identity',
    ...(etag !== null && { 'If-None-Match': etag }),
    ...(etag === null && modified !== null && { 'If-Modified-Since': modified }),
    ...(body !== null && { 'Content-Type': 'application/json' }),
  };
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetchAllowed(at, headers, signal, body ?? undefined);
    const location = response.headers.get('location');
    if (response.status < 301 || response.status > 308 || response.status === 304 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at);
    if (at.protocol !== 'https:' && at.protocol !== 'http:') break;
  }
  throw failed(url, 'it redirects too often or to an address that is not http');
}

function checkStatus(url: string, { status, headers }: Response): void {
  if (status !== 200) {
    const after = Number(headers.get('retry-after'));
    throw failed(url, `the server answers ${status}`, undefined, after > 0 ? { retryAfterSeconds: after } : {});
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw failed(url, `it is sent compressed (${encoding}), though nobody asked for that`);
}

async function readBody(url: string, response: Response, most: number, alive: () => void): Promise<Uint8Array> {
  const tooLarge = () =>
    new PlatformError('too-large', `${url} sends more than ${most >> 20} MB; ask for less at a time`, {
      detail: { url },
    });
  if (Number(response.headers.get('content-length') ?? 0) > most) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    alive();
    total += chunk.length;
    if (total > most) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, total));
}

function insideRefused(url: string, cause: PlatformError): PlatformError {
  return new PlatformError(
    'forbidden',
    `${url} leads to an address inside the network; add the feed with --inside where that is meant`,
    { detail: { url }, cause },
  );
}

function failed(
  url: string,
  reason: string,
  cause?: unknown,
  detail: Readonly<Record<string, unknown>> = {},
): PlatformError {
  return new PlatformError('remote-failed', `Cannot read ${url}: ${reason}`, { detail: { url, ...detail }, cause });
}

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no server of that name',
  ECONNREFUSED: 'nothing answers at that address and port',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  EAI_AGAIN: 'the name of the server cannot be looked up now',
};

function reasonOf(error: unknown): string {
  // fetch says what went wrong in its cause
  const { code, message } = ((error as Error).cause ?? error) as { code?: string; message?: string };
  return NETWORK_REASONS[code ?? ''] ?? message ?? String(error);
}
