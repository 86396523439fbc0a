import type { Migration } from '../migrations.ts';

/**
 * Rules, how far each has watched each of its subjects, what opened, and what is to be sent. The state of a subject, its
 * alert and its deliveries change in one transaction: a process that is killed has done all of a step or nothing.
 */
export const ALERTS: Migration = {
  number: 8,
  name: 'alerts',
  sql: `
CREATE TABLE alert_rules (
  id text PRIMARY KEY,
  rule jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE alert_watches (
  rule text NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,
  subject text NOT NULL,
  state jsonb NOT NULL,
  memory jsonb NOT NULL,
  seen_to timestamptz,
  alert bigint,
  PRIMARY KEY (rule, subject)
);

CREATE TABLE alerts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule text NOT NULL,
  rule_version integer NOT NULL,
  subject text NOT NULL,
  title text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'acknowledged', 'confirmed', 'rejected', 'closed')),
  verdict text CHECK (verdict IN ('confirmed', 'rejected')),
  since timestamptz NOT NULL,
  opened timestamptz NOT NULL,
  ended timestamptz,
  value double precision NOT NULL,
  peak double precision NOT NULL,
  lon double precision,
  lat double precision,
  source text NOT NULL,
  data_kind text,
  data_id text,
  is_over_budget boolean NOT NULL DEFAULT false,
  confidence double precision NOT NULL,
  evidence jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (rule, subject, opened)
);
CREATE INDEX alerts_opened ON alerts (opened DESC, id DESC);
CREATE INDEX alerts_rule ON alerts (rule, opened);

CREATE TABLE alert_history (
  alert bigint NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  number integer NOT NULL,
  time timestamptz NOT NULL DEFAULT now(),
  what text NOT NULL,
  who text,
  reason text,
  PRIMARY KEY (alert, number)
);

CREATE TABLE alert_deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert bigint NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  event text NOT NULL CHECK (event IN ('opened', 'closed')),
  target jsonb NOT NULL,
  not_before timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given-up')),
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  sent_at timestamptz
);
CREATE INDEX alert_deliveries_waiting ON alert_deliveries (not_before) WHERE state = 'waiting';
`,
};
