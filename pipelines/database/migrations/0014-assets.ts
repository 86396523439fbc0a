import type { Migration } from '../migrations.ts';

/**
 * The register of assets. An asset is a row with what was last said of it; what was said before stays in `asset_history`.
 * Inspections are told apart by the day and a word of who made them; evidence by its source and a key of it. The
 * condition is what was made of all these at one moment. Tiles show the asset and its condition, so that writing either
 * bumps the version of the layer (see migration 6).
 */
export const ASSETS: Migration = {
  number: 14,
  name: 'assets',
  sql: `
CREATE TABLE assets (
  id text PRIMARY KEY,
  type text NOT NULL,
  name text NOT NULL,
  owner text,
  built integer,
  importance jsonb,
  cost double precision,
  attributes jsonb NOT NULL,
  documents jsonb NOT NULL,
  geometry jsonb NOT NULL,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  digest text NOT NULL,
  source text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  added_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX assets_type ON assets (type);
CREATE INDEX assets_place ON assets USING gist (box(point(west, south), point(east, north)));

CREATE TABLE asset_history (
  asset text NOT NULL,
  version integer NOT NULL,
  record jsonb NOT NULL,
  source text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (asset, version)
);

CREATE TABLE asset_inspections (
  asset text NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
  day date NOT NULL,
  key text NOT NULL,
  score integer NOT NULL CHECK (score BETWEEN 1 AND 6),
  score_index double precision,
  care integer CHECK (care BETWEEN 1 AND 6),
  worst_part text,
  worst_defect text,
  worst_score integer,
  inspector text,
  note text,
  rows jsonb NOT NULL,
  parts jsonb NOT NULL,
  digest text NOT NULL,
  source text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (asset, day, key)
);

CREATE TABLE asset_evidence (
  asset text NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
  source text NOT NULL,
  key text NOT NULL,
  record jsonb NOT NULL,
  PRIMARY KEY (asset, source, key)
);

CREATE TABLE asset_models (
  type text PRIMARY KEY,
  record jsonb NOT NULL,
  fitted_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE asset_conditions (
  asset text PRIMARY KEY REFERENCES assets (id) ON DELETE CASCADE,
  at date NOT NULL,
  score integer NOT NULL,
  expected double precision NOT NULL,
  confidence double precision NOT NULL,
  chances double precision[] NOT NULL,
  model text NOT NULL,
  contributions jsonb NOT NULL,
  reasons jsonb NOT NULL
);

CREATE TRIGGER assets_written AFTER INSERT OR UPDATE OR DELETE ON assets
  FOR EACH STATEMENT EXECUTE FUNCTION touch_data('assets', 'assets');
CREATE TRIGGER asset_conditions_written AFTER INSERT OR UPDATE OR DELETE ON asset_conditions
  FOR EACH STATEMENT EXECUTE FUNCTION touch_data('assets', 'assets');
INSERT INTO data_versions (kind, id) VALUES ('assets', 'assets') ON CONFLICT DO NOTHING;

ALTER TABLE data_levels DROP CONSTRAINT data_levels_kind_check;
ALTER TABLE data_levels ADD CONSTRAINT data_levels_kind_check
  CHECK (kind IN ('collection', 'layer', 'archive', 'product', 'zones', 'sensors', 'assets'));
`,
};
