/**
 * Features as GeoParquet 1.1: a Parquet file whose column `geometry` holds well-known binary, described in its metadata.
 * Positions are longitude and latitude (CRS84), which needs no CRS of its own.
 * @see https://geoparquet.org/releases/v1.1.0/
 */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { lonLatBoxOf } from '../../core/cql2/spatial/box.ts';
import type { FeatureColumn, FeatureColumnType, TableContent, TableFeature } from './feature-table.ts';
import { cellOf } from './feature-table.ts';
import { toWkb } from './write-wkb.ts';

const TYPES: Readonly<Record<FeatureColumnType, BasicType>> = {
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'STRING',
  json: 'JSON',
};
/** Rows of a group: what readers skip or load at once. */
const GROUP_ROWS = 20_000;

/** A group of rows at a time is held. @param content  In degrees, longitude first. */
export async function* writeGeoParquet({ pages, columns, words }: TableContent): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const taken = () => {
    const chunk = new Uint8Array(bytes.getBytes()).slice();
    bytes.index = 0;
    return chunk;
  };
  const geometry = new GeometryWords();
  const kvMetadata = [
    { key: 'geo', value: '' },
    { key: 'title', value: words.title },
    ...(words.licence ? [{ key: 'license', value: words.licence }] : []),
    ...(words.citation ? [{ key: 'citation', value: words.citation }] : []),
  ];
  const writer = new ParquetWriter({
    writer: Object.assign(bytes, { flush() {} }),
    schema: schemaFromColumnData({ columnData: toColumns([], columns) }),
    kvMetadata,
    createdBy: 'landmeter',
  });
  let group: TableFeature[] = [];
  const writeGroup = async () => {
    await writer.write({ columnData: toColumns(group, columns), rowGroupSize: GROUP_ROWS });
    group = [];
    return taken();
  };
  for await (const page of pages()) {
    for (const feature of page) geometry.add(feature);
    group.push(...page);
    if (group.length >= GROUP_ROWS) yield await writeGroup();
  }
  if (group.length > 0) yield await writeGroup();
  kvMetadata[0]!.value = JSON.stringify(geometry.describe());
  await writer.finish();
  yield taken();
}

function toColumns(features: readonly TableFeature[], columns: readonly FeatureColumn[]): ColumnSource[] {
  return [
    { name: 'id', type: 'STRING', data: features.map(({ id }) => id) },
    ...columns
      .filter(({ name }) => name !== 'geometry')
      .map((column) => ({
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
}

function toParquet(cell: unknown, type: FeatureColumnType): unknown {
  if (cell === null) return null;
  if (type === 'integer') return BigInt(cell as number);
  return type === 'json' ? JSON.parse(cell as string) : cell;
}

/** What the metadata says of all geometries. */
class GeometryWords {
  readonly #types = new Set<string>();
  readonly #box = [Infinity, Infinity, -Infinity, -Infinity];

  add({ geometry }: TableFeature): void {
    const box = geometry && lonLatBoxOf(geometry);
    if (!box) return;
    this.#types.add(geometry.type);
    for (let k = 0; k < 4; k++)
      this.#box[k] = k < 2 ? Math.min(this.#box[k]!, box[k]!) : Math.max(this.#box[k]!, box[k]!);
  }

  describe() {
    const geometry = {
      encoding: 'WKB',
      geometry_types: [...this.#types].sort(),
      ...(this.#types.size > 0 && { bbox: this.#box }),
    };
    return { version: '1.1.0', primary_column: 'geometry', columns: { geometry } };
  }
}
