/** What a graph is to make: for each sink, plain records that a run carries out. */
import type { CubeProgram } from './program.ts';

export type CubeProduct = RasterProduct | ArchiveProduct | ZonesProduct;

interface AnyProduct {
  readonly nodeId: string;
  readonly program: CubeProgram;
}

/** One file. */
export interface RasterProduct extends AnyProduct {
  readonly kind: 'raster';
  readonly format: 'GTiff';
  /** What tells it from the others of the same sink, such as `2024-06-01`; null where it is the only one. */
  readonly part: string | null;
  /** When its values begin to be of, RFC 3339; null where they are of no time, or of several. */
  readonly time: string | null;
  readonly options: RasterOptions;
}

export interface RasterOptions {
  /** Default float32. */
  readonly dtype: 'float32' | 'int16' | 'uint16' | 'uint8' | 'int32';
  /** value = stored · scale + offset; int16 without one stores ten-thousandths. */
  readonly scale: number;
  readonly offset: number;
  /** Names of the bands. */
  readonly bandNames: readonly string[];
  readonly title: string | null;
  /** When the values were taken, or begin to be of, RFC 3339; written into the file. */
  readonly time: string | null;
}

/** A layer of tiles. */
export interface ArchiveProduct extends AnyProduct {
  readonly kind: 'archive';
  readonly layer: string;
  /** One layer of the map for each time; null: the cube has none. */
  readonly part: string | null;
  readonly time: string | null;
  readonly raster: RasterOptions;
  /** Of the map: title, colormap, rescale, zooms …, as `landmeter tile` takes them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A table with a row for each zone and time; the program has a plane for each time. */
export interface ZonesProduct extends AnyProduct {
  readonly kind: 'zones';
  /** RFC 3339, in the order of the planes. */
  readonly times: readonly string[];
  readonly format: 'csv' | 'json' | 'parquet' | 'geojson';
  /** A path, or GeoJSON. */
  readonly zones: unknown;
  /** As `landmeter zonal --stats` takes them. */
  readonly statistics: string;
  readonly options: Readonly<Record<string, unknown>>;
}
