import type { Migration } from '../migrations.ts';

/**
 * Versions of data that is drawn on demand, and what changed in a layer since its archive was made. Triggers keep both in
 * the transaction of the write, so that they are right whoever writes, from whichever process.
 *
 * A version is a number that counts up and a stamp that no other write has: after a backup was brought back the numbers
 * come again, the stamps do not. Changes are written down only for a layer that has an archive or is getting one
 * (`is_logged`): each feature once, with the digest that it had in the archive (`before`; null: it was not there, empty:
 * nobody knows) and the box of all places where it has been since. A feature that is as it was is no change.
 */
export const DATA_VERSIONS: Migration = {
  number: 6,
  name: 'data-versions',
  sql: `
CREATE TABLE data_versions (
  kind text NOT NULL,
  id text NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  stamp text NOT NULL DEFAULT left(md5(gen_random_uuid()::text), 8),
  is_logged boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, id)
);
CREATE TABLE feature_changes (
  kind text NOT NULL,
  layer text NOT NULL,
  feature text NOT NULL,
  version bigint NOT NULL,
  before text,
  west double precision NOT NULL,
  south double precision NOT NULL,
  east double precision NOT NULL,
  north double precision NOT NULL,
  PRIMARY KEY (kind, layer, feature)
);
CREATE TABLE tile_bases (
  kind text NOT NULL,
  layer text NOT NULL,
  version bigint NOT NULL,
  stamp text NOT NULL,
  file text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, layer)
);

CREATE FUNCTION bump_data_version(the_kind text, the_id text, OUT number bigint, OUT logs boolean) LANGUAGE sql AS $$
  INSERT INTO data_versions AS known (kind, id) VALUES (the_kind, the_id)
  ON CONFLICT (kind, id) DO UPDATE SET version = known.version + 1, stamp = DEFAULT, changed_at = now()
  RETURNING known.version, known.is_logged
$$;

-- For a table that is one layer: CREATE TRIGGER … FOR EACH STATEMENT EXECUTE FUNCTION touch_data(kind, id)
CREATE FUNCTION touch_data() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM bump_data_version(TG_ARGV[0], TG_ARGV[1]);
  RETURN NULL;
END $$;

CREATE FUNCTION drop_tile_base(the_kind text, the_layer text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM tile_bases WHERE kind = the_kind AND layer = the_layer;
  DELETE FROM feature_changes WHERE kind = the_kind AND layer = the_layer;
  UPDATE data_versions SET is_logged = false WHERE kind = the_kind AND id = the_layer;
$$;

CREATE FUNCTION zone_digest(properties jsonb, geometry jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT md5(properties::text || geometry::text)
$$;

CREATE FUNCTION zones_removed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched record;
  mark record;
BEGIN
  FOR touched IN SELECT DISTINCT set_id FROM old_rows LOOP
    mark := bump_data_version('zones', touched.set_id);
    IF mark.logs THEN
      INSERT INTO feature_changes AS known (kind, layer, feature, version, before, west, south, east, north)
      SELECT 'zones', set_id, id, mark.number, zone_digest(properties, geometry), west, south, east, north
      FROM old_rows WHERE set_id = touched.set_id
      ON CONFLICT (kind, layer, feature) DO UPDATE SET (version, west, south, east, north) = (EXCLUDED.version,
        least(known.west, EXCLUDED.west), least(known.south, EXCLUDED.south),
        greatest(known.east, EXCLUDED.east), greatest(known.north, EXCLUDED.north));
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION zones_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched record;
  mark record;
  came record;
BEGIN
  FOR touched IN SELECT DISTINCT set_id FROM new_rows LOOP
    mark := bump_data_version('zones', touched.set_id);
    IF mark.logs THEN
      INSERT INTO feature_changes AS known (kind, layer, feature, version, west, south, east, north)
      SELECT 'zones', set_id, id, mark.number, west, south, east, north FROM new_rows WHERE set_id = touched.set_id
      ON CONFLICT (kind, layer, feature) DO UPDATE SET (version, west, south, east, north) = (EXCLUDED.version,
        least(known.west, EXCLUDED.west), least(known.south, EXCLUDED.south),
        greatest(known.east, EXCLUDED.east), greatest(known.north, EXCLUDED.north));
      -- One at a time, by the key: what a statement has written has no figures to plan a join with.
      FOR came IN SELECT id, zone_digest(properties, geometry) AS digest FROM new_rows WHERE set_id = touched.set_id LOOP
        DELETE FROM feature_changes AS known
        WHERE kind = 'zones' AND layer = touched.set_id AND feature = came.id AND known.before = came.digest;
      END LOOP;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER zones_inserted AFTER INSERT ON zones REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION zones_added();
CREATE TRIGGER zones_deleted AFTER DELETE ON zones REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION zones_removed();
-- In this order, which is that of their names: a zone leaves as it was and comes as it is.
CREATE TRIGGER zones_updated_1 AFTER UPDATE ON zones REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION zones_removed();
CREATE TRIGGER zones_updated_2 AFTER UPDATE ON zones REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION zones_added();

-- The name of a set and the CRS of its zones are a part of what is drawn.
CREATE FUNCTION zone_set_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  set_id text := CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END;
BEGIN
  PERFORM bump_data_version('zones', set_id);
  IF TG_OP = 'DELETE' THEN
    PERFORM drop_tile_base('zones', set_id);
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.epsg <> NEW.epsg THEN PERFORM drop_tile_base('zones', set_id); END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER zone_sets_written AFTER INSERT OR UPDATE OR DELETE ON zone_sets
  FOR EACH ROW EXECUTE FUNCTION zone_set_written();

-- The zones of a tile are few among many.
CREATE INDEX zones_place ON zones USING gist (box(point(west, south), point(east, north)));

INSERT INTO data_versions (kind, id) SELECT 'zones', id FROM zone_sets;
`,
};
