import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FeatureFault } from '../../pipelines/core/vector/feature.ts';
import type { RawFeature } from '../../pipelines/core/vector/feature.ts';
import { CsvRows, guessDelimiter } from '../../pipelines/io/features/csv-rows.ts';
import { isFeatureFile } from '../../pipelines/io/features/detect.ts';
import { JsonSplitter } from '../../pipelines/io/features/json-splitter.ts';
import { readFeatures } from '../../pipelines/io/features/read-features.ts';
import type { ReadFeaturesOptions } from '../../pipelines/io/features/read-features.ts';

const folder = mkdtempSync(join(tmpdir(), 'landmeter-features-'));
afterAll(() => rmSync(folder, { recursive: true }));

const feature = (nr: number, lon = 5, lat = 52) => ({
  type: 'Feature',
  properties: { nr, text: `a "quoted" {[ ${nr} ]} \\ \n é` },
  geometry: { type: 'Point', coordinates: [lon, lat] },
});

async function read(name: string, content: string | Buffer, options: ReadFeaturesOptions = {}) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const features: RawFeature[] = [];
  const report = await readFeatures(path, (f) => features.push(f), options);
  return { ...report, features, numbers: features.map((f) => (f.properties as { nr: number } | undefined)?.nr) };
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);
const three = [feature(1), feature(2), feature(3)];

