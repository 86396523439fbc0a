import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../pipelines/core/series/analysis.ts';
import { daysFromCivil, formatTime, parseTime } from '../../pipelines/core/series/time.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { SeriesRasterRequest } from '../../pipelines/runs/series-raster.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { runSeries } from '../../pipelines/runs/series.ts';
import { ANALYSES, parseAnalysis } from '../../server/cli/series-options.ts';
import { rasterRequest } from '../../server/cli/series-raster-options.ts';
import { createRandom } from '../support/random.ts';
import { putRaster, readValues } from '../support/rasters.ts';

const folder = mkdtempSync(join(tmpdir(), 'series-raster-'));
afterAll(() => rmSync(folder, { recursive: true }));
const startRunner = () => Promise.resolve(inlineRunner);

/** Seasonal, with noise, gaps, a break and ties; a pixel without values, one with three, one that ends early. */
const [WIDTH, HEIGHT] = [11, 7];
const PIXELS = WIDTH * HEIGHT;
const DAYS = Array.from({ length: 110 }, (_, k) => daysFromCivil(2019, 1, 5) + 16 * k);
const random = createRandom(70);
const STACK = DAYS.map((day, k) =>
  Float32Array.from({ length: PIXELS }, (_, i) => {
    const isSeen = i === 0 ? false : i === 1 ? k % 40 === 3 : i === 2 ? k < 90 : random() > 0.02 * (i % 20);
    const season = 0.45 + 0.3 * Math.sin((2 * Math.PI * (day - 100)) / 365.2425);
    const step = i % 3 === 0 && k > 60 ? -0.3 : 0;
    const value = season + step + 0.0001 * i * k + 0.1 * (random() - 0.5);
    return isSeen ? (i % 5 === 0 ? Math.round(value * 50) / 50 : value) : NaN;
  }),
);
const SHAPE = { width: WIDTH, height: HEIGHT, blockSize: 16 } as const;
const isoOf = (day: number) => formatTime(day, 'date');
const paths = await Promise.all(
  STACK.map((data, k) =>
    putRaster(folder, `ndvi_${isoOf(DAYS[k]!)}`, data, { ...SHAPE, dtype: 'float32', nodata: NaN }),
  ),
);

const table = join(folder, 'pixels.csv');
const rowsOfTable = DAYS.flatMap((day, k) =>
  Array.from(STACK[k]!, (value, i) => `${i},${isoOf(day)},${Number.isNaN(value) ? '' : value}`),
);
writeFileSync(table, `id,time,value\n${rowsOfTable.join('\n')}\n`);

let runs = 0;
async function analyse(analysis: Analysis, words: Partial<SeriesRasterRequest> = {}) {
  const output = join(folder, `out-${runs++}.tif`);
  const input = { rasters: paths.map((path) => ({ path, classes: null })), nodata: null, calibration: {} };
  const request = {
    input,
    times: null,
    duplicates: 'refuse',
    analysis,
    year: null,
    date: null,
    dtype: 'float32',
    output,
    ...words,
  } as const;
  const report = await produce('series-raster', request, startRunner);
  const bands = await Promise.all(report.bands.map((_, b) => readValues(output, b)));
  return { report, output, of: (name: string) => bands[report.bands.indexOf(name)]!, bands };
}

type Row = Readonly<Record<string, string | number | null>>;

async function rowsOf(analysis: Analysis): Promise<Map<number, Row[]>> {
  const output = join(folder, `table-${runs++}.json`);
  const columns = { by: null, time: 'time', value: 'value' };
  await runSeries({ table, columns, duplicates: 'refuse', analysis, output });
  return Map.groupBy(JSON.parse(readFileSync(output, 'utf8')) as Row[], ({ id }) => Number(id));
}

/** Single precision, in which rasters are written; a date holds to the minute. */
function expectSame(found: number, expected: string | number | null | undefined, what: string): void {
  if (typeof expected === 'number')
    expect(Math.abs(found - expected), what).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
  else expect(found, what).toBeNaN();
}

const dayOf = (cell: Row[string]) => (cell === null ? NaN : parseTime(String(cell)));

