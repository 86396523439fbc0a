import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putLayer } from '../../pipelines/catalog/layers-repository.ts';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import type { Passport } from '../../pipelines/core/passport/passport.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { putProduct } from '../../pipelines/queue/products-repository.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';
import { manyScenes } from '../support/many-scenes.ts';

interface Link {
  readonly rel: string;
  readonly href: string;
  readonly method?: string;
  readonly body?: object;
}
interface Item {
  readonly id: string;
  readonly collection: string;
  readonly geometry: { readonly type: string } | null;
  readonly bbox?: readonly number[];
  readonly stac_extensions: readonly string[];
  readonly properties: Readonly<Record<string, unknown>> & { readonly datetime: string };
  readonly assets: Readonly<Record<string, { readonly href: string; readonly [field: string]: unknown }>>;
  readonly links: readonly Link[];
}
interface Page {
  readonly features: readonly Item[];
  readonly links: readonly Link[];
  readonly numberMatched?: number;
}

const root = temporaryFolder('stac');
const scenes = [...manyScenes(300, { folder: root })];
let server: RunningServer;
let database: Database;
let token: string;

const passport = {
  product: { name: 'change.tif', folder: '/secret/products' },
  method: {
    summary: 'Difference of two dates',
    grid: { width: 100, height: 50, epsg: 32631, transform: [20, 0, 640000, 0, -20, 5780000] },
    storage: { dtype: 'float32', nodata: 'nan', scale: 1, offset: 0 },
  },
  software: { name: 'Landmeter', version: '0.1.0' },
  result: {},
} as unknown as Passport;

beforeAll(async () => {
  mkdirSync(join(root, 'web'));
  writeFileSync(join(root, 'web', 'index.html'), '');
  mkdirSync(join(root, scenes[0]!.id));
  writeFileSync(join(root, scenes[0]!.id, 'B04.tif'), 'II*\0 a raster');
  const log = createLog('silent');
  server = await startServer({
    workspace: root,
    host: '127.0.0.1',
    port: 0,
    web: join(root, 'web'),
    log,
    runner: async () => inlineRunner,
    threads: 1,
  });
  token = (await readOperatorToken(root))!;
  database = await server.database();
  await database.transaction(async (tx) => {
    for (const scene of scenes) await putScene(tx, scene);
  });
  const frame = { id: 'ndvi-1', datetime: '2024-05-12T10:46:29Z', clearShare: 0.9 };
  await putLayer(database, {
    id: 'ndvi',
    title: { nl: 'Plantengroei', en: 'Plant growth' },
    description: { nl: '', en: '' },
    theme: 'vegetation',
    kind: 'value',
    unit: null,
    range: [-0.2, 1],
    colormap: 'viridis',
    bounds: [5, 52, 5.3, 52.2],
    attribution: 'Test',
    simulated: true,
    order: 1,
    frames: [frame],
  });
  const product = {
    runId: null,
    step: null,
    process: 'change',
    title: 'A change',
    bytes: 3,
    sha256: 'cd'.repeat(32),
    passport,
  };
  const path = join(root, 'change.tif');
  writeFileSync(path, 'tif');
  await putProduct(database, { ...product, id: 'run-change', kind: 'raster', path, mediaType: 'image/tiff' });
  await putProduct(database, { ...product, id: 'run-table', kind: 'table', path, mediaType: 'text/csv' });
});

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true });
});

function send(path: string, init: RequestInit & { readonly json?: unknown } = {}): Promise<Response> {
  const { json, ...rest } = init;
  const url = path.startsWith('http') ? path : new URL(path, server.address).href;
  const headers = { 'Content-Type': 'application/json', ...(rest.headers as object) };
  return fetch(url, {
    ...rest,
    headers,
    ...(json !== undefined && { method: rest.method ?? 'POST', body: JSON.stringify(json) }),
  });
}

const get = async <T>(path: string): Promise<T> => (await send(path)).json() as Promise<T>;
const find = (words: Record<string, string>) =>
  get<Page>(`/stac/search?${new URLSearchParams({ limit: '1000', ...words }).toString()}`);
const post = async (words: object): Promise<Page> =>
  (await send('/stac/search', { json: { limit: 1000, ...words } })).json() as Promise<Page>;
const ids = ({ features }: Page) => features.map(({ id }) => id).sort();
const idsOf = (keep: (scene: SceneRecord) => boolean) =>
  scenes
    .filter(keep)
    .map(({ id }) => id)
    .sort();
