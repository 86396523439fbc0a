import type { Migration } from '../migrations.ts';

/**
 * Runs with their tasks, the products they made, the layers and archives that show them, and what is started by the clock
 * or by a new scene.
 */
export const RUNS: Migration = {
  number: 2,
  name: 'runs',
  sql: `
CREATE TABLE runs (
  id text PRIMARY KEY,
  pipeline text NOT NULL,
  graph jsonb NOT NULL,
  parameters jsonb NOT NULL,
  state text NOT NULL,
  reason text,
  next_step text,
  priority integer NOT NULL DEFAULT 0,
  asked_by text,
  started_by jsonb NOT NULL,
  plan jsonb,
  plan_digest text,
  estimate jsonb,
  actual jsonb,
  progress jsonb,
  steps_done text[] NOT NULL DEFAULT '{}',
  stop_asked boolean NOT NULL DEFAULT false,
  worker text,
  attempts integer NOT NULL DEFAULT 0,
  heartbeat_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  planned_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz
);
CREATE INDEX runs_created ON runs (created_at DESC);
CREATE INDEX runs_plan ON runs (plan_digest);
CREATE INDEX runs_state ON runs (state);

CREATE TABLE run_tasks (
  run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key text NOT NULL,
  step text NOT NULL,
  task text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  duration_ms integer,
  bytes integer,
  worker text,
  reason text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, key)
);

CREATE TABLE products (
  id text PRIMARY KEY,
  run_id text REFERENCES runs (id) ON DELETE SET NULL,
  step text,
  process text NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  path text NOT NULL,
  media_type text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  passport jsonb NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX products_run ON products (run_id);
CREATE INDEX products_path ON products (path);

CREATE TABLE layers (
  id text PRIMARY KEY,
  sort_order integer NOT NULL,
  record jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE archives (
  name text PRIMARY KEY,
  layer_id text REFERENCES layers (id) ON DELETE SET NULL,
  product_id text REFERENCES products (id) ON DELETE SET NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  header jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE schedules (
  id text PRIMARY KEY,
  pipeline text NOT NULL,
  graph jsonb NOT NULL,
  parameters jsonb NOT NULL,
  cron text,
  time_zone text,
  on_scene jsonb,
  priority integer NOT NULL DEFAULT 0,
  asked_by text,
  last_run text,
  created_at timestamptz NOT NULL DEFAULT now()
);
`,
};
