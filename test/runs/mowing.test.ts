/** Mowing from tables to tables. */
import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findMowing, MOWING_DEFAULTS } from '../../pipelines/core/series/mowing.ts';
import { formatTime } from '../../pipelines/core/series/time.ts';
import { readFeatures } from '../../pipelines/io/features/read-features.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { MowingRequest } from '../../pipelines/runs/mowing.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { temporaryFolder } from '../support/archive.ts';
import { simulateMowing } from '../support/mown-series.ts';
import { putRaster, readValues } from '../support/rasters.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = temporaryFolder('mowing');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inline = async () => inlineRunner;
let count = 0;

async function table(text: string): Promise<string> {
  const path = join(folder, `series-${count++}.csv`);
  await writeFile(path, text);
  return path;
}

function detect(path: string, options: Partial<MowingRequest> = {}) {
  return produce(
    'mowing',
    {
      table: path,
      columns: { by: null, time: 'time', value: 'value' },
      duplicates: 'refuse',
      scale: 1,
      options: MOWING_DEFAULTS,
      output: join(folder, `events-${count++}.csv`),
      ...options,
    },
    inline,
  );
}

const rowsOf = async (path: string) => (await readFile(path, 'utf8')).trim().split('\n');

const CUT = [
  ['2024-05-01', 0.8],
  ['2024-05-11', 0.82],
  ['2024-05-21', 0.82],
  ['2024-05-31', 0.4],
  ['2024-06-10', 0.5],
  ['2024-06-20', 0.68],
  ['2024-06-30', 0.82],
] as const;

test('each event is a row with its interval; series too short to tell are counted', async () => {
  const text = `id,time,value\n${CUT.map(([time, value]) => `a,${time},${value}`).join('\n')}\nb,2024-05-01,0.5\nc,2024-05-01,\n`;
  const report = await detect(await table(text));
  expect(report).toMatchObject({
    series: 3,
    withEvents: 1,
    tooShort: 2,
    events: { mowing: 1, harvest: 0, unknown: 0 },
  });
  expect(report.notes.join()).toMatch(/fewer than 3 observations, which tell nothing: 2/);
  expect(await rowsOf(report.output)).toEqual([
    'id,time,after,before,kind,drop,recovery,confidence',
    expect.stringMatching(/^a,2024-05-26,2024-05-21,2024-05-31,mowing,0\.42,1,0\.9\d*$/),
  ]);
});

test('times are moments, whatever zone they are written in', async () => {
  const utc = CUT.map(([day, value]) => `${day}T00:30:00Z,${value}`);
  const dutch = CUT.map(([day, value]) => `${day}T02:30:00+02:00,${value}`);
  const [a, b] = [
    await detect(await table(`time,value\n${utc.join('\n')}\n`)),
    await detect(await table(`time,value\n${dutch.join('\n')}\n`)),
  ];
  expect(await rowsOf(b.output)).toEqual(await rowsOf(a.output));
  expect((await rowsOf(a.output))[1]).toMatch(
    /^2024-05-26T00:30:00Z,2024-05-21T00:30:00Z,2024-05-31T00:30:00Z,mowing,/,
  );
});

test('values that are no index are told, and --scale makes them one', async () => {
  const text = `time,value\n${CUT.map(([time, value]) => `${time},${value * 250}`).join('\n')}\n`;
  const wrong = await detect(await table(text));
  expect(wrong.notes.join()).toMatch(/are 17\d on average.*--scale/);
  const right = await detect(await table(text), { scale: 250 });
  expect(right.notes).toEqual([]);
  expect((await rowsOf(right.output))[1]).toMatch(/,mowing,0\.42,1,/);
  await expect(detect(await table(text), { scale: 0 })).rejects.toThrow(/--scale is 0/);
  await expect(detect(await table('time,value\n'))).rejects.toThrow(/no rows/);
});

test('many series keep their order, and the table is made again from its passport', async () => {
  const rows = Array.from({ length: 2500 }, (_, k) => {
    const { days, values } = simulateMowing(k % 50).series;
    return Array.from(days, (day, i) => `p${k},${formatTime(Math.floor(day), 'date')},${values[i]!.toFixed(4)}`);
  });
  const report = await detect(await table(`id,time,value\n${rows.flat().join('\n')}\n`));
  const ids = (await rowsOf(report.output)).slice(1).map((row) => Number(row.slice(1, row.indexOf(','))));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(ids.at(-1)).toBeGreaterThan(2400);
  expect(await replay(report.output, inline)).toMatchObject({ outcome: 'identical' });
});

