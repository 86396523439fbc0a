import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSample } from '../../data-samples/sample.ts';
import { apply } from '../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { lonLatToMercator, tileRange } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { TILE_MATRIX_SETS } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { TileJson } from '../../pipelines/core/wire.ts';
import { SCL_MASKS } from '../../pipelines/core/raster/scl.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { TaskRunner } from '../../pipelines/runner.ts';
import { readPassport } from '../../pipelines/passport/read.ts';
import { findScene } from '../../pipelines/catalog/scenes-repository.ts';
import { putProduct } from '../../pipelines/queue/products-repository.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';
import { decodeTile, featuresOf } from '../support/vector-tiles.ts';

const root = temporaryFolder('raster');
const workspace = join(root, 'ws');
let server: RunningServer;
let item = '';
let bbox: LonLatBox;
/** Tasks as they are begun. */
const tasks: string[] = [];
/** Of each, where it was given one, and how it ended. */
const signals: AbortSignal[] = [];
const ended: string[] = [];
let hold: Promise<void> = Promise.resolve();

const watched: TaskRunner = {
  ...inlineRunner,
  async run(name, input, options) {
    tasks.push(name);
    if (options?.signal) signals.push(options.signal);
    await hold;
    try {
      return await inlineRunner.run(name, input, options);
    } catch (error) {
      ended.push((error as { code?: string }).code ?? 'unknown');
      throw error;
    }
  },
};

beforeAll(async () => {
  mkdirSync(join(root, 'web'));
  const sample = await makeSample(join(root, 'sample'), { size: 'small', dates: 2 });
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: join(root, 'web'),
    log: createLog('silent'),
    runner: async () => inlineRunner,
    renderer: () => watched,
    threads: 1,
  });
  const token = (await readOperatorToken(workspace))!;
  const added = await fetch(new URL('/workspace/ingest', server.address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ inputs: [join(root, 'sample')] }),
  });
  expect(await added.text()).toContain('added');
  item = sample.scenes[1]!.id;
  ({ bbox } = await json<{ bbox: LonLatBox }>(`/scenes/${item}`));
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.address), init);
const json = async <T>(path: string, init: RequestInit = {}) => (await (await ask(path, init)).json()) as T;
const raster = (rest: string) => `/raster/${item}/${rest}`;

