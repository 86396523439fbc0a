/** Features as FlatGeobuf with its spatial index, so that a client reads what lies in a box. @see https://flatgeobuf.org */
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { GeometryType } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js';
import { buildFeature } from 'flatgeobuf/lib/mjs/generic/feature.js';
import { parseGC, parseGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
import type { HeaderMeta } from 'flatgeobuf/lib/mjs/header-meta.js';
import { lonLatBoxOf } from '../../core/cql2/spatial/box.ts';
import { withRoom } from '../../core/vector/growable.ts';
import type { FeatureColumn, FeatureColumnType, TableContent, TableFeature } from './feature-table.ts';
import { cellOf } from './feature-table.ts';
import { writeFlatBuffer } from './flat-table.ts';
import { buildPackedTree, hilbertOrder, NODE_SIZE } from './packed-rtree.ts';

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
 * The order of the index is that of the file, so that all features are held, encoded, until the last has come. Features
 * without a geometry are left out: the format has no place for them.
 */
export async function* writeFlatGeobuf(content: TableContent): AsyncGenerator<Uint8Array> {
  const columns: FeatureColumn[] = [{ name: 'id', type: 'text' }, ...content.columns];
  const meta = headerFor(columns);
  const encoded: Uint8Array[] = [];
  const types = new Set<string>();
  let boxes = new Float64Array(4096);
  const whole = [Infinity, Infinity, -Infinity, -Infinity];
  for await (const page of content.pages())
    for (const feature of page) {
      const box = feature.geometry && lonLatBoxOf(feature.geometry);
      if (!box) continue;
      boxes = withRoom(boxes, 4 * encoded.length + 4);
      boxes.set(box, 4 * encoded.length);
      for (let k = 0; k < 4; k++) whole[k] = k < 2 ? Math.min(whole[k]!, box[k]!) : Math.max(whole[k]!, box[k]!);
      types.add(feature.geometry!.type);
      encoded.push(encode(feature, columns, meta));
    }
  const count = encoded.length;
  const [only] = types;
  const type = types.size === 1 ? GeometryType[only as keyof typeof GeometryType] : GeometryType.Unknown;
  yield MAGIC;
  yield header(content, columns, { count, type, envelope: whole });
  if (count === 0) return;
  const order = hilbertOrder(boxes, count, whole);
  yield buildPackedTree(
    boxes,
    Uint32Array.from(encoded, ({ length }) => length),
    order,
  );
  for (const feature of order) yield encoded[feature]!;
}

interface Whole {
  readonly count: number;
  /** Unknown where they differ: then each feature says its own. */
  readonly type: GeometryType;
  readonly envelope: readonly number[];
}

/** Fields in the order of the schema: name, envelope, geometry type, z, m, t, tm, columns, count, index, CRS, texts. */
function header({ epsg, words }: TableContent, columns: readonly FeatureColumn[], { count, type, envelope }: Whole) {
  const text = (value: string | null) => (value === null ? null : ({ type: 'text', text: value } as const));
  const { title, citation, licence } = words;
  const said = { ...(licence !== null && { license: licence }), ...(citation !== null && { citation }) };
  return writeFlatBuffer([
    text(title),
    count === 0 ? null : { type: 'doubles', values: envelope },
    { type: 'uint8', value: type },
    null,
    null,
    null,
    null,
    {
      type: 'tables',
      tables: columns.map(({ name, type: of }) => [text(name), { type: 'uint8', value: TYPES[of] }]),
    },
    { type: 'uint64', value: count },
    { type: 'uint16', value: count === 0 ? 0 : NODE_SIZE },
    { type: 'table', fields: [text('EPSG'), { type: 'int32', value: epsg }] },
    text(title),
    text(citation),
    Object.keys(said).length === 0 ? null : text(JSON.stringify(said)),
  ]);
}

/** As the package wants it to encode a feature. */
function headerFor(columns: readonly FeatureColumn[]): HeaderMeta {
  const plain = { title: null, description: null, width: -1, precision: -1, scale: -1, nullable: true };
  return {
    geometryType: GeometryType.Unknown,
    columns: columns.map(({ name, type }) => ({
      ...plain,
      unique: false,
      primary_key: false,
      name,
      type: TYPES[type],
    })),
    envelope: null,
    featuresCount: 0,
    indexNodeSize: 0,
    crs: null,
    title: null,
    description: null,
    metadata: null,
  };
}

function encode(feature: TableFeature, columns: readonly FeatureColumn[], meta: HeaderMeta): Uint8Array {
  const geometry = feature.geometry!;
  const parsed = geometry.type === 'GeometryCollection' ? parseGC(geometry as never) : parseGeometry(geometry as never);
  const cells = columns.map((column) => {
    if (column.name === 'id') return ['id', feature.id] as const;
    const cell = cellOf(feature, column);
    return [column.name, column.type === 'json' && cell !== null ? JSON.parse(cell as string) : cell] as const;
  });
  return buildFeature(parsed, Object.fromEntries(cells), meta);
}