describe('readFeatures of GeoJSON', () => {
  it.each<[shape: string, text: string]>([
    ['a collection', JSON.stringify({ type: 'FeatureCollection', features: three })],
    [
      'a collection on many lines',
      pretty({ type: 'FeatureCollection', name: 'x', features: three, bbox: [0, 1, 2, 3] }),
    ],
    ['features before the type', JSON.stringify({ features: three, type: 'FeatureCollection' })],
    ['lines', three.map((f) => JSON.stringify(f)).join('\n')],
    ['lines with an end, blank ones, and carriage returns', three.map((f) => `${JSON.stringify(f)}\r\n\r\n`).join('')],
    ['a text sequence', three.map((f) => `\u001e${JSON.stringify(f)}\n`).join('')],
    ['values one after the other', three.map(pretty).join('\n')],
    ['a byte order mark', `\ufeff${JSON.stringify({ type: 'FeatureCollection', features: three })}`],
  ])('reads %s', async (_, text) => {
    const { features, taken, refused } = await read('a.geojson', text);
    expect({ features, taken, refused }).toEqual({ features: three, taken: 3, refused: 0 });
  });

  it('reads one feature, and a geometry', async () => {
    expect((await read('a.geojson', pretty(feature(7)))).numbers).toEqual([7]);
    const { features } = await read('a.geojson', '{"type":"Point","coordinates":[1,2]}');
    expect(features).toEqual([{ geometry: { type: 'Point', coordinates: [1, 2] } }]);
    expect((await read('a.geojson', '{"type":"FeatureCollection","features":[]}')).taken).toBe(0);
  });

  it('splits a collection the same wherever the chunks end', () => {
    const json = fc.json({ maxDepth: 3, noUnicodeString: false });
    const collections = fc.tuple(fc.array(json, { maxLength: 8 }), fc.boolean());
    fc.assert(
      fc.property(
        collections,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
        ([texts, isPretty], sizes) => {
          const elements = texts.map((text, i) => ({
            type: 'Feature',
            id: i,
            properties: JSON.parse(text) as unknown,
          }));
          const document = {
            type: 'FeatureCollection',
            'a "features": [': ['{'],
            features: elements,
            crs: { x: ']}' },
          };
          const bytes = new TextEncoder().encode(isPretty ? pretty(document) : JSON.stringify(document));
          const found: unknown[] = [];
          const shells: unknown[] = [];
          const splitter = new JsonSplitter({
            element: (text) => void found.push(JSON.parse(text)),
            shell: (text) => void shells.push(JSON.parse(text)),
          });
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length]!;
            splitter.push(bytes.subarray(at, at + size));
            at += size;
          }
          splitter.end();
          expect(found).toEqual(elements);
          expect(shells).toEqual([{ ...document, features: [] }]);
        },
      ),
      { seed: 9, numRuns: 200 },
    );
  });

  it('passes over what cannot be used, counts it and says why the first was', async () => {
    const lines = [
      JSON.stringify(feature(1)),
      '{"type":"Feature",',
      '17',
      '{"type":"Topology"}',
      JSON.stringify(feature(2)),
    ];
    expect(await read('a.geojsonl', lines.join('\n'))).toMatchObject({
      numbers: [1, 2],
      refused: 3,
      firstRefusal: 'line 2: it is not valid JSON',
    });
    const path = join(folder, 'b.geojson');
    writeFileSync(
      path,
      JSON.stringify({ type: 'FeatureCollection', features: [...three, { type: 'Feature', geometry: 1 }] }),
    );
    const report = await readFeatures(path, ({ geometry }) => {
      if (geometry === 1) throw new FeatureFault('it has no geometry');
    });
    expect(report).toEqual({ taken: 3, epsg: 4326, refused: 1, firstRefusal: 'feature 4: it has no geometry' });
  });

  it.each([
    ['an empty file', '', 'format-unknown', 'empty'],
    [
      'a cut collection',
      JSON.stringify({ type: 'FeatureCollection', features: three }).slice(0, -20),
      'format-damaged',
      'middle',
    ],
    ['TopoJSON', '{"type":"Topology","objects":{}}', 'format-unknown', '"Topology"'],
    ['a web page', '<!doctype html>', 'format-damaged', 'does not begin with an object'],
    ['numbers for features', '{"type":"FeatureCollection","features":[1,2]}', 'format-damaged', 'no object'],
  ])('refuses %s and names the file', async (_, text, code, says) => {
    await expect(read('wrong.geojson', text)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`wrong\\.geojson.*${says}`)) as string,
    });
  });

  it('brings the CRS of the file to longitude and latitude, wherever it is stated', async () => {
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::28992' } };
    const rd = [feature(1, 155000, 463000), feature(2, 84000, 455000)];
    // PROJ 9.1: EPSG:28992 to EPSG:4326
    const wanted = [[5.3872035, 52.1551723], [4.3514595, 52.0787173]]; // prettier-ignore
    const documents = [
      { type: 'FeatureCollection', crs, features: rd },
      { type: 'FeatureCollection', features: rd, crs },
    ].map((document) => JSON.stringify(document));
    for (const [text, options] of [
      ...documents.map((d) => [d, {}] as const),
      [JSON.stringify({ type: 'FeatureCollection', features: rd }), { crs: 'EPSG:28992' }] as const,
    ]) {
      const { features } = await read('rd.geojson', text, options);
      features.forEach(({ geometry }, i) => {
        const { coordinates } = geometry as { coordinates: number[] };
        expect(coordinates[0]).toBeCloseTo(wanted[i]![0]!, 5);
        expect(coordinates[1]).toBeCloseTo(wanted[i]![1]!, 5);
      });
    }
    const unknown = { ...crs, properties: { name: 'EPSG:999999' } };
    await expect(
      read('x.geojson', JSON.stringify({ type: 'FeatureCollection', crs: unknown, features: rd })),
    ).rejects.toMatchObject({
      code: 'crs-unsupported',
    });
    const crs84 = { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } };
    const { features } = await read(
      'x.geojson',
      JSON.stringify({ type: 'FeatureCollection', crs: crs84, features: three }),
    );
    expect(features).toEqual(three);
  });

  it('stops when it is asked to', async () => {
    const signal = AbortSignal.abort();
    await expect(read('a.geojson', JSON.stringify(feature(1)), { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('readFeatures of CSV', () => {
  it('finds coordinates by the names of columns and gives cells their types', async () => {
    const text = 'naam,Lon,LAT,n,code,ok\n"a, ""b""",5.1,52.2,-1.5e2,007,true\nc,4,51,,x,false\n';
    expect((await read('a.csv', text)).features).toEqual([
      {
        geometry: { type: 'Point', coordinates: [5.1, 52.2] },
        properties: { naam: 'a, "b"', n: -150, code: '007', ok: true },
      },
      { geometry: { type: 'Point', coordinates: [4, 51] }, properties: { naam: 'c', n: null, code: 'x', ok: false } },
    ]);
  });

  it('reads well-known text, semicolons, and x and y in a CRS', async () => {
    const wkt = await read('a.csv', 'id;geom\n1;"LINESTRING(0 0,1 1)"\n2;POINT(x)\n');
    expect(wkt.features).toEqual([
      { geometry: { type: 'LineString', coordinates: [[0, 0], [1, 1]] }, properties: { id: 1 } }, // prettier-ignore
    ]);
    expect(wkt.firstRefusal).toContain('row 3');
    const { features } = await read('b.csv', 'x,y\n155000,463000\n', { crs: 'EPSG:28992' });
    const { coordinates } = features[0]!.geometry as { coordinates: number[] };
    expect(coordinates[0]).toBeCloseTo(5.3872035, 5);
  });

  it('passes over rows that are too short or hold no numbers', async () => {
    const report = await read('a.csv', 'lon,lat,a\n5,52,1\n5,52\n5,,1\nx,52,1\n');
    expect(report).toMatchObject({ taken: 1, refused: 3, firstRefusal: 'row 3: it has 2 cells and the header 3' });
  });

  it('refuses a table without coordinates, naming its columns, and one whose quote never ends', async () => {
    await expect(read('a.csv', 'station,time\n1,2\n')).rejects.toMatchObject({
      code: 'format-unknown',
      message: expect.stringContaining('station, time') as string,
    });
    await expect(read('a.csv', '')).rejects.toMatchObject({ code: 'format-unknown' });
    await expect(read('a.csv', `lon,lat\n"${'x'.repeat(17 << 20)}`)).rejects.toMatchObject({ code: 'format-damaged' });
  });

  it('splits rows the same wherever the text ends', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', ' '), maxLength: 6 });
    const tables = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 12 }), (table, size) => {
        const text = table.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        const parser = new CsvRows(',');
        const rows: string[][] = [];
        for (let at = 0; at < text.length; at += size) rows.push(...parser.push(text.slice(at, at + size)));
        rows.push(...parser.end());
        expect(rows).toEqual(table);
      }),
      { seed: 10, numRuns: 300 },
    );
  });

  it('guesses the delimiter by the header', () => {
    expect(['a,b;c,d', 'a;b;c', 'a\tb', '"a;b;c",d', 'one'].map(guessDelimiter)).toEqual([',', ';', '\t', ',', ',']);
  });
});

describe('isFeatureFile', () => {
  it('goes by the name, else by how the file begins', async () => {
    const path = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    expect(await isFeatureFile(path('a.GeoJSON', 'x'))).toBe(true);
    expect(await isFeatureFile(path('zones', ' \n{"type":"Feature"}'))).toBe(true);
    expect(await isFeatureFile(path('raster.tif', 'II*\0'))).toBe(false);
    await expect(isFeatureFile(join(folder, 'none.tif'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
