/** Feeds on the clock of the queue. */
import { randomBytes } from 'node:crypto';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { FeedRecord, NewFeed } from '../feeds/feeds-repository.ts';
import { deleteFeed, findFeedRecord, insertFeed, listFeeds, noFeed } from '../feeds/feeds-repository.ts';
import { findFeed } from '../feeds/registry.ts';
import type { SyncResult } from '../runs/sync-feed.ts';
import { syncFeed } from '../runs/sync-feed.ts';
import { parseMapping } from '../sensors/mapping.ts';
import type { RunQueue } from './boss.ts';
import { nextTime } from './schedules.ts';

export interface FeedDetails extends FeedRecord {
  /** RFC 3339. */
  readonly nextAt: string;
}

export interface FeedService {
  /** @throws {PlatformError} `parameter-invalid`, `usage` for what does not fit */
  add(feed: NewFeed): Promise<FeedDetails>;
  list(): Promise<FeedDetails[]>;
  /** @throws {PlatformError} `not-found` */
  remove(id: string): Promise<void>;
  /** Asks it now. @throws {PlatformError} `not-found` */
  sync(id: string, signal?: AbortSignal): Promise<SyncResult>;
  /** By the clock; one that has failed rests. Null where it is no feed, or rests. */
  due(id: string): Promise<SyncResult | null>;
}

export function createFeedService(database: Database, openQueue: () => Promise<RunQueue>): FeedService {
  /** A feed that is slow must not be asked twice at a time. */
  const working = new Map<string, Promise<SyncResult>>();
  const withNext = async (feed: FeedRecord): Promise<FeedDetails> => {
    const due = nextTime(await openQueue(), feed.cron, feed.timeZone);
    const at = feed.notBefore !== null && feed.notBefore > due ? feed.notBefore : due;
    return { ...feed, nextAt: at.toISOString() };
  };
  const syncOnce = (feed: FeedRecord, signal?: AbortSignal) => {
    const sync = working.get(feed.id) ?? syncFeed(database, feed, { signal }).finally(() => working.delete(feed.id));
    working.set(feed.id, sync);
    return sync;
  };
  return {
    async add(feed) {
      if (!URL.canParse(feed.url) || !/^https?:$/.test(new URL(feed.url).protocol))
        throw new PlatformError('usage', `"${feed.url}" is no address of a feed; http:// and https:// are accepted`);
      if (feed.provider !== null) findFeed(feed.provider);
      if (feed.mapping !== null) parseMapping(feed.mapping, 'the mapping');
      const queue = await openQueue();
      nextTime(queue, feed.cron, feed.timeZone);
      const id = `feed-${feed.provider ?? 'mapped'}-${randomBytes(2).toString('hex')}`;
      const record = await insertFeed(database, id, feed);
      await queue.schedule(id, feed.cron, feed.timeZone);
      return withNext(record);
    },
    list: async () => Promise.all((await listFeeds(database)).map(withNext)),
    async remove(id) {
      await deleteFeed(database, id);
      await (await openQueue()).unschedule(id);
    },
    async sync(id, signal) {
      const feed = await findFeedRecord(database, id);
      if (!feed) throw noFeed(id);
      return syncOnce(feed, signal);
    },
    async due(id) {
      const feed = await findFeedRecord(database, id);
      if (!feed || (feed.notBefore !== null && feed.notBefore > new Date())) return null;
      return syncOnce(feed);
    },
  };
}
