import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../pipelines/catalog/scene-record.ts';
import { findScene, listScenes } from '../../pipelines/catalog/scenes-repository.ts';
import { listZones, listZoneSets } from '../../pipelines/catalog/zones-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import type { IngestRequest, IngestResult } from '../../pipelines/runs/ingest.ts';
import { temporaryFolder } from '../support/archive.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { putRaster } from '../support/rasters.ts';

const SIDE = 400;
const PATIENCE_MS = 120_000;

/** Fields of different reflectance, × 10000, seen from a place `right` and `down` pixels beside; some are mown. */
function landscape(right: number, down: number, season = 0): Float64Array {
  const random = createRandom(5);
  const image = new Float64Array(SIDE * SIDE).fill(400);
  for (let k = 0; k < 900; k++) {
    const [x, y, w, h] = [random(), random(), random(), random()].map((v, i) =>
      Math.floor(v * (i < 2 ? SIDE : 40)),
    ) as [number, number, number, number];
    const value = 200 + random() * 2500 + (random() < 0.2 ? season : 0);
    for (let row = Math.max(0, y + down); row < Math.min(SIDE, y + h + down); row++)
      for (let col = Math.max(0, x + right); col < Math.min(SIDE, x + w + right); col++)
        image[row * SIDE + col] = value;
  }
  return image;
}

interface SceneWords {
  readonly day: string;
  /** What the pixels carry. */
  readonly added?: number;
  /** What the item says. */
  readonly stated?: number;
  readonly right?: number;
  readonly down?: number;
}

/** A STAC item with a red and a near infrared band beside it. @returns its folder */
async function putScene(root: string, { day, added = 1000, stated = -1000, right = 0, down = 0 }: SceneWords) {
  const folder = join(root, `scene-${day}`);
  mkdirSync(folder, { recursive: true });
  const red = Uint16Array.from(landscape(right, down, Number(day) * 10), (value) => value + added);
  const spec = { width: SIDE, height: SIDE, dtype: 'uint16', nodata: 0 } as const;
  await putRaster(folder, 'B04', red, spec);
  await putRaster(
    folder,
    'B08',
    red.map((value) => value + 100),
    spec,
  );
  const asset = (code: string, common: string) => ({
    href: `./${code}.tif`,
    gsd: 10,
    'eo:bands': [{ name: code, common_name: common }],
    'raster:bands': [{ nodata: 0, scale: 0.0001, offset: stated / 10000 }],
  });
  const item = {
    type: 'Feature',
    stac_version: '1.0.0',
    id: `S2_TEST_${day}`,
    properties: {
      datetime: `2024-06-${day}T10:56:19Z`,
      platform: 'sentinel-2b',
      's2:processing_baseline': '05.10',
      'grid:code': 'MGRS-31UFT',
      'proj:epsg': 32631,
      'eo:cloud_cover': Number(day),
    },
    assets: { red: asset('B04', 'red'), nir: asset('B08', 'nir') },
  };
  writeFileSync(join(folder, 'item.json'), JSON.stringify(item));
  return folder;
}

const square = (x: number, y: number, side: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
      [x, y],
    ],
  ],
});

function putZones(path: string, zones: readonly object[], more: object = {}): string {
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', ...more, features: zones }));
  return path;
}

const zone = (nr: unknown, geometry: object) => ({ type: 'Feature', properties: { nr }, geometry });

let server: PostgresServer | null = null;
afterAll(() => server?.stop());

const KINDS = [
  { kind: 'embedded', url: () => null, skip: false },
  { kind: 'postgres', url: () => (server ??= startPostgres()).createDatabase(), skip: noPostgres !== null },
];

