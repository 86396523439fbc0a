import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Passport } from '../../pipelines/core/passport/passport.ts';
import { parsePassport } from '../../pipelines/passport/parse.ts';
import { pathOf, placeOf } from '../../pipelines/passport/place.ts';
import { readPassport } from '../../pipelines/passport/read.ts';
import { createRecorder } from '../../pipelines/passport/recorder.ts';
import { findPassport } from '../../pipelines/passport/sidecar.ts';
import { readCommit } from '../../pipelines/passport/software.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { IndexRequest } from '../../pipelines/runs/index.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { temporaryFolder } from '../support/archive.ts';
import { northUp, putRaster } from '../support/rasters.ts';

const folder = temporaryFolder('passport');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inline = async () => inlineRunner;

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

async function makeFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

const row = (at: string, name: string, values: readonly number[], spec: object = {}) =>
  putRaster(at, name, Uint16Array.from(values), { width: values.length, height: 1, dtype: 'uint16', ...spec });

async function ndviRequest(at: string): Promise<IndexRequest> {
  const red = await row(at, 'red', [1000, 2000, 0, 500], { nodata: 0 });
  const nir = await row(at, 'nir', [3000, 2000, 900, 700], { nodata: 0 });
  const scl = await row(at, 'scl', [4, 8], { dtype: 'uint16', transform: northUp(20) });
  return {
    formula: 'ndvi',
    date: {
      bands: [
        { name: 'red', path: red },
        { name: 'nir', path: nir },
      ],
      classes: { path: scl, excluded: [8, 9] },
      notes: [],
    },
    calibration: { scale: 10000, offset: -1000 },
    dtype: 'float32',
    output: join(at, 'ndvi.tif'),
  };
}

