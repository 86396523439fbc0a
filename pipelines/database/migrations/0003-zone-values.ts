import type { Migration } from '../migrations.ts';

/**
 * Statistics of zones through time. A row holds the numbers of all statistics of a series, in their order: a row per
 * number would be five times as many. Rows name their series by a number and no foreign key, whose check costs more than
 * the row; a trigger takes them along with it.
 */
export const ZONE_VALUES: Migration = {
  number: 3,
  name: 'zone-values',
  sql: `
CREATE TABLE zone_series (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  set_id text NOT NULL REFERENCES zone_sets (id) ON DELETE CASCADE,
  name text NOT NULL,
  statistics text[] NOT NULL,
  objects text[] NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (set_id, name)
);

CREATE TABLE zone_values (
  series integer NOT NULL,
  zone_id text COLLATE "C" NOT NULL,
  time timestamptz NOT NULL,
  numbers double precision[] NOT NULL,
  objects jsonb,
  PRIMARY KEY (series, zone_id, time)
);

CREATE FUNCTION remove_zone_values() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN DELETE FROM zone_values WHERE series = OLD.number; RETURN OLD; END $$;
CREATE TRIGGER zone_series_removed AFTER DELETE ON zone_series FOR EACH ROW EXECUTE FUNCTION remove_zone_values();
`,
};
