import type { Migration } from '../migrations.ts';

/** Tokens of the API, and how freely data sets may be read. */
export const POLICY: Migration = {
  number: 5,
  name: 'policy',
  sql: `
CREATE TABLE tokens (
  id text PRIMARY KEY,
  hash text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('viewer', 'analyst', 'steward', 'operator')),
  scopes text[],
  created timestamptz NOT NULL DEFAULT now(),
  expires timestamptz
);
CREATE TABLE data_levels (
  kind text NOT NULL CHECK (kind IN ('collection', 'layer', 'archive', 'product', 'zones')),
  id text NOT NULL,
  level text NOT NULL CHECK (level IN ('open', 'internal', 'confidential')),
  purposes text[] NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, id)
);
`,
};