describe.each(KINDS)('ingest, $kind', ({ url, skip }) => {
  describe.skipIf(skip)('', () => {
    const root = temporaryFolder('ingest');
    let database: Database;

    beforeAll(async () => {
      database = await openDatabase({ workspace: join(root, 'ws'), url: url(), command: 'test' });
    }, PATIENCE_MS);
    afterAll(async () => {
      await database.close();
      rmSync(root, { recursive: true, force: true });
    });

    async function take(inputs: readonly string[], words: Omit<IngestRequest, 'inputs'> = {}): Promise<IngestResult[]> {
      const results: IngestResult[] = [];
      for await (const result of ingest(database, { inputs, ...words })) results.push(result);
      return results;
    }

    async function finding(id: string, check: Finding['check']): Promise<Finding | undefined> {
      return (await findScene(database, id))?.findings.find((one) => one.check === check);
    }

    it('adds a scene once, with where, when, and how its numbers are read', async () => {
      const folder = await putScene(root, { day: '01' });
      expect(await take([folder])).toEqual([
        { input: join(folder, 'item.json'), kind: 'scene', id: 'S2_TEST_01', status: 'added', reason: null, notes: [] },
      ]);
      expect(await take([folder])).toMatchObject([{ id: 'S2_TEST_01', status: 'known', reason: null }]);
      const scene = await findScene(database, 'S2_TEST_01');
      expect(scene).toMatchObject({
        collection: 'sentinel-2-l2a',
        datetime: '2024-06-01T10:56:19.000Z',
        tile: '31UFT',
        epsg: 32631,
        cloudCover: 1,
        bands: [
          { name: 'red', code: 'B04', gsd: 10, scale: 0.0001, offset: -0.1, nodata: 0 },
          { name: 'nir', code: 'B08' },
        ],
        calibration: { addOffset: -1000, origin: 'metadata' },
      });
      // EPSG:32631, (600000, 5800000) to (604000, 5796000): corners by PROJ 9.1.
      const corners = [4.466688763434367, 52.30448239112539, 4.526571148963828, 52.34117534714299];
      scene!.bbox.forEach((value, k) => expect(value).toBeCloseTo(corners[k]!, 6));
      expect(scene!.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256!))).toBe(true);
    });

    it('knows the same contents in another place, and reads them there from then on', async () => {
      const moved = join(root, 'moved');
      cpSync(join(root, 'scene-01'), moved, { recursive: true });
      renameSync(join(root, 'scene-01'), join(root, 'gone'));
      const [result] = await take([moved]);
      expect(result).toMatchObject({ id: 'S2_TEST_01', status: 'known', reason: expect.stringMatching(/read here/) });
      expect((await findScene(database, 'S2_TEST_01'))!.bands[0]!.path).toBe(join(moved, 'B04.tif'));
    });

    it('replaces a scene whose contents changed, and says so', async () => {
      const folder = await putScene(root, { day: '02' });
      await take([folder]);
      const item = JSON.parse(await readFile(join(folder, 'item.json'), 'utf8')) as { properties: object };
      writeFileSync(
        join(folder, 'item.json'),
        JSON.stringify({ ...item, properties: { ...item.properties, 'eo:cloud_cover': 77 } }),
      );
      expect(await take([folder])).toMatchObject([
        { id: 'S2_TEST_02', status: 'added', reason: expect.stringMatching(/^replaces what was known as S2_TEST_02/) },
      ]);
      expect((await findScene(database, 'S2_TEST_02'))!.cloudCover).toBe(77);
    });

    it('measures how a scene lies beside the clearest of its neighbours', async () => {
      const [result] = await take([await putScene(root, { day: '03', right: 3, down: -2 })]);
      expect(await finding('S2_TEST_03', 'alignment')).toMatchObject({
        level: 'warning',
        values: { scene: 'S2_TEST_01', dx: expect.closeTo(3, 1), dy: expect.closeTo(-2, 1) },
      });
      expect(result!.notes).toEqual([
        expect.stringMatching(/^Lies 3(\.\d+)?, -[12](\.\d+)? pixels \(right, down\) beside S2_TEST_01$/),
      ]);
    });

    it('sees an offset that was forgotten by the neighbour in time', async () => {
      await take([await putScene(root, { day: '04', added: 1000, stated: 0.001 })]);
      expect(await finding('S2_TEST_04', 'neighbour')).toMatchObject({
        level: 'warning',
        text: expect.stringMatching(/one of them has an offset of 0\.1 too many or too few/),
        values: { median: expect.closeTo(0.1, 2) },
      });
    });

    it('sees an offset that was taken off twice by what cannot be', async () => {
      await take([await putScene(root, { day: '05', added: 0, stated: -1000 })]);
      expect(await finding('S2_TEST_05', 'calibration')).toMatchObject({
        level: 'warning',
        text: expect.stringMatching(/perhaps the offset was taken off already$/),
      });
    });

    it('finds nothing wrong with a scene that is right', async () => {
      const [result] = await take([await putScene(root, { day: '06' })]);
      expect(result!.notes).toEqual([]);
      const { findings } = (await findScene(database, 'S2_TEST_06'))!;
      expect(findings.map(({ check }) => check)).toEqual([
        'files',
        'grid',
        'nodata',
        'calibration',
        'neighbour',
        'alignment',
      ]);
      expect(findings.every(({ level }) => level === 'ok')).toBe(true);
      // Those of the days before are nearer, but were found wrong themselves.
      expect(findings[4]!.values['scene']).toBe('S2_TEST_03');
      expect(findings[5]!.values['scene']).toBe('S2_TEST_01');
    });

    it('takes a folder of bands and a single raster, called after their contents, where their names tell the date', async () => {
      const bands = join(root, 'T31UFT_20240701');
      mkdirSync(bands);
      const spec = { width: SIDE, height: SIDE, dtype: 'uint16', nodata: 0 } as const;
      await putRaster(bands, 'T31UFT_B04_10m', Uint16Array.from(landscape(0, 0)), spec);
      const ndvi = await putRaster(root, 'ndvi_2024-07-02', new Int16Array(SIDE * SIDE).fill(5000), {
        ...spec,
        dtype: 'int16',
        nodata: -32768,
      });
      const undated = await putRaster(root, 'ndvi', new Int16Array(SIDE * SIDE).fill(5000), {
        ...spec,
        dtype: 'int16',
      });
      const results = await take([bands, ndvi, undated]);
      expect(results.map(({ status }) => status)).toEqual(['added', 'added', 'refused']);
      expect(results[0]!.id).toMatch(/^T31UFT_20240701-[0-9a-f]{8}$/);
      expect(await findScene(database, results[1]!.id!)).toMatchObject({
        datetime: '2024-07-02T00:00:00.000Z',
        collection: 'rasters',
      });
      expect(results[2]!.reason).toMatch(/^Nothing tells when .*ndvi\.tif was taken: put a date into its name/);
    });

    it('refuses what is damaged or foreign with a reason, and takes what lies beside it', async () => {
      const parent = join(root, 'mixed');
      mkdirSync(parent);
      const good = await putScene(parent, { day: '10' });
      const bad = await putScene(parent, { day: '11' });
      const band = await readFile(join(bad, 'B08.tif'));
      writeFileSync(join(bad, 'B08.tif'), band.subarray(0, band.length * 0.6));
      mkdirSync(join(root, 'void'));
      const results = await take([parent, join(root, 'void'), join(root, 'nowhere')]);
      expect(results.map(({ input, status }) => [input, status])).toEqual([
        [join(good, 'item.json'), 'added'],
        [join(bad, 'item.json'), 'refused'],
        [join(root, 'void'), 'refused'],
        [join(root, 'nowhere'), 'refused'],
      ]);
      expect(results.slice(1).map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/B08\.tif/),
        expect.stringMatching(/void holds no scene: /),
        expect.stringMatching(/There is no file or folder .*nowhere/),
      ]);
      expect(await findScene(database, 'S2_TEST_11')).toBeNull();
    });

    it('finds scenes by place and time', async () => {
      const ids = async (filter: Parameters<typeof listScenes>[1]) =>
        (await listScenes(database, filter)).map(({ id }) => id);
      expect(await ids({ from: '2024-06-01T00:00:00Z', to: '2024-06-02T23:59:59Z' })).toEqual([
        'S2_TEST_01',
        'S2_TEST_02',
      ]);
      expect(await ids({ bbox: [4.5, 52.31, 4.51, 52.32], tile: '31UFT', limit: 2 })).toEqual([
        'S2_TEST_01',
        'S2_TEST_02',
      ]);
      expect(await ids({ bbox: [5, 52.3, 5.1, 52.4] })).toEqual([]);
      // Across 180°: from 170° east to 10° east covers the scenes, from 170° east to 170° west does not.
      expect((await ids({ bbox: [170, 50, 10, 60] })).length).toBeGreaterThan(3);
      expect(await ids({ bbox: [170, 50, -170, 60] })).toEqual([]);
    });

    it('adds zones once, in the CRS in which they were drawn', async () => {
      const crs = { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::28992' } } };
      const path = putZones(
        join(root, 'Fields.geojson'),
        [zone(7, square(155000, 463000, 100)), zone(8, square(156000, 463000, 100))],
        crs,
      );
      expect(await take([path], { idField: 'nr' })).toMatchObject([
        { kind: 'zones', id: 'fields', status: 'added', reason: null },
      ]);
      expect(await take([path], { idField: 'nr' })).toMatchObject([{ id: 'fields', status: 'known' }]);
      expect(await listZoneSets(database)).toMatchObject([
        { id: 'fields', name: 'Fields', epsg: 28992, count: 2, idField: 'nr' },
      ]);
      const [first] = await listZones(database, 'fields');
      expect(first).toMatchObject({ id: '7', properties: { nr: 7 }, geometry: square(155000, 463000, 100) });
      // The tower of Amersfoort is (155000, 463000).
      expect(first!.bbox[0]).toBeCloseTo(5.387206, 5);
      expect(first!.bbox[1]).toBeCloseTo(52.155174, 5);
    });

    it('does not confuse two files of one name, and replaces zones by name', async () => {
      const other = join(root, 'other');
      mkdirSync(other);
      const path = putZones(join(other, 'fields.geojson'), [zone(1, square(5, 52, 0.01))]);
      expect((await take([path]))[0]).toMatchObject({
        status: 'refused',
        reason: expect.stringMatching(/name these with --name/),
      });
      expect((await take([path], { name: 'fields' }))[0]).toMatchObject({
        status: 'added',
        reason: expect.stringMatching(/^replaces/),
      });
      expect(await listZones(database, 'fields')).toHaveLength(1);
    });

    it.each([
      ['one id for two', [zone(1, square(5, 52, 1)), zone(1, square(6, 52, 1))], /has the nr "1" twice/],
      ['no id', [zone(null, square(5, 52, 1))], /feature 1: its nr is null, which is no id/],
      ['a point', [zone(1, { type: 'Point', coordinates: [5, 52] })], /its geometry is "Point"; a Polygon/],
      [
        'an open ring',
        [
          zone(1, {
            type: 'Polygon',
            coordinates: [
              [
                [5, 52],
                [6, 52],
                [6, 53],
                [5, 53],
              ],
            ],
          }),
        ],
        /no closed lines/,
      ],
      ['nothing', [], /holds no polygon/],
    ])('refuses zones with %s', async (name, zones, reason) => {
      const path = putZones(join(root, `wrong ${name}.geojson`), zones);
      expect(await take([path], { idField: 'nr' })).toMatchObject([
        { kind: 'zones', id: null, status: 'refused', reason: expect.stringMatching(reason) },
      ]);
    });
  });
});
