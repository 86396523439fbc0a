/** Feeds that are asked from time to time, as the database keeps them. */
import { PlatformError } from '../core/errors.ts';
import type { Queries, Row } from '../database/database.ts';

export interface NewFeed {
  readonly url: string;
  /** Id of a provider; null: by the mapping, or found out from the content. */
  readonly provider: string | null;
  /** Text of a mapping. */
  readonly mapping: string | null;
  /** JSON that is sent by POST; null: GET. */
  readonly body: string | null;
  /** Five fields. */
  readonly cron: string;
  readonly timeZone: string | null;
  /** The address may be inside the network. */
  readonly inside: boolean;
}

export interface FeedCounts {
  readonly added: number;
  readonly known: number;
  readonly refused: number;
  readonly pages: number;
}

export interface FeedRecord extends NewFeed {
  readonly id: string;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly lastTry: Date | null;
  /** Of the last time that all of it was taken, or nothing was new. */
  readonly lastOk: Date | null;
  readonly lastError: string | null;
  /** In a row. */
  readonly failures: number;
  /** Not asked by the clock before. */
  readonly notBefore: Date | null;
  readonly lastCounts: FeedCounts | null;
}

export async function insertFeed(queries: Queries, id: string, feed: NewFeed): Promise<FeedRecord> {
  const { url, provider, mapping, body, cron, timeZone, inside } = feed;
  const [row] = await queries.query(
    `INSERT INTO feeds (id, url, provider, mapping, body, cron, time_zone, inside)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8) RETURNING *`,
    [id, url, provider, mapping === null ? null : JSON.stringify(mapping), body, cron, timeZone, inside],
  );
  return toFeed(row!);
}

export async function listFeeds(queries: Queries): Promise<FeedRecord[]> {
  return (await queries.query('SELECT * FROM feeds ORDER BY created_at, id')).map(toFeed);
}

export async function findFeedRecord(queries: Queries, id: string): Promise<FeedRecord | null> {
  const [row] = await queries.query('SELECT * FROM feeds WHERE id = $1', [id]);
  return row ? toFeed(row) : null;
}

/** @throws {PlatformError} `not-found` */
export async function deleteFeed(queries: Queries, id: string): Promise<void> {
  const gone = await queries.query('DELETE FROM feeds WHERE id = $1 RETURNING id', [id]);
  if (gone.length === 0) throw noFeed(id);
}

export function noFeed(id: string): PlatformError {
  return new PlatformError('not-found', `There is no feed ${id}; landmeter sensors feeds list names them`);
}

export async function noteSuccess(
  queries: Queries,
  id: string,
  { counts, etag, modified }: { counts: FeedCounts; etag: string | null; modified: string | null },
): Promise<void> {
  await queries.query(
    `UPDATE feeds SET last_try = now(), last_ok = now(), last_error = NULL, failures = 0, not_before = NULL,
       last_counts = $2::jsonb, etag = $3, modified = $4 WHERE id = $1`,
    [id, JSON.stringify(counts), etag, modified],
  );
}

export async function noteFailure(queries: Queries, id: string, error: string, waitSeconds: number): Promise<void> {
  await queries.query(
    `UPDATE feeds SET last_try = now(), last_error = $2, failures = failures + 1,
       not_before = now() + make_interval(secs => $3) WHERE id = $1`,
    [id, error, waitSeconds],
  );
}

function toFeed(row: Row): FeedRecord {
  const {
    time_zone: timeZone,
    last_try: lastTry,
    last_ok: lastOk,
    last_error: lastError,
    not_before: notBefore,
    last_counts: lastCounts,
    created_at: _createdAt,
    ...rest
  } = row;
  return { ...rest, timeZone, lastTry, lastOk, lastError, notBefore, lastCounts } as unknown as FeedRecord;
}
