/** The forms that features are sent in. Files hold all that was asked for, with licence and citation where known. */
import type { TableContent } from '../../../pipelines/io/features/feature-table.ts';
import type { Forms } from '../answer.ts';
import { GEOJSON, HTML } from '../site.ts';

interface FileFormat {
  readonly mediaType: string;
  readonly extension: string;
  /** Whether it can hold positions in degrees only. */
  readonly isLonLatOnly?: true;
  readonly write: (content: TableContent) => AsyncGenerator<Uint8Array | string>;
}

export const FILE_FORMATS: Readonly<Record<string, FileFormat>> = {
  csv: {
    mediaType: 'text/csv',
    extension: 'csv',
    async *write(content) {
      const { writeFeatureCsv } = await import('../../../pipelines/io/features/write-feature-csv.ts');
      yield* writeFeatureCsv(content);
    },
  },
  fgb: {
    mediaType: 'application/vnd.flatgeobuf',
    extension: 'fgb',
    async *write(content) {
      const { writeFlatGeobuf } = await import('../../../pipelines/io/features/write-flatgeobuf.ts');
      yield* writeFlatGeobuf(content);
    },
  },
  parquet: {
    mediaType: 'application/vnd.apache.parquet',
    extension: 'parquet',
    isLonLatOnly: true,
    async *write(content) {
      const { writeGeoParquet } = await import('../../../pipelines/io/features/write-geoparquet.ts');
      yield* writeGeoParquet(content);
    },
  },
};

/** By the word of `f`. */
export const FEATURE_FORMS: Forms = {
  json: GEOJSON,
  html: HTML,
  ...Object.fromEntries(Object.entries(FILE_FORMATS).map(([word, { mediaType }]) => [word, mediaType])),
};
