import { describe, expect, it } from 'vitest';
import { canonicalJson, toJson } from '../../pipelines/core/passport/canonical.ts';
import { coordinateOperations } from '../../pipelines/core/passport/coordinates.ts';
import type { Json, Passport } from '../../pipelines/core/passport/passport.ts';
import { provDocument } from '../../pipelines/core/passport/prov.ts';
import { passportSheet, sheetHtml, sheetText } from '../../pipelines/core/passport/sheet.ts';
import { stacProcessing } from '../../pipelines/core/passport/stac.ts';

const PASSPORT: Passport = {
  passport: 1,
  product: { name: 'ndvi.tif', mediaType: 'image/tiff', bytes: 1234, sha256: 'a'.repeat(64), folder: '/data' },
  process: { name: 'index', request: { formula: 'a < b & "c"' }, recipe: 'b'.repeat(64) },
  inputs: [
    { role: 'red', place: 'B04.tif', bytes: 10, sha256: 'c'.repeat(64) },
    {
      role: 'nir',
      place: 'https://example.org/B08.tif',
      bytes: 20,
      sha256: null,
      remote: { etag: '"x1"', lastModified: null },
      reading: {
        band: 1,
        dtype: 'uint16',
        nodata: 0,
        maskedClasses: [8, 9],
        scale: 0.0001,
        offset: -0.1,
        grid: { width: 2, height: 2, epsg: 32631, transform: [10, 0, 600000, 0, -10, 5800000] },
        level: 0,
        placement: 'the same grid',
      },
    },
  ],
  method: { summary: 'Vegetation', formula: { id: 'NDVI', expression: '(nir - red) / (nir + red)' } },
  result: { pixels: 4, validPixels: 3, validShare: 0.75 },
  notes: ['A <note>'],
  software: { name: 'Landmeter', version: '0.1.0', commit: 'd'.repeat(40), node: '24.0.0' },
  time: { started: '2025-06-01T10:00:00.000Z', ended: '2025-06-01T10:00:02.000Z' },
  askedBy: 'janneke',
};

describe('canonical JSON', () => {
  it('writes the example of RFC 8785, section 3.2.2', () => {
    const value: Json = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members as its section 3.2.3 does', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = JSON.parse(canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))) as object;
    expect(Object.keys(sorted)).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
    expect(canonicalJson({ '1': 0, '\r': 0 })).toBe('{"\\r":0,"1":0}');
  });

  it('refuses what JSON has not', () => {
    for (const value of [NaN, Infinity, '\ud800', { a: [NaN] }]) expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('is one text for records that are equal but for order and absent members', () => {
    const record: Json = { b: undefined, c: 1, a: [{ y: 2, x: 1 }] };
    expect(canonicalJson(record)).toBe(canonicalJson({ a: [{ x: 1, y: 2 }], c: 1 }));
  });

  it('keeps infinite bounds as words', () => {
    expect(toJson({ most: Infinity, least: -Infinity, none: undefined, list: [1, 'a', null] })).toEqual({
      most: 'Infinity',
      least: '-Infinity',
      list: [1, 'a', null],
    });
    expect(() => toJson({ f: () => 0 })).toThrow(TypeError);
  });
});

describe('coordinate operations', () => {
  const grid = { name: 'nl_nsgi_rdcorr2018.tif', sha256: 'e'.repeat(64) };

  it('are none within one system, by whatever code', () => {
    expect(coordinateOperations(32631, 32631, null)).toEqual([]);
    expect(coordinateOperations(4326, 4326, null)).toEqual([]);
  });

  it('name the datum that is passed over, with its accuracy', () => {
    const steps = coordinateOperations(32631, 28992, null);
    expect(steps.map(({ accuracy }) => accuracy)).toEqual([2e-6, 1, 0.239]);
    expect(steps[1]!.name).toBe('WGS 84 taken for ETRS89 (EPSG:1149)');
    expect(coordinateOperations(25831, 28992, null).map(({ accuracy }) => accuracy)).toEqual([2e-6, 0.239]);
  });

  it('name the correction grid that makes RD exact', () => {
    const [step] = coordinateOperations(28992, 4258, grid);
    expect(step).toMatchObject({ accuracy: 0.0008, grid });
    expect(step!.name).toContain('EPSG:28992 (Amersfoort / RD New) to geographic coordinates');
  });
});

describe('a passport for people and programs', () => {
  it('is a text that says what each number went through', () => {
    const text = sheetText(passportSheet(PASSPORT));
    expect(text).toMatch(/^Passport of ndvi\.tif\n/);
    expect(text).toMatch(/values +stored number × 0\.0001 \+ -0\.1/);
    expect(text).toMatch(/masked +classes 8, 9 of all bands/);
    expect(text).toMatch(/valid share +75\.0000 %/);
    expect(text).toMatch(/version +"x1"/);
    expect(text).toMatch(/asked by +janneke/);
  });

  it('is a page on which nothing of a record becomes markup', () => {
    const html = sheetHtml(passportSheet(PASSPORT));
    expect(html).toContain('A &lt;note&gt;');
    expect(html).toContain('a &lt; b &amp; \\&quot;c\\&quot;');
    expect(html).not.toContain('<note>');
    expect(html).not.toMatch(/<script|https?:\/\/(?!example\.org)/);
  });

  it('is a STAC item’s processing and file fields', () => {
    expect(stacProcessing(PASSPORT)).toMatchObject({
      properties: {
        'processing:software': { Landmeter: '0.1.0' },
        'processing:datetime': '2025-06-01T10:00:02.000Z',
        'processing:lineage': 'Vegetation; inputs: red B04.tif, nir https://example.org/B08.tif',
      },
      asset: { 'file:checksum': `1220${'a'.repeat(64)}`, 'file:size': 1234 },
    });
  });

  it('is a PROV graph in which every name that is used is described', () => {
    const { '@graph': graph } = provDocument(PASSPORT) as unknown as { '@graph': Record<string, unknown>[] };
    const described = new Set(graph.map((node) => node['@id']));
    const references = JSON.stringify(graph).matchAll(/\{"@id":"(urn:[^"]+)"\}/g);
    const named = [...references].map(([, id]) => id);
    expect(named.length).toBe(5);
    expect(named.filter((id) => !described.has(id))).toEqual([]);
    expect(graph.find((node) => node['@id'] === `urn:sha256:${'a'.repeat(64)}`)).toMatchObject({
      'prov:wasGeneratedBy': { '@id': `urn:landmeter:recipe:${'b'.repeat(64)}` },
    });
  });
});
