import type { Migration } from '../migrations.ts';

/**
 * Scenes and zones. Places are boxes in degrees (west > east crosses 180°) and GeoJSON; no extension for geometry is
 * asked for, the finer work is done by our own code.
 */
export const CATALOGUE: Migration = {
  number: 1,
  name: 'catalogue',
  sql: `
CREATE TABLE scenes (
  id text PRIMARY KEY,
  collection text NOT NULL,
  platform text,
  level text,
  baseline text,
  tile text,
  datetime timestamptz NOT NULL,
  epsg integer,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  footprint jsonb NOT NULL,
  cloud_cover double precision,
  bands jsonb NOT NULL,
  classes jsonb NOT NULL,
  calibration jsonb NOT NULL,
  source text NOT NULL,
  digest text NOT NULL,
  files jsonb NOT NULL,
  findings jsonb NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX scenes_datetime ON scenes (datetime);
CREATE INDEX scenes_tile ON scenes (tile, datetime);
CREATE INDEX scenes_place ON scenes (west, east, south, north);

CREATE TABLE zone_sets (
  id text PRIMARY KEY,
  name text NOT NULL,
  id_field text,
  epsg integer NOT NULL,
  count integer NOT NULL,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  source text NOT NULL,
  digest text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE zones (
  set_id text NOT NULL REFERENCES zone_sets (id) ON DELETE CASCADE,
  ordinal integer NOT NULL,
  id text NOT NULL,
  properties jsonb NOT NULL,
  geometry jsonb NOT NULL,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  PRIMARY KEY (set_id, ordinal),
  UNIQUE (set_id, id)
);
`,
};
