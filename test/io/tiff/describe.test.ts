import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../pipelines/io/byte-source/memory-source.ts';
import { openTiff } from '../../../pipelines/io/tiff/read/open-tiff.ts';
import { buildTiff } from '../../support/tiff-builder.ts';
import type { FieldSpec, TiffImageSpec } from '../../support/tiff-builder.ts';

async function infoOf(fields: FieldSpec[], image: Partial<TiffImageSpec> = {}) {
  const full = { width: 10, height: 10, value: () => 1, fields, ...image };
  return (await openTiff(createMemorySource('made.tif', buildTiff({ images: [full] })))).info;
}

const doubles = (tag: number, ...values: number[]): FieldSpec => ({ tag, type: 12, values });
const text = (tag: number, values: string): FieldSpec => ({ tag, type: 2, values });

/** GeoKeys with values inline, in doubles (a list) or in text. */
function geoKeys(keys: Readonly<Record<number, number | readonly [number] | string>>): FieldSpec[] {
  const list: number[] = [];
  const numbers: number[] = [];
  let words = '';
  for (const [key, value] of Object.entries(keys)) {
    if (typeof value === 'number') list.push(Number(key), 0, 1, value);
    else if (typeof value === 'string') {
      list.push(Number(key), 34737, value.length + 1, words.length);
      words += `${value}|`;
    } else {
      list.push(Number(key), 34736, 1, numbers.length);
      numbers.push(value[0]);
    }
  }
  const header = [1, 1, 0, Object.keys(keys).length];
  return [{ tag: 34735, type: 3, values: [...header, ...list] }, doubles(34736, ...numbers, 0), text(34737, words)];
}

const PLACE = [doubles(33550, 10, 20, 0), doubles(33922, 2, 3, 0, 500_000, 5_800_000, 0)];

describe('the transform', () => {
  it('comes from a scale and a tie point anywhere in the raster', async () => {
    expect((await infoOf(PLACE)).transform).toEqual([10, 0, 499_980, 0, -20, 5_800_060]);
  });

  it('is moved by half a pixel where coordinates are of pixel centres', async () => {
    const fields = [doubles(33550, 10, 20, 0), doubles(33922, 0, 0, 0, 500_000, 5_800_000, 0), ...geoKeys({ 1025: 2 })];
    expect((await infoOf(fields)).transform).toEqual([10, 0, 499_995, 0, -20, 5_800_010]);
  });

  it('comes rotated or south-up from a matrix', async () => {
    const matrix = doubles(34264, 8, 2, 0, 600_000, 3, 9, 0, 5_000_000, 0, 0, 0, 0, 0, 0, 0, 1);
    expect((await infoOf([matrix])).transform).toEqual([8, 2, 600_000, 3, 9, 5_000_000]);
    expect((await infoOf([matrix, ...geoKeys({ 1025: 2 })])).transform).toEqual([8, 2, 599_995, 3, 9, 4_999_994]);
  });

  it('is null without a georeference, with only control points, or without area', async () => {
    expect((await infoOf([])).transform).toBeNull();
    expect((await infoOf([doubles(33922, 0, 0, 0, 1, 1, 0, 9, 9, 0, 2, 2, 0)])).transform).toBeNull();
    expect((await infoOf([doubles(34264, ...Array.from({ length: 16 }, () => 0))])).transform).toBeNull();
  });
});

describe('the CRS', () => {
  const UTM = { 3075: 1, 3080: [9], 3081: [0], 3082: [500_000], 3083: [0], 3092: [0.9996] } as const;
  it.each([
    ['a projected code', 28992, { 1024: 1, 3072: 28992 }],
    ['a projected code beside its geographic one', 32631, { 1024: 1, 2048: 4326, 3072: 32631 }],
    ['a geographic code', 4258, { 1024: 2, 2048: 4258 }],
    ['a UTM zone by its projection', 32733, { 1024: 1, 2048: 4326, 3072: 32767, 3074: 16133 }],
    ['a UTM zone by its parameters', 25832, { 1024: 1, 2048: 4258, 3072: 32767, ...UTM }],
    [
      'LAEA Europe by its parameters',
      3035,
      { 1024: 1, 3072: 32767, 3075: 10, 3088: [10], 3089: [52], 3082: [4_321_000], 3083: [3_210_000] },
    ],
    [
      'RD New by its parameters',
      28992,
      {
        1024: 1,
        3072: 32767,
        3075: 16,
        3080: [5.38763888888889],
        3081: [52.1561605555556],
        3082: [155_000],
        3083: [463_000],
      },
    ],
    [
      'Web Mercator by Esri’s words',
      3857,
      { 1024: 32767, 1026: 'PCS Name = WGS_1984_Web_Mercator_Auxiliary_Sphere', 2048: 4326 },
    ],
    ['UTM by name', 32631, { 1024: 1, 3072: 32767, 3073: 'WGS 84 / UTM zone 31N' }],
    ['a Transverse Mercator that is no UTM', null, { 1024: 1, 2048: 4326, 3072: 32767, ...UTM, 3080: [8.5] }],
    ['a UTM zone on an unknown datum', null, { 1024: 1, 2048: 32767, 3072: 32767, ...UTM }],
    ['feet instead of metres', null, { 1024: 1, 2048: 4326, 3072: 32767, ...UTM, 3076: 9003 }],
    ['another planet', null, { 1024: 2, 2048: 32767, 2049: 'GCS Name = Mars_2000_Sphere|Primem = Reference' }],
    ['nothing', null, { 1025: 1 }],
  ] as const)('%s', async (_what, epsg, keys) => {
    expect((await infoOf(geoKeys(keys))).epsg).toBe(epsg);
  });

  it('is told in the file’s words where it has no code', async () => {
    const info = await infoOf(
      geoKeys({ 1024: 2, 2048: 32767, 2049: 'GCS Name = Mars_2000_Sphere|Primem = Reference' }),
    );
    expect(info.crsText).toBe('Mars_2000_Sphere');
  });
});

describe('GDAL’s metadata', () => {
  it('gives scale, offset, unit and name per band', async () => {
    const xml =
      '<GDALMetadata>\n<Item name="x">1</Item>\n' +
      '<Item name="DESCRIPTION" sample="0" role="description">N&amp;D &#x56;I &lt;</Item>\n' +
      '<Item name="SCALE" sample="1" role="scale">0.0001</Item><Item name="OFFSET" sample="1" role="offset">-0.1</Item>' +
      '<Item name="UNITTYPE" sample="1" role="unittype">m²</Item>' +
      '<Item name="SCALE" sample="9" role="scale">5</Item></GDALMetadata>';
    const info = await infoOf([text(42112, xml)], { bands: 2 });
    expect(info.bands).toEqual([
      { name: 'N&D VI <', dtype: 'uint8', nodata: null, scale: 1, offset: 0, unit: null },
      { name: null, dtype: 'uint8', nodata: null, scale: 0.0001, offset: -0.1, unit: 'm²' },
    ]);
  });

  it.each([
    ['-9999', -9999],
    [' 0 ', 0],
    ['nan', NaN],
    ['-inf', -Infinity],
    ['1e-3', 0.001],
    ['', null],
    ['none', null],
  ])('nodata "%s" is %s', async (words, nodata) => {
    expect((await infoOf([text(42113, words)])).bands[0]!.nodata).toBe(nodata);
  });
});

describe('cloud-optimised', () => {
  const small = { width: 64, height: 64, value: () => 1 };
  it('is no raster whose pixels come before its directory', async () => {
    expect((await infoOf([], small)).cog).toBe(false);
  });
});
