import type { Migration } from '../migrations.ts';

/** Sets of ground-motion points. The points are in a file of the workspace, which carries their index (docs/motion.md). */
export const MOTION: Migration = {
  number: 13,
  name: 'motion',
  sql: `
CREATE TABLE motion_sets (
  id text PRIMARY KEY,
  title text NOT NULL,
  product jsonb NOT NULL,
  file text NOT NULL,
  source text NOT NULL,
  digest text NOT NULL,
  points integer NOT NULL,
  refused integer NOT NULL,
  dates integer NOT NULL,
  first_date date NOT NULL,
  last_date date NOT NULL,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  is_simulated boolean NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX motion_sets_digest ON motion_sets (digest);
`,
};
