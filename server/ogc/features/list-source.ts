import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

/** Features that are in memory, in degrees; filters are tried on each. */
export function listSource(load: () => Promise<readonly FeatureRow[]>, queryables: Queryables): FeatureSource {
  return {
    epsg: 4326,
    queryables: async () => queryables,
    readsSql: false,
    async page(_where, after, limit) {
      const rows = await load();
      const start = startAfter(rows, after);
      return rows.slice(start, start + limit);
    },
    count: async () => (await load()).length,
    find: async (id) => (await load()).find((row) => row.id === id) ?? null,
    reader: (row) => (name) => {
      if (name === 'id') return row.id;
      if (name === 'geometry') return row.geometry;
      return name === 'datetime' ? row.time : row.properties[name];
    },
  };
}

function startAfter(rows: readonly FeatureRow[], after: string | null): number {
  return after === null ? 0 : rows.findIndex(({ key }) => key === after) + 1;
}
