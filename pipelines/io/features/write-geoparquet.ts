/**
 * Features as GeoParquet 1.1: a Parquet file whose column `geometry` holds well-known binary, described in its metadata.
 * Positions are longitude and latitude (CRS84), which needs no CRS of its own.
 * @see https://geoparquet.org/releases/v1.1.0/
 */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { lonLatBoxOf } from '../../core/cql2/spatial/box.ts';
import { cellOf, columnsOf } from './feature-table.ts';
import type { FeatureColumnType, TableFeature, TableWords } from './feature-table.ts';
import { toWkb } from './write-wkb.ts';

const TYPES: Readonly<Record<FeatureColumnType, BasicType>> = {
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'STRING',
  json: 'JSON',
};

/** @param features  In degrees, longitude first. */
export function writeGeoParquet(features: readonly TableFeature[], words: TableWords): Uint8Array {
  const columns = columnsOf(features).filter(({ name }) => name !== 'id' && name !== 'geometry');
  const columnData: ColumnSource[] = [
    { name: 'id', type: 'STRING', data: features.map(({ id }) => id) },
    ...columns.map((column) => ({
      name: column.name,
      type: TYPES[column.type],
      data: features.map((feature) => toParquet(cellOf(feature, column), column.type)),
    })),
    {
      name: 'geometry',
      type: 'BYTE_ARRAY',
      data: features.map(({ geometry }) => geometry && toWkb(geometry)),
      statistics: false,
    },
  ];
  const kvMetadata = [
    { key: 'geo', value: JSON.stringify(describe(features)) },
    { key: 'title', value: words.title },
    ...(words.licence ? [{ key: 'license', value: words.licence }] : []),
    ...(words.citation ? [{ key: 'citation', value: words.citation }] : []),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: 'landmeter' }));
}

function toParquet(cell: unknown, type: FeatureColumnType): unknown {
  if (cell === null) return null;
  if (type === 'integer') return BigInt(cell as number);
  return type === 'json' ? JSON.parse(cell as string) : cell;
}

function describe(features: readonly TableFeature[]) {
  const geometries = features.flatMap(({ geometry }) => geometry ?? []);
  const boxes = geometries.flatMap((geometry) => [lonLatBoxOf(geometry)].filter((box) => box !== null));
  const side = (k: 0 | 1 | 2 | 3, pick: (a: number, b: number) => number) =>
    boxes.reduce((most, box) => pick(most, box[k]), boxes[0]![k]);
  const bbox =
    boxes.length > 0 ? { bbox: [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)] } : {};
  const geometry = {
    encoding: 'WKB',
    geometry_types: [...new Set(geometries.map(({ type }) => type))].sort(),
    ...bbox,
  };
  return { version: '1.1.0', primary_column: 'geometry', columns: { geometry } };
}
