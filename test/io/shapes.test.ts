import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { epsgOfWkt } from '../../pipelines/core/grid/crs-names.ts';
import type { RawFeature } from '../../pipelines/core/vector/feature.ts';
import { readFeatures } from '../../pipelines/io/features/read-features.ts';
import type { ReadFeaturesOptions } from '../../pipelines/io/features/read-features.ts';
import { parseWkb } from '../../pipelines/io/features/wkb.ts';
import { sharedData } from '../support/shared-data.ts';

interface Reference {
  /** Base64. */
  readonly zip: string;
  readonly features: readonly { readonly geometry: object; readonly properties: object }[];
  readonly wkb: readonly { readonly wkb: string; readonly geometry: object }[];
}

const REFERENCE = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/shapes.json'), 'utf8')) as Reference;
const root = mkdtempSync(join(tmpdir(), 'landmeter-shapes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const zip = join(root, 'velden.zip');
writeFileSync(zip, Buffer.from(REFERENCE.zip, 'base64'));

async function read(path: string, options: ReadFeaturesOptions = { asStored: true }) {
  const features: RawFeature[] = [];
  const report = await readFeatures(path, (feature) => void features.push(feature), options);
  return { features, report };
}

/** Rings of either format may begin anywhere and turn either way; each as its positions in order. */
function normal(geometry: unknown): unknown {
  return JSON.parse(JSON.stringify(geometry), (_key, value: unknown) =>
    Array.isArray(value) && value.length > 3 && Array.isArray(value[0]) && typeof value[0][0] === 'number'
      ? value.slice(1).map(String).sort()
      : value,
  );
}

interface PolygonGeometry {
  readonly type: string;
  readonly coordinates: unknown;
}

/** Square units; holes go the other way round than outer rings. */
function areaOf({ type, coordinates }: PolygonGeometry): number {
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as [number, number][][][];
  let sum = 0;
  for (const ring of polygons.flat())
    for (let i = 1; i < ring.length; i++) {
      const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
      sum -= ((ax - ring[0]![0]) * (by - ring[0]![1]) - (bx - ring[0]![0]) * (ay - ring[0]![1])) / 2;
    }
  return sum;
}

describe('a shapefile', () => {
  it('is read out of a zip with holes, parts, accents, numbers, dates and empty cells as GDAL wrote them', async () => {
    const { features, report } = await read(zip);
    expect(report).toEqual({ taken: 2, epsg: 28992, refused: 0, firstRefusal: null });
    expect(features.map(({ properties }) => properties)).toEqual(
      REFERENCE.features.map(({ properties }) => properties),
    );
    expect(features.map(({ geometry }) => normal(geometry))).toEqual(
      REFERENCE.features.map(({ geometry }) => normal(geometry)),
    );
  });

  it('becomes longitude and latitude where that is wanted', async () => {
    const { features } = await read(zip, {});
    const [ring] = (features[0]!.geometry as { coordinates: [number, number][][] }).coordinates;
    // The tower of Amersfoort is (155000, 463000) of EPSG:28992, the most south-western corner.
    const [lon, lat] = ring!.toSorted((a, b) => a[0] + a[1] - b[0] - b[1])[0]!;
    expect([lon, lat]).toEqual([expect.closeTo(5.387206, 5), expect.closeTo(52.155174, 5)]);
  });

  it('is refused where it is cut short, or where nothing tells its CRS', async () => {
    const shp = join(root, 'cut.shp');
    const bytes = Buffer.alloc(200);
    bytes.writeInt32BE(9994, 0);
    bytes.writeInt32BE(1000, 104);
    writeFileSync(shp, bytes);
    await expect(read(shp)).rejects.toMatchObject({ code: 'crs-missing' });
    await expect(read(shp, { crs: 'EPSG:28992' })).rejects.toThrow(/ends in the middle of record 1; copy it again$/);
  });

  it.skipIf(!sharedData)('of real parcels has as many and as large ones as GDAL finds', async () => {
    const { features } = await read(`${sharedData}/pairs/nl-demarke-parcels-zonal/gewaspercelen_2017_regio.shp`);
    expect(features).toHaveLength(3008);
    const area = features.reduce((sum, { geometry }) => sum + areaOf(geometry as PolygonGeometry), 0);
    expect(area).toBeCloseTo(65899673.1026, 2); // the sum of GetArea() of GDAL 3.6.2
  });
});

describe('a GeoPackage', () => {
  function putPackage(name: string, organization = 'EPSG'): string {
    const path = join(root, name);
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
      CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
      CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
      CREATE TABLE "the ""fields""" (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
      INSERT INTO gpkg_contents VALUES ('the "fields"', 'features');
      INSERT INTO gpkg_spatial_ref_sys VALUES (5, '${organization}', 28992);
      INSERT INTO gpkg_geometry_columns VALUES ('the "fields"', 'geom', 5);`);
    const insert = database.prepare('INSERT INTO "the ""fields""" (geom, name) VALUES (?, ?)');
    const wkb = Buffer.from(REFERENCE.wkb.at(-2)!.wkb, 'hex');
    const header = (flags: number, envelope: number) =>
      Buffer.concat([Buffer.from([0x47, 0x50, 0, flags, 5, 0, 0, 0]), Buffer.alloc(envelope)]);
    insert.run(Buffer.concat([header(0b1, 0), wkb]), 'without an envelope');
    insert.run(Buffer.concat([header(0b101, 48), wkb]), 'with one');
    insert.run(header(0b10001, 0), 'empty');
    insert.run(Buffer.concat([header(1, 0), wkb.subarray(0, 40)]), 'cut short');
    database.close();
    return path;
  }

  it('is read with its CRS, whatever envelope its geometries have', async () => {
    const { features, report } = await read(putPackage('fields.gpkg'));
    expect(report).toMatchObject({
      taken: 3,
      epsg: 28992,
      refused: 1,
      firstRefusal: expect.stringMatching(/^feature 4: /),
    });
    const geometry = REFERENCE.wkb.at(-2)!.geometry;
    expect(features).toEqual([
      { id: 1, geometry, properties: { fid: 1, name: 'without an envelope' } },
      { id: 2, geometry, properties: { fid: 2, name: 'with one' } },
      { id: 3, geometry: null, properties: { fid: 3, name: 'empty' } },
    ]);
  });

  it('is refused where it does not say its CRS, or is none', async () => {
    await expect(read(putPackage('local.gpkg', 'NONE'))).rejects.toMatchObject({ code: 'crs-missing' });
    writeFileSync(join(root, 'text.gpkg'), 'no database at all');
    await expect(read(join(root, 'text.gpkg'))).rejects.toMatchObject({ code: 'format-unknown' });
  });
});

it.each(REFERENCE.wkb)('well-known binary $wkb is the geometry that GDAL wrote', ({ wkb, geometry }) => {
  const bytes = Buffer.from(wkb, 'hex');
  expect(parseWkb(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))).toEqual(geometry);
});

it.each([
  ['PROJCS["RD_New",GEOGCS["GCS_Amersfoort",DATUM["D_Amersfoort"]],UNIT["Meter",1.0]]', 28992],
  ['PROJCS["Amersfoort_RD_New",GEOGCS["GCS_Amersfoort"]]', 28992],
  ['PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989"]]', 25832],
  ['PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4289"]],AUTHORITY["EPSG","28992"]]', 28992],
  ['GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]', 4326],
  ['GEOGCS["GCS_Amersfoort",DATUM["D_Amersfoort"]]', null],
  ['', null],
])('the well-known text %s is EPSG:%s', (wkt, epsg) => expect(epsgOfWkt(wkt)).toBe(epsg));
