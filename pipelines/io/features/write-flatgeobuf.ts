/** Features as FlatGeobuf, without a spatial index: an answer is read from front to back. @see https://flatgeobuf.org */
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { GeometryType } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js';
import { buildFeature } from 'flatgeobuf/lib/mjs/generic/feature.js';
import { buildHeader } from 'flatgeobuf/lib/mjs/generic/featurecollection.js';
import { parseGC, parseGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
import type { HeaderMeta } from 'flatgeobuf/lib/mjs/header-meta.js';
import type { Geometry } from '../../core/cql2/ast.ts';
import { cellOf, columnsOf } from './feature-table.ts';
import type { FeatureColumn, FeatureColumnType, TableFeature } from './feature-table.ts';

/** `fgb`, the version, and a byte for patches. */
const MAGIC = Uint8Array.of(0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62, 0x00);

const TYPES: Readonly<Record<FeatureColumnType, ColumnType>> = {
  integer: ColumnType.Long,
  number: ColumnType.Double,
  boolean: ColumnType.Bool,
  text: ColumnType.String,
  json: ColumnType.Json,
};

/**
 * @param epsg  Of the positions, x first.
 * Features without a geometry are left out: the format has no place for them.
 */
export function writeFlatGeobuf(features: readonly TableFeature[], epsg: number): Uint8Array {
  const placed = features.filter(({ geometry }) => geometry !== null);
  const columns: FeatureColumn[] = [
    { name: 'id', type: 'text' },
    ...columnsOf(placed).filter(({ name }) => name !== 'id'),
  ];
  const header: HeaderMeta = {
    geometryType: typeOf(placed),
    columns: columns.map(({ name, type }) => ({ ...PLAIN, name, type: TYPES[type] })),
    envelope: null,
    featuresCount: placed.length,
    indexNodeSize: 0,
    crs: null,
    title: null,
    description: null,
    metadata: null,
  };
  const parts = [MAGIC, buildHeader(header, epsg), ...placed.map((feature) => encode(feature, columns, header))];
  return Buffer.concat(parts);
}

const PLAIN = {
  title: null,
  description: null,
  width: -1,
  precision: -1,
  scale: -1,
  nullable: true,
  unique: false,
  primary_key: false,
};

function encode(feature: TableFeature, columns: readonly FeatureColumn[], header: HeaderMeta): Uint8Array {
  const geometry = feature.geometry as Geometry;
  const parsed = geometry.type === 'GeometryCollection' ? parseGC(geometry as never) : parseGeometry(geometry as never);
  const cells = columns.map((column) => {
    if (column.name === 'id') return ['id', feature.id] as const;
    const cell = cellOf(feature, column);
    return [column.name, column.type === 'json' && cell !== null ? JSON.parse(cell as string) : cell] as const;
  });
  return buildFeature(parsed, Object.fromEntries(cells), header);
}

/** Unknown where they differ: then each feature says its own. */
function typeOf(features: readonly TableFeature[]): GeometryType {
  const types = new Set(features.map(({ geometry }) => geometry!.type));
  const [only] = types;
  return types.size === 1 ? GeometryType[only!] : GeometryType.Unknown;
}