describe('the series of every pixel is that of a table', () => {
  it.each(['mann-kendall', 'seasonal'] as const)('for its trend: %s', async (method) => {
    const analysis = { kind: 'trend', method } as const;
    const { of } = await analyse(analysis);
    const rows = await rowsOf(analysis);
    for (let i = 0; i < PIXELS; i++)
      for (const name of ['n', 'slope', 'intercept', 'tau', 'p', 'p_corrected'])
        expectSame(of(name)[i]!, rows.get(i)![0]![name], `${name} of pixel ${i}`);
    expect(of('n').slice(0, 3)).toEqual([0, 3, 90]);
    expect(of('slope').slice(0, 2)).toEqual([NaN, NaN]);
  });

  it.each([
    { method: 'whittaker', lambda: 100 },
    { method: 'whittaker', lambda: 'auto' },
    { method: 'savgol', window: 9, degree: 2 },
  ] as const)('for its smooth curve: %j', async (choice) => {
    const { of, report } = await analyse({ kind: 'smooth', choice });
    expect(report.bands).toEqual(DAYS.map(isoOf));
    for (const [i, own] of await rowsOf({ kind: 'smooth', choice }))
      for (const { time, smoothed } of own) expectSame(of(String(time))[i]!, smoothed, `${time} of pixel ${i}`);
  });

  it.each([
    { method: 'linear', step: null, maxGapDays: 40 },
    { method: 'whittaker', step: { unit: 'day', length: 10 }, maxGapDays: null },
    { method: 'harmonic', step: { unit: 'month', length: 1 }, maxGapDays: null },
  ] as const)('for its filled values: %j', async (words) => {
    const choice = { ...words, lambda: 50 };
    const { of, bands, report } = await analyse({ kind: 'fill', choice });
    const rows = await rowsOf({ kind: 'fill', choice });
    for (let i = 0; i < PIXELS; i++) {
      const expected = new Map(rows.get(i)?.map(({ time, value }) => [String(time), value]));
      for (const [b, name] of report.bands.entries())
        expectSame(bands[b]![i]!, expected.get(name) ?? null, `${name} of pixel ${i}`);
    }
    expect(of(report.bands.at(-1)!)[2]).toBeNaN();
  });

  it('for its season', async () => {
    const analysis = parseAnalysis('phenology', { threshold: '0.2/0.5', lambda: '100' });
    const { of } = await analyse(analysis, { year: 2021 });
    const rows = await rowsOf(analysis);
    const newYear = daysFromCivil(2021, 1, 1) - 1;
    let seasons = 0;
    for (let i = 0; i < PIXELS; i++) {
      const season = rows.get(i)!.find(({ year }) => year === 2021);
      if (season) seasons++;
      for (const name of ['start', 'peak', 'end'])
        expect(Math.round(of(name)[i]! + newYear), `${name} of ${i}`).toBe(dayOf(season?.[name] ?? null));
      for (const name of ['length', 'amplitude', 'base', 'peak_value', 'integral', 'integral_above_base'])
        expectSame(of(name)[i]!, season?.[name], `${name} of pixel ${i}`);
      expect(of('n')[i]).toBe(rows.get(i)![0]!['n']);
    }
    expect(seasons).toBe(PIXELS - 2);
  });

  it('for its breaks', async () => {
    const analysis = parseAnalysis('breaks', { order: '1' });
    const { of } = await analyse(analysis);
    const rows = await rowsOf(analysis);
    let broken = 0;
    for (let i = 0; i < PIXELS; i++) {
      const own = rows.get(i)!;
      const size = ({ magnitude }: Row) => Math.abs(Number(magnitude));
      const largest = own.reduce((best, row) => (size(row) > size(best) ? row : best));
      if (Number(largest['breaks']) > 0) broken++;
      for (const name of ['n', 'breaks', 'p', 'magnitude', 'slope_before', 'slope_after'])
        expectSame(of(name)[i]!, largest[name], `${name} of pixel ${i}`);
      expect(of('largest')[i]).toBe(dayOf(largest['time']!));
      expect(of('last')[i]).toBe(dayOf(own.at(-1)!['time']!));
      expect(of('interval')[i]).toBe(dayOf(largest['upper']!) - dayOf(largest['lower']!));
    }
    expect(broken).toBeGreaterThan(PIXELS / 4);
  });

  it.each(['window', 'harmonic'])('for its anomaly: %s', async (method) => {
    const analysis = parseAnalysis('anomaly', { method, reference: '2019-2022' });
    const date = isoOf(DAYS[100]!);
    const { of } = await analyse(analysis, { date });
    const rows = await rowsOf(analysis);
    for (let i = 0; i < PIXELS; i++) {
      const row = rows.get(i)?.find(({ time }) => time === date);
      for (const name of ['anomaly', 'z', 'percentile', 'expected', 'reference'])
        expectSame(of(name)[i]!, row?.[name], `${name} of pixel ${i}`);
    }
    expect(of('z').filter(Number.isFinite).length).toBeGreaterThan(PIXELS / 2);
  });

  it('for its forecast, from wherever a pixel was last seen', async () => {
    const analysis = parseAnalysis('forecast', { horizon: '3', method: 'harmonic' });
    const { of, report } = await analyse(analysis);
    const rows = await rowsOf(parseAnalysis('forecast', { horizon: '40', method: 'harmonic' }));
    const first = report.bands[0]!;
    expect(dayOf(first)).toBe(DAYS.at(-1)! + 16);
    let compared = 0;
    for (const [i, own] of rows)
      for (const name of report.bands.slice(0, 3)) {
        const row = own.find(({ time }) => time === name)!;
        if (own.findIndex(({ time }) => time === first) > 0) continue; // the horizon decides how far the past is tried
        for (const [band, column] of [['', 'forecast']] as const)
          expectSame(of(name + band)[i]!, row[column], `${name} of pixel ${i}`);
        expect(of(`${name} lower`)[i]!).toBeLessThan(of(name)[i]!);
        expect(of(`${name} upper`)[i]!).toBeGreaterThan(of(name)[i]!);
        compared++;
      }
    expect(compared).toBeGreaterThan(PIXELS);
    expect(of(first)[2], 'last seen 20 dates ago').toBeGreaterThan(-1);
    expect(of(first).slice(0, 2)).toEqual([NaN, NaN]);
  });
});

