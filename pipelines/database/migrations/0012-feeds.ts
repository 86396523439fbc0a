import type { Migration } from '../migrations.ts';

/** Feeds that are asked for observations from time to time, and how it went. */
export const FEEDS: Migration = {
  number: 12,
  name: 'feeds',
  sql: `
CREATE TABLE feeds (
  id text PRIMARY KEY,
  url text NOT NULL,
  provider text,
  mapping jsonb,
  body text,
  cron text NOT NULL,
  time_zone text,
  inside boolean NOT NULL DEFAULT false,
  etag text,
  modified text,
  last_try timestamptz,
  last_ok timestamptz,
  last_error text,
  failures integer NOT NULL DEFAULT 0,
  not_before timestamptz,
  last_counts jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
`,
};
