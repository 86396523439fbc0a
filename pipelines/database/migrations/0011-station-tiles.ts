import type { Migration } from '../migrations.ts';

/**
 * Versions of what the tiles of stations and of alerts show (see migration 6). Stations belong to networks, and a network
 * is a layer: one without a name is `''`. The counter of a network is held from the end of a statement to its commit,
 * which is next for observations, so that writers do not wait long for each other.
 */
export const STATION_TILES: Migration = {
  number: 11,
  name: 'station-tiles',
  sql: `
CREATE FUNCTION network_of(properties jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT COALESCE(lower(properties ->> 'network'), '') $$;

CREATE FUNCTION latest_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  network text;
BEGIN
  FOR network IN SELECT DISTINCT network_of(t.properties) AS name FROM written_rows AS w
    JOIN sta_datastreams AS d ON d.id = w.datastream JOIN sta_things AS t ON t.id = d.thing ORDER BY name LOOP
    PERFORM bump_data_version('sensors', network);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER latest_inserted AFTER INSERT ON latest_observations REFERENCING NEW TABLE AS written_rows
  FOR EACH STATEMENT EXECUTE FUNCTION latest_written();
CREATE TRIGGER latest_updated AFTER UPDATE ON latest_observations REFERENCING NEW TABLE AS written_rows
  FOR EACH STATEMENT EXECUTE FUNCTION latest_written();
CREATE TRIGGER latest_deleted AFTER DELETE ON latest_observations REFERENCING OLD TABLE AS written_rows
  FOR EACH STATEMENT EXECUTE FUNCTION latest_written();

-- Stations themselves are written seldom, and a place or a property may be of several of them.
CREATE FUNCTION stations_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  network text;
BEGIN
  FOR network IN SELECT id FROM data_versions WHERE kind = 'sensors'
    UNION SELECT network_of(properties) FROM sta_things ORDER BY 1 LOOP
    PERFORM bump_data_version('sensors', network);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER sta_things_written AFTER INSERT OR UPDATE OR DELETE ON sta_things
  FOR EACH STATEMENT EXECUTE FUNCTION stations_written();
CREATE TRIGGER sta_locations_written AFTER UPDATE OR DELETE ON sta_locations
  FOR EACH STATEMENT EXECUTE FUNCTION stations_written();
CREATE TRIGGER sta_things_locations_written AFTER INSERT OR DELETE ON sta_things_locations
  FOR EACH STATEMENT EXECUTE FUNCTION stations_written();
CREATE TRIGGER sta_datastreams_written AFTER INSERT OR UPDATE OF property, thing OR DELETE ON sta_datastreams
  FOR EACH STATEMENT EXECUTE FUNCTION stations_written();

-- Which alerts a layer may show hangs on levels as well.
CREATE TRIGGER alerts_written AFTER INSERT OR UPDATE OR DELETE ON alerts
  FOR EACH STATEMENT EXECUTE FUNCTION touch_data('layer', 'alerts');
CREATE TRIGGER levels_written_alerts AFTER INSERT OR UPDATE OR DELETE ON data_levels
  FOR EACH STATEMENT EXECUTE FUNCTION touch_data('layer', 'alerts');
CREATE TRIGGER lineage_written_alerts AFTER INSERT OR UPDATE OR DELETE ON lineage
  FOR EACH STATEMENT EXECUTE FUNCTION touch_data('layer', 'alerts');

INSERT INTO data_versions (kind, id) SELECT DISTINCT 'sensors', network_of(properties) FROM sta_things ON CONFLICT DO NOTHING;
INSERT INTO data_versions (kind, id) VALUES ('layer', 'alerts') ON CONFLICT DO NOTHING;
`,
};