const authorised = () => ({ Authorization: `Bearer ${token}` });

/** All pages, by whatever method the next link says. */
async function pages(first: Page): Promise<Item[]> {
  const items = [...first.features];
  for (let page = first; ;) {
    const next = page.links.find(({ rel }) => rel === 'next');
    if (!next) return items;
    const answer = await send(next.href, next.method === 'POST' ? { json: next.body } : {});
    page = (await answer.json()) as Page;
    items.push(...page.features);
  }
}

const overlaps = (scene: SceneRecord, [w, s, e, n]: readonly [number, number, number, number]): boolean => {
  const [x, y] = scene.footprint.coordinates[0]![0] as [number, number];
  const turns = [0, -360].flatMap((turn) =>
    w <= e
      ? [[w - turn, e - turn]]
      : [
          [w - turn, e + 360 - turn],
          [w - 360 - turn, e - turn],
        ],
  );
  // The triangle below the diagonal of its box, against a box: its corner nearest to the triangle's right angle decides.
  return turns.some(([west, east]) => {
    const [cx, cy] = [Math.max(west!, x), Math.max(s, y)];
    return west! <= x + 1 && east! >= x && s <= y + 1 && n >= y && cx - x + (cy - y) <= 1;
  });
};

describe('the landing page', () => {
  it('names its classes, links both ways of searching, and every link of it answers', async () => {
    const landing = await get<{ conformsTo: string[]; links: Link[] }>('/stac');
    expect(landing.conformsTo).toEqual((await get<{ conformsTo: string[] }>('/stac/conformance')).conformsTo);
    expect(landing.links.filter(({ rel }) => rel === 'search').map(({ method }) => method)).toEqual(['GET', 'POST']);
    for (const { href, method } of landing.links)
      expect([href, (await send(href, method === 'POST' ? { json: {} } : {})).status]).toEqual([href, 200]);
  });

  it('has every collection that holds something, with its extent', async () => {
    const { collections } = await get<{ collections: { id: string; extent: { spatial: { bbox: number[][] } } }[] }>(
      '/stac/collections',
    );
    expect(collections.map(({ id }) => id)).toEqual([
      'archives',
      'products',
      'sentinel-2-l1c',
      'sentinel-2-l2a',
      'tables',
    ]);
    expect(collections[0]!.extent.spatial.bbox).toEqual([[5, 52, 5.3, 52.2]]);
    expect((await send('/stac/collections/none')).status).toBe(404);
    expect((await send('/stac/collections/none/items')).status).toBe(404);
  });
});

