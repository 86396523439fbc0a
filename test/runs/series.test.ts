import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { daysFromCivil, formatTime } from '../../pipelines/core/series/time.ts';
import type { Analysis } from '../../pipelines/core/series/analysis.ts';
import { runSeries } from '../../pipelines/runs/series.ts';
import { ANALYSES, parseAnalysis } from '../../server/cli/series-options.ts';
import { createRandom } from '../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'series-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two fields for six years, every ten days with gaps, and one of which there is hardly anything. */
const random = createRandom(30);
const lines: string[] = [];
for (const id of ['north, 1', 'south'])
  for (let day = daysFromCivil(2018, 1, 1); day < daysFromCivil(2024, 1, 1); day += 10) {
    const value = 0.5 - 0.25 * Math.cos((2 * Math.PI * (day - 20)) / 365.2425) + 0.05 * (random() - 0.5);
    lines.push(`"${id}",${formatTime(day, 'date')},${random() < 0.15 ? '' : value.toFixed(4)}`);
  }
lines.push('new,2023-12-27,0.3');
const table = join(folder, 'fields.csv');
writeFileSync(table, `id,time,value\n${lines.join('\n')}\n`);

async function run(words: string, options: Record<string, string> = {}, name = 'out.json') {
  const output = join(folder, name);
  const columns = { by: null, time: 'time', value: 'value' };
  const report = await runSeries({
    table,
    columns,
    duplicates: 'refuse',
    analysis: parseAnalysis(words, options),
    output,
  });
  const text = readFileSync(output, 'utf8');
  return { report, text, rows: name.endsWith('.json') ? (JSON.parse(text) as Record<string, unknown>[]) : [] };
}

const COLUMNS: Record<Analysis['kind'], string> = {
  trend: 'id n slope intercept tau p p_corrected reason',
  smooth: 'id time value smoothed',
  fill: 'id time value filled',
  phenology: 'id year start peak end length peak_value base amplitude integral integral_above_base n reason',
  breaks: 'id n breaks p time lower upper magnitude slope_before slope_after reason',
  anomaly: 'id time value expected anomaly z percentile reference',
  forecast: 'id time forecast lower upper',
};
const NEEDED: Partial<Record<Analysis['kind'], Record<string, string>>> = { forecast: { horizon: '3' } };

describe('every analysis', () => {
  it.each(ANALYSES)('%s has its columns, and says which series it can tell nothing of', async (kind) => {
    const { report, rows } = await run(kind, NEEDED[kind]);
    expect(Object.keys(rows[0]!).join(' ')).toBe(COLUMNS[kind]);
    expect(report).toMatchObject({ series: 3, rows: rows.length });
    expect(report.reasons.map(({ id }) => id)).toEqual(['new']);
    expect(report.notes[0]).toMatch(/^Series new has no /);
    expect(new Set(rows.map(({ id }) => id))).toContain('north, 1');
  });

  it.each(ANALYSES)('%s makes the same file again', async (kind) => {
    const first = await run(kind, NEEDED[kind], 'again.csv');
    const second = await run(kind, NEEDED[kind], 'again.csv');
    expect(second.text).toBe(first.text);
    expect(first.text).not.toMatch(/NaN|Infinity/);
  });
});

describe('smoothing', () => {
  it('gives every row back, those without a value too', async () => {
    const { rows } = await run('smooth', { lambda: '10' });
    expect(rows).toHaveLength(lines.length);
    const empty = rows.filter(({ value }) => value === null);
    expect(empty.length).toBeGreaterThan(20);
    expect(empty.every(({ smoothed }) => typeof smoothed === 'number')).toBe(true);
  });
});

describe('filling', () => {
  it('leaves no place of the grid empty, and marks what it filled', async () => {
    const { rows } = await run('fill');
    const north = rows.filter(({ id }) => id === 'north, 1');
    expect(north.every(({ value }) => typeof value === 'number')).toBe(true);
    expect(north.filter(({ filled }) => filled === true).length).toBe(
      lines.filter((line) => line.startsWith('"north') && line.endsWith(',')).length,
    );
  });

  it('begins the grids of all series on the same day', async () => {
    const { rows } = await run('fill', { step: '1mo' });
    expect(rows.every(({ time }) => String(time).endsWith('-01'))).toBe(true);
  });
});

describe('forecasting', () => {
  it('goes on where the series ends, and shows how it did on the past', async () => {
    const { report, rows } = await run('forecast', { horizon: '4' });
    const times = rows.filter(({ id }) => id === 'south').map(({ time }) => time);
    expect(times).toHaveLength(4);
    expect(times[0]).toBe(formatTime(daysFromCivil(2018, 1, 1) + 10 * 220, 'date'));
    expect(report.backtest).toHaveLength(2);
    const { mae, coverage, others } = report.backtest![0]!;
    expect(mae).toBeLessThan(0.05);
    expect(coverage).toBeGreaterThan(0.7);
    expect(others).toHaveLength(2);
  });
});

describe('what is wrong', () => {
  it.each([
    ['smoothe', {}, /"smoothe"; trend, smooth/],
    ['trend', { lambda: '3' }, /series trend has no --lambda; it belongs to smooth, fill, phenology/],
    ['smooth', { method: 'savgol', window: '4' }, /must be odd/],
    ['smooth', { method: 'savgol', window: '3', degree: '3' }, /must be less than --window/],
    ['smooth', { window: '5' }, /--method whittaker has no --window/],
    ['fill', { step: '10' }, /--step is "10"; a time such as 10d/],
    ['phenology', { threshold: '20' }, /--threshold is "20"; a share/],
    ['anomaly', { reference: '2022-2017' }, /--reference is "2022-2017"/],
    ['breaks', { minSegment: '0.7' }, /a number from 0.05 to 0.5/],
    ['forecast', {}, /needs --horizon/],
    ['forecast', { horizon: '1.5' }, /a whole number/],
  ] as const)('in the words %s %j is said, as wrong usage', (words, options, message) => {
    expect(() => parseAnalysis(words, options)).toThrow(message);
    expect(() => parseAnalysis(words, options)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });

  it('leaves no file', async () => {
    await expect(run('fill', { step: '0.001h' }, 'never.csv')).rejects.toMatchObject({ code: 'too-large' });
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('stops when it is asked to', async () => {
    const request = { table, columns: { by: null, time: 'time', value: 'value' }, duplicates: 'refuse' } as const;
    const analysis = parseAnalysis('trend', {});
    const output = join(folder, 'stopped.csv');
    const stopped = runSeries({ ...request, analysis, output }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  });
});
