import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import { openZoneSeries, putZoneValues } from '../../pipelines/catalog/zone-values-repository.ts';
import { createZoneBuilder } from '../../pipelines/catalog/zone-set.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import type {
  SceneDetails,
  SceneList,
  ZoneFeatures,
  ZoneSeriesValues,
  ZoneSetList,
} from '../../pipelines/core/wire-catalogue.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';

const root = temporaryFolder('catalogue');
let server: RunningServer;
let token: string;

/** The tower of Amersfoort in RD New, and the same place in WGS 84 after `gdaltransform` of GDAL 3.6. */
const TOWER_RD = [155000, 463000] as const;
const TOWER = [5.38720350841377, 52.1551723011922] as const;

function scene(day: string, levels: readonly SceneRecord['findings'][number]['level'][]): SceneRecord {
  return {
    id: `S-${day}`,
    collection: 'sentinel-2-l2a',
    platform: 'sentinel-2b',
    level: 'L2A',
    baseline: '05.10',
    tile: '31UFT',
    datetime: `${day}T10:50:00.000Z`,
    epsg: 32631,
    bbox: [5, 52, 5.2, 52.1],
    footprint: {
      type: 'Polygon',
      coordinates: [
        [
          [5, 52],
          [5.2, 52],
          [5.2, 52.1],
          [5, 52],
        ],
      ],
    },
    cloudCover: 12.5,
    bands: [
      {
        name: 'red',
        code: 'B04',
        path: '/secret/folder/B04.tif',
        index: 0,
        gsd: 10,
        scale: 1,
        offset: 0,
        nodata: 0,
        saturated: null,
      },
    ],
    classes: [{ path: '/secret/folder/SCL.tif', gsd: 20 }],
    calibration: { quantification: 10000, addOffset: -1000, origin: 'metadata', explanation: 'The metadata state it' },
    source: '/secret/folder/',
    digest: 'abc',
    files: [{ path: '/secret/folder/B04.tif', sizeBytes: 10, modifiedMs: 1, sha256: 'def' }],
    findings: levels.map((level) => ({ check: 'grid', level, text: 'A sentence.', values: { width: 10 } })),
  };
}

/** A circle of 2,000 vertices around the tower, and three squares east of it. */
function zones() {
  const builder = createZoneBuilder('zones.geojson', 'code');
  const [x, y] = TOWER_RD;
  const circle = Array.from({ length: 2000 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 2000;
    return [x + 500 * Math.cos(angle), y + 500 * Math.sin(angle)];
  });
  const add = (code: string, name: string, ring: readonly (readonly number[])[]) =>
    builder.add({
      id: undefined,
      properties: { code, name },
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
    });
  add('round', 'The circle', circle);
  for (const k of [1, 2, 3]) {
    const left = x + 1000 * k;
    add(`square-${k}`, `Square ${k}`, [
      [left, y],
      [left + 100, y],
      [left + 100, y + 100],
      [left, y + 100],
    ]);
  }
  return {
    id: 'fields',
    name: 'Fields',
    idField: 'code',
    source: 'zones.geojson',
    digest: 'abc',
    ...builder.finish(28992),
  };
}

