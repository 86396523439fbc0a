/** Asks a feed, page after page, and puts what it says through the door. */
import { isPlatformError, PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { FetchLimits } from '../feeds/fetch-payload.ts';
import { fetchPayload } from '../feeds/fetch-payload.ts';
import type { FeedCounts, FeedRecord } from '../feeds/feeds-repository.ts';
import { noteFailure, noteSuccess } from '../feeds/feeds-repository.ts';
import { findFeed, recogniseFeed } from '../feeds/registry.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { createMemorySource } from '../io/byte-source/memory-source.ts';
import { fillWords } from '../queue/schedules.ts';
import { doorOf } from '../sensors/door-of.ts';
import { parseMapping } from '../sensors/mapping.ts';
import { readMapped } from '../sensors/map-rows.ts';
import { putParts } from './put-parts.ts';

export interface SyncOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: FetchLimits;
  readonly now?: Date;
}

export type SyncResult =
  | ({ readonly status: 'taken' } & FeedCounts)
  /** The server says that nothing has changed. */
  | { readonly status: 'same' }
  | { readonly status: 'failed'; readonly reason: string };

const MOST_PAGES = 200;
/** After a first failure, doubled with each further one. */
const FIRST_WAIT_SECONDS = 60;
const MOST_WAIT_SECONDS = 6 * 3600;

/** Whatever goes wrong with the feed is kept with it. @throws {PlatformError} `unavailable` where the database is gone, `aborted` */
export async function syncFeed(database: Database, feed: FeedRecord, options: SyncOptions = {}): Promise<SyncResult> {
  try {
    const taken = await takePages(database, feed, options);
    const none: FeedCounts = { added: 0, known: 0, refused: 0, pages: 0 };
    const { etag, modified, counts } = taken ?? { etag: feed.etag, modified: feed.modified, counts: none };
    await noteSuccess(database, feed.id, { counts, etag, modified });
    return taken ? { status: 'taken', ...counts } : { status: 'same' };
  } catch (error) {
    if (!isPlatformError(error) || error.code === 'unavailable' || error.code === 'aborted') throw error;
    const asked = Number(error.detail['retryAfterSeconds'] ?? 0);
    const wait = Math.min(Math.max(asked, FIRST_WAIT_SECONDS * 2 ** Math.min(feed.failures, 20)), MOST_WAIT_SECONDS);
    await noteFailure(database, feed.id, error.message, wait);
    return { status: 'failed', reason: error.message };
  }
}

interface Taken {
  readonly counts: FeedCounts;
  readonly etag: string | null;
  readonly modified: string | null;
}

/** Null where nothing has changed. What earlier pages said is kept when a later one fails. */
async function takePages(
  database: Database,
  feed: FeedRecord,
  { signal, limits, now = new Date() }: SyncOptions,
): Promise<Taken | null> {
  const first = fillWords(feed.url, now, null) as string;
  const body = feed.body === null ? null : (fillWords(feed.body, now, null) as string);
  const seen = new Set<string>();
  const counts = { added: 0, known: 0, refused: 0, pages: 0 };
  let version = { etag: null as string | null, modified: null as string | null };
  for (let url: string | null = first; url !== null;) {
    seen.add(url);
    const isFirst = seen.size === 1;
    const known = isFirst && first === feed.url ? feed : { etag: null, modified: null };
    const payload = await fetchPayload(
      { url, body, inside: feed.inside, etag: known.etag, modified: known.modified },
      signal,
      limits,
    );
    if (payload.kind === 'same') return null;
    const source = createMemorySource(url, payload.bytes);
    const { parts, next, terms } = await readerOf(feed, source);
    const put = await putParts(database, doorOf(database), parts, { signal, terms });
    counts.added += put.added;
    counts.known += put.known;
    counts.refused += put.refused;
    counts.pages++;
    const following: string | null = next(url);
    // Only what is one page has a version
    version =
      isFirst && following === null
        ? { etag: payload.etag, modified: payload.modified }
        : { etag: null, modified: null };
    if (following !== null && (seen.has(following) || seen.size >= MOST_PAGES))
      throw new PlatformError(
        'format-damaged',
        seen.has(following)
          ? `${first} leads from page to page in a circle`
          : `${first} has more than ${MOST_PAGES} pages; ask for less at a time`,
      );
    url = following;
  }
  return { counts, ...version };
}

async function readerOf(feed: FeedRecord, source: ByteSource) {
  if (feed.mapping !== null) {
    const mapping = parseMapping(feed.mapping, `the mapping of ${feed.id}`);
    return { parts: readMapped(source, mapping, feed.id), next: () => null, terms: undefined };
  }
  const reader = feed.provider === null ? await recogniseFeed(source) : findFeed(feed.provider);
  return {
    parts: reader.read(source),
    terms: { licence: reader.licence, attribution: reader.attribution },
    next: (address: string) => (reader.next ? reader.next(asJson(source), address) : null),
  };

  function asJson({ size }: ByteSource): unknown {
    return JSON.parse(new TextDecoder().decode(source.readSync!(0, size!)));
  }
}