describe('the passport of a file', () => {
  it('lies beside it and says what every number went through', async () => {
    const at = await makeFolder('beside');
    const request = await ndviRequest(at);
    await produce('index', request, inline, { askedBy: 'janneke' });
    const passport = JSON.parse(await readFile(join(at, 'ndvi.tif.passport.json'), 'utf8')) as Passport;

    expect(passport.product).toMatchObject({ name: 'ndvi.tif', sha256: await digest(request.output), folder: at });
    const inputs = new Map(passport.inputs.map((input) => [input.role, input]));
    expect([...inputs.keys()].toSorted()).toEqual(['nir', 'red', 'scl']);
    for (const role of ['nir', 'red', 'scl'])
      expect(inputs.get(role)).toMatchObject({ place: `${role}.tif`, sha256: await digest(join(at, `${role}.tif`)) });
    expect(inputs.get('red')!.reading).toMatchObject({ band: 1, nodata: 0, scale: 0.0001, offset: -0.1, level: 0 });
    expect(inputs.get('scl')!.reading).toMatchObject({
      scale: 1,
      offset: 0,
      maskedClasses: [8, 9],
      placement: 'each pixel repeated 2 × 2 times',
    });
    expect(passport.method).toMatchObject({
      formula: { id: 'NDVI' },
      storage: { dtype: 'float32', nodata: 'nan' },
      grid: { width: 4, height: 1, epsg: 32631 },
    });
    // Of four pixels one is nodata in red and the third and fourth are cloud.
    expect(passport.result).toMatchObject({ pixels: 4, validPixels: 2, validShare: 0.5 });
    expect(passport.askedBy).toBe('janneke');
    expect(passport.time!.started <= passport.time!.ended).toBe(true);
    expect(await readPassport(request.output)).toEqual(passport);
  });

  it('says what a warp did to places', async () => {
    const at = await makeFolder('warp');
    const path = await putRaster(
      at,
      'field',
      Uint16Array.from({ length: 64 * 64 }, (_, i) => i),
      {
        width: 64,
        height: 64,
        dtype: 'uint16',
      },
    );
    const output = join(at, 'rd.tif');
    const words = { epsg: 28992, resolution: null, bounds: null, resampling: 'bilinear' } as const;
    const { validShare } = await produce('warp', { ...words, path, output }, inline);
    const { method, result } = await readPassport(output);
    expect(method.coordinates!.map(({ accuracy }) => accuracy)).toEqual([2e-6, 1, 0.239]);
    expect(method).toMatchObject({ resampling: 'bilinear', maxErrorPixels: 0.01 });
    expect(result.maxErrorPixels).toBeLessThan(0.01);
    expect(result.validShare).toBe(validShare);
  });

  it('has the same recipe for the same work elsewhere, and another for other numbers', async () => {
    const recipes: string[] = [];
    for (const name of ['recipe-a', 'recipe-b', 'recipe-c']) {
      const at = await makeFolder(name);
      const request = await ndviRequest(at);
      if (name === 'recipe-c') await row(at, 'red', [1001, 2000, 0, 500], { nodata: 0 });
      await produce('index', request, inline);
      recipes.push((await readPassport(request.output)).process.recipe);
    }
    expect(recipes[0]).toBe(recipes[1]);
    expect(recipes[2]).not.toBe(recipes[0]);
  });

  it('is not believed when the file is another', async () => {
    const at = await makeFolder('stale');
    const request = await ndviRequest(at);
    await produce('index', request, inline);
    await appendFile(request.output, 'x');
    await expect(readPassport(request.output)).rejects.toMatchObject({
      code: 'format-damaged',
      message: expect.stringContaining('ndvi.tif is not the file that') as string,
    });
    expect((await readPassport(`${request.output}.passport.json`)).product.name).toBe('ndvi.tif');
  });

  it('that cannot be written means no file either', async () => {
    const at = await makeFolder('unwritable');
    const request = await ndviRequest(at);
    await mkdir(`${request.output}.passport.json`);
    await expect(produce('index', request, inline)).rejects.toMatchObject({ code: 'not-writable' });
    expect((await readdir(at)).filter((name) => name.includes('ndvi'))).toEqual(['ndvi.tif.passport.json']);
  });

  it('is refused where an input changed while it was read', async () => {
    const at = await makeFolder('changing');
    const input = await row(at, 'red', [1, 2]);
    const output = join(at, 'out.tif');
    await writeFile(output, 'product');
    const recorder = createRecorder({ process: 'index', request: () => ({}), output });
    recorder.begin({ inputs: [{ role: 'red', path: input }], method: { summary: '' } });
    await recorder.embed(); // by then it has been identified
    await appendFile(input, 'more');
    await expect(recorder.seal(output)).rejects.toThrow(`${input} changed while it was read; run it again`);
    await recorder.discard();
  });

  it('stands in an archive of tiles, without time, folder or person', async () => {
    const at = await makeFolder('archive');
    const source = join(at, 'points.geojson');
    const point = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[5,52]}}';
    const broken = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["x",52]}}';
    await writeFile(source, `{"type":"FeatureCollection","features":[${point},${broken}]}`);
    const output = join(at, 'points.pmtiles');
    await produce('tile-features', { layers: [{ source }], output, maxZoom: 3 }, inline, { askedBy: 'janneke' });
    expect((await readdir(at)).toSorted()).toEqual(['points.geojson', 'points.pmtiles']);
    const { passport, embedded } = await findPassport(output);
    expect(embedded).toBe(true);
    expect(passport.inputs).toMatchObject([{ role: 'points', place: 'points.geojson', sha256: await digest(source) }]);
    expect(passport.result).toEqual({ features: 1 });
    expect(passport.notes).toEqual([expect.stringMatching(/^points\.geojson: 1 feature was passed over/)]);
    expect(JSON.stringify(passport)).not.toContain(folder);
    expect(passport).not.toHaveProperty('time');
    expect(passport).not.toHaveProperty('askedBy');
    expect(passport.product).toEqual({ name: 'points.pmtiles', mediaType: 'application/vnd.pmtiles' });
  });

  it('belongs to a scene’s metadata too', async () => {
    const at = await makeFolder('scene');
    await row(at, 'B04', [1000, 2000]);
    await row(at, 'B08', [3000, 2000]);
    const asset = (name: string, common: string) => ({
      href: `./${name}.tif`,
      type: 'image/tiff',
      'eo:bands': [{ name, common_name: common }],
      'raster:bands': [{ nodata: 0, scale: 0.0001, offset: -0.1 }],
    });
    const item = {
      type: 'Feature',
      stac_version: '1.0.0',
      id: 'S2B_31UFT_20240601_0_L2A',
      geometry: null,
      properties: { datetime: '2024-06-01T10:56:19Z', platform: 'sentinel-2b' },
      assets: { red: asset('B04', 'red'), nir: asset('B08', 'nir') },
    };
    const scene = join(at, 'item.json');
    await writeFile(scene, JSON.stringify(item));
    const output = join(at, 'out.tif');
    const date = { scene, excluded: null, scl: null };
    await produce('index', { formula: 'ndvi', date, calibration: {}, dtype: 'int16', output }, inline);
    const { inputs, process } = await readPassport(output);
    expect(inputs.map(({ role, place }) => `${role} ${place}`).toSorted()).toEqual([
      'metadata item.json',
      'nir B08.tif',
      'red B04.tif',
    ]);
    expect(inputs.find(({ role }) => role === 'red')!.reading).toMatchObject({ scale: 0.0001, offset: -0.1 });
    expect(process.request).toMatchObject({ date: { scene: 'item.json' } });
  });
});