describe('a raster of series', () => {
  const trend = { kind: 'trend', method: 'mann-kendall' } as const;

  it('says what its bands are', async () => {
    const { output } = await analyse(trend);
    const source = await openRaster(output);
    await source.close();
    expect(source.info.bands.map(({ name, unit }) => `${name} [${unit}]`)).toEqual([
      'slope [per year]',
      'intercept [null]',
      'tau [1]',
      'p [1]',
      'p_corrected [1]',
      'n [dates]',
    ]);
    expect(source.info.cog).toBe(true);
  });

  it('is made again from its passport, which names every date', async () => {
    const { output } = await analyse(trend);
    const passport = JSON.parse(readFileSync(`${output}.passport.json`, 'utf8')) as { inputs: { role: string }[] };
    expect(passport.inputs.map(({ role }) => role)).toEqual(DAYS.map((day) => `${isoOf(day)}: value`));
    expect(await replay(output, startRunner)).toMatchObject({ outcome: 'identical' });
  });

  it('reads the file that smoothing wrote as the series of its bands', async () => {
    const smooth = await analyse({ kind: 'smooth', choice: { method: 'whittaker', lambda: 10 } });
    const input = { rasters: [{ path: smooth.output, classes: null }], nodata: null, calibration: {} };
    const { report, of } = await analyse(trend, { input });
    expect(report.dates).toEqual(DAYS.map(isoOf));
    expect(of('n')[3]).toBe(DAYS.length);
  });

  it('stores values as integers where that is asked for, and says what does not fit', async () => {
    const analysis = { kind: 'smooth', choice: { method: 'whittaker', lambda: 10 } } as const;
    const [plain, stored] = [await analyse(analysis), await analyse(analysis, { dtype: 'int16' })];
    const far = stored.bands.flatMap((band, b) => band.map((value, i) => Math.abs(value - plain.bands[b]![i]!)));
    expect(Math.max(...far.filter(Number.isFinite))).toBeLessThanOrEqual(0.500001e-4);
    expect(stored.bands.map((band) => band.map(Number.isNaN))).toEqual(
      plain.bands.map((band) => band.map(Number.isNaN)),
    );
    const input = {
      rasters: paths.map((path) => ({ path, classes: null })),
      nodata: null,
      calibration: { scale: 0.1 },
    };
    expect((await analyse(analysis, { dtype: 'int16', input })).report.notes.join()).toMatch(/do not fit into int16/);
    await expect(analyse(trend, { dtype: 'int16' })).rejects.toThrow(/the band slope of trend is none/);
  });

  it('takes bytes as values, without those that are none, in any order of the files', async () => {
    const bytes = [10, 20, 30, 0, 50].map((value) => Uint8Array.of(value, 250 - value));
    const dates = ['20200101', '20210101', '20220101', '20230101', '20240101'];
    const files = await Promise.all(
      bytes.map((data, k) => putRaster(folder, `byte_${dates[k]}`, data, { width: 2, height: 1, dtype: 'uint8' })),
    );
    const rasters = files.toReversed().map((path) => ({ path, classes: null }));
    const { of } = await analyse(trend, { input: { rasters, nodata: 0, calibration: { scale: 250 } } });
    expect(of('n')).toEqual([4, 5]);
    expect(of('slope')[0]).toBeCloseTo(0.04, 4);
    expect(of('intercept')[1]).toBeCloseTo(0.96, 2);
    expect(of('tau')[0]).toBeCloseTo(1, 6);
  });

  it('knows the dates that the files say, whatever they are called', async () => {
    const files = await Promise.all(
      ['2020-03-01 10:00:00', '2020-04-01T10:00:00Z', '2020-05-01', '2020-06-01T09:30:15.5Z'].map((time, k) =>
        putRaster(folder, `scene ${k}`, Float32Array.of(k), {
          width: 1,
          height: 1,
          dtype: 'float32',
          metadata: { ACQUISITIONDATETIME: time },
        }),
      ),
    );
    const input = { rasters: files.map((path) => ({ path, classes: null })), nodata: null, calibration: {} };
    expect((await analyse(trend, { input })).report.dates).toEqual([
      '2020-03-01T10:00:00Z',
      '2020-04-01T10:00:00Z',
      '2020-05-01',
      '2020-06-01T09:30:15.500Z',
    ]);
  });

  it('leaves out what the classes exclude', async () => {
    const scl = await Promise.all(
      DAYS.map((_, k) =>
        putRaster(folder, `scl_${k}`, new Uint8Array(PIXELS).fill(k < 5 ? 9 : 4), { ...SHAPE, dtype: 'uint8' }),
      ),
    );
    const rasters = paths.map((path, k) => ({ path, classes: { path: scl[k]!, excluded: [8, 9] } }));
    const { of } = await analyse(trend, { input: { rasters, nodata: null, calibration: {} } });
    expect(of('n')[2]).toBe(85);
  });

  it('evaluates a formula for each date', async () => {
    const red = await Promise.all(
      STACK.map((data, k) =>
        putRaster(
          folder,
          `red_${k}`,
          data.map((v) => 0.1 * (1 - v)),
          { ...SHAPE, dtype: 'float32', nodata: NaN },
        ),
      ),
    );
    const dates = paths.map((path, k) => ({
      bands: [
        { name: 'red', path: red[k]! },
        { name: 'nir', path },
      ],
      classes: null,
      notes: [],
    }));
    const times = DAYS.map(isoOf);
    const input = { formula: 'nir + 10 * red', dates, calibration: {} };
    const { of } = await analyse(trend, { input, times });
    expect(of('intercept')[7]).toBeCloseTo(1, 5);
  });

  it('makes one of the rasters of one date', async () => {
    const rasters = [...paths, paths[0]!].map((path) => ({ path, classes: null }));
    const input = { rasters, nodata: null, calibration: {} };
    await expect(analyse(trend, { input })).rejects.toThrow(/have the same time, 2019-01-05; say with --duplicates/);
    const plain = await analyse(trend);
    for (const duplicates of ['mean', 'first', 'last'] as const)
      expect((await analyse(trend, { input, duplicates })).bands).toEqual(plain.bands);
  });
});

