/** The words of `landmeter series` on rasters. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Analysis } from '../../pipelines/core/series/analysis.ts';
import type { FormulaDates, RasterDates } from '../../pipelines/runs/dated-layers.ts';
import type { SeriesRasterRequest } from '../../pipelines/runs/series-raster.ts';
import { SAME_DATE } from '../../pipelines/runs/series-times.ts';
import { classesOf, classFiles, datesOf } from './date-options.ts';
import { listOf, parseCalibration, parseDtype, parseNumber } from './raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

/** Those that a table has no use for, as commander names them. */
export const RASTER_OPTIONS = [
  'times',
  'date',
  'year',
  'index',
  'scene',
  'band',
  'scl',
  'mask',
  'classes',
  'dilate',
  'shadowGuard',
  'scale',
  'offset',
  'nodata',
  'dtype',
] as const;

/** @throws {PlatformError} `usage` */
export function rasterRequest(analysis: Analysis, inputs: readonly string[], options: Options): SeriesRasterRequest {
  const duplicates = SAME_DATE.find((name) => name === options['duplicates']);
  if (!duplicates)
    throw new PlatformError(
      'usage',
      `--duplicates is "${String(options['duplicates'])}"; ${SAME_DATE.join(', ')} are accepted`,
    );
  const times = listOf(options['times']).flatMap((list) => list.split(',').map((time) => time.trim()));
  return {
    input: options['index'] === undefined ? rasterDates(inputs, options) : formulaDates(inputs, options),
    times: times.length === 0 ? null : times,
    duplicates,
    analysis,
    year: parseYear(options['year'] as string | undefined),
    date: (options['date'] as string | undefined) ?? null,
    dtype: parseDtype(options['dtype']),
    output: String(options['output']),
  };
}

function rasterDates(paths: readonly string[], options: Options): RasterDates {
  for (const name of ['band', 'scene'])
    if (options[name] !== undefined)
      throw new PlatformError('usage', `--${name} goes with --index; without it rasters are taken as they are`);
  const scl = classFiles(options, paths.length);
  return {
    rasters: paths.map((path, k) => ({ path, classes: scl && classesOf(scl[k]!, options) })),
    nodata: parseNumber('--nodata', options['nodata']) ?? null,
    calibration: parseCalibration(options),
  };
}

/** What stands before the options are scenes, then. */
function formulaDates(scenes: readonly string[], options: Options): FormulaDates {
  if (options['nodata'] !== undefined)
    throw new PlatformError('usage', '--nodata goes with rasters taken as they are, not with --index');
  const named = [...scenes, ...listOf(options['scene'])];
  return {
    formula: options['index'] as string,
    dates: datesOf(named.length === 0 ? options : { ...options, scene: named }),
    calibration: parseCalibration(options),
  };
}

function parseYear(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{4}$/.test(text)) return Number(text);
  throw new PlatformError('usage', `--year is "${text}"; a year such as 2024 is accepted`);
}
