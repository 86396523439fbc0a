import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { COMPOSITE_METHODS, parseCompositeMethod } from '../../../pipelines/core/raster/composite.ts';
import type { CompositeMethod } from '../../../pipelines/core/raster/composite.ts';
import { parsePeriod } from '../../../pipelines/core/series/period.ts';
import type { CompositeOptions, CompositeReport } from '../../../pipelines/runs/composite.ts';
import { splitIntoPeriods, timesOfDates, timesOfRasters } from '../../../pipelines/runs/composite-periods.ts';
import type { DatedPeriod } from '../../../pipelines/runs/composite-periods.ts';
import { EXTRA_BANDS } from '../../../pipelines/tasks/composite-part.ts';
import type { ExtraBand } from '../../../pipelines/tasks/composite-part.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { classesOf, classFiles, datesOf } from '../date-options.ts';
import { addFormulaOptions, addMaskOptions, collect, listOf, parseCalibration, parseDtype } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('[rasters...]', 'rasters of one place, oldest first')
    .requiredOption('--method <name>', `${COMPOSITE_METHODS.join(', ')}, or a percentile: p1 to p99`)
    .option(
      '--period <which>',
      'a composite for each month, season or year, of all, or of START/END (both days included)',
    )
    .option(
      '--with <bands>',
      'bands behind the values: count (valid dates), date (days since 1970-01-01 of the one taken)',
    )
    .option('--times <list>', 'dates of the rasters, with commas between (default: from names and metadata)', collect)
    .option('--scl <file>', 'scene classification, one per raster or date, in their order', collect)
    .option(
      '--index <formula>',
      'make the composite of this index or expression, of the dates given by --scene or --band',
    );
  addMaskOptions(command);
  addFormulaOptions(command);
  command
    .requiredOption('-o, --output <file>', 'the COG to write; with --period {period} in its name is replaced')
    .addHelpText(
      'after',
      `
Where no raster is valid the result is nodata, and 0 for count. With --index each band is given once per date,
in the order of the dates; nothing is written in between. first, last and best take all bands of a pixel from one
date; best is far from clouds, near the middle of the period and of a class that is trusted.

Examples:
  landmeter composite june.tif july.tif august.tif --method median -o summer.tif
  landmeter composite a/B04.tif b/B04.tif --scl a/SCL.tif --scl b/SCL.tif --method mean -o red.tif
  landmeter composite --index ndvi --scene A.SAFE --scene B.SAFE --mask cloud,shadow --method median -o ndvi.tif
  landmeter composite ndvi_2024*.tif --method p90 --period month --with count,date -o "ndvi-{period}.tif"
  landmeter composite --index ndvi --method max -o ndvi.tif \\
    --band red=a/B04.tif --band nir=a/B08.tif --band red=b/B04.tif --band nir=b/B08.tif`,
    );
}

const run: Action = async (context, rasters, options) => {
  const method = parseCompositeMethod(options['method'] as string);
  const extras = parseExtras(options['with'] as string | undefined);
  const common = { method, ...(extras.length > 0 && { extras }) };
  const composite = options['index'] === undefined ? ofRasters(rasters, options) : ofFormula(rasters, options);
  const stated = parseTimes(options);
  const output = options['output'] as string;
  if (options['period'] === undefined) {
    const report = await composite.make(context, { ...common, ...(stated && { times: stated }), output }, null);
    return context.json ? context.printJson(report) : print(context, report, method);
  }
  const found = await composite.times(context.signal);
  const periods = splitIntoPeriods(found, stated, parsePeriod(options['period'] as string));
  checkOutputs(output, periods);
  const reports: unknown[] = [];
  for (const period of periods) {
    const { label, first, last, times, members } = period;
    const path = output.replaceAll('{period}', label);
    const report = await composite.make(context, { ...common, times, period: { first, last }, output: path }, members);
    reports.push({ period: label, first, last, ...report });
    if (!context.json) print(context, report, method);
  }
  if (context.json) context.printJson(reports);
};

/** What is asked for, before it is known of which dates. */
interface Composite {
  times(signal: AbortSignal): Promise<ReturnType<typeof timesOfRasters>>;
  /** @param members  The rasters or dates to take, by their place; null: all. */
  make(context: CliContext, options: CompositeOptions, members: readonly number[] | null): Promise<CompositeReport>;
}

function ofRasters(rasters: readonly string[], options: Options): Composite {
  refuseFormulaOptions(options);
  const scl = classFiles(options, rasters.length);
  const inputs = rasters.map((path, k) => ({ path, classes: scl && classesOf(scl[k]!, options) }));
  return {
    times: async () => timesOfRasters(rasters),
    make: (context, words, members) =>
      produce(context, 'composite', { ...words, rasters: members ? members.map((k) => inputs[k]!) : inputs }),
  };
}

function ofFormula(rasters: readonly string[], options: Options): Composite {
  if (rasters.length > 0)
    throw new PlatformError('usage', `With --index name bands with --band or --scene; ${rasters[0]} is neither`);
  const [calibration, dtype] = [parseCalibration(options), parseDtype(options['dtype'])];
  const all = datesOf(options);
  const formula = options['index'] as string;
  return {
    times: (signal) => timesOfDates(all, signal),
    make: (context, words, members) => {
      const dates = members ? members.map((k) => all[k]!) : all;
      return produce(context, 'index-composite', { ...words, formula, dates, calibration, dtype });
    },
  };
}

function print(context: CliContext, report: CompositeReport, method: CompositeMethod): void {
  const { output, width, height, layers, sizeBytes } = report;
  context.print(`${output}: ${method} of ${layers}, ${width} × ${height} pixels, ${(sizeBytes / 1e6).toFixed(1)} MB`);
}

/** @throws {PlatformError} `usage` where one file would be written over by the next */
function checkOutputs(output: string, periods: readonly DatedPeriod[]): void {
  if (periods.length < 2 || output.includes('{period}')) return;
  const labels = periods.map(({ label }) => label).join(', ');
  throw new PlatformError('usage', `There are ${periods.length} periods (${labels}): put {period} into ${output}`);
}

function parseExtras(text: string | undefined): ExtraBand[] {
  if (text === undefined) return [];
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  for (const word of words)
    if (!EXTRA_BANDS.some((extra) => extra === word))
      throw new PlatformError('usage', `--with is "${text}"; ${EXTRA_BANDS.join(' and ')} are accepted`);
  return EXTRA_BANDS.filter((extra) => words.includes(extra));
}

function parseTimes(options: Options): string[] | null {
  const times = listOf(options['times']).flatMap((text) => text.split(',').map((word) => word.trim()));
  return times.length === 0 ? null : times;
}

function refuseFormulaOptions(options: Options): void {
  for (const name of ['band', 'scene', 'scale', 'offset', 'dtype'])
    if (options[name] !== undefined)
      throw new PlatformError('usage', `--${name} goes with --index; without it rasters are taken as they are`);
}

export const command: CommandModule = { define, run };
