/** What features are read from: a table of the database, or a list that is made for the occasion. */
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import type { ReadProperty } from '../../../pipelines/core/cql2/evaluate.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { SqlParameter } from '../../../pipelines/core/cql2/to-sql.ts';
import type { OgcLink } from '../site.ts';

export interface FeatureRow {
  readonly id: string;
  /** Its place in the order of the source: where the next page begins. */
  readonly key: string;
  /** In the source's CRS, x first. */
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Time of it, RFC 3339; null bounds are open. */
  readonly time?: { readonly start: string | null; readonly end: string | null } | null;
  readonly links?: readonly OgcLink[];
  /** Members that GeoJSON does not know, as records have. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A condition in SQL that holds at least where the filter holds. */
export interface SqlWhere {
  readonly sql: string;
  readonly params: readonly SqlParameter[];
}

export interface FeatureSource {
  /** Of its geometries. */
  readonly epsg: number;
  queryables(): Promise<Queryables>;
  /** Whether conditions in SQL are heeded; else every filter is tried on each feature. */
  readonly readsSql: boolean;
  /** In the order of their keys. */
  page(where: SqlWhere, after: string | null, limit: number): Promise<FeatureRow[]>;
  /** At least as many as meet the condition. */
  count(where: SqlWhere): Promise<number>;
  find(id: string): Promise<FeatureRow | null>;
  /** What a filter reads of a row; geometries in degrees. */
  reader(row: FeatureRow): ReadProperty;
}
