/** What `landmeter sensors feeds` asks, whoever holds the database. */
import type { FeedDetails, FeedService } from '../../pipelines/queue/feeds.ts';
import type { NewFeed } from '../../pipelines/feeds/feeds-repository.ts';
import type { SyncResult } from '../../pipelines/runs/sync-feed.ts';

export type FeedRequest =
  | { readonly action: 'add'; readonly feed: NewFeed }
  | { readonly action: 'list' }
  | { readonly action: 'remove'; readonly id: string }
  /** Null: all of them. */
  | { readonly action: 'sync'; readonly id: string | null };

export type FeedLine =
  | { readonly kind: 'feed'; readonly feed: FeedDetails }
  | { readonly kind: 'sync'; readonly id: string; readonly result: SyncResult };

export async function* tellFeeds(
  feeds: FeedService,
  request: FeedRequest,
  signal?: AbortSignal,
): AsyncGenerator<FeedLine> {
  switch (request.action) {
    case 'add':
      yield { kind: 'feed', feed: await feeds.add(request.feed) };
      return;
    case 'list':
      for (const feed of await feeds.list()) yield { kind: 'feed', feed };
      return;
    case 'remove':
      await feeds.remove(request.id);
      return;
    case 'sync': {
      const ids = request.id === null ? (await feeds.list()).map(({ id }) => id) : [request.id];
      for (const id of ids) yield { kind: 'sync', id, result: await feeds.sync(id, signal) };
    }
  }
}