describe('items', () => {
  it('of scenes say how bands are read, and nothing of folders of this machine', async () => {
    const { id, collection, datetime, cloudCover } = scenes.find((scene) => scene.cloudCover !== null)!;
    const answer = await send(`/stac/collections/${collection}/items/${id}`);
    expect(answer.headers.get('content-type')).toContain('application/geo+json');
    const text = await answer.text();
    expect(text).not.toContain(root);
    const item = JSON.parse(text) as Item;
    expect(item.properties).toMatchObject({
      datetime,
      'eo:cloud_cover': cloudCover,
      'proj:code': 'EPSG:32631',
      gsd: 10,
    });
    expect(Object.keys(item.assets)).toEqual(['red', 'nir', 'scl', 'thumbnail']);
    expect(item.assets['nir']!.href).toBe('https://example.org/B08.tif');
    expect(item.assets['red']).toMatchObject({
      'file:size': 10,
      'file:checksum': `1220${'ab'.repeat(32)}`,
      bands: [{ name: 'B04', 'eo:common_name': 'red', nodata: 0, 'raster:scale': 0.0001, 'raster:offset': -0.1 }],
    });
    expect(item.stac_extensions.map((address) => address.split('/')[3])).toEqual(
      expect.arrayContaining(['eo', 'file', 'projection', 'processing', 'raster', 'classification', 'render']),
    );
    expect(item.links.find(({ rel }) => rel === 'tilejson')!.href).toContain(`/raster/${id}/tilejson.json`);
  });

  it('of layers carry their archive and link its TileJSON', async () => {
    const item = await get<Item>('/stac/collections/archives/items/ndvi-1');
    expect(item.assets['archive']).toMatchObject({
      href: `${server.address}archives/ndvi-1.pmtiles`,
      type: 'application/vnd.pmtiles',
    });
    expect(item.links.find(({ rel }) => rel === 'tilejson')!.href).toBe(`${server.address}tiles/ndvi-1/tilejson.json`);
    expect(item.bbox).toEqual([5, 52, 5.3, 52.2]);
  });

  it('of products lie where the grid of their passport lies', async () => {
    const placed = await get<Item>('/stac/collections/products/items/run-change');
    // gdaltransform of GDAL 3.6 puts 640000 5780000 of EPSG:32631 at 5.0410 52.1532
    expect(placed.bbox![0]).toBeCloseTo(5.041, 2);
    expect(placed.bbox![3]).toBeCloseTo(52.153, 2);
    expect(placed.properties['proj:bbox']).toEqual([640000, 5779000, 642000, 5780000]);
    expect(placed.assets['data']).toMatchObject({ 'proj:shape': [50, 100], 'file:checksum': `1220${'cd'.repeat(32)}` });
    expect(JSON.stringify(placed)).not.toContain('/secret');
    expect((await get<Item>('/stac/collections/tables/items/run-table')).geometry).toBeNull();
  });

  it('give their files by byte range, and no others', async () => {
    const { id, collection } = scenes[0]!;
    const path = `/stac/collections/${collection}/items/${id}/assets`;
    const part = await send(`${path}/red`, { headers: { Range: 'bytes=0-1' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, 'II', 'bytes 0-1/13']);
    for (const key of ['nir', 'scl', 'none', '..%2f..%2foperator.token', '__proto__']) {
      const answer = await send(`${path}/${key}`);
      const text = await answer.text();
      expect([key, answer.status, text.includes(root), text.includes(token)]).toEqual([key, 404, false, false]);
    }
    expect(await (await send('/stac/collections/products/items/run-change/assets/data')).text()).toBe('tif');
  });
});

describe('a search', () => {
  const boxes = [
    [-20, 30, 40, 70],
    [170, -80, -170, 80],
    [-180, -90, 180, 90],
    [179.5, -80, 180, 80],
    [-180, -80, -179.5, 80],
  ] as const;

  it.each(boxes)('finds what meets the box %d, %d, %d, %d, and only that', async (...box) => {
    const collections = 'sentinel-2-l2a,sentinel-2-l1c';
    const expected = idsOf((scene) => overlaps(scene, box));
    expect(expected.length).toBeGreaterThan(0);
    expect(ids(await find({ bbox: box.join(), collections }))).toEqual(expected);
    expect(ids(await post({ bbox: box, collections: collections.split(',') }))).toEqual(expected);
  });

  it('cuts footprints that cross 180° in two', async () => {
    const crossing = scenes.find(({ bbox: [west, , east] }) => west > east)!;
    const [item] = (await find({ ids: crossing.id })).features;
    expect(item!.geometry!.type).toBe('MultiPolygon');
    expect(item!.bbox).toEqual(crossing.bbox);
  });

  it('finds by times, ids and collections, by GET and POST alike', async () => {
    const [from, to] = ['2021-01-01T00:00:00Z', '2022-06-01T00:00:05Z'];
    const within = (scene: SceneRecord) =>
      Date.parse(scene.datetime) >= Date.parse(from) && Date.parse(scene.datetime) <= Date.parse(to);
    const collections = ['sentinel-2-l2a'];
    const expected = idsOf((scene) => within(scene) && scene.collection === 'sentinel-2-l2a');
    expect(ids(await find({ datetime: `${from}/${to}`, collections: collections.join() }))).toEqual(expected);
    expect(ids(await post({ datetime: `${from}/${to}`, collections }))).toEqual(expected);
    expect(ids(await find({ ids: 'S2_000001,S2_000002,zzz' }))).toEqual(['S2_000001', 'S2_000002']);
    const instant = scenes[7]!.datetime;
    expect(ids(await find({ datetime: instant }))).toEqual(idsOf(({ datetime }) => datetime === instant));
    expect((await find({ collections: 'none' })).features).toEqual([]);
  });

  it.each([
    ['"eo:cloud_cover" < 20', ({ cloudCover }: SceneRecord) => cloudCover !== null && cloudCover < 20],
    ['NOT ("eo:cloud_cover" < 20)', ({ cloudCover }: SceneRecord) => cloudCover !== null && cloudCover >= 20],
    [
      '"eo:cloud_cover" IS NULL AND platform = \'sentinel-2a\'',
      ({ cloudCover, platform }: SceneRecord) => cloudCover === null && platform === 'sentinel-2a',
    ],
    [
      '"eo:cloud_cover" % 10 < 1 AND "eo:cloud_cover" / 0 IS NULL',
      ({ cloudCover }: SceneRecord) => cloudCover !== null && cloudCover % 10 < 1,
    ],
    ["casei(id) LIKE casei('s2!_0001%') OR id LIKE 'S2\\_0002_0'", ({ id }: SceneRecord) => /^S2_0002.0$/.test(id)],
    [
      "T_DURING(datetime, INTERVAL('2021-01-01', '2021-03-31'))",
      ({ datetime }: SceneRecord) => datetime > '2021-01-01T00:00:00.000Z' && datetime < '2021-04-01',
    ],
    [
      "T_BEFORE(datetime, DATE('2020-06-01')) AND accenti(platform) = 'sentinel-2b'",
      ({ datetime, platform }: SceneRecord) => datetime < '2020-06-01' && platform === 'sentinel-2b',
    ],
    [
      'NOT S_INTERSECTS(geometry, BBOX(-180, 0, 180, 90)) AND gsd = 10',
      ({ footprint }: SceneRecord) => footprint.coordinates[0]!.every(([, lat]) => lat! < 0),
    ],
    [
      'S_WITHIN(geometry, BBOX(-180, 0, 0, 90)) AND gsd > 0',
      ({ footprint }: SceneRecord) =>
        footprint.coordinates[0]!.every(([lon, lat]) => lon! <= 0 && lon! >= -180 && lat! >= 0),
    ],
  ])('filters by %s', async (filter, keep) => {
    const scenesOnly = `(${filter}) AND collection <> 'archives' AND collection <> 'products' AND collection <> 'tables'`;
    const page = await find({ filter: scenesOnly, 'filter-lang': 'cql2-text' });
    expect(ids(page)).toEqual(idsOf(keep));
    expect(ids(page).length).toBeGreaterThan(0);
  });

  it('takes the older query extension', async () => {
    const query = {
      'eo:cloud_cover': { lt: '30', gte: 10 },
      platform: { endsWith: '2a' },
      collection: { in: ['sentinel-2-l2a'] },
    };
    expect(ids(await post({ query }))).toEqual(
      idsOf(
        ({ cloudCover, platform, collection }) =>
          cloudCover !== null &&
          cloudCover < 30 &&
          cloudCover >= 10 &&
          platform === 'sentinel-2a' &&
          collection === 'sentinel-2-l2a',
      ),
    );
  });

  it.each([
    '-properties.datetime',
    '+eo:cloud_cover',
    '-eo:cloud_cover,+datetime',
    'platform,-gsd,id',
    '-s2:processing_baseline',
  ])('in the order %s has every item once over its pages, by GET and POST', async (sortby) => {
    const words = { collections: 'sentinel-2-l2a,sentinel-2-l1c', sortby, limit: '37' };
    const items = await pages(await find(words));
    expect(items.map(({ id }) => id).sort()).toEqual(idsOf(() => true));
    const keys = sortby
      .split(',')
      .map((word) => ({ field: word.replace(/^[+-]/, ''), direction: word.startsWith('-') ? 'desc' : 'asc' }));
    const posted = await pages(await post({ collections: words.collections.split(','), limit: 50, sortby: keys }));
    expect(posted.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    const name = keys[0]!.field.replace('properties.', '');
    const values = items.map(
      ({ properties }) => properties[name] ?? (name === 'platform' ? '' : name.startsWith('s2') ? '' : -1),
    ) as string[];
    const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(values).toEqual(keys[0]!.direction === 'desc' ? sorted.toReversed() : sorted);
  });

  it('goes on after its last item when others came and went', async () => {
    const words = { collections: 'sentinel-2-l2a', sortby: 'id', limit: '20' };
    const first = await find(words);
    const [added] = [...manyScenes(1, { seed: 9 })].map((scene) => ({
      ...scene,
      id: 'S2_000000-late',
      collection: 'sentinel-2-l2a',
    }));
    await putScene(database, added!);
    const rest = (await pages(first)).slice(20).map(({ id }) => id);
    await database.query('DELETE FROM scenes WHERE id = $1', [added!.id]);
    expect([...first.features.map(({ id }) => id), ...rest]).toEqual(
      idsOf(({ collection }) => collection === 'sentinel-2-l2a'),
    );
  });

  it('sends the members that are asked for', async () => {
    const [some] = (await find({ limit: '1', fields: 'id,properties.datetime' })).features;
    expect(Object.keys(some!).sort()).toEqual(['collection', 'id', 'properties', 'type']);
    expect(Object.keys(some!.properties)).toEqual(['datetime']);
    const [most] = (await post({ limit: 1, fields: { exclude: ['assets', 'properties.datetime'] } })).features;
    expect(most).not.toHaveProperty('assets');
    expect(most!.properties).not.toHaveProperty('datetime');
    expect(most).toHaveProperty('geometry');
  });

  it('counts what it can count cheaply', async () => {
    expect((await find({ collections: 'sentinel-2-l2a', limit: '1' })).numberMatched).toBe(
      idsOf(({ collection }) => collection === 'sentinel-2-l2a').length,
    );
    expect((await find({ ids: 'zzz' })).numberMatched).toBe(0);
    const bbox = [-20, 30, 40, 70] as const;
    const inside = scenes.filter((scene) => overlaps(scene, bbox)).length;
    const collections = 'sentinel-2-l2a,sentinel-2-l1c';
    expect((await find({ bbox: bbox.join(), collections, limit: '2' })).numberMatched).toBe(inside);
  });

  it.each([
    ['bbox=1,2,3', 'bbox'],
    ['bbox=a,b,c,d', 'a,b,c,d'],
    ['bbox=1,5,2,4', 'bbox'],
    ['datetime=yesterday', 'yesterday'],
    ['datetime=2021-01-01', '2021-01-01'],
    ['datetime=2021-02-30T00:00:00Z', '2021-02-30'],
    ['datetime=../..', 'datetime'],
    ['limit=-7', '-7'],
    ['limit=many', 'many'],
    ['limit=0', 'limit'],
    ['intersects={bad', '{bad'],
    ['intersects={"type":"Point","coordinates":[1]}', 'intersects'],
    ['bbox=1,2,3,4&intersects={}', 'intersects'],
    ['filter=id = = 3', 'id = = 3'],
    ["filter=datetime > TIMESTAMP('0000-01-01T00:00:00Z')", 'cannot be worked with'],
    ['filter=power(gsd, 2) = 4', 'power'],
    ['filter=gsd ^ 9999 = 4', 'cannot be worked with'],
    ['filter=id = 1&filter-lang=sql', 'sql'],
    ['sortby=nothing', 'nothing'],
    ['sortby=no%0Dthing', 'thing'],
    ['sortby=geometry', 'geometry'],
    ['token=nonsense', 'nonsense'],
    ['token=WyJub3doZW4iLCJhIl0', 'cannot be worked with'],
    ['query={"eo:cloud_cover":{"near":3}}', 'near'],
  ])('refuses %s', async (query, word) => {
    const answer = await send(`/stac/search?${query}`);
    const problem = (await answer.json()) as { detail: string };
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(problem.detail).toContain(word);
  });

  it('refuses bodies that are no search', async () => {
    for (const body of ['{"bad":', '[]', '"text"', '{"bbox":[1,2]}', '{"ids":[1]}', '{"sortby":"x","limit":{}}'])
      expect([body, (await send('/stac/search', { method: 'POST', body })).status]).toEqual([body, 400]);
  });

  it('lists what may be asked about', async () => {
    const answer = await send('/stac/queryables');
    expect(answer.headers.get('content-type')).toContain('application/schema+json');
    const { properties } = (await answer.json()) as { properties: object };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['datetime', 'eo:cloud_cover', 'geometry']));
  });
});

