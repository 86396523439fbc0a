/**
 * Bytes of a file on a web server by range requests (RFC 9110, section 14). Every answer is checked against the first
 * one, so that a file which is replaced while it is read is noticed instead of mixed.
 */
import { PlatformError } from '../../core/errors.ts';
import { checkAborted } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { request } from './http-request.ts';
import { createMemorySource } from './memory-source.ts';
import type { Answer, HttpOptions } from './http-request.ts';

/** Read at once on opening: the headers of most cloud-optimised files lie in it. */
const HEAD_BYTES = 32 * 1024;
/** A file from a server without ranges is taken whole up to this size. */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024;

/** What tells one version of the remote file from another. */
interface Version {
  readonly size: number | null;
  readonly etag: string | null;
  readonly modified: string | null;
}

/**
 * @throws {PlatformError} `not-found` (404, 410), `forbidden` (401, 403), `remote-failed` for everything else that goes
 *   wrong: no answer, a server fault, a large file without ranges.
 */
export async function openHttpSource(
  url: string,
  options: HttpOptions & { readonly signal?: AbortSignal } = {},
): Promise<ByteSource> {
  const first = await request(url, { Range: `bytes=0-${HEAD_BYTES - 1}` }, HEAD_BYTES, MAX_WHOLE_BYTES, options);
  if (first.status === 416) return createMemorySource(url, new Uint8Array(0)); // the range of an empty file
  if (first.status === 200) return createMemorySource(url, first.body);
  const range = contentRange(url, first);
  if (range.start !== 0) throw wrongRange(url, first);
  const version: Version = { size: range.total, etag: first.headers.get('etag'), modified: modifiedOf(first) };
  const head = first.body;
  const condition: Record<string, string> =
    version.etag && !version.etag.startsWith('W/') ? { 'If-Range': version.etag } : {};
  return {
    name: url,
    size: version.size,
    async read(offset, length, signal) {
      checkAborted(signal);
      const wanted = version.size === null ? length : Math.max(0, Math.min(length, version.size - offset));
      if (wanted === 0) return new Uint8Array(0);
      if (offset + wanted <= head.length) return head.slice(offset, offset + wanted);
      const headers = { ...condition, Range: `bytes=${offset}-${offset + wanted - 1}` };
      const answer = await request(url, headers, wanted, 0, signal ? { ...options, signal } : options);
      if (answer.status === 416 && version.size === null) return new Uint8Array(0);
      checkSame(url, version, answer);
      if (contentRange(url, answer).start !== offset) throw wrongRange(url, answer);
      return answer.body;
    },
    async close() {},
  };
}

function modifiedOf(answer: Answer): string | null {
  return answer.headers.get('last-modified');
}

/** A server that got `If-Range` answers 200 where the file changed; one that ignored it gives itself away by its validators. */
function checkSame(url: string, version: Version, answer: Answer): void {
  const { total } = answer.status === 206 ? contentRange(url, answer) : { total: null };
  const differs =
    answer.status !== 206 ||
    (version.size !== null && total !== null && total !== version.size) ||
    answer.headers.get('etag') !== version.etag ||
    (version.etag === null && modifiedOf(answer) !== version.modified);
  if (differs)
    throw new PlatformError('remote-failed', `${url} changed while it was read; run it again`, { detail: { url } });
}

function contentRange(url: string, answer: Answer): { start: number; total: number | null } {
  const parts = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '');
  if (!parts || Number(parts[2]) - Number(parts[1]) + 1 !== answer.body.length) throw wrongRange(url, answer);
  return { start: Number(parts[1]), total: parts[3] === '*' ? null : Number(parts[3]) };
}

function wrongRange(url: string, answer: Answer): PlatformError {
  return new PlatformError(
    'remote-failed',
    `${url} answered with another range than was asked for; download it first`,
    {
      detail: { url, contentRange: answer.headers.get('content-range'), bytes: answer.body.length },
    },
  );
}
