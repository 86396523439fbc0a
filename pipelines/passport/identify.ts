/** What tells an input from another version of itself: its digest, or what its server says of it. */
import { stat } from 'node:fs/promises';
import { hash } from 'node:crypto';
import type { RemoteIdentity } from '../core/passport/passport.ts';
import { request } from '../io/byte-source/http-request.ts';
import type { Digest } from './digest.ts';
import { digestOf } from './digest.ts';
import { isAddress } from './place.ts';

export interface Identity {
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly remote?: RemoteIdentity;
}

/** A server without ranges sends a file whole; larger ones are not read here (`http-source.ts` has the same limit). */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024;

/**
 * @param whole  Whether all of it was read, so that all of it counts; a raster on a server is read in parts.
 * @param digest  How to digest a local file; default: in this thread.
 * @throws {PlatformError} as `openByteSource`, `aborted`
 */
export async function identify(
  path: string,
  whole: boolean,
  signal?: AbortSignal,
  digest: (path: string) => Promise<Digest> = (p) => digestOf(p, signal),
): Promise<Identity> {
  if (!isAddress(path)) return digest(path);
  return whole ? digestOf(path, signal) : askServer(path, signal);
}

async function askServer(url: string, signal?: AbortSignal): Promise<Identity> {
  const { status, headers, body } = await request(
    url,
    { Range: 'bytes=0-0' },
    1,
    MAX_WHOLE_BYTES,
    signal ? { signal } : {},
  );
  const remote = { etag: headers.get('etag'), lastModified: headers.get('last-modified') };
  if (status === 200) return { bytes: body.length, sha256: hash('sha256', body), remote };
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return { bytes: total === undefined ? null : Number(total), sha256: null, remote };
}

/** Do both name the same content? Where a server says nothing but a length, the length decides. */
export function isSame(a: Identity, b: Identity): boolean {
  if (a.bytes !== b.bytes) return false;
  if (a.sha256 !== null && b.sha256 !== null) return a.sha256 === b.sha256;
  const [x, y] = [a.remote, b.remote];
  if (x?.etag && y?.etag) return x.etag === y.etag;
  return x?.lastModified === y?.lastModified;
}

/** Changes when a local file changes, at the cost of a look at its folder entry; null for what is not local. */
export async function stampOf(path: string): Promise<string | null> {
  if (isAddress(path)) return null;
  const stats = await stat(path.replace(/!\/.*$/s, '')).catch(() => null);
  return stats && `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}