describe('aggregation', () => {
  it('counts by month, cloud and collection, over a box too', async () => {
    const bbox = [-20, 30, 40, 70] as const;
    const names = 'total_count,collection_frequency,cloud_cover_frequency,datetime_frequency';
    const { aggregations } = await get<{
      aggregations: { name: string; value?: number; buckets?: { key: string; frequency: number }[] }[];
    }>(`/stac/aggregate?aggregations=${names}&bbox=${bbox.join()}`);
    const inside = scenes.filter((scene) => overlaps(scene, bbox));
    const others = 2; // the frame and the product lie there
    expect(aggregations[0]!.value).toBe(inside.length + others);
    const sum = (k: number) => aggregations[k]!.buckets!.reduce((total, { frequency }) => total + frequency, 0);
    expect(sum(1)).toBe(inside.length + others);
    expect(sum(2)).toBe(inside.filter(({ cloudCover }) => cloudCover !== null).length);
    expect(sum(3)).toBe(inside.length + others);
    expect((await send('/stac/aggregate?aggregations=none')).status).toBe(400);
  });
});

describe('writing', () => {
  const path = '/stac/collections/sentinel-2-l2a/items';
  const item = {
    type: 'Feature',
    stac_version: '1.1.0',
    id: 'posted-1',
    geometry: { type: 'Point', coordinates: [5, 52] },
    properties: { datetime: '2019-01-01T00:00:00Z', 'eo:cloud_cover': 3, extra: { a: 1, b: 2 } },
    links: [],
    assets: { data: { href: 'https://example.org/a.tif' } },
  };

  it('needs a token', async () => {
    for (const [method, where] of [
      ['POST', path],
      ['PUT', `${path}/posted-1`],
      ['PATCH', `${path}/posted-1`],
      ['DELETE', `${path}/${scenes[0]!.id}`],
    ] as const) {
      const answer = await send(where, { method, json: item });
      expect([method, answer.status]).toEqual([method, 401]);
    }
  });

  it('adds, finds, changes, replaces and removes an item', async () => {
    const headers = authorised();
    const added = await send(path, { headers, json: item });
    expect([added.status, added.headers.get('location')]).toEqual([
      201,
      `${server.address.slice(0, -1)}${path}/posted-1`,
    ]);
    expect((await send(path, { headers, json: item })).status).toBe(409);
    expect(ids(await find({ bbox: '4.9,51.9,5.1,52.1', datetime: '../2019-06-01T00:00:00Z' }))).toEqual(['posted-1']);
    const changed = await send(`${path}/posted-1`, {
      method: 'PATCH',
      headers,
      json: { properties: { 'eo:cloud_cover': 90, extra: { a: null } } },
    });
    expect(((await changed.json()) as Item).properties).toMatchObject({ 'eo:cloud_cover': 90, extra: { b: 2 } });
    expect(ids(await find({ filter: '"eo:cloud_cover" = 90 AND id LIKE \'posted%\'' }))).toEqual(['posted-1']);
    const { geometry: _geometry, ...rest } = item;
    expect((await send(`${path}/posted-1`, { method: 'PUT', headers, json: { ...rest, geometry: null } })).status).toBe(
      200,
    );
    expect((await get<Item>(`${path}/posted-1`)).geometry).toBeNull();
    expect((await send(`${path}/posted-1`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await send(`${path}/posted-1`)).status).toBe(404);
  });

  it('adds all of a FeatureCollection or nothing', async () => {
    const features = [
      { ...item, id: 'many-1' },
      { ...item, id: scenes[0]!.id },
    ];
    const answer = await send(path, { headers: authorised(), json: { type: 'FeatureCollection', features } });
    expect(answer.status).toBe(409);
    expect((await find({ ids: 'many-1' })).features).toEqual([]);
  });

  it.each([
    [{ id: 'a/b' }, 'id'],
    [
      {
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 1],
              [0, 1],
            ],
          ],
        },
      },
      'geometry',
    ],
    [{ properties: { datetime: null } }, 'properties.datetime'],
    [{ properties: { datetime: 'soon' } }, 'properties.datetime'],
    [{ collection: 'other' }, 'collection'],
    [{ assets: { data: { href: '/etc/passwd' } } }, 'assets.data.href'],
    [{ assets: { data: { href: 'file:///etc/passwd' } } }, 'assets.data.href'],
    [{ stac_version: '2' }, 'stac_version'],
  ])('refuses %j', async (change, member) => {
    const answer = await send(path, { headers: authorised(), json: { ...item, ...change } });
    expect([answer.status, ((await answer.json()) as { parameter: string }).parameter]).toEqual([400, member]);
  });

  it('leaves what runs made to them, and takes scenes out', async () => {
    const headers = authorised();
    expect((await send('/stac/collections/products/items/run-change', { method: 'DELETE', headers })).status).toBe(403);
    const { id, collection } = scenes[5]!;
    const where = `/stac/collections/${collection}/items/${id}`;
    expect((await send(where, { method: 'PATCH', headers, json: {} })).status).toBe(403);
    expect((await send(where, { method: 'DELETE', headers })).status).toBe(204);
    expect((await send(`/scenes/${id}`)).status).toBe(404);
    await putScene(database, scenes[5]!);
    expect((await send(where)).status).toBe(200);
  });
});