/** A tile over the middle of the scene. */
function middleTile(z: number): string {
  const [x, y] = lonLatToMercator((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2);
  const { minX, minY } = tileRange({ minX: x, maxX: x + 1, minY: y, maxY: y + 1, epsg: 3857 }, z);
  return `tiles/WebMercatorQuad/${z}/${minX}/${minY}`;
}

describe('a scene as a collection of OGC', () => {
  const maps = (rest: string) => `/ogc/collections/${item}/map${rest}`;

  it('has the tiles that the renderer draws, in any matrix set, under the address of its tile sets', async () => {
    const query = 'index=ndvi&rescale=0,1';
    const [, set, z, x, y] = middleTile(13).split('/');
    const found = await json<{ links: { rel: string; href: string; type: string; templated?: true }[] }>(
      maps(`/tiles/${set}?${query}`),
    );
    const { href } = found.links.find(({ rel, type }) => rel === 'item' && type === 'image/png')!;
    const tile = href.replace('{tileMatrix}', z!).replace('{tileRow}', y!).replace('{tileCol}', x!);
    const [theirs, ours] = [await fetch(tile), await ask(raster(`${middleTile(13)}.png?${query}`))];
    expect(theirs.headers.get('etag')).toBe(ours.headers.get('etag'));
    expect(await theirs.bytes()).toEqual(await ours.bytes());
    const dutch = await json<{ tileMatrixSetLimits: Record<string, number>[] }>(maps('/tiles/NetherlandsRDNewQuad'));
    const { tileMatrix, minTileRow, minTileCol } = dutch.tileMatrixSetLimits.at(-1)!;
    const answer = await ask(maps(`/tiles/NetherlandsRDNewQuad/${tileMatrix}/${minTileRow}/${minTileCol}?f=png`));
    expect([200, 204]).toContain(answer.status);
  });

  it('has a map of any box, CRS and formula', async () => {
    const answer = await ask(maps(`?index=ndvi&bbox=${bbox.join(',')}&width=200&height=100&f=png`));
    expect(answer.headers.get('content-type')).toBe('image/png');
    const { info, data } = await sharp(await answer.bytes())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([200, 100]);
    expect(new Set(data).size).toBeGreaterThan(20);
  });

  it('is led to by its STAC item and is not in the list', async () => {
    const { features } = await json<{ features: { links: { rel: string; href: string }[] }[] }>(
      `/stac/search?ids=${item}`,
    );
    const { href } = features[0]!.links.find(({ rel }) => rel.endsWith('/tilesets-map'))!;
    const { tilesets } = (await (await fetch(href)).json()) as { tilesets: unknown[] };
    expect(tilesets).toHaveLength(TILE_MATRIX_SETS.length);
    const { collections } = await json<{ collections: { id: string }[] }>('/ogc/collections');
    expect(collections.map(({ id }) => id)).not.toContain(item);
    expect((await json<{ features: { id: string }[] }>(`/ogc/collections/${item}/items`)).features[0]!.id).toBe(item);
  });

  it('refuses words that nobody would heed, and has no vector tiles', async () => {
    expect((await ask(maps('?datetime=2024-01-01'))).status).toBe(400);
    expect((await ask(maps('?with=other'))).status).toBe(400);
    expect((await ask(`/ogc/collections/${item}/tiles`)).status).toBe(404);
    expect((await ask('/ogc/collections/no-such-scene/map')).status).toBe(404);
  });
});

describe('contour lines', () => {
  const words = 'bands=nir&interval=0.05';
  const tilesBeside = () => {
    const [, , z, x, y] = middleTile(14).split('/').map(Number) as number[];
    return { z: z!, x: x!, y: y! };
  };
  const linesOf = async (z: number, x: number, y: number) => {
    const answer = await ask(raster(`contours/WebMercatorQuad/${z}/${x}/${y}.mvt?${words}`));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/vnd.mapbox-vector-tile']);
    return featuresOf(decodeTile(await answer.bytes()), 'contours');
  };

  it('of a tile go on in the next one', async () => {
    const { z, x, y } = tilesBeside();
    const crossings = (features: Awaited<ReturnType<typeof linesOf>>, edge: number) =>
      features.flatMap((feature) =>
        feature.loadGeometry().flatMap((line) =>
          line.slice(1).flatMap((to, i) => {
            const from = line[i]!;
            if (from.x === to.x || from.x < edge === to.x < edge) return [];
            const at = from.y + ((to.y - from.y) * (edge - from.x)) / (to.x - from.x);
            return [{ height: Number(feature.properties['height']), at }];
          }),
        ),
      );
    const here = crossings(await linesOf(z, x, y), 4096);
    const there = crossings(await linesOf(z, x + 1, y), 0);
    expect(here.length).toBeGreaterThan(5);
    expect(there.length).toBe(here.length);
    for (const { height, at } of here)
      expect(
        Math.min(...there.filter((one) => one.height === height).map((one) => Math.abs(one.at - at))),
      ).toBeLessThan(4);
  });

  it('of a cut-out are GeoJSON in it', async () => {
    const [lon, lat] = [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2];
    const box = [lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003];
    const path = raster(`contours.geojson?${words}&bbox=${box.join(',')}`);
    const answer = await ask(path);
    expect(answer.headers.get('content-type')).toContain('application/geo+json');
    const { features } = (await answer.json()) as {
      features: { properties: { height: number }; geometry: { coordinates: [number, number][] } }[];
    };
    expect(features.length).toBeGreaterThan(3);
    for (const { properties, geometry } of features) {
      expect(properties.height / 0.05).toBeCloseTo(Math.round(properties.height / 0.05), 6);
      for (const [x, y] of geometry.coordinates) {
        expect(Math.abs(x - lon)).toBeLessThan(0.0045);
        expect(Math.abs(y - lat)).toBeLessThan(0.0035);
      }
    }
    expect((await ask(path, { headers: { 'If-None-Match': answer.headers.get('etag')! } })).status).toBe(304);
  });

  it('are drawn too, and nothing between them', async () => {
    const path = raster(`${middleTile(14)}.png?bands=nir&relief=contours,0.05`);
    const { data, info } = await sharp(await (await ask(path)).bytes())
      .raw()
      .toBuffer({ resolveWithObject: true });
    let drawn = 0;
    for (let i = 3; i < data.length; i += info.channels) if (data[i]! > 0) drawn++;
    expect(drawn).toBeGreaterThan(100);
    expect(drawn).toBeLessThan(data.length / info.channels / 2);
  });

  it.each([
    '',
    'interval=0&bands=nir',
    'interval=x&bands=nir',
    'interval=1&bands=red,green,blue',
    'interval=1&relief=slope',
  ])('are refused for %j', async (query) => {
    expect((await ask(raster(`contours/WebMercatorQuad/14/8000/5000.mvt?${query}`))).status).toBe(400);
  });
});

describe('the STAC item of a scene', () => {
  type Assets = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const assetsOf = async () => {
    const [found] = (await json<{ features: { assets: Assets }[] }>(`/stac/search?ids=${item}`)).features;
    return found!.assets;
  };

  it('has the grid of each file as its header says, also where the record was made before that was kept', async () => {
    const fresh = await assetsOf();
    const database = await server.database();
    const recordOf = async () => (await findScene(database, item))!;
    const { red, scl } = fresh as { red: Assets[string]; scl: Assets[string] };
    for (const [asset, { path }] of [
      [red, (await recordOf()).bands.find(({ name }) => name === 'red')!],
      [scl, (await recordOf()).classes[0]!],
    ] as const) {
      const source = await openRaster(path);
      const { width, height, transform } = source.info;
      await source.close();
      expect(asset).toMatchObject({ 'proj:shape': [height, width], 'proj:transform': transform });
    }
    expect(red['bands']).toMatchObject([{ data_type: 'uint16', 'eo:center_wavelength': 0.665 }]);
    await database.query(
      `UPDATE scenes SET bands = (SELECT jsonb_agg(b - 'header') FROM jsonb_array_elements(bands) b),
         classes = (SELECT jsonb_agg(c - 'header') FROM jsonb_array_elements(classes) c)`,
    );
    expect((await recordOf()).bands[0]!.header).toBeUndefined();
    expect(await assetsOf()).toEqual(fresh);
    expect((await recordOf()).bands.every(({ header }) => header)).toBe(true);
  });
});

describe('tiles', () => {
  it('have a tag by which a client need not be sent them again, and then no pixel is read', async () => {
    const path = raster(`${middleTile(13)}.png?index=ndvi`);
    const first = await ask(path);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('image/png');
    expect(first.headers.get('server-timing')).toMatch(/compute;dur=[\d.]+, encode;dur=[\d.]+, total;dur=/);
    const tag = first.headers.get('etag')!;
    const before = tasks.length;
    const again = await ask(path, { headers: { 'If-None-Match': tag } });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
    expect(tasks.length).toBe(before);
    const kept = await ask(path);
    expect(kept.headers.get('server-timing')).toMatch(/^cache;desc=hit/);
    expect(await kept.bytes()).toEqual(await first.bytes());
    expect((await ask(raster(`${middleTile(13)}.png?index=ndwi`))).headers.get('etag')).not.toBe(tag);
  });

  it('are drawn once for all who ask at the same time, and given up when all have left', async () => {
    let release = () => {};
    hold = new Promise((done) => (release = done));
    const path = raster(`${middleTile(13)}.png?index=evi&rescale=0,1`);
    const before = tasks.length;
    const answers = [ask(path), ask(path), ask(path)];
    const leaving = new AbortController();
    const left = ask(path, { signal: leaving.signal }).catch(() => 'left');
    await expect.poll(() => tasks.length).toBe(before + 1);
    leaving.abort();
    expect(await left).toBe('left');
    release();
    hold = Promise.resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(tasks.length).toBe(before + 1);
  });

  it('are not drawn on where the only client has left', async () => {
    let release = () => {};
    hold = new Promise((done) => (release = done));
    const before = tasks.length;
    const leaving = new AbortController();
    const left = ask(raster(`${middleTile(13)}.png?index=evi&rescale=0,0.7`), { signal: leaving.signal }).catch(
      () => 'left',
    );
    await expect.poll(() => tasks.length).toBe(before + 1);
    expect(signals.at(-1)!.aborted).toBe(false);
    leaving.abort();
    expect(await left).toBe('left');
    await expect.poll(() => signals.at(-1)!.aborted).toBe(true);
    release();
    hold = Promise.resolve();
    await expect.poll(() => ended.at(-1)).toBe('aborted'); // the task itself looks at its signal
  });

  it('are immutable under the version of their TileJSON alone', async () => {
    const found = await json<TileJson>(raster('tilejson.json?index=ndvi'));
    expect(found).toMatchObject({
      tilejson: '3.0.0',
      minzoom: expect.any(Number),
      maxzoom: 14,
      bounds: bbox,
      format: 'webp',
    });
    const [z, x, y] = middleTile(13).split('/').slice(2);
    const url = found.tiles[0]!.replace('{z}', z!).replace('{x}', x!).replace('{y}', y!);
    const versioned = await fetch(url);
    expect(versioned.headers.get('cache-control')).toContain('immutable');
    const stale = await fetch(url.replace(/v=[^&]+/, 'v=other'));
    expect(stale.headers.get('cache-control')).not.toContain('immutable');
  });

  it('tell how their numbers are read', async () => {
    const found = await json<TileJson>(raster('tilejson.json?index=ndvi&format=value&precision=8'));
    expect(found).toMatchObject({ format: 'png', precision: 8, scale: 2 / 254, offset: -1 - 2 / 254 });
  });

  it.each([
    ['256', '.png', 256],
    ['512', '.png', 512],
    ['256', '@2x.png', 512],
    ['512', '@2x.png', 1024],
  ])('of size %s%s have %i pixels', async (size, ending, pixels) => {
    const answer = await ask(raster(`${middleTile(13)}${ending}?index=ndvi&size=${size}`));
    expect(await sharp(await answer.bytes()).metadata()).toMatchObject({ width: pixels, height: pixels });
  });

  it('show the scene as it looks where nothing is asked', async () => {
    const { channels } = await sharp(await (await ask(raster('preview.png?max_size=200'))).bytes()).stats();
    expect(channels.length).toBeGreaterThanOrEqual(3);
    for (const { mean, stdev } of channels.slice(0, 3)) {
      expect(mean).toBeGreaterThan(20);
      expect(mean).toBeLessThan(235);
      expect(stdev).toBeGreaterThan(20);
    }
  });

  it('are nothing where the scene is not', async () => {
    const far = await ask(raster('tiles/WebMercatorQuad/13/0/0.png?index=ndvi'));
    expect([far.status, far.headers.get('x-blank-reason')]).toEqual([204, expect.stringContaining('no-data')]);
  });

  it('are those of an archive of the same, byte for byte', async () => {
    const output = join(root, 'ndvi.pmtiles');
    const scene = join(root, 'sample', 'scenes', item, `${item}.json`);
    const look = { colormap: 'rdylgn', rescale: { min: -0.2, max: 0.9 }, format: 'png' } as const;
    const excluded = [...SCL_MASKS.cloud, ...SCL_MASKS.shadow];
    await produce('tile-scene', { scene, formula: 'ndvi', excluded, output, ...look }, async () => inlineRunner);
    const archive = await openArchive(output);
    let compared = 0;
    for await (const { id } of archive.entries()) {
      const { z, x, y } = tileOfId(id);
      const query = 'index=ndvi&mask=cloud,shadow&colormap=rdylgn&rescale=-0.2,0.9';
      const answer = await ask(raster(`tiles/WebMercatorQuad/${z}/${x}/${y}.png?${query}`));
      expect(Buffer.from(await answer.bytes()).equals((await archive.getTile(z, x, y))!)).toBe(true);
      compared++;
    }
    await archive.close();
    expect(compared).toBeGreaterThan(8);
  });

  it('lay several scenes over each other by a rule', async () => {
    const { scenes } = await json<{ scenes: { id: string }[] }>('/scenes');
    const other = scenes.find(({ id }) => id !== item)!.id;
    const query = 'index=ndvi&format=value&precision=16';
    const codes = async (id: string, more = '') => {
      const answer = await ask(`/raster/${id}/${middleTile(13)}.png?${query}${more}`);
      const { data, info } = await sharp(await answer.bytes())
        .raw()
        .toBuffer({ resolveWithObject: true });
      return Array.from({ length: info.width * info.height }, (_, i) => {
        const at = i * info.channels;
        return 256 * data[at]! + data[at + 1]!;
      });
    };
    const [a, b] = [await codes(item), await codes(other)];
    const most = await codes(item, `&with=${other}&mosaic=max`);
    const first = await codes(item, `&with=${other}`);
    expect(a).not.toEqual(b);
    expect(most).toEqual(a.map((code, i) => Math.max(code, b[i]!)));
    expect(first).toEqual(a.map((code, i) => code || b[i]!));
  });

  it('come in the Dutch grid too', async () => {
    const [x, y] = createTransform(4326, 28992).point((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2);
    const span = 880803.84 / 2 ** 9;
    const at = `${Math.floor((x + 285401.92) / span)}/${Math.floor((903401.92 - y) / span)}`;
    const answer = await ask(raster(`tiles/NetherlandsRDNewQuad/9/${at}.png?index=ndvi`));
    expect(answer.status).toBe(200);
  });
});

describe('numbers', () => {
  it('of a cut-out lie on the pixels of the scene, and a point tells the same', async () => {
    const [west, south, east, north] = bbox;
    const box = [
      west + (east - west) / 3,
      south + (north - south) / 3,
      east - (east - west) / 3,
      north - (north - south) / 3,
    ];
    const answer = await ask(raster(`crop.tif?expression=nir&bbox=${box.join(',')}`));
    expect(answer.headers.get('content-type')).toBe('image/tiff');
    const path = join(root, 'crop.tif');
    await writeFile(path, await answer.bytes());
    const [crop, scene] = [await openRaster(path), await openRaster(join(root, 'sample', 'scenes', item, 'B08.tif'))];
    const [col, row] = [2, 5].map(
      (k) => (crop.info.transform![k]! - scene.info.transform![k]!) / scene.info.transform![k === 2 ? 0 : 4]!,
    );
    expect(crop.info.epsg).toBe(scene.info.epsg);
    const { width, height } = crop.info;
    const [found] = await crop.read({ col: 0, row: 0, width, height });
    const [stored] = await scene.read({ col: col!, row: row!, width, height });
    const { scale, offset } = scene.info.bands[0]!;
    for (let i = 0; i < found!.data.length; i += 37)
      expect(found!.data[i]!).toBeCloseTo(stored!.data[i]! * scale + offset, 6);
    const [lon, lat] = createTransform(crop.info.epsg!, 4326).point(...apply(crop.info.transform!, 10.5, 20.5));
    const point = await json<{ values: number[] }>(raster(`point/${lon},${lat}?expression=nir`));
    expect(point.values).toEqual([found!.data[20 * width + 10]!]);
    await crop.close();
    await scene.close();
  });

  it('of a posted polygon weigh pixels by what is covered of them', async () => {
    const scene = await openRaster(join(root, 'sample', 'scenes', item, 'B08.tif'));
    const { transform, epsg, bands } = scene.info;
    const corners = [
      [100.5, 50.25],
      [102.5, 50.25],
      [102.5, 51.75],
      [100.5, 51.75],
      [100.5, 50.25],
    ] as const;
    const toLonLat = createTransform(epsg!, 4326);
    const ring = corners.map(([col, row]) => toLonLat.point(...apply(transform!, col, row)));
    const [block] = await scene.read({ col: 100, row: 50, width: 3, height: 2 });
    const values = [...block!.data].map((dn) => dn * bands[0]!.scale + bands[0]!.offset);
    const weights = [0.5, 1, 0.5].flatMap((w) => [w * 0.75]).concat([0.5, 1, 0.5].map((w) => w * 0.75));
    const sum = values.reduce((total, value, i) => total + value * weights[i]!, 0);
    const feature = {
      type: 'Feature',
      id: 7,
      properties: { name: 'a' },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
    const init = { method: 'POST', headers: { 'Content-Type': 'application/geo+json' }, body: JSON.stringify(feature) };
    const answer = await json<{ id: number; properties: { name: string; statistics: Record<string, number> } }>(
      raster('statistics?expression=nir&stats=count,mean,sum,median'),
      init,
    );
    expect([answer.id, answer.properties.name]).toEqual([7, 'a']);
    expect(answer.properties.statistics['count']).toBeCloseTo(3, 4);
    expect(answer.properties.statistics['sum']).toBeCloseTo(sum, 4);
    expect(answer.properties.statistics['mean']).toBeCloseTo(sum / 3, 4);
    expect(values.map((v) => Math.fround(v))).toContainEqual(Math.fround(answer.properties.statistics['median']!));
    await scene.close();
  });

  it('of a place come for every date of its tile', async () => {
    const place = `${(bbox[0] + bbox[2]) / 2},${(bbox[1] + bbox[3]) / 2}`;
    const { points } = await json<{ points: { item: string; values: number[] }[] }>(
      raster(`series/${place}?index=ndvi`),
    );
    expect(points).toHaveLength(2);
    const own = await json<{ values: number[] }>(raster(`point/${place}?index=ndvi`));
    expect(points.find((point) => point.item === item)!.values).toEqual(own.values);
    const all = await json<{ names: string[]; values: number[] }>(raster(`point/${place}`));
    expect(all.names).toContain('B08');
    expect(all.values).toHaveLength(all.names.length);
  });
});

describe('a product of a run', () => {
  it('is drawn and measured like a scene, without a formula', async () => {
    const path = join(root, 'ndvi.tif');
    const scene = join(root, 'sample', 'scenes', item, `${item}.json`);
    const date = { scene, excluded: null, scl: null };
    const made = { formula: 'ndvi', date, calibration: {}, dtype: 'int16', output: path } as const;
    await produce('index', made, async () => inlineRunner);
    const passport = await readPassport(path);
    const facts = { runId: null, step: null, process: 'index', kind: 'raster', title: 'NDVI' } as const;
    const file = { path, mediaType: 'image/tiff', bytes: 1, sha256: 'a'.repeat(64) };
    await putProduct(await server.database(), { id: 'run-1-ndvi', ...facts, ...file, passport });
    const place = `${(bbox[0] + bbox[2]) / 2},${(bbox[1] + bbox[3]) / 2}`;
    const [product, own] = [
      await json<{ names: string[]; values: number[] }>(`/raster/run-1-ndvi/point/${place}`),
      await json<{ values: number[] }>(raster(`point/${place}?index=ndvi`)),
    ];
    expect(product.values[0]!).toBeCloseTo(own.values[0]!, 3);
    const tile = await ask(`/raster/run-1-ndvi/${middleTile(13)}.png`);
    expect([tile.status, tile.headers.get('content-type')]).toEqual([200, 'image/png']);
    const [statistics, ofScene] = [
      await json<Record<string, number>>('/raster/run-1-ndvi/statistics'),
      await json<Record<string, number>>(raster('statistics?index=ndvi')),
    ];
    expect(statistics['count']).toBe(ofScene['count']);
    expect(statistics['mean']!).toBeCloseTo(ofScene['mean']!, 4);
    expect((await ask('/raster/run-1-ndvi/statistics?index=ndvi')).status).toBe(400); // it has no such bands
    const found = await json<TileJson>('/raster/run-1-ndvi/tilejson.json');
    for (const [i, degrees] of found.bounds!.entries()) expect(degrees).toBeCloseTo(bbox[i]!, 3);
  });
});

describe('what is refused', () => {
  it.each([
    ['expression', 'nir + * red', 400],
    ['expression', 'process.exit(1)', 400],
    ['index', 'zzz9', 400],
    ['index', 'nir*2', 400],
    ['bands', 'red,nir', 400],
    ['mask', 'zzz9', 400],
    ['rescale', '1', 400],
    ['rescale', '1,1', 400],
    ['rescale', '98,2%', 400],
    ['colormap', 'zzz9', 400],
    ['colormap', '{"0":"red","1":"#fff"}', 400],
    ['colormap', '{"classes":{"a":"#ffffff"}}', 400],
    ['resampling', 'zzz9', 400],
    ['precision', '12', 400],
    ['size', '1000', 400],
    ['relief', 'hillshade,9', 400],
    ['relief', 'hillshade,400,45', 400],
    ['mosaic', 'mode', 400],
    ['with', 'a,,b', 400],
  ])('%s=%s is named in one sentence', async (parameter, value, status) => {
    const query = new URLSearchParams(parameter === 'precision' ? { format: 'value' } : {});
    query.set(parameter, value);
    const answer = await ask(raster(`${middleTile(13)}.png?${query.toString()}`));
    const problem = (await answer.json()) as { status: number; parameter: string; value: string; detail: string };
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([answer.status, problem.status]).toEqual([status, status]);
    expect([problem.parameter, problem.value]).toEqual([parameter, value]);
    expect(problem.detail).not.toMatch(/\n|^--/);
  });

  it.each([
    ['tiles/WebMercatorQuad/3/9/0.png', 400],
    ['tiles/WebMercatorQuad/99/0/0.png', 400],
    ['tiles/Mars/3/0/0.png', 404],
    ['tiles/WebMercatorQuad/3/0/0.gif', 404],
    ['tiles/WebMercatorQuad/3/0/0.jpg?index=ndvi&format=value', 400],
    ['tiles/WebMercatorQuad/3/0/0.png?index=ndvi&bands=red', 400],
    ['tiles/WebMercatorQuad/3/0/0.png?colour=red', 400],
    ['tiles/WebMercatorQuad/3/0/0.png?bands=B99', 400],
    ['point/999,99', 400],
    ['point/-170,10', 404],
    ['crop.tif?bbox=1,2,3', 400],
    ['crop.tif?bbox=1,2,3,4', 404],
    ['preview.png?max_size=100000', 400],
    ['statistics?stats=nonsense', 400],
  ])('%s is %i', async (path, status) => {
    const answer = await ask(raster(path));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  });

  it('is an item that is none', async () => {
    expect((await ask('/raster/zzz9/tiles/WebMercatorQuad/3/0/0.png')).status).toBe(404);
  });

  it.each([
    ['no JSON', '{"bad":', 400],
    ['no polygon', JSON.stringify({ type: 'Feature', geometry: { type: 'Point', coordinates: [5, 52] } }), 400],
    [
      'metres',
      JSON.stringify({
        type: 'Polygon',
        coordinates: [
          [
            [1e5, 4e5],
            [2e5, 4e5],
            [2e5, 5e5],
            [1e5, 4e5],
          ],
        ],
      }),
      400,
    ],
    [
      'too many positions',
      JSON.stringify({ type: 'Polygon', coordinates: [Array.from({ length: 100_001 }, (_, i) => [i / 1e5, 50])] }),
      413,
    ],
  ])('is a posted zone with %s', async (_what, body, status) => {
    const answer = await ask(raster('statistics'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  });
});
