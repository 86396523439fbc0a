import { Readable } from 'node:stream';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it, vi } from 'vitest';
import type { Geometry } from '../../pipelines/core/cql2/ast.ts';
import { lonLatBoxOf } from '../../pipelines/core/cql2/spatial/box.ts';
import { ColumnFinder } from '../../pipelines/io/features/feature-table.ts';
import type { TableContent, TableFeature } from '../../pipelines/io/features/feature-table.ts';
import { writeFeatureCsv } from '../../pipelines/io/features/write-feature-csv.ts';
import { writeFlatGeobuf } from '../../pipelines/io/features/write-flatgeobuf.ts';
import { writeGeoParquet } from '../../pipelines/io/features/write-geoparquet.ts';
import { makeParcels } from '../support/parcels.ts';
import { sharedStandards } from '../support/shared-data.ts';

vi.spyOn(console, 'debug').mockImplementation(() => {}); // the package of FlatGeobuf tells its search

const WORDS = {
  title: 'Percelen é',
  citation: 'Kadaster 2024',
  licence: 'https://creativecommons.org/licenses/by/4.0/',
};

function parcels(count: number): TableFeature[] {
  return makeParcels(count, 60).map(({ id, properties, geometry }, k) => ({
    id,
    properties: { ...properties, note: k === 2 ? 'een "woord", é' : null, tags: [k] },
    geometry: k === 4 ? null : (geometry as Geometry),
  }));
}

function contentOf(features: readonly TableFeature[], pageSize = 700): TableContent {
  const columns = new ColumnFinder();
  columns.add(features);
  return {
    async *pages() {
      for (let from = 0; from < features.length; from += pageSize) yield features.slice(from, from + pageSize);
    },
    columns: columns.columns(),
    epsg: 28992,
    words: WORDS,
  };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(parts);
}

describe('FlatGeobuf', () => {
  it.each([1, 16, 17, 3000])(
    'has an index by which its package finds what lies in a box, of %i features',
    async (count) => {
      const features = parcels(count);
      const file = new Uint8Array(await bytesOf(writeFlatGeobuf(contentOf(features))));
      const all = [];
      for await (const feature of deserialize(file)) all.push(feature);
      expect(all.length).toBe(features.filter(({ geometry }) => geometry).length);
      const rect = { minX: 150_600, minY: 450_000, maxX: 151_200, maxY: 450_400 };
      const found = new Set<unknown>();
      for await (const { properties } of deserialize(file, { rect })) found.add(properties?.['id']);
      const meets = (box: readonly number[] | null) =>
        box && box[0]! <= rect.maxX && box[2]! >= rect.minX && box[1]! <= rect.maxY && box[3]! >= rect.minY;
      const expected = features.filter(({ geometry }) => geometry && meets(lonLatBoxOf(geometry))).map(({ id }) => id);
      expect(found).toEqual(new Set(expected));
    },
  );

  it('says its title, CRS, licence and citation', async () => {
    const file = new Uint8Array(await bytesOf(writeFlatGeobuf(contentOf(parcels(20)))));
    let told: Record<string, unknown> = {};
    const tell = (header: unknown) => void (told = header as Record<string, unknown>);
    for await (const _ of deserialize(file, { headerMetaFn: tell as never })) break;
    expect(told).toMatchObject({
      title: WORDS.title,
      description: WORDS.citation,
      featuresCount: 19,
      indexNodeSize: 16,
    });
    expect(told['crs']).toMatchObject({ org: 'EPSG', code: 28992 });
    expect(JSON.parse(told['metadata'] as string)).toEqual({ license: WORDS.licence, citation: WORDS.citation });
  });

  it('is a file without features where there are none', async () => {
    const file = new Uint8Array(await bytesOf(writeFlatGeobuf(contentOf([]))));
    for await (const feature of deserialize(file)) expect(feature).toBeUndefined();
  });
});

describe('GeoParquet', () => {
  it('comes in groups of rows, with licence and citation, and reads back', async () => {
    const features = parcels(45_000);
    const buffer = await bytesOf(writeGeoParquet(contentOf(features, 2000)));
    const file = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length) as ArrayBuffer;
    const metadata = parquetMetadata(file);
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([20_000, 20_000, 5000]);
    const words = Object.fromEntries(metadata.key_value_metadata!.map(({ key, value }) => [key, value]));
    expect(words).toMatchObject({ title: WORDS.title, license: WORDS.licence, citation: WORDS.citation });
    const rows = await parquetReadObjects({ file, rowStart: 20_000, rowEnd: 20_001 });
    expect(rows[0]).toMatchObject({ id: features[20_000]!.id, nr: 20_000n, geometry: features[20_000]!.geometry });
  });

  it.skipIf(!sharedStandards)('describes its geometry as the schema of GeoParquet 1.1 asks', async () => {
    const { readFileSync } = await import('node:fs');
    const { Ajv } = await import('ajv');
    const buffer = await bytesOf(writeGeoParquet(contentOf(parcels(30))));
    const { key_value_metadata: words } = parquetMetadata(
      buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length) as ArrayBuffer,
    );
    const geo: unknown = JSON.parse(words!.find(({ key }) => key === 'geo')!.value!);
    const ajv = new Ajv({ strict: false });
    ajv.addSchema({}, 'https://proj.org/schemas/v0.7/projjson.schema.json'); // no CRS of ours is in that form
    const check = ajv.compile(JSON.parse(readFileSync(`${sharedStandards}/geoparquet/schema-1.1.0.json`, 'utf8')));
    expect(check(geo) ? [] : check.errors).toEqual([]);
  });
});

describe('CSV of features', () => {
  it('has a line for each, quoted where it must be, a page at a time', async () => {
    const features = parcels(2100);
    const chunks: string[] = [];
    for await (const chunk of Readable.from(writeFeatureCsv(contentOf(features)))) chunks.push(String(chunk));
    expect(chunks.length).toBe(4);
    const lines = chunks.join('').split('\r\n');
    expect(lines.length).toBe(2102);
    expect(lines[0]).toBe('id,crop,hectares,isOrganic,nr,note,tags,geometry');
    expect(lines[3]).toContain('"een ""woord"", é"');
    expect(lines[5]).toMatch(/,$/);
  });
});
