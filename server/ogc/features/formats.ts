/** The forms that features are sent in. Files hold all that was asked for, with licence and citation where known. */
import type { TableFeature, TableWords } from '../../../pipelines/io/features/feature-table.ts';
import { cellOf, columnsOf } from '../../../pipelines/io/features/feature-table.ts';
import type { Forms } from '../answer.ts';
import { GEOJSON, HTML } from '../site.ts';
import type { FeatureCrs } from './crs.ts';

export interface FileContent {
  /** x first. */
  readonly features: readonly TableFeature[];
  readonly crs: FeatureCrs;
  readonly words: TableWords;
}

interface FileFormat {
  readonly mediaType: string;
  readonly extension: string;
  /** Whether it can hold positions in degrees only. */
  readonly isLonLatOnly?: true;
  readonly write: (content: FileContent) => Promise<Uint8Array | string>;
}

export const FILE_FORMATS: Readonly<Record<string, FileFormat>> = {
  csv: { mediaType: 'text/csv', extension: 'csv', write: async ({ features }) => toCsv(features) },
  fgb: {
    mediaType: 'application/vnd.flatgeobuf',
    extension: 'fgb',
    async write({ features, crs }) {
      const { writeFlatGeobuf } = await import('../../../pipelines/io/features/write-flatgeobuf.ts');
      return writeFlatGeobuf(features, crs.epsg);
    },
  },
  parquet: {
    mediaType: 'application/vnd.apache.parquet',
    extension: 'parquet',
    isLonLatOnly: true,
    async write({ features, words }) {
      const { writeGeoParquet } = await import('../../../pipelines/io/features/write-geoparquet.ts');
      return writeGeoParquet(features, words);
    },
  },
};

/** By the word of `f`. */
export const FEATURE_FORMS: Forms = {
  json: GEOJSON,
  html: HTML,
  ...Object.fromEntries(Object.entries(FILE_FORMATS).map(([word, { mediaType }]) => [word, mediaType])),
};

/** RFC 4180, geometry as well-known text in the column `geometry`. */
function toCsv(features: readonly TableFeature[]): string {
  const columns = columnsOf(features).filter(({ name }) => name !== 'id' && name !== 'geometry');
  const head = ['id', ...columns.map(({ name }) => name), 'geometry'];
  const rows = features.map((feature) => [
    feature.id,
    ...columns.map((column) => cellOf(feature, column)),
    feature.geometry && toWkt(feature.geometry),
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: unknown): string {
  const text = value === null ? '' : String(value as string | number | boolean);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toWkt(geometry: NonNullable<TableFeature['geometry']>): string {
  if (geometry.type === 'GeometryCollection')
    return `GEOMETRYCOLLECTION (${geometry.geometries.map(toWkt).join(', ')})`;
  const nested = (value: unknown): string => {
    const list = value as readonly unknown[];
    return typeof list[0] === 'number' ? list.join(' ') : list.map(part).join(', ');
  };
  const part = (value: unknown): string =>
    typeof (value as readonly unknown[])[0] === 'number' ? nested(value) : `(${nested(value)})`;
  return `${geometry.type.toUpperCase()} (${nested(geometry.coordinates)})`;
}
