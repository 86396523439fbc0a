import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epsgOfTile, isScenePath, openScene, selectBands, selectClasses } from '../../pipelines/catalog/scene.ts';
import { describeProduct } from '../../pipelines/catalog/describe-product.ts';
import { describePath } from '../../pipelines/runs/info.ts';
import { makeZip } from '../support/zip.ts';
import type { SafeFixture } from './safe-fixture.ts';
import { SAFE_NAME, safeFiles } from './safe-fixture.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landmeter-scene-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeSafe(fixture: SafeFixture = {}): string {
  const root = join(folder, String(++count), SAFE_NAME);
  for (const [name, content] of Object.entries(safeFiles(fixture))) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

describe('openScene on a SAFE folder', () => {
  it('says what the product is', async () => {
    expect(await openScene(writeSafe())).toMatchObject({
      id: SAFE_NAME.replace('.SAFE', ''),
      platform: 'sentinel-2b',
      level: 'L2A',
      baseline: '05.10',
      tile: '31UFT',
      datetime: '2024-06-01T10:56:19.024Z',
      epsg: 32631,
      cloudCover: 12.5,
    });
  });

  it('lists each band once, at its finest, with the others among the files', async () => {
    const { bands, files, scl } = await openScene(writeSafe());
    expect(bands.map((b) => `${b.code} ${b.name} ${b.gsd}`)).toEqual([
      'B02 blue 10',
      'B04 red 10',
      'B08 nir 10',
      'B8A nir08 20',
      'B11 swir16 20',
    ]);
    expect(files.filter((f) => f.code === 'B04').map((f) => f.gsd)).toEqual([10, 20]);
    expect(scl).toMatchObject({ gsd: 20, path: expect.stringMatching(/R20m\/.*_SCL_20m\.jp2$/) });
    expect(files.map((f) => f.path).join()).not.toContain('QI_DATA');
  });

  it('settles the offset of each band', async () => {
    const offsets = Array.from({ length: 13 }, (_, bandId) => (bandId === 3 ? -500 : -1000));
    const scene = await openScene(writeSafe({ offsets }));
    expect(scene.bands.map((b) => b.offset)).toEqual([-0.1, -0.05, -0.1, -0.1, -0.1]);
    expect(scene.bands[0]).toMatchObject({ scale: 0.0001, nodata: 0, saturated: 65535 });
    expect(scene.calibration).toMatchObject({ addOffset: -1000, quantification: 10000, origin: 'metadata' });
  });

  it('reads Level-1C, whose names have no resolution', async () => {
    const scene = await openScene(writeSafe({ level: '1C', images: ['B04', 'B8A', 'B10'] }));
    expect(scene.level).toBe('L1C');
    expect(scene.bands.map((b) => `${b.name} ${b.gsd} ${b.offset}`)).toEqual([
      'red 10 -0.1',
      'nir08 20 -0.1',
      'cirrus 60 -0.1',
    ]);
    expect(scene.scl).toBeNull();
  });

  it('reads the same product out of a zip, whatever folder it is in', async () => {
    for (const prefix of ['', `${SAFE_NAME}/`, `downloads/${SAFE_NAME}/`]) {
      const path = join(folder, `product-${++count}.zip`);
      writeFileSync(
        path,
        makeZip(Object.entries(safeFiles()).map(([name, content]) => ({ name: prefix + name, content }))),
      );
      const scene = await openScene(path);
      expect(scene.tile).toBe('31UFT');
      expect(scene.bands).toHaveLength(5);
      expect(scene.bands[1]!.path).toBe(
        `${path}!/${prefix}GRANULE/L2A_T31UFT_A037800_20240601T105620/IMG_DATA/R10m/T31UFT_20240601T105619_B04_10m.jp2`,
      );
    }
  });

  it('is named by its metadata file as well', async () => {
    expect(await openScene(join(writeSafe(), 'MTD_MSIL2A.xml'))).toMatchObject({ tile: '31UFT' });
  });

  it('is described with its baseline, tile and offset', async () => {
    expect(await describeProduct(writeSafe())).toMatchObject({
      baseline: '05.10',
      tile: '31UFT',
      crs: 'EPSG:32631',
      offset: -1000,
      bands: expect.arrayContaining([{ name: 'red', code: 'B04', resolutions: [10, 20] }]),
    });
  });

  it.each([
    ['not-found', 'There is no file or folder', async () => openScene(join(folder, 'nothing'))],
    ['format-unknown', 'holds no MTD_MSIL2A.xml', async () => openScene(folder)],
    ['format-unknown', 'is no Sentinel-2 scene', async () => openScene(import.meta.filename)],
    ['format-damaged', 'not well-formed XML', async () => openScene(withMetadata('<a><b></a>'))],
    ['format-damaged', 'no product information', async () => openScene(withMetadata('<a/>'))],
    [
      'format-unsupported',
      'declares XML entities',
      async () => openScene(withMetadata('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')),
    ],
  ])('refuses with %s: %s', async (code, words, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

function withMetadata(text: string): string {
  const path = writeSafe();
  writeFileSync(join(path, 'MTD_MSIL2A.xml'), text);
  return path;
}

describe('describePath', () => {
  it('knows a product from a raster', async () => {
    const path = writeSafe();
    expect(await describePath(path)).toMatchObject({ kind: 'product', summary: { tile: '31UFT', offset: -1000 } });
    await expect(describePath(folder)).rejects.toMatchObject({ code: 'format-unknown' });
  });
});

describe('isScenePath', () => {
  it('tells scenes from rasters', async () => {
    expect(await isScenePath(writeSafe())).toBe(true);
    expect(await isScenePath(join(writeSafe(), 'MTD_MSIL2A.xml'))).toBe(true);
    expect(await isScenePath(import.meta.filename)).toBe(false);
    expect(await isScenePath('https://example.org/a.tif')).toBe(false);
    expect(await isScenePath('https://example.org/item.json?a=b')).toBe(true);
    expect(await isScenePath('product.zip!/B04.jp2')).toBe(false);
  });
});

describe('selectBands', () => {
  it('takes names and codes in any case, and the grid of the finest', async () => {
    const selection = selectBands(await openScene(writeSafe()), ['RED', 'b8a', 'swir16', 'scl']);
    expect([...selection.bands].map(([word, band]) => `${word} ${band.code} ${band.gsd}`)).toEqual([
      'RED B04 10',
      'b8a B8A 20',
      'swir16 B11 20',
      'scl SCL 20',
    ]);
    expect(selection).toMatchObject({ gsd: 10, notes: [] });
    expect(selection.bands.get('scl')).toMatchObject({ scale: 1, offset: 0 });
  });

  it.each([
    [10, 20],
    [20, 20],
    [60, 60],
  ])('lays over a grid of %i m the classes of %i m', async (gsd, want) => {
    expect(selectClasses(await openScene(writeSafe()), gsd)?.gsd).toBe(want);
  });

  it('takes the classes of the bands’ own grid in a formula', async () => {
    const scene = await openScene(writeSafe({ images: ['R20m/SCL_20m', 'R60m/SCL_60m', 'R60m/B04_60m'] }));
    expect(selectBands(scene, ['scl', 'red']).bands.get('scl')?.gsd).toBe(60);
    expect(selectBands(scene, ['scl'])).toMatchObject({ gsd: 20 });
  });

  it('takes nir from B8A where there is no B08, and says so', async () => {
    const scene = await openScene(writeSafe({ images: ['R60m/B04_60m', 'R60m/B8A_60m'] }));
    const { bands, gsd, notes } = selectBands(scene, ['nir', 'red']);
    expect([...bands.values()].map((b) => b.code)).toEqual(['B8A', 'B04']);
    expect(gsd).toBe(60);
    expect(notes).toEqual([expect.stringMatching(/has no B08; nir is taken from B8A/)]);
  });

  it('does not take B8A for one who asks for B08 by its code', async () => {
    const scene = await openScene(writeSafe({ images: ['R60m/B8A_60m'] }));
    expect(() => selectBands(scene, ['B08'])).toThrow(/no band B08: it holds nir08 \(B8A\)/);
  });

  it.each(['rededge1', 'thermal'])('refuses %s and names what is there', async (word) => {
    const scene = await openScene(writeSafe());
    expect(() => selectBands(scene, [word])).toThrow(`no band ${word}: it holds blue (B02), red (B04), nir (B08)`);
  });
});

describe('epsgOfTile', () => {
  it.each([
    ['31UFT', 32631],
    ['29UNU', 32629],
    ['07HFE', 32707],
    ['01KAB', 32701],
    ['31NBJ', 32631],
    ['60MXX', 32760],
    ['31IAA', null],
    ['nothing', null],
  ])('%s → %s', (tile, epsg) => expect(epsgOfTile(tile)).toBe(epsg));
});
