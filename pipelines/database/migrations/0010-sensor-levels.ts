import type { Migration } from '../migrations.ts';

/** Networks of sensors may be closed like other data: kind `sensors`, by the name that `properties.network` of a Thing has. */
export const SENSOR_LEVELS: Migration = {
  number: 10,
  name: 'sensor-levels',
  sql: `
ALTER TABLE data_levels DROP CONSTRAINT data_levels_kind_check;
ALTER TABLE data_levels ADD CONSTRAINT data_levels_kind_check
  CHECK (kind IN ('collection', 'layer', 'archive', 'product', 'zones', 'sensors'));
CREATE INDEX sta_things_network ON sta_things (lower(properties ->> 'network'));
`,
};
