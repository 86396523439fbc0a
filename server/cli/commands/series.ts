import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Duplicates } from '../../../pipelines/io/table/read-series.ts';
import { DUPLICATES } from '../../../pipelines/io/table/read-series.ts';
import type { SeriesRasterReport } from '../../../pipelines/runs/series-raster.ts';
import type { SeriesBacktest } from '../../../pipelines/runs/series-tables/forecast.ts';
import type { SeriesReport } from '../../../pipelines/runs/series.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { addMaskOptions, collect } from '../raster-options.ts';
import { ANALYSES, flagOf, parseAnalysis } from '../series-options.ts';
import { RASTER_OPTIONS, rasterRequest } from '../series-raster-options.ts';

function define(command: Command): void {
  command
    .argument('<analysis>', ANALYSES.join(', '))
    .argument('[inputs...]', 'a table (CSV, Parquet), or the rasters of many dates: paths or http(s) URLs')
    .option('--by <column>', 'table: column that tells series apart (default: id, where there is one)')
    .option('--time <column>', 'table: column of dates or RFC 3339 times (default: time)')
    .option('--value <column>', 'table: column of numbers; an empty cell is a missing value (default: value)')
    .option('--duplicates <what>', 'of one series at the same time: refuse, mean, first, last', 'refuse')
    .option('--method <name>', 'trend: mann-kendall, seasonal; smooth: whittaker, savgol; others below')
    .option('--lambda <number>', 'whittaker: smoothness (default: auto, the bend of the V-curve)')
    .option('--window <n>', 'savgol: rows, odd (default 7); anomaly: days to either side (default 15)')
    .option('--degree <n>', 'savgol: degree of the polynomial (default 2)')
    .option('--step <time>', 'fill, forecast: step such as 10d, 12h, 1mo (default: that of the times)')
    .option('--max-gap <time>', 'fill: longer gaps stay empty')
    .option('--threshold <share>', 'phenology: share of the amplitude at start/end (default 0.2/0.2)')
    .option('--min-segment <share>', 'breaks: least share of a series between two breaks (default 0.15)')
    .option('--max-breaks <n>', 'breaks: (default 5)')
    .option('--level <p>', 'breaks: significance of the test (default 0.05)')
    .option('--order <n>', 'breaks: harmonics of the season (default 3; 0: no season)')
    .option('--reference <years>', 'anomaly: years of the climatology, such as 2017-2022 (default: all)')
    .option('--horizon <n>', 'forecast: steps ahead')
    .option('--period <time>', 'forecast: length of the season (default: 1y, or 1d for steps of hours)');
  addRasterOptions(command);
  command
    .requiredOption('-o, --output <file>', 'a table (.csv, .json, .parquet) of a table, a COG (.tif) of rasters')
    .addHelpText('after', HELP);
}

function addRasterOptions(command: Command): void {
  command
    .option('--times <list>', 'rasters: their dates, with commas between (default: from names and metadata)', collect)
    .option('--date <date>', 'rasters, anomaly: the date that is judged (default: the last)')
    .option('--year <n>', 'rasters, phenology: the year whose season is written')
    .option('--index <formula>', 'rasters: an index or expression of each scene, or of the bands given by --band')
    .option('--scene <path>', 'with --index: SAFE folder or .zip, or a STAC item', collect)
    .option('--band <name=file>', 'with --index: a band, once per date; file#2 is the second band', collect)
    .option('--scl <file>', 'rasters: scene classification, one per raster or date, in their order', collect);
  addMaskOptions(command);
  command
    .option('--scale <number>', 'rasters: value = (DN + offset) / scale (default: from the metadata, else 1)')
    .option('--offset <number>', 'rasters: (default: from the metadata, else 0)')
    .option('--nodata <number>', 'rasters: a number that is no value, where the files do not say so')
    .option('--dtype <type>', 'rasters, smooth, fill, forecast: int16 stores round(value * 10000) (default: float32)');
}