describe('what is wrong', () => {
  const trend = { kind: 'trend', method: 'mann-kendall' } as const;
  const file = (name: string) => putRaster(folder, name, Float32Array.of(1), { width: 1, height: 1, dtype: 'float32' });
  const inputOf = (path: string) => ({ rasters: [{ path, classes: null }], nodata: null, calibration: {} });

  it('is said: no time', async () => {
    const path = await file('nameless');
    await expect(analyse(trend, { input: inputOf(path) })).rejects.toMatchObject({
      code: 'parameter-invalid',
      message: expect.stringContaining(`Nothing tells when ${path} was taken`) as string,
    });
  });

  it.each([
    ['another number of times', trend, { times: ['2020-01-01'] }, /--times has 1 times for 110 dates/],
    [
      'a date that is none of them',
      { kind: 'anomaly' },
      { date: '2019-01-06' },
      /the dates are 2019-01-05, 2019-01-21/,
    ],
    ['a season without a year', { kind: 'phenology' }, {}, /name it with --year/],
    ['a year without a season', trend, { year: 2020 }, /--year belongs to phenology/],
    ['a time that is none', trend, { times: DAYS.map(() => 'soon') }, /is "soon"; a date or/],
  ] as const)('is said: %s', async (_, { kind }, words, message) => {
    await expect(analyse(parseAnalysis(kind, {}), words)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is said: dates without a step', async () => {
    const rasters = paths.filter((_, k) => k % 7 !== 2 && k % 11 < 8).map((path) => ({ path, classes: null }));
    const times = rasters.map(({ path }, k) => (k === 3 ? '2019-03-01' : basename(path, '.tif').slice(5)));
    const input = { rasters, nodata: null, calibration: {} };
    await expect(analyse(parseAnalysis('fill', {}), { input, times })).rejects.toThrow(/give one with --step/);
  });
});

describe('the words of the command line', () => {
  const analysis = parseAnalysis('trend', {});

  it('make scenes of what stands before the options, where an index is asked for', () => {
    const { input } = rasterRequest(analysis, ['A.SAFE', 'B.SAFE'], {
      index: 'ndvi',
      scene: ['C.json'],
      mask: 'cloud',
      duplicates: 'last',
      output: 'out.tif',
    });
    expect(input).toMatchObject({
      formula: 'ndvi',
      dates: [{ scene: 'A.SAFE', excluded: [8, 9] }, { scene: 'B.SAFE' }, { scene: 'C.json' }],
    });
  });

  it('take times with commas between, or one by one', () => {
    const { times } = rasterRequest(analysis, ['a.tif', 'b.tif', 'c.tif'], {
      times: ['2024-01-01, 2024-02-01', '2024-03-01'],
      duplicates: 'refuse',
      output: 'out.tif',
    });
    expect(times).toEqual(['2024-01-01', '2024-02-01', '2024-03-01']);
  });

  it.each([
    [{ band: ['red=a.tif'] }, /--band goes with --index/],
    [{ index: 'ndvi', nodata: '0' }, /--nodata goes with rasters taken as they are/],
    [{ mask: 'cloud' }, /need the classes to mask by/],
    [{ scl: ['a.tif'] }, /--scl is given 1 times for 2 rasters/],
    [{ year: '24' }, /--year is "24"/],
    [{ duplicates: 'max' }, /--duplicates is "max"/],
    [{ nodata: 'none' }, /--nodata is "none"; a number/],
  ])('are refused as wrong usage: %j', (options, message) => {
    const words = { duplicates: 'refuse', output: 'out.tif', ...options };
    expect(() => rasterRequest(analysis, ['a.tif', 'b.tif'], words)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) as string }) as Error,
    );
  });
});

it('knows every analysis', () => {
  expect(ANALYSES).toEqual(['trend', 'smooth', 'fill', 'phenology', 'breaks', 'anomaly', 'forecast']);
});
