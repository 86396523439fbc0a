import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import type { Json } from '../../pipelines/core/passport/passport.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import { fillWords } from '../../pipelines/queue/schedules.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { temporaryFolder } from '../support/archive.ts';
import { putRaster } from '../support/rasters.ts';

const root = temporaryFolder('schedules');
let database: Database;
let service: RunService;
let scene: SceneRecord;

beforeAll(async () => {
  database = await openDatabase({ workspace: join(root, 'ws'), url: null, command: 'test' });
  service = await openRunService({
    database,
    url: null,
    workspace: join(root, 'ws'),
    startRunner: async () => inlineRunner,
    threads: 1,
    onFault: (error) => console.error(error),
  });
  const data = Uint16Array.from({ length: 100 * 100 }, (_, i) => 1000 + (i % 97));
  const path = await putRaster(root, 'red', data, { width: 100, height: 100, dtype: 'uint16', nodata: 0 });
  const band = { code: '1', path, index: 0, gsd: 10, scale: 0.0001, offset: 0, nodata: 0, saturated: null };
  scene = {
    id: 'S2A_31UFT_20240601',
    collection: 'sentinel-2-l2a',
    platform: 'sentinel-2a',
    level: 'L2A',
    baseline: null,
    tile: '31UFT',
    datetime: '2024-06-01T10:46:29.000Z',
    epsg: 32631,
    bbox: [4.4, 52.2, 4.6, 52.4],
    footprint: { type: 'Polygon', coordinates: [] },
    cloudCover: 30,
    bands: [
      { ...band, name: 'red' },
      { ...band, name: 'nir' },
    ],
    classes: [],
    calibration: { quantification: 10_000, addOffset: 0, origin: 'stated', explanation: 'As stated' },
    source: path,
    digest: 'none',
    files: [],
    findings: [],
  };
}, 60_000);
afterAll(async () => {
  await service.close();
  await database.close();
  rmSync(root, { recursive: true, force: true });
});

describe('words of a schedule', () => {
  it('become days, and what is known of the scene that came in', () => {
    const now = new Date('2024-03-01T05:00:00Z');
    expect(fillWords(['{today-31d}', '{today}', '{today+1d}/x'], now, null)).toEqual([
      '2024-01-30',
      '2024-03-01',
      '2024-03-02/x',
    ]);
    expect(fillWords({ a: '{scene.date} {scene.tile}', b: [{ c: '{scene}' }], d: 4 }, now, scene)).toEqual({
      a: '2024-06-01 31UFT',
      b: [{ c: 'S2A_31UFT_20240601' }],
      d: 4,
    });
    expect(fillWords('{scene.date} {tomorrow}', now, null)).toBe('{scene.date} {tomorrow}');
  });
});

describe('a schedule', () => {
  const pipeline = {
    id: 'ratio',
    parameters: [
      { name: 'period', description: 'When', schema: { type: 'array', subtype: 'temporal-interval' } },
      { name: 'collection', description: 'Which', schema: { type: 'string' } },
    ],
    process_graph: {
      load: {
        process_id: 'load_collection',
        arguments: {
          id: { from_parameter: 'collection' },
          spatial_extent: null,
          temporal_extent: { from_parameter: 'period' },
        },
      },
      index: { process_id: 'ndvi', arguments: { data: { from_node: 'load' } } },
      file: { process_id: 'save_result', arguments: { data: { from_node: 'index' }, format: 'GTiff' }, result: true },
    },
  };
  const schedule = (settings: Record<string, Json>, when: object) => ({
    pipeline: 'ratio',
    graph: pipeline as unknown as Json,
    parameters: { settings },
    cron: null,
    timeZone: null,
    onScene: null,
    priority: 0,
    askedBy: null,
    ...when,
  });

  it('says when it is due next in its time zone, and refuses what is no time and what does not fit', async () => {
    const settings = { period: '{today-30d}/{today}', collection: 'x' };
    const daily = await service.addSchedule(schedule(settings, { cron: '30 6 * * *', timeZone: 'Europe/Amsterdam' }));
    const due = new Date(daily.nextAt!);
    expect(due.getTime()).toBeGreaterThan(Date.now());
    const told = new Intl.DateTimeFormat('nl', { timeZone: 'Europe/Amsterdam', hour: '2-digit', minute: '2-digit' });
    expect(told.format(due)).toBe('06:30');
    await service.removeSchedule(daily.id);
    await expect(service.removeSchedule(daily.id)).rejects.toThrow(/There is no schedule/);
    await expect(service.addSchedule(schedule(settings, { cron: 'each day' }))).rejects.toThrow(
      /is no time that repeats/,
    );
    await expect(service.addSchedule(schedule({ period: '2024' }, { cron: '0 0 * * *' }))).rejects.toThrow(/ratio/);
    expect(await service.schedules()).toEqual([]);
  });

  it('starts a run for the scenes it waits for, and for no other', async () => {
    const settings = { period: '{scene.date}/{today+1d}', collection: '{scene.collection}' };
    const any = { collection: null, tile: null, maxCloudCover: null };
    const kept = await service.addSchedule(
      schedule(settings, { onScene: { ...any, tile: '31UFT', maxCloudCover: 40 } }),
    );
    await service.addSchedule(schedule(settings, { onScene: { ...any, maxCloudCover: 10 } }));
    await service.addSchedule(schedule(settings, { onScene: { ...any, collection: 'landsat' } }));
    await putScene(database, scene);
    const runs = await service.sceneAdded(scene.id);
    expect(runs.map(({ startedBy, parameters }) => [startedBy, parameters])).toEqual([
      [
        { kind: 'scene', schedule: kept.id, scene: scene.id },
        {
          values: { collection: 'sentinel-2-l2a', period: ['2024-06-01', expect.stringMatching(/^\d{4}-\d\d-\d\d$/)] },
        },
      ],
    ]);
    await service.work();
    let state = '';
    for await (const run of service.watch(runs[0]!.id)) ({ state } = run);
    expect(state).toBe('DONE');
    expect((await service.schedules()).find(({ id }) => id === kept.id)?.lastRun).toBe(runs[0]!.id);
  }, 60_000);
});
