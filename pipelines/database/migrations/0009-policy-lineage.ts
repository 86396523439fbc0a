import type { Migration } from '../migrations.ts';

/**
 * What follows from what: a run is as close as the closest of what it reads, and so is all that it makes. Kept by triggers,
 * so that it is right whoever writes, and kept when a run or a product is gone: what was made of it is still there.
 * Tokens carry the purposes for which their holder reads; items of the catalogue are found by the time that they span.
 */
export const POLICY_LINEAGE: Migration = {
  number: 9,
  name: 'policy-lineage',
  sql: `
ALTER TABLE tokens ADD COLUMN purposes text[] NOT NULL DEFAULT '{}';

CREATE TABLE lineage (
  kind text NOT NULL,
  id text NOT NULL,
  from_kind text NOT NULL,
  from_id text NOT NULL,
  PRIMARY KEY (from_kind, from_id, kind, id)
);

CREATE FUNCTION scene_paths(bands jsonb, classes jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_path_query_array(bands, '$[*].path') || jsonb_path_query_array(classes, '$[*].path') $$;
CREATE INDEX scenes_paths ON scenes USING gin (scene_paths(bands, classes) jsonb_path_ops);
CREATE INDEX scenes_source ON scenes (source);

CREATE FUNCTION trace_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage (kind, id, from_kind, from_id)
  WITH inputs AS (
    SELECT input ->> 'path' AS path, regexp_replace(input ->> 'path', '(!/|#).*$', '') AS file
    FROM jsonb_array_elements(NEW.plan -> 'inputs') AS input)
  SELECT 'run', NEW.id, 'collection', collection FROM inputs
    JOIN scenes ON scene_paths(bands, classes) @> jsonb_build_array(path)
  UNION SELECT 'run', NEW.id, 'collection', collection FROM inputs JOIN scenes ON source = file
  UNION SELECT 'run', NEW.id, 'product', products.id FROM inputs JOIN products ON products.path = file
  UNION SELECT 'run', NEW.id, 'zones', zone_sets.id FROM inputs
    JOIN zone_sets ON file LIKE '%.geojson' AND right(file, length(zone_sets.id) + 22) = '/' || zone_sets.id || '-' || left(digest, 12) || '.geojson'
  UNION SELECT 'series', step #>> '{zoneSeries,set}' || '/' || (step #>> '{zoneSeries,series}'), 'run', NEW.id
    FROM jsonb_array_elements(NEW.plan -> 'steps') AS step WHERE step #>> '{zoneSeries,set}' IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER runs_traced AFTER INSERT OR UPDATE OF plan ON runs FOR EACH ROW WHEN (NEW.plan IS NOT NULL)
  EXECUTE FUNCTION trace_run();

CREATE FUNCTION trace_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage (kind, id, from_kind, from_id) VALUES ('product', NEW.id, 'run', NEW.run_id) ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER products_traced AFTER INSERT OR UPDATE ON products FOR EACH ROW WHEN (NEW.run_id IS NOT NULL)
  EXECUTE FUNCTION trace_product();

UPDATE products SET run_id = run_id WHERE run_id IS NOT NULL;
UPDATE runs SET plan = plan WHERE plan IS NOT NULL;

CREATE INDEX stac_items_span ON stac_items USING gist (tstzrange(least(began, ended), greatest(began, ended), '[]'));
`,
};
