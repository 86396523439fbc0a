/** Features out of a file, whatever its format: the door at which coordinates become longitude and latitude. */
import { parseCrs } from '../../core/grid/crs.ts';
import { FeatureFault } from '../../core/vector/feature.ts';
import type { RawFeature } from '../../core/vector/feature.ts';
import { openByteSource } from '../byte-source/open.ts';
import { readCsvFeatures } from './csv-features.ts';
import { readGeoJson } from './geojson.ts';

export interface ReadFeaturesOptions {
  /** CRS of the coordinates, such as `EPSG:28992`; default: the file's `crs` member, else WGS 84. */
  readonly crs?: string;
  /** Coordinates stay in the file's CRS; by default they become longitude and latitude. */
  readonly asStored?: boolean;
  readonly signal?: AbortSignal;
  /** Told the bytes read since the last call. */
  readonly advance?: (bytes: number) => void;
  /** Told each feature that is passed over; the report has the first alone. */
  readonly onRefused?: (place: string, ordinal: number, reason: string) => void;
}

export interface ReadFeaturesReport {
  /** Features that were taken. */
  readonly taken: number;
  /** CRS of the file's coordinates. */
  readonly epsg: number;
  /** Features that were passed over, and why the first of them was. */
  readonly refused: number;
  readonly firstRefusal: string | null;
}

/** Takes a feature; throws FeatureFault where it cannot be used, and it is then counted and passed over. */
export type FeatureVisitor = (feature: RawFeature) => void;

/** Where a reader puts what it finds. */
export interface FeatureSink {
  /** @param place  `line`, `row` or `feature`, which `ordinal` counts from 1. */
  feature(feature: RawFeature, place: string, ordinal: number): void;
  refuse(place: string, ordinal: number, reason: string): void;
}

/** How the coordinates of a file are read. */
export interface CoordinateReading {
  /** What the user says; null: what the file says, else WGS 84. */
  readonly epsg: number | null;
  /** Leave them as they are stored. */
  readonly asStored: boolean;
}

const CSV_NAMES = /\.(csv|tsv)$/i;
const SHAPEFILE_NAMES = /\.(zip|shp)$/i;
const GEOPACKAGE_NAMES = /\.gpkg$/i;
const FLATGEOBUF_NAMES = /\.fgb$/i;

/**
 * Reads GeoJSON (a FeatureCollection, a Feature, a geometry, or many of them one after the other: GeoJSON lines and
 * GeoJSON text sequences) or CSV with coordinates, of any size, in memory for a few of them; a shapefile (.shp or a zip
 * of one), a GeoPackage with one layer, a FlatGeobuf.
 *
 * @throws {PlatformError} `not-found`, `not-readable`; `format-unknown`, `format-damaged`; `crs-unsupported`; `aborted`
 */
export async function readFeatures(
  path: string,
  visit: FeatureVisitor,
  options: ReadFeaturesOptions = {},
): Promise<ReadFeaturesReport> {
  let taken = 0;
  let refused = 0;
  let firstRefusal: string | null = null;
  const refuse = (place: string, ordinal: number, reason: string) => {
    refused++;
    firstRefusal ??= `${place} ${ordinal}: ${reason}`;
    options.onRefused?.(place, ordinal, reason);
  };
  const sink: FeatureSink = {
    feature(feature, place, ordinal) {
      try {
        visit(feature);
        taken++;
      } catch (error) {
        if (!(error instanceof FeatureFault)) throw error;
        refuse(place, ordinal, error.message);
      }
    },
    refuse,
  };
  const epsg = options.crs === undefined ? null : parseCrs(options.crs);
  const found = await readFrom(path, sink, { epsg, asStored: options.asStored === true }, options);
  return { taken, epsg: found, refused, firstRefusal };
}

/** Formats that are not text have readers of their own, loaded only for them. */
async function readFrom(
  path: string,
  sink: FeatureSink,
  reading: CoordinateReading,
  options: ReadFeaturesOptions,
): Promise<number> {
  if (SHAPEFILE_NAMES.test(path))
    return (await import('./shapefile.ts')).readShapefile(path, sink, reading, options.signal);
  const source = await openByteSource(path, options.signal ? { signal: options.signal } : {});
  try {
    if (GEOPACKAGE_NAMES.test(path)) return (await import('./geopackage.ts')).readGeoPackage(path, sink, reading);
    if (FLATGEOBUF_NAMES.test(path.replace(/[?#].*$/, '')))
      return await (await import('./flatgeobuf.ts')).readFlatGeobuf(source, sink, reading, options);
    return await (CSV_NAMES.test(path) ? readCsvFeatures : readGeoJson)(source, sink, reading, options);
  } finally {
    await source.close();
  }
}
