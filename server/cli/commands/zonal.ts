import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isScenePath } from '../../../pipelines/catalog/scene.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { SeriesDate } from '../../../pipelines/runs/zone-series.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { addMaskOptions, asksForMask, collect, listOf, parseCalibration, parseMasking } from '../raster-options.ts';
import type { Masking } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

const DEFAULT_STATISTICS = 'count,min,max,mean,std,sum';
const SERIES_OPTIONS = [
  'times',
  'index',
  'mask',
  'classes',
  'dilate',
  'shadowGuard',
  'scl',
  'scale',
  'offset',
] as const;

function define(command: Command): void {
  command
    .argument('<raster...>', 'GeoTIFF or JPEG 2000: paths or http(s) URLs; file#2 is the second band of a file')
    .requiredOption(
      '--zones <file>',
      'polygons: GeoJSON (also line by line), FlatGeobuf, GeoPackage, a shapefile or a .zip of one, CSV with well-known text',
    )
    .option('--stats <names>', 'statistics, with commas between them', DEFAULT_STATISTICS)
    .option('--id <field>', 'property that names a zone (default: the feature’s id, property id, or its number)')
    .option('--zones-crs <epsg>', 'CRS of the zones (default: as their file says, else WGS 84)')
    .option('--cache <folder>', 'keeps the coverage of the zones for later runs (default: LANDMETER_CACHE)')
    .option('--series', 'one row per zone and time instead of raster: column time, and valid_share always')
    .option(
      '--times <list>',
      'with --series: dates or RFC 3339 times, with commas between them (default: as scenes or names say)',
      collect,
    )
    .option('--index <formula>', 'with --series: evaluated on the scenes that are named instead of rasters')
    .option('--scl <file>', 'with --series: scene classification to mask by, one per raster', collect)
    .option('--scale <number>', 'with --index: reflectance = (DN + offset) / scale (default: from the metadata)')
    .option('--offset <number>', 'with --index (default: from the metadata)');
  addMaskOptions(command);
  command.requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet or .geojson').addHelpText(
    'after',
    `
Each cell counts by the share of it that a zone covers. Statistics: count, valid_share, sum, mean, std, min, max,
median, any percentile (p10, p2.5), majority, minority, variety, shares and share_CLASS, histogram.

Examples:
  landmeter zonal ndvi.tif --zones fields.geojson --id parcel --stats count,mean,p10,median,p90 -o fields.csv
  landmeter zonal ndvi-*.tif --zones fields.fgb --cache ~/.cache/landmeter -o rows.parquet
  landmeter zonal --series ndvi-2024*.tif --zones fields.geojson --id parcel --stats mean,median -o series.parquet
  landmeter zonal --series *.SAFE --index ndvi --mask cloud,shadow --zones fields.geojson -o series.csv
  landmeter zonal landcover.tif --zones towns.geojson --stats majority,share_4,share_7,shares -o towns.json`,
  );
}

const run: Action = async (context, rasters, options) => {
  const cache = options['cache'] as string | undefined;
  const own = cache === undefined ? context : withCache(context, cache);
  return options['series'] === true ? runSeries(own, rasters, options) : runRasters(own, rasters, options);
};

function withCache(context: CliContext, cache: string): CliContext {
  return { ...context, config: { ...context.config, cache: resolve(cache) } };
}

/** What both kinds of table are asked with. */
function wordsOf(options: Options) {
  const word = (name: string) => (options[name] as string | undefined) ?? null;
  return {
    zones: String(options['zones']),
    statistics: String(options['stats']),
    idField: word('id'),
    zonesCrs: word('zonesCrs'),
    output: String(options['output']),
  };
}

async function runRasters(context: CliContext, rasters: readonly string[], options: Options): Promise<void> {
  for (const name of SERIES_OPTIONS)
    if (options[name] !== undefined)
      throw new PlatformError('usage', `${flagOf(name)} goes with --series; without it rasters are taken as they are`);
  const report = await produce(context, 'zonal', { rasters, ...wordsOf(options) });
  if (context.json) return context.printJson(report);
  const { output, rows, zones } = report;
  context.print(
    `${output}: ${rows} rows, ${zones} zones on ${rasters.length} ${rasters.length === 1 ? 'raster' : 'rasters'}`,
  );
}

async function runSeries(context: CliContext, paths: readonly string[], options: Options): Promise<void> {
  const formula = (options['index'] as string | undefined) ?? null;
  const report = await produce(context, 'zone-series', {
    dates: await datesOf(paths, options, formula),
    formula,
    calibration: parseCalibration(options),
    ...wordsOf(options),
  });
  if (context.json) return context.printJson(report);
  const { output, rows, zones, times } = report;
  context.print(`${output}: ${rows} rows, ${zones} zones at ${times} ${times === 1 ? 'time' : 'times'}`);
}

async function datesOf(paths: readonly string[], options: Options, formula: string | null): Promise<SeriesDate[]> {
  const asked = listOf(options['times']).flatMap((list) => list.split(',').map((time) => time.trim()));
  const times = listPerDate('times', asked, paths.length);
  const scl = listPerDate('scl', listOf(options['scl']), paths.length);
  const masking = scl || asksForMask(options) ? parseMasking(options) : null;
  const dates: SeriesDate[] = [];
  for (const [k, path] of paths.entries()) {
    const source = formula === null ? rasterDate(path, scl?.[k], masking) : await sceneDate(path, scl?.[k], masking);
    dates.push({ time: times?.[k] ?? null, source });
  }
  return dates;
}

function rasterDate(path: string, scl: string | undefined, masking: Masking | null): SeriesDate['source'] {
  if (masking && scl === undefined)
    throw new PlatformError('usage', '--mask needs the classes to mask by: name them with --scl, one per raster');
  return { raster: path, classes: masking && { path: scl!, ...masking } };
}

async function sceneDate(
  path: string,
  scl: string | undefined,
  masking: Masking | null,
): Promise<SeriesDate['source']> {
  if (await isScenePath(path)) return { scene: path, scl: scl ?? null, ...(masking ?? { excluded: null }) };
  throw new PlatformError('usage', `With --index name scenes (SAFE folder or .zip, STAC item); ${path} is none`);
}

/** What is given once per date; null where it is not given. */
function listPerDate(name: string, list: readonly string[], dates: number): readonly string[] | null {
  if (list.length === 0) return null;
  if (list.length === dates) return list;
  throw new PlatformError('usage', `--${name} names ${list.length} for ${dates} dates; give one for each`);
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export const command: CommandModule = { define, run };