beforeAll(async () => {
  const workspace = join(root, 'ws');
  mkdirSync(workspace);
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: join(root, 'web'),
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  token = (await readOperatorToken(workspace))!;
  const database = await server.database();
  await putScene(database, scene('2025-06-01', ['ok', 'ok', 'warning']));
  await putScene(database, scene('2025-06-11', ['ok', 'unknown']));
  await putScene(database, scene('2025-06-21', ['ok']));
  await putZoneSet(database, zones());
  const { number } = await openZoneSeries(
    database,
    { setId: 'fields', name: 'NDVI / 10 m' },
    ['mean', 'valid_share'],
    [],
  );
  await putZoneValues(database, number, {
    zoneIds: ['round', 'round', 'square-1'],
    times: ['2025-06-11T10:50:00Z', '2025-06-01T10:50:00Z', '2025-06-01T10:50:00Z'],
    numbers: ['{NULL,0}', '{0.5,1}', '{0.25,0.75}'],
    objects: ['null', 'null', 'null'],
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

async function ask<T>(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
  const response = await fetch(new URL(path, server.address), { headers });
  return { status: response.status, body: (await response.json()) as T };
}

/** From a place to the nearest point of a line, in the units of both. */
function distanceTo(line: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): number {
  let nearest = Infinity;
  for (let i = 1; i < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i - 1]!, line[i]!];
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
  }
  return nearest;
}

describe('scenes', () => {
  it('come newest first, with their findings counted, a page at a time', async () => {
    const first = await ask<SceneList>('/scenes?limit=2');
    expect(first.body.scenes.map(({ id }) => id)).toEqual(['S-2025-06-21', 'S-2025-06-11']);
    expect(first.body.scenes[1]!.findings).toEqual({ ok: 1, warning: 0, unknown: 1 });
    expect(first.body.total).toBe(3);
    const second = await ask<SceneList>(first.body.links[0]!.href);
    expect(second.body.scenes.map(({ id, findings }) => [id, findings.warning])).toEqual([['S-2025-06-01', 1]]);
    expect(second.body.links).toEqual([]);
  });

  it('are chosen by time and tile', async () => {
    const { body } = await ask<SceneList>('/scenes?from=2025-06-05T00:00:00Z&to=2025-06-15T00:00:00Z&tile=31UFT');
    expect(body.scenes.map(({ id }) => id)).toEqual(['S-2025-06-11']);
    expect((await ask<SceneList>('/scenes?tile=31UGT')).body.scenes).toEqual([]);
    expect((await ask('/scenes?from=yesterday')).status).toBe(400);
  });

  it('tell where their files lie only to who shows a token', async () => {
    const open = await ask<SceneDetails>('/scenes/S-2025-06-01');
    expect(JSON.stringify(open.body)).not.toContain('secret');
    expect(open.body.files).toEqual([{ path: 'B04.tif', sizeBytes: 10, sha256: 'def' }]);
    expect(open.body.findings[2]!.level).toBe('warning');
    const known = await ask<SceneDetails>('/scenes/S-2025-06-01', { authorization: `Bearer ${token}` });
    expect(known.body.files[0]!.path).toBe('/secret/folder/B04.tif');
    expect((await ask('/scenes/none')).status).toBe(404);
  });
});

describe('zones', () => {
  it('are listed by set, with their series', async () => {
    const { body } = await ask<ZoneSetList>('/zones');
    expect(body.sets).toHaveLength(1);
    const [{ id, epsg, count, series }] = body.sets as [ZoneSetList['sets'][number]];
    expect({ id, epsg, count }).toEqual({ id: 'fields', epsg: 28992, count: 4 });
    expect(series).toEqual([{ name: 'NDVI / 10 m', statistics: ['mean', 'valid_share'] }]);
  });

  it('are placed in WGS 84', async () => {
    const { body } = await ask<ZoneFeatures>('/zones/fields/features?zone=round');
    const [ring] = body.features[0]!.geometry.coordinates as number[][][];
    expect(ring).toHaveLength(2001);
    const mean = (k: 0 | 1) => ring!.slice(1).reduce((sum, position) => sum + position[k]!, 0) / 2000;
    expect(mean(0)).toBeCloseTo(TOWER[0], 6);
    expect(mean(1)).toBeCloseTo(TOWER[1], 6);
  });

  it('are simplified by no more than was asked for', async () => {
    const tolerance = 0.0001;
    const ringOf = async (query: string) => {
      const { body } = await ask<ZoneFeatures>(`/zones/fields/features?zone=round${query}`);
      return (body.features[0]!.geometry.coordinates as [number, number][][])[0]!;
    };
    const whole = await ringOf('');
    const simple = await ringOf(`&tolerance=${tolerance}`);
    expect(simple.length).toBeLessThan(60);
    expect(simple.at(-1)).toEqual(simple[0]);
    const farthest = Math.max(...whole.map((place) => distanceTo(simple, place)));
    expect(farthest).toBeGreaterThan(tolerance / 10);
    expect(farthest).toBeLessThanOrEqual(tolerance);
  });

  it('are found by place, by words and by id, a page at a time', async () => {
    const ids = async (query: string) => {
      const { body } = await ask<ZoneFeatures>(`/zones/fields/features?${query}`);
      return [body.numberMatched, ...body.features.map(({ id }) => id)];
    };
    expect(await ids('bbox=5.38,52.15,5.39,52.16')).toEqual([1, 'round']);
    expect(await ids('q=SQUARE%202')).toEqual([1, 'square-2']);
    expect(await ids('zone=square-1&zone=square-3')).toEqual([2, 'square-1', 'square-3']);
    expect(await ids('q=square&limit=2')).toEqual([3, 'square-1', 'square-2']);
    const { body } = await ask<ZoneFeatures>('/zones/fields/features?q=square&limit=2');
    const next = await ask<ZoneFeatures>(body.links[0]!.href);
    expect(next.body.features.map(({ id }) => id)).toEqual(['square-3']);
    expect(next.body.links).toEqual([]);
    expect((await ask('/zones/fields/features?bbox=1,2,3')).status).toBe(400);
    expect((await ask('/zones/none/features')).status).toBe(404);
  });

  it('have their statistics through time, oldest first, a gap where nothing was valid', async () => {
    const path = `/zones/fields/series/${encodeURIComponent('NDVI / 10 m')}`;
    const { body } = await ask<ZoneSeriesValues>(`${path}?zone=round&zone=square-1&zone=square-2`);
    expect(body.zones).toEqual([
      {
        id: 'round',
        times: ['2025-06-01T10:50:00.000Z', '2025-06-11T10:50:00.000Z'],
        numbers: { mean: [0.5, null], valid_share: [1, 0] },
      },
      { id: 'square-1', times: ['2025-06-01T10:50:00.000Z'], numbers: { mean: [0.25], valid_share: [0.75] } },
      { id: 'square-2', times: [], numbers: { mean: [], valid_share: [] } },
    ]);
    const later = await ask<ZoneSeriesValues>(`${path}?zone=round&from=2025-06-05T00:00:00Z`);
    expect(later.body.zones[0]!.times).toEqual(['2025-06-11T10:50:00.000Z']);
    expect((await ask(path)).status).toBe(400);
    expect((await ask('/zones/fields/series/none?zone=round')).status).toBe(404);
  });
});
