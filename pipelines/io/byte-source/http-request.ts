/** One bounded GET: redirects counted, a stalled connection given up, a passing fault tried again, the body never larger than agreed. */
import { PlatformError } from '../../core/errors.ts';
import { checkAborted } from './byte-source.ts';
import { fetchAllowed } from './remote-hosts.ts';

export interface HttpOptions {
  /** Milliseconds without a byte after which a request is given up. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  /** 200, 206 or 416; everything else is thrown. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
/** Waits before a second and a third try, milliseconds. */
const RETRY_MS = [150, 600];
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** A failure that may be gone a moment later. */
class Passing extends Error {}

/**
 * @param partBytes  The most that an answer of 206 may hold.
 * @param wholeBytes  The most that an answer of 200 (no ranges) may hold; 0 leaves its body unread.
 * @throws {PlatformError} `not-found`, `forbidden`, `remote-failed`, `aborted`
 */
export async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  partBytes: number,
  wholeBytes: number,
  options: HttpOptions = {},
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await requestOnce(url, headers, partBytes, wholeBytes, options);
    } catch (error) {
      checkAborted(options.signal);
      if (error instanceof PlatformError) throw error;
      const wait = RETRY_MS[attempt];
      if (wait === undefined || !(error instanceof Passing)) throw remoteFailed(url, reasonOf(error), error);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function requestOnce(
  url: string,
  headers: Readonly<Record<string, string>>,
  partBytes: number,
  wholeBytes: number,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: HttpOptions,
): Promise<Answer> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), timeoutMs);
  const both = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  try {
    const response = await follow(url, headers, both);
    checkStatus(url, response);
    const limit = response.status === 206 ? partBytes : response.status === 200 ? wholeBytes : 0;
    const body = await readBody(url, response, limit, () => timer.refresh());
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    if (!stalled.signal.aborted || error instanceof PlatformError) throw asPassing(error);
    throw remoteFailed(url, `it sent nothing for ${timeoutMs / 1000} s`, error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  let at = new URL(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    // Compressed transfer would make positions mean something else.
    const response = await fetchAllowed(at, { ...headers, 'Accept-Encoding': 'identity' }, signal);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at);
    if (at.protocol !== 'https:' && at.protocol !== 'http:') break;
  }
  throw remoteFailed(url, 'it redirects too often or to an address that is not http');
}

function checkStatus(url: string, { status, headers }: Response): void {
  const detail = { detail: { url, status } };
  if (status === 404 || status === 410)
    throw new PlatformError('not-found', `There is no file at ${url} (the server answers ${status})`, detail);
  if (status === 401 || status === 403)
    throw new PlatformError(
      'forbidden',
      `${url} may not be read without permission (the server answers ${status})`,
      detail,
    );
  if (PASSING.has(status)) throw new Passing(`the server answers ${status}`);
  if (status !== 200 && status !== 206 && status !== 416) throw remoteFailed(url, `the server answers ${status}`);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw remoteFailed(url, `it is sent compressed (${encoding}), so ranges mean nothing`);
}

async function readBody(url: string, response: Response, limit: number, alive: () => void): Promise<Uint8Array> {
  const length = Number(response.headers.get('content-length') ?? 0);
  if (limit === 0 || !response.body || (response.status === 200 && length > limit)) {
    await response.body?.cancel();
    if (response.status === 200 && limit > 0) throw noRanges(url);
    return new Uint8Array(0);
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body) {
    alive();
    chunks.push(chunk);
    total += chunk.length;
    if (total <= limit) continue;
    if (response.status === 200) throw noRanges(url);
    throw remoteFailed(url, 'the server sends more than was asked for');
  }
  return chunks.length === 1 ? chunks[0]! : new Uint8Array(Buffer.concat(chunks, total));
}

function noRanges(url: string): PlatformError {
  return remoteFailed(url, 'the server does not serve byte ranges and the file is large; download it first');
}

function remoteFailed(url: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError('remote-failed', `Cannot read ${url}: ${reason}`, { detail: { url }, cause });
}

/** What fetch throws for a connection that broke; another try may find it mended. */
function asPassing(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const passing = new Passing(reasonOf(error), { cause: error });
  return passing;
}

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no server of that name',
  ECONNREFUSED: 'nothing answers at that address and port',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  ETIMEDOUT: 'the server does not answer',
  EAI_AGAIN: 'the name of the server cannot be looked up now',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Passing) return error.message; // which is the reason already
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return NETWORK_REASONS[cause?.code ?? ''] ?? cause?.message ?? error.message;
}
