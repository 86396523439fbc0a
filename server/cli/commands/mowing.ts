import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { MowingOptions } from '../../../pipelines/core/series/mowing.ts';
import { MOWING_DEFAULTS } from '../../../pipelines/core/series/mowing.ts';
import { daysFromCivil } from '../../../pipelines/core/series/time.ts';
import type { MowingReport } from '../../../pipelines/runs/mowing.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { parseNumber } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

const D = MOWING_DEFAULTS;

function define(command: Command): void {
  command
    .argument(
      '<table>',
      'series of a vegetation index: CSV or Parquet, as zonal --series writes it; or rasters, with --zones',
    )
    .argument('[rasters...]', 'with --zones, or an output that is a raster: more dates')
    .option('--times <list>', 'rasters: dates with commas between them (default: as their names say)')
    .option('--zones <file>', 'polygons: their means in the rasters, whose names tell the dates, are the series')
    .option('--id <field>', 'with --zones: property that names a zone')
    .option('--zones-crs <epsg>', 'with --zones: CRS of the zones (default: as their file says, else WGS 84)')
    .option('--series <file>', 'with --zones: where to keep the series (default: beside the output)')
    .option('--by <column>', 'column that tells series apart (default: id, where there is one)')
    .option('--time <column>', 'column of dates or RFC 3339 times', 'time')
    .option(
      '--value <column>',
      'column of numbers; an empty cell is a missing value (default: value; mean with --zones)',
    )
    .option('--scale <number>', 'divide values by it, such as 10000', '1')
    .option('--min-drop <value>', 'least loss against the interpolated course', String(D.minDrop))
    .option('--min-before <value>', 'what is below has nothing to lose', String(D.minBefore))
    .option('--max-gap <days>', 'between the observations before and after', String(D.maxGap))
    .option('--quick <days>', 'a loss that is regained sooner was a cloud', String(D.quickDays))
    .option('--recovery <days>', 'how long to look for regrowth', String(D.recoveryDays))
    .option('--min-recovery <share>', 'of the loss; with less it is a harvest', String(D.minRecovery))
    .option('--min-separation <days>', 'between two events', String(D.minSeparation))
    .option('--season <from/to>', 'when events count, month-day', '03-15/11-15')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet; of rasters also .tif')
    .addHelpText(
      'after',
      `
One row per event, or a raster with the number of events of each pixel, the first and the last one: time is the middle of the interval between the observation before (after) and the first one with
the loss (before); kind is mowing where it grows again, harvest where not, unknown where nothing was seen afterwards.

Examples:
  landmeter mowing verges.csv -o mown.csv
  landmeter zonal --series ndvi_2024*.tif --zones fields.geojson --id parcel --stats mean -o series.parquet
  landmeter mowing series.parquet --by parcel --value mean -o mown.csv
  landmeter mowing ndvi_2024*.tif --zones fields.geojson --id parcel --scale 10000 -o mown.csv
  landmeter mowing ndvi_2024*.tif -o mown.tif`,
    );
}

const run: Action = async (context, [first, ...rasters], options) => {
  if (/\.tiff?$/i.test(String(options['output']))) return runRaster(context, [first!, ...rasters], options);
  const zones = options['zones'] as string | undefined;
  if (zones === undefined) {
    refuseZoneOptions(rasters, options);
    return report(context, await detect(context, first!, options, 'value'));
  }
  const series = (options['series'] as string | undefined) ?? besideOutput(String(options['output']));
  const word = (name: string) => (options[name] as string | undefined) ?? null;
  await produce(context, 'zone-series', {
    dates: [first!, ...rasters].map((raster) => ({ time: null, source: { raster, classes: null } })),
    formula: null,
    calibration: {},
    zones,
    statistics: 'mean',
    idField: word('id'),
    zonesCrs: word('zonesCrs'),
    output: series,
  });
  report(context, await detect(context, series, { by: options['id'] ?? undefined, ...options }, 'mean'));
};

/** Every pixel is a series of its own, then. */
async function runRaster(context: CliContext, rasters: readonly string[], options: Options): Promise<void> {
  for (const name of ['zones', 'id', 'series', 'by', 'value'])
    if (options[name] !== undefined)
      throw new PlatformError(
        'usage',
        `--${name} goes with tables; ${String(options['output'])} is a raster of pixels`,
      );
  const scale = parseNumber('--scale', options['scale'])!;
  const times = (options['times'] as string | undefined)?.split(',').map((time) => time.trim());
  const found = await produce(context, 'mowing-raster', {
    input: {
      rasters: rasters.map((path) => ({ path, classes: null })),
      nodata: null,
      calibration: scale === 1 ? {} : { scale },
    },
    times: times ?? null,
    options: parseOptions(options),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(found);
  const { output, width, height, dates, seenShare } = found;
  context.print(
    `${output}: ${dates.length} dates, ${width} × ${height} pixels, ${(100 * seenShare).toFixed(1)} % seen`,
  );
}

function detect(context: CliContext, table: string, options: Options, value: string): Promise<MowingReport> {
  return produce(context, 'mowing', {
    table,
    columns: {
      by: (options['by'] as string | undefined) ?? null,
      time: String(options['time']),
      value: (options['value'] as string | undefined) ?? value,
    },
    duplicates: 'mean',
    scale: parseNumber('--scale', options['scale'])!,
    options: parseOptions(options),
    output: String(options['output']),
  });
}

function report(context: CliContext, found: MowingReport): void {
  if (context.json) return context.printJson(found);
  const { output, series, withEvents, events } = found;
  context.print(
    `${output}: ${events.mowing} mowings, ${events.harvest} harvests, ${events.unknown} of unknown kind, in ${withEvents} of ${series} series`,
  );
}

function refuseZoneOptions(rasters: readonly string[], options: Options): void {
  if (rasters.length > 0)
    throw new PlatformError('usage', `One table is read; for rasters such as ${rasters[0]} name polygons with --zones`);
  for (const [name, word] of [['id', 'id'] as const, ['zonesCrs', 'zones-crs'] as const, ['series', 'series'] as const])
    if (options[name] !== undefined) throw new PlatformError('usage', `--${word} goes with --zones`);
}

function besideOutput(output: string): string {
  return `${output.replace(/\.[^./\\]+$/, '')}.series.parquet`;
}

function parseOptions(options: Options): MowingOptions {
  const number = (name: string, word: string, least = 0) => {
    const value = parseNumber(word, options[name])!;
    if (value >= least) return value;
    throw new PlatformError('usage', `${word} is ${value}; ${least} or more is accepted`);
  };
  return {
    minDrop: number('minDrop', '--min-drop'),
    minBefore: number('minBefore', '--min-before', -1),
    maxGap: number('maxGap', '--max-gap'),
    quickDays: number('quick', '--quick'),
    recoveryDays: number('recovery', '--recovery'),
    minRecovery: number('minRecovery', '--min-recovery'),
    minSeparation: number('minSeparation', '--min-separation'),
    season: parseSeason(String(options['season'])),
  };
}

function parseSeason(text: string): MowingOptions['season'] {
  const match = /^(\d\d)-(\d\d)\/(\d\d)-(\d\d)$/.exec(text);
  const [a, b, c, d] = (match ?? []).slice(1).map(Number);
  const isDay = (month: number, day: number) => !Number.isNaN(daysFromCivil(2024, month, day));
  if (match && isDay(a!, b!) && isDay(c!, d!)) return [[a!, b!] as const, [c!, d!] as const];
  throw new PlatformError('usage', `--season is "${text}"; two days of the year are accepted, such as 03-15/11-15`);
}

export const command: CommandModule = { define, run };
