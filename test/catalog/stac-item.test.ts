import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene } from '../../pipelines/catalog/scene.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landmeter-stac-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;

function item(properties: Json, assets: Json, version = '1.0.0'): Json {
  return {
    type: 'Feature',
    stac_version: version,
    id: 'S2B_31UFT_20240601_0_L2A',
    geometry: null,
    properties: { datetime: '2024-06-01T11:02:11Z', platform: 'sentinel-2b', 'proj:epsg': 32631, ...properties },
    assets,
    links: [],
  };
}

function writeItem(content: Json | string): string {
  const path = join(folder, `item-${++count}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const cog = (name: string, band: Json = {}, more: Json = {}): Json => ({
  href: `./${name}.tif`,
  type: 'image/tiff; application=geotiff; profile=cloud-optimized',
  'eo:bands': [{ name, common_name: 'red' }],
  'raster:bands': [{ nodata: 0, data_type: 'uint16', ...band }],
  ...more,
});

const stated = { scale: 0.0001, offset: -0.1 };

describe('the offset of a STAC item', () => {
  it.each<[string, Json, Json, object]>([
    [
      'is gone where Earth Search has taken it off, though its bands still state it',
      { 's2:processing_baseline': '05.11', 'earthsearch:boa_offset_applied': true },
      cog('B04', stated),
      { addOffset: 0, origin: 'already-applied' },
    ],
    [
      'is gone where the older Earth Search says so',
      {
        'sentinel:boa_offset_applied': true,
        'sentinel:product_id': 'S2A_MSIL2A_20220301T105911_N0400_R094_T31UFT_20220301T135218',
      },
      cog('B04'),
      { addOffset: 0, origin: 'already-applied' },
    ],
    [
      'is what the bands state',
      { 's2:processing_baseline': '05.11', 'earthsearch:boa_offset_applied': false },
      cog('B04', stated),
      { addOffset: -1000, quantification: 10000, origin: 'metadata' },
    ],
    [
      'follows from the baseline where the item says nothing (Planetary Computer)',
      { 's2:processing_baseline': '04.00' },
      { href: './B04.tif', 'eo:bands': [{ name: 'B04', common_name: 'red' }] },
      { addOffset: -1000, origin: 'baseline' },
    ],
    [
      'follows from the baseline where the item states 0 against it',
      { 's2:processing_baseline': '05.11', 'earthsearch:boa_offset_applied': false },
      cog('B04', { scale: 0.0001, offset: 0 }),
      { addOffset: -1000, origin: 'baseline' },
    ],
    [
      'is none before baseline 04.00',
      { 's2:processing_baseline': '03.01' },
      { href: './B04.tif', 'eo:bands': [{ name: 'B04' }] },
      { addOffset: 0, origin: 'baseline' },
    ],
    [
      'stays on ESA’s own files, which a catalogue does not change',
      { 's2:processing_baseline': '05.11', 'earthsearch:boa_offset_applied': true },
      cog('B04', stated, { href: './B04.jp2', type: 'image/jp2' }),
      { addOffset: -1000, origin: 'metadata' },
    ],
    [
      'is unknown, and said to be, where nothing is stated',
      {},
      { href: './B04.tif', 'eo:bands': [{ name: 'B04' }] },
      { addOffset: 0, origin: 'none' },
    ],
  ])('%s', async (_title, properties, asset, want) => {
    const scene = await openScene(writeItem(item(properties, { red: asset })));
    expect(scene.calibration).toMatchObject(want);
    expect(scene.calibration.explanation).toMatch(/reflectance = /);
    expect(scene.bands[0]!.offset).toBeCloseTo(scene.calibration.addOffset / 10000, 12);
    expect(scene.bands[0]!.scale).toBeCloseTo(0.0001, 12);
  });
});

describe('openScene on a STAC item', () => {
  it('finds bands by key, name and common name, once each, and leaves pictures out', async () => {
    const assets = {
      visual: { href: './TCI.tif', 'eo:bands': [{ name: 'B04' }, { name: 'B03' }, { name: 'B02' }] },
      B04: { href: './B04.tif', gsd: 10 },
      rededge1: { href: './B05.tif', 'eo:bands': [{ name: 'B05', common_name: 'rededge' }] },
      'nir-jp2': { href: 's3://bucket/B08.jp2', 'eo:bands': [{ name: 'B08' }] },
      B8A_20m: {
        href: './B8A.tif',
        bands: [{ name: 'B8A', 'eo:common_name': 'nir08' }],
        'raster:scale': 0.0001,
        'raster:offset': -0.1,
      },
      SCL: { href: './SCL.tif' },
      thumbnail: { href: './preview.jpg' },
    };
    const scene = await openScene(writeItem(item({ 's2:processing_baseline': '05.11' }, assets)));
    expect(scene.bands.map((b) => `${b.code} ${b.name} ${b.gsd} ${b.offset}`)).toEqual([
      'B04 red 10 -0.1',
      'B05 rededge1 20 -0.1',
      'B8A nir08 20 -0.1',
    ]);
    expect(scene.scl).toEqual({ path: join(folder, 'SCL.tif'), gsd: 20 });
  });

  it('takes a local copy beside the item before the address', async () => {
    writeFileSync(join(folder, 'B03.tif'), '');
    const base = 'https://example.org/some/where';
    const assets = {
      green: cog('B03', {}, { href: `${base}/B03.tif` }),
      red: cog('B04', {}, { href: `${base}/B99.tif` }),
    };
    const { bands } = await openScene(writeItem(item({}, assets)));
    expect(bands.map((b) => b.path)).toEqual([join(folder, 'B03.tif'), `${base}/B99.tif`]);
  });

  it('reads STAC 1.1: proj:code, grid:code', async () => {
    const properties = { 'proj:epsg': null, 'proj:code': 'EPSG:32707', 'grid:code': 'MGRS-7HFE', 'eo:cloud_cover': 3 };
    expect(await openScene(writeItem(item(properties, {}, '1.1.0')))).toMatchObject({
      epsg: 32707,
      tile: '07HFE',
      cloudCover: 3,
    });
  });

  it('follows the addresses of an item on a server', async () => {
    const body = JSON.stringify(
      item(
        {},
        {
          red: cog('B04'),
          green: cog('B03', {}, { href: 'https://example.org/B03.tif' }),
          blue: cog('B02', {}, { href: 's3://b/B02.tif' }),
        },
      ),
    );
    const server = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { bands } = await openScene(`${base}/collections/a/item.json`);
      expect(bands.map((b) => b.path)).toEqual(['https://example.org/B03.tif', `${base}/collections/a/B04.tif`]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it.each([
    ['format-unknown', 'is not JSON', 'hello'],
    ['format-unknown', 'no STAC item', '{"type":"FeatureCollection"}'],
    ['format-unknown', 'no STAC item', '[]'],
    ['format-damaged', 'assets', JSON.stringify({ ...item({}, {}), assets: { red: { href: 5 } } })],
  ])('refuses with %s: %s', async (code, words, content) => {
    const path = writeItem(content);
    await expect(openScene(path)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});
