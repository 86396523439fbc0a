import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { REFINED_LEE_SIDE } from '../../../pipelines/core/radar/refined-lee.ts';
import { SPECKLE_FILTERS } from '../../../pipelines/core/radar/speckle.ts';
import { RADAR_UNITS } from '../../../pipelines/core/radar/units.ts';
import type { RadarOperation } from '../../../pipelines/runs/radar.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { collect, listOf } from '../raster-options.ts';
import { parseChoice, parseDecimal, parseUnit } from '../radar-options.ts';

const OPERATIONS = ['db', 'filter', 'mean', 'change'] as const;
type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('<operation>', OPERATIONS.join(', '))
    .argument('[rasters...]', 'GeoTIFFs of calibrated backscatter; file#2 is the second band of a file')
    .option(
      '--input <unit>',
      `what the numbers are: ${RADAR_UNITS.join(', ')} (default: by the metadata, else guessed)`,
    )
    .option('--output-unit <unit>', 'filter, mean: of the result (default: that of the input)')
    .option('--noise-floor <dB>', 'db: lower values are raised to it')
    .option('--method <name>', `filter: ${SPECKLE_FILTERS.join(', ')} (default: refined-lee)`)
    .option('--window <pixels>', `filter: side of the window, odd (default: ${REFINED_LEE_SIDE})`)
    .option('--looks <n>', 'filter, change: equivalent number of looks (default: estimated)')
    .option('--before <file>', 'change: a raster of before; may be given many times', collect)
    .option('--after <file>', 'change: a raster of after; may be given many times', collect)
    .requiredOption('-o, --output <file>', 'the COG to write')
    .addHelpText(
      'after',
      `
Filters and means work in linear power whatever the unit. Several rasters give several bands; mean gives the mean and
the number of dates, change the change in dB and the p of no change.

Examples:
  landmeter radar db sigma0_vv.tif -o vv_db.tif
  landmeter radar filter vv.tif --method refined-lee --looks 4.4 -o filtered.tif
  landmeter radar filter vv-*.tif --method multitemporal --window 11 --output-unit db -o stack.tif
  landmeter radar mean vv-2024-*.tif --output-unit db -o mean.tif
  landmeter radar change --before may1.tif --before may2.tif --after june.tif -o change.tif`,
    );
}

const run: Action = async (context, [operation, ...rasters], options) => {
  const kind = parseChoice('The operation', operation, OPERATIONS);
  const [before, after] = [listOf(options['before']), listOf(options['after'])];
  if (kind === 'change' && rasters.length > 0)
    throw new PlatformError('usage', `Say of ${rasters[0]} whether it is of --before or of --after`);
  if (kind !== 'change' && before.length + after.length > 0)
    throw new PlatformError('usage', `--before and --after go with change, not with ${kind}`);
  const report = await produce(context, 'radar', {
    rasters: kind === 'change' ? [...before, ...after] : rasters,
    input: parseUnit('--input', options['input']),
    operation: parseOperation(kind, options, before.length),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, width, height, bands, sizeBytes } = report;
  context.print(`${output}: ${bands.join(', ')}, ${width} × ${height} pixels, ${(sizeBytes / 1e6).toFixed(1)} MB`);
};

function parseOperation(kind: RadarOperation['kind'], options: Options, before: number): RadarOperation {
  const looks = parseDecimal('--looks', options['looks']);
  const unit = parseUnit('--output-unit', options['outputUnit']);
  refuseOthers(kind, options);
  switch (kind) {
    case 'db':
      return { kind, noiseFloor: parseDecimal('--noise-floor', options['noiseFloor']) };
    case 'filter': {
      const method = parseChoice('--method', options['method'] ?? 'refined-lee', SPECKLE_FILTERS);
      const window = parseDecimal('--window', options['window']) ?? REFINED_LEE_SIDE;
      return { kind, method, window, looks, unit };
    }
    case 'mean':
      return { kind, unit };
    case 'change':
      return { kind, before, looks };
  }
}

const BELONGS: Readonly<Record<string, readonly RadarOperation['kind'][]>> = {
  outputUnit: ['filter', 'mean'],
  noiseFloor: ['db'],
  method: ['filter'],
  window: ['filter'],
  looks: ['filter', 'change'],
};

/** An option that would do nothing is a mistake. */
function refuseOthers(kind: RadarOperation['kind'], options: Options): void {
  for (const [name, kinds] of Object.entries(BELONGS)) {
    if (options[name] === undefined || kinds.includes(kind)) continue;
    const word = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new PlatformError('usage', `--${word} goes with ${kinds.join(' and ')}, not with ${kind}`);
  }
}

export const command: CommandModule = { define, run };
