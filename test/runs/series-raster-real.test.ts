import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planSeriesRaster, runSeriesRaster } from '../../pipelines/runs/series-raster.ts';
import { readValues } from '../support/rasters.ts';
import { sharedData } from '../support/shared-data.ts';
import reference from './reference/series-raster.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'series-raster-real-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!sharedData)('twelve dates of the Achterhoek, bytes of NDVI × 250', () => {
  it('have the trends that scipy finds, pixel by pixel', async () => {
    const dates = join(sharedData!, 'timeseries', 'nl-demarke-ndvi-26dates-rd');
    const rasters = readdirSync(dates)
      .filter((name) => name.startsWith('NDVI-') && name.endsWith('.tif'))
      .map((name) => ({ path: join(dates, name), classes: null }));
    const request = {
      input: { rasters, nodata: null, calibration: { scale: 250 } },
      times: null,
      duplicates: 'refuse',
      analysis: { kind: 'trend', method: 'mann-kendall' },
      year: null,
      date: null,
      dtype: 'float32',
      output: join(folder, 'trend.tif'),
    } as const;
    const report = await runSeriesRaster(await planSeriesRaster(request), request, inlineRunner);
    expect([report.dates[0], report.dates.at(-1)]).toEqual(['2017-02-15', '2018-05-08']);
    expect(report.seenShare).toBe(reference.seen / 1e6);
    const band = async (name: string) => readValues(request.output, report.bands.indexOf(name));
    const n = await band('n');
    expect(n.reduce((sum, count) => sum + count, 0)).toBe(reference.values);
    for (const name of ['slope', 'intercept', 'tau'] as const) {
      const values = await band(name);
      for (const pixel of reference.pixels) {
        const i = pixel.row * report.width + pixel.col;
        expect(n[i]).toBe(pixel.n);
        expect(Math.abs(values[i]! - pixel[name]), `${name} of row ${pixel.row}, column ${pixel.col}`).toBeLessThan(
          1e-6,
        );
      }
    }
  }, 60_000);
});
