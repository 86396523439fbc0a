/** The JSON shapes that the server sends and the browser reads. */
import type { LonLatBox } from './grid/bounds.ts';

/** A text in the languages of the application. */
export interface LocalText {
  readonly nl: string;
  readonly en: string;
}

export type Theme = 'vegetation' | 'water' | 'soil' | 'built' | 'imagery' | 'reference';

/** One thing that can be shown, with a frame for each date that exists. `GET /tiles` lists them. */
export interface LayerSummary {
  readonly id: string;
  readonly title: LocalText;
  /** One or two sentences in plain language: what it shows and how to read it. */
  readonly description: LocalText;
  readonly theme: Theme;
  /** `value`: pixels encode numbers that the map colours itself; `picture`: ready colours; `vector`: MVT. */
  readonly kind: 'value' | 'picture' | 'vector';
  /** Unit of the values; null for a unitless index and for pictures. */
  readonly unit: string | null;
  /** The range to show at first. */
  readonly range: readonly [min: number, max: number] | null;
  /** The colour map to show at first, an id of `core/color/colormaps.ts`. */
  readonly colormap: string | null;
  /** By time, oldest first; a layer without time has one frame whose `datetime` is null. */
  readonly frames: readonly LayerFrame[];
  readonly bounds: LonLatBox;
  /** HTML-free text with licence and source. */
  readonly attribution: string;
  /** True where the data is made up (the sample region): said wherever the layer is shown. */
  readonly simulated: boolean;
}

export interface LayerFrame {
  /** `{layer}` of `/tiles/{layer}/…`. */
  readonly id: string;
  /** RFC 3339, UTC; null without time. */
  readonly datetime: string | null;
  /** Share of the scene's pixels that are clear, 0 to 1; null where unknown. */
  readonly clearShare: number | null;
  /** Addresses relative to the server's root. */
  readonly tilejson: string;
  /** Null where tiles are drawn from the database. */
  readonly archive: string | null;
}

export interface LayerList {
  readonly layers: readonly LayerSummary[];
  /** Where the map opens. */
  readonly home: { readonly bounds: LonLatBox; readonly basemap: string | null };
  /** Places of the region for the offline search: name, kind, position. */
  readonly places: readonly Place[];
}

export interface Place {
  readonly name: string;
  readonly kind: string;
  readonly lon: number;
  readonly lat: number;
}

/** Distribution of an archive's valid values. */
export interface ValueStatistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Counts in equal steps from `min` to `max`. */
  readonly histogram: readonly number[];
}

/** TileJSON 3.0 with what a client needs to decode value tiles. @see https://github.com/mapbox/tilejson-spec */
export interface TileJson {
  readonly tilejson: '3.0.0';
  readonly name: string;
  readonly description?: string;
  readonly attribution: string;
  readonly version?: string;
  readonly scheme: 'xyz';
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: LonLatBox;
  readonly center: readonly [lon: number, lat: number, zoom: number];
  readonly tileSize?: 256 | 512;
  readonly format?: string;
  readonly vector_layers?: readonly VectorLayer[];
  /** Value tiles: value = offset + scale · code; code 0 is nodata. */
  readonly precision?: 8 | 16;
  readonly scale?: number;
  readonly offset?: number;
  readonly unit?: string | null;
  readonly statistics?: ValueStatistics;
}

export interface VectorLayer {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly minzoom?: number;
  readonly maxzoom?: number;
}