const HELP = `
Methods: fill linear, whittaker, harmonic; anomaly window, harmonic; forecast auto, seasonal-naive, holt-winters,
harmonic. Tables have the columns id, time and value whatever the input calls them. Rasters have a band per number;
a file of many bands is one of many dates.

Examples:
  landmeter series trend fields.csv -o trend.csv
  landmeter series smooth fields.csv --method whittaker --lambda 10 -o smooth.parquet
  landmeter series fill fields.csv --step 10d --max-gap 60d -o regular.csv
  landmeter series phenology fields.csv --by parcel --time date --value ndvi --threshold 0.2/0.5 -o seasons.csv
  landmeter series anomaly fields.csv --reference 2017-2022 -o anomaly.csv
  landmeter series forecast levels.csv --horizon 12 -o year-ahead.csv --json
  landmeter series trend ndvi_20*.tif -o trend.tif
  landmeter series phenology --index ndvi 2024/*.SAFE --mask cloud,shadow --year 2024 -o season.tif
  landmeter series anomaly ndvi_20*.tif --date 2024-07-11 --window 20 -o dry.tif`;

type Words = Readonly<Record<string, unknown>>;

const run: Action = async (context, [word, ...inputs], options) => {
  const analysis = parseAnalysis(word!, options as Readonly<Record<string, string | undefined>>);
  const output = String(options['output']);
  if (/\.tiff?$/i.test(output)) {
    refuse(options, TABLE_OPTIONS, 'belongs to tables; the output is a raster');
    const report = await produce(context, 'series-raster', rasterRequest(analysis, inputs, options));
    return context.json ? context.printJson(report) : context.print(describeRaster(report));
  }
  refuse(options, RASTER_OPTIONS, 'belongs to rasters, whose output ends in .tif');
  if (inputs.length !== 1)
    throw new PlatformError('usage', `series takes one table, not ${inputs.length}; of rasters the output is a .tif`);
  const report = await produce(context, 'series', {
    table: inputs[0]!,
    columns: {
      by: (options['by'] as string | undefined) ?? null,
      time: (options['time'] as string | undefined) ?? 'time',
      value: (options['value'] as string | undefined) ?? 'value',
    },
    duplicates: parseDuplicates(String(options['duplicates'])),
    analysis,
    output,
  });
  if (context.json) context.printJson(report);
  else context.print(describe(report));
};

const TABLE_OPTIONS = ['by', 'time', 'value'] as const;

function refuse(options: Words, names: readonly string[], why: string): void {
  for (const name of names) if (options[name] !== undefined) throw new PlatformError('usage', `${flagOf(name)} ${why}`);
}

function describe({ output, rows, series, reasons, backtest }: SeriesReport): string {
  const without = reasons.length === 0 ? '' : `, ${reasons.length} without a result`;
  const line = `${output}: ${rows} rows of ${series} series${without}`;
  if (!backtest || backtest.length === 0) return line;
  const mean = (of: (one: SeriesBacktest) => number) =>
    backtest.reduce((sum, one) => sum + of(one), 0) / backtest.length;
  const error = mean(({ mae }) => mae).toPrecision(3);
  const covered = (100 * mean(({ coverage }) => coverage)).toFixed(0);
  return `${line}; back-test: mean absolute error ${error}, ${covered} % within 95 % intervals`;
}

function describeRaster(report: SeriesRasterReport): string {
  const { output, width, height, dates, bands, validShare, sizeBytes } = report;
  const percent = (100 * validShare).toFixed(1);
  return `${output}: ${bands.length} bands of ${dates.length} dates (${dates[0]} to ${dates.at(-1)}), ${width} × ${height} pixels, ${percent} % with a result, ${(sizeBytes / 1e6).toFixed(1)} MB`;
}

function parseDuplicates(option: string): Duplicates {
  const found = DUPLICATES.find((name) => name === option);
  if (found) return found;
  throw new PlatformError('usage', `--duplicates is "${option}"; ${DUPLICATES.join(', ')} are accepted`);
}

export const command: CommandModule = { define, run };