describe('reading a passport', () => {
  it('refuses what is none, naming what is wrong', async () => {
    const at = await makeFolder('damaged');
    const request = await ndviRequest(at);
    await produce('index', request, inline);
    const sidecar = `${request.output}.passport.json`;
    const text = await readFile(sidecar, 'utf8');
    for (const [content, code, words] of [
      [text.slice(0, 100), 'format-damaged', 'is not JSON'],
      ['[]', 'format-damaged', 'no sound passport'],
      ['null', 'format-damaged', 'no sound passport'],
      [text.replace('"inputs"', '"outputs"'), 'format-damaged', 'inputs'],
      [text.replace('"passport": 1', '"passport": 2'), 'format-unsupported', 'version 2'],
    ] as const) {
      await writeFile(sidecar, content);
      await expect(readPassport(request.output)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words) as string,
      });
    }
    rmSync(sidecar);
    await expect(readPassport(request.output)).rejects.toMatchObject({ code: 'not-found' });
    await expect(readPassport(join(at, 'none.tif'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('takes every member that the type has', () => {
    expect(() => parsePassport({ passport: 1 }, 'x')).toThrow(/product/);
  });
});

describe('places', () => {
  it('are relative to the product, and lead back', () => {
    expect(placeOf('/data/in/B04.tif#2', '/data/out')).toBe('../in/B04.tif#2');
    expect(pathOf('../in/B04.tif#2', '/data/out')).toBe('/data/in/B04.tif#2');
    expect(placeOf('/data/a.zip!/GRANULE/B04.jp2', '/data')).toBe('a.zip!/GRANULE/B04.jp2');
  });

  it('tell no secrets of addresses', () => {
    expect(placeOf('https://me:pw@example.org/a.tif?sig=abc&X-Amz-Signature=1&band=2', '/')).toBe(
      'https://example.org/a.tif?band=2',
    );
    expect(placeOf('https://example.org/a%20b.tif?x=1', '/')).toBe('https://example.org/a%20b.tif?x=1');
  });
});

describe('the commit of the code', () => {
  const id = '0123456789abcdef0123456789abcdef01234567';

  it.each([
    ['a loose branch', { HEAD: 'ref: refs/heads/main\n', 'refs/heads/main': `${id}\n` }, id],
    ['a packed branch', { HEAD: 'ref: refs/heads/main\n', 'packed-refs': `# pack-refs\n${id} refs/heads/main\n` }, id],
    ['a detached head', { HEAD: `${id}\n` }, id],
    ['a branch without commits', { HEAD: 'ref: refs/heads/main\n' }, null],
    ['no clone', {}, null],
  ])('is found for %s', async (name, files, commit) => {
    const root = await makeFolder(`git ${name}`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(join(root, '.git', file, '..'), { recursive: true });
      await writeFile(join(root, '.git', file), content);
    }
    expect(await readCommit(root)).toBe(commit);
  });
});
