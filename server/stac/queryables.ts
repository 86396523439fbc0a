/** What may be asked of items: where SQL finds it, and where a row of the index has it. */
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import { ITEM_SPAN } from '../../pipelines/catalog/item-index.ts';
import type { Geometry } from '../../pipelines/core/cql2/ast.ts';
import { boxGeometry } from '../../pipelines/core/cql2/build.ts';
import type { Queryable, QueryableType } from '../../pipelines/core/cql2/queryables.ts';
import { splitAtAntimeridian } from '../../pipelines/core/cql2/spatial/antimeridian.ts';

interface StacQueryable extends Queryable {
  readonly read: (row: ItemRow) => unknown;
  /** What stands for null in an order; absent where it is never null. */
  readonly leastKnown?: string;
}

const SCHEMA_TYPES: Readonly<Record<Exclude<QueryableType, 'geometry' | 'list' | 'date'>, object>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  instant: { type: 'string', format: 'date-time' },
};

function column(
  type: keyof typeof SCHEMA_TYPES,
  title: string,
  value: string,
  read: (row: ItemRow) => unknown,
  nullable = true,
): StacQueryable {
  const leastKnown = type === 'number' ? "'-Infinity'::float8" : "''";
  return {
    type,
    schema: { title, ...SCHEMA_TYPES[type] },
    sql: { value },
    read,
    ...(nullable && { leastKnown }),
  };
}

const PLATFORMS = 'such as sentinel-2a';

export const STAC_QUERYABLES = {
  id: column('string', 'Id, unique over all collections', 'id', (row) => row.id, false),
  collection: column('string', 'Id of the collection', 'collection', (row) => row.collection, false),
  geometry: {
    type: 'geometry',
    schema: { title: 'Footprint', $ref: 'https://geojson.org/schema/Geometry.json' },
    sql: {
      value: 'west',
      meets: ({ west, south, east, north }, isWide) => {
        // A box that crosses 180° reaches beyond it; so may the one that is asked for.
        const turned = [0, 360, -360].map(
          (turn) => `place && box(point(${west} + ${turn}, ${south}), point(${east} + ${turn}, ${north}))`,
        );
        return isWide ? `(${turned.join(' OR ')}) IS TRUE` : turned.join(' OR ');
      },
    },
    read: (row) => geometryOf(row),
  },
  datetime: {
    type: 'instant',
    schema: { title: 'Time of acquisition', type: 'string', format: 'date-time' },
    sql: { value: 'datetime', start: 'began', end: 'ended', span: ITEM_SPAN },
    read: (row) => ({ start: row.began, end: row.ended }),
  },
  start_datetime: column('instant', 'Start of the period', 'began', (row) => row.began, false),
  end_datetime: column('instant', 'End of the period', 'ended', (row) => row.ended, false),
  created: column('instant', 'Time at which it came into the catalogue', 'created', (row) => row.created, false),
  updated: column('instant', 'Time of the last change', 'updated', (row) => row.updated, false),
  'eo:cloud_cover': column('number', 'Cloud cover, per cent', 'cloud_cover', (row) => row.cloudCover),
  platform: column('string', `Platform, ${PLATFORMS}`, 'platform', (row) => row.platform),
  gsd: column('number', 'Finest pixel size, metres', 'gsd', (row) => row.gsd),
  'proj:code': column('string', 'Coordinate reference system', "('EPSG:' || epsg)", (row) => codeOf(row)),
  'grid:code': column('string', 'Tile of the MGRS grid', "('MGRS-' || tile)", (row) => gridCodeOf(row)),
  'processing:level': column('string', 'Processing level', 'level', (row) => row.level),
  's2:processing_baseline': column('string', "Baseline of ESA's processing", 'baseline', (row) => row.baseline),
} as const satisfies Record<string, StacQueryable>;

export function findStacQueryable(name: string): StacQueryable | null {
  const short = name.replace(/^properties\./, '');
  return Object.hasOwn(STAC_QUERYABLES, short) ? STAC_QUERYABLES[short as keyof typeof STAC_QUERYABLES] : null;
}

export function readFrom(row: ItemRow): (name: string) => unknown {
  return (name) => findStacQueryable(name)?.read(row) ?? null;
}

/** Its footprint, else its box, cut at 180°; null where it has no place. */
export function geometryOf({ geometry, bbox }: Pick<ItemRow, 'geometry' | 'bbox'>): Geometry | null {
  if (geometry !== null) return splitAtAntimeridian(geometry as Geometry);
  return bbox && boxGeometry(bbox, '').geometry;
}

export function codeOf({ epsg }: Pick<ItemRow, 'epsg'>): string | null {
  return epsg === null ? null : `EPSG:${epsg}`;
}

export function gridCodeOf({ tile }: Pick<ItemRow, 'tile'>): string | null {
  return tile === null ? null : `MGRS-${tile}`;
}
