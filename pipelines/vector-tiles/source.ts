/**
 * What vector tiles are drawn from on demand: rows of the database. A new kind of layer (assets, stations, alerts) is a
 * source and its line in `sources.ts`; its table bumps the version of its data by a trigger (migration 6).
 */
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { FieldType } from '../core/vector/attributes.ts';
import type { Queries } from '../database/database.ts';
import type { DataKind } from '../policy/levels.ts';

/** A layer that can be drawn, without its features. */
export interface SourceLayer {
  /** `{layer}` of `/tiles/{layer}/…`, and the name of the layer inside the tiles. */
  readonly id: string;
  readonly title: string;
  /** Where the data comes from, for the attribution. */
  readonly origin: string;
  readonly count: number;
  readonly bounds: LonLatBox;
  /** CRS of the geometries of its rows. */
  readonly epsg: number;
  /**
   * Points are thinned by their place among all: their tiles are drawn from all rows, shapes from those of the tile.
   */
  readonly hasPoints: boolean;
  /** What its archives are made by: the pair under which its version and changes are kept. */
  readonly data: { readonly kind: DataKind; readonly id: string };
}

/** JSON as text, so that the thread that draws parses it. */
export interface SourceRow {
  /** Becomes the attribute `id`, whatever the properties call so. */
  readonly id: string;
  readonly properties: string;
  /** GeoJSON, positions in the layer's CRS. */
  readonly geometry: string;
}

export interface RowQuestion {
  /** Rows that may meet this box, degrees; default: all. */
  readonly box?: LonLatBox;
  readonly ids?: readonly string[];
  /** Where there are more, those that cover most. */
  readonly most?: number;
}

export interface VectorTileSource {
  find(queries: Queries, id: string): Promise<SourceLayer | null>;
  list(queries: Queries): Promise<SourceLayer[]>;
  fields(queries: Queries, layer: SourceLayer): Promise<Readonly<Record<string, FieldType>>>;
  /** In an order that stays as long as the data does. */
  rows(queries: Queries, layer: SourceLayer, question: RowQuestion): Promise<SourceRow[]>;
  count(queries: Queries, layer: SourceLayer, box: LonLatBox): Promise<number>;
}