test('a raster has the events of the series of each pixel, and is made again from its passport', async () => {
  const parcels = Array.from({ length: 400 }, (_, k) => simulateMowing(k, { passDays: 10 }).series)
    .filter(({ days }) => Math.floor(days[0]!) % 10 === 2) // passes on the same days
    .slice(0, 24);
  const days = [...new Set(parcels.flatMap((one) => Array.from(one.days, Math.floor)))].sort((a, b) => a - b);
  const rasters: string[] = [];
  for (const day of days) {
    const data = Float32Array.from(parcels, (one) => one.values[Array.from(one.days, Math.floor).indexOf(day)] ?? NaN);
    const name = `ndvi_${formatTime(day, 'date')}`;
    rasters.push(await putRaster(folder, name, data, { width: 6, height: 4, dtype: 'float32', nodata: NaN }));
  }
  const output = join(folder, 'mown.tif');
  const report = await produce(
    'mowing-raster',
    {
      input: { rasters: rasters.map((path) => ({ path, classes: null })), nodata: null, calibration: {} },
      times: null,
      options: MOWING_DEFAULTS,
      output,
    },
    inline,
  );
  expect(report).toMatchObject({ width: 6, height: 4, seenShare: 1 });
  expect(report.dates).toHaveLength(days.length);
  const expected = parcels.map((one) =>
    findMowing({ days: one.days.map(Math.floor), values: Float64Array.from(Float32Array.from(one.values)) }),
  );
  expect(await readValues(output, 0)).toEqual(expected.map((events) => events.length));
  expect(await readValues(output, 2)).toEqual(expected.map((events) => events[0]?.day ?? NaN));
  expect(await readValues(output, 3)).toEqual(expected.map((events) => events.at(-1)?.day ?? NaN));
  expect(await readValues(output, 6)).toEqual(parcels.map((one) => one.days.length));
  expect(expected.some((events) => events.length > 1)).toBe(true);
  expect(await replay(output, inline)).toMatchObject({ outcome: 'identical' });
});

describe.skipIf(!sharedData)('in real parcels with their crops', () => {
  test('nearly all maize is harvested in autumn, and no forest', { timeout: 60_000 }, async () => {
    const at = (path: string) => join(sharedData!, path);
    const dates = ['20170215', '20170327', '20170526', '20170717', '20170829', '20171015', '20171117', '20171217'];
    const series = join(folder, 'parcels.csv');
    await produce(
      'zone-series',
      {
        dates: dates.map((date) => ({
          time: null,
          source: { raster: at(`timeseries/nl-demarke-ndvi-26dates-rd/NDVI-${date}.tif`), classes: null },
        })),
        formula: null,
        calibration: {},
        zones: at('pairs/nl-demarke-parcels-zonal/gewaspercelen_2017_regio.shp'),
        statistics: 'mean',
        idField: 'OBJECTID',
        zonesCrs: null,
        output: series,
      },
      inline,
    );
    const report = await detect(series, {
      columns: { by: 'OBJECTID', time: 'time', value: 'mean' },
      scale: 250,
    });
    const autumn = new Set<string>();
    const any = new Set<string>();
    for (const row of (await rowsOf(report.output)).slice(1)) {
      const [id, , after, before] = row.split(',');
      any.add(id!);
      if (after! >= '2017-08-29' && before! <= '2017-11-17') autumn.add(id!);
    }
    const crops = await cropsOf(at('pairs/nl-demarke-parcels-zonal/gewaspercelen_2017_regio.shp'));
    const share = (crop: string, of: ReadonlySet<string>) => {
      const ids = [...crops].filter(([, name]) => name.startsWith(crop)).map(([id]) => id);
      return ids.filter((id) => of.has(id)).length / ids.length;
    };
    expect(share('Maïs, snij-', autumn)).toBeGreaterThan(0.88);
    expect(share('Grasland, blijvend', autumn)).toBeLessThan(0.03);
    expect(share('Bos', any)).toBeLessThan(0.03);
  });
});

async function cropsOf(path: string): Promise<Map<string, string>> {
  const crops = new Map<string, string>();
  await readFeatures(path, (feature) => {
    const properties = feature.properties as Readonly<Record<string, unknown>>;
    crops.set(String(properties['OBJECTID']), String(properties['GWS_GEWAS']));
  });
  return crops;
}
