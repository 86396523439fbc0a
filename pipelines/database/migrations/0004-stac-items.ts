import type { Migration } from '../migrations.ts';

/**
 * One row for each thing that the STAC API shows: scenes, frames of layers, products, and items that were posted. Triggers
 * keep it, so that it is right whoever writes. A product's place needs more than SQL can do: it comes later (`is_placed`).
 */
export const STAC_ITEMS: Migration = {
  number: 4,
  name: 'stac-items',
  sql: `
CREATE TABLE stac_items (
  id text COLLATE "C" PRIMARY KEY,
  collection text COLLATE "C" NOT NULL,
  source text NOT NULL,
  parent text,
  datetime timestamptz NOT NULL,
  began timestamptz NOT NULL,
  ended timestamptz NOT NULL,
  created timestamptz NOT NULL,
  updated timestamptz NOT NULL,
  west double precision,
  south double precision,
  east double precision,
  north double precision,
  place box GENERATED ALWAYS AS (
    box(point(west, south), point(CASE WHEN east < west THEN east + 360 ELSE east END, north))) STORED,
  geometry jsonb,
  cloud_cover double precision,
  platform text,
  level text,
  baseline text,
  tile text,
  epsg integer,
  gsd double precision,
  is_placed boolean NOT NULL DEFAULT true,
  item jsonb
);
CREATE INDEX stac_items_datetime ON stac_items (datetime, id);
CREATE INDEX stac_items_collection ON stac_items (collection, datetime, id);
CREATE INDEX stac_items_place ON stac_items USING gist (place);
CREATE INDEX stac_items_parent ON stac_items (parent) WHERE parent IS NOT NULL;
CREATE INDEX stac_items_unplaced ON stac_items (id) WHERE NOT is_placed;

CREATE FUNCTION index_scene() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM stac_items WHERE id = OLD.id AND source = 'scene';
    RETURN OLD;
  END IF;
  INSERT INTO stac_items (id, collection, source, datetime, began, ended, created, updated, west, south, east, north,
    geometry, cloud_cover, platform, level, baseline, tile, epsg, gsd)
  VALUES (NEW.id, NEW.collection, 'scene', NEW.datetime, NEW.datetime, NEW.datetime, NEW.added_at, NEW.updated_at,
    NEW.west, NEW.south, NEW.east, NEW.north, NEW.footprint, NEW.cloud_cover, NEW.platform, NEW.level, NEW.baseline,
    NEW.tile, NEW.epsg, (SELECT min((band ->> 'gsd')::float8) FROM jsonb_array_elements(NEW.bands) AS band))
  ON CONFLICT (id) DO UPDATE SET (collection, source, datetime, began, ended, updated, west, south, east, north, geometry,
    cloud_cover, platform, level, baseline, tile, epsg, gsd, item) = (EXCLUDED.collection, EXCLUDED.source,
    EXCLUDED.datetime, EXCLUDED.began, EXCLUDED.ended, EXCLUDED.updated, EXCLUDED.west, EXCLUDED.south, EXCLUDED.east,
    EXCLUDED.north, EXCLUDED.geometry, EXCLUDED.cloud_cover, EXCLUDED.platform, EXCLUDED.level, EXCLUDED.baseline,
    EXCLUDED.tile, EXCLUDED.epsg, EXCLUDED.gsd, NULL)
    WHERE stac_items.source IN ('scene', 'posted');
  RETURN NEW;
END $$;
CREATE TRIGGER scenes_indexed AFTER INSERT OR UPDATE OR DELETE ON scenes FOR EACH ROW EXECUTE FUNCTION index_scene();

CREATE FUNCTION index_layer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM stac_items WHERE source = 'frame' AND parent = OLD.id AND (TG_OP = 'DELETE' OR NOT EXISTS (
    SELECT FROM jsonb_array_elements(NEW.record -> 'frames') AS frame WHERE frame ->> 'id' = stac_items.id));
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  INSERT INTO stac_items (id, collection, source, parent, datetime, began, ended, created, updated, west, south, east,
    north)
  SELECT DISTINCT ON (frame ->> 'id') frame ->> 'id', 'archives', 'frame', NEW.id, moment, moment, moment,
    NEW.updated_at, NEW.updated_at, (NEW.record -> 'bounds' ->> 0)::float8, (NEW.record -> 'bounds' ->> 1)::float8,
    (NEW.record -> 'bounds' ->> 2)::float8, (NEW.record -> 'bounds' ->> 3)::float8
  FROM jsonb_array_elements(NEW.record -> 'frames') AS frame,
    LATERAL (SELECT coalesce((frame ->> 'datetime')::timestamptz, NEW.updated_at) AS moment) AS times
  ON CONFLICT (id) DO UPDATE SET (parent, datetime, began, ended, updated, west, south, east, north) = (EXCLUDED.parent,
    EXCLUDED.datetime, EXCLUDED.began, EXCLUDED.ended, EXCLUDED.updated, EXCLUDED.west, EXCLUDED.south, EXCLUDED.east,
    EXCLUDED.north)
    WHERE stac_items.source = 'frame';
  RETURN NEW;
END $$;
CREATE TRIGGER layers_indexed AFTER INSERT OR UPDATE OR DELETE ON layers FOR EACH ROW EXECUTE FUNCTION index_layer();

CREATE FUNCTION index_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM stac_items WHERE id = OLD.id AND source = 'product';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.kind IN ('raster', 'table', 'features') THEN
    INSERT INTO stac_items (id, collection, source, datetime, began, ended, created, updated, is_placed)
    VALUES (NEW.id, CASE NEW.kind WHEN 'raster' THEN 'products' ELSE 'tables' END, 'product', NEW.made_at, NEW.made_at,
      NEW.made_at, NEW.made_at, NEW.made_at, NEW.kind <> 'raster')
    ON CONFLICT (id) DO NOTHING;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER products_indexed AFTER INSERT OR UPDATE OR DELETE ON products
  FOR EACH ROW EXECUTE FUNCTION index_product();

UPDATE scenes SET id = id;
UPDATE layers SET id = id;
UPDATE products SET id = id;
`,
};
