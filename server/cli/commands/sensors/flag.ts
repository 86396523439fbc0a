import type { Command } from 'commander';
import { OBSERVED_PROPERTIES } from '../../../../pipelines/core/sensors/properties.ts';
import { FLAG_NAMES } from '../../../../pipelines/core/sensors/quality/flags.ts';
import type { SensorFlagsReport } from '../../../../pipelines/runs/sensor-flags.ts';
import type { Action, CommandModule } from '../../command.ts';
import { produce } from '../../produce.ts';
import { addReadingOptions, readingColumns, textOf } from '../../sensor-options.ts';

function define(command: Command): void {
  command.argument(
    '<table>',
    'readings: CSV or Parquet with the columns time and value, and id where there are several series',
  );
  addReadingOptions(command);
  command
    .option('--property <name>', 'what is observed, with its limits; a CF name or one of those below')
    .option('--stations <table>', 'places of the stations: id, x and y (or lon and lat), elevation')
    .option('--now <time>', 'readings of later have a wrong clock (default: the present time; none: do not test)')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet')
    .addHelpText(
      'after',
      `
Rows keep their order and their values; the columns flags (a bit mask) and flag_names are added: ${FLAG_NAMES.join(', ')}.
A gap is flagged on the row after it. Without --property limits are estimated from the table itself, robustly.

Properties: ${OBSERVED_PROPERTIES.map(({ id, unit }) => `${id} (${unit})`).join(', ')}

Examples:
  landmeter sensors flag readings.csv --property air_temperature -o flagged.csv
  landmeter sensors flag network.csv --property pm2p5 --stations stations.csv -o flagged.parquet`,
    );
}

const run: Action = async (context, [table], options) => {
  const now = textOf(options, 'now') ?? new Date().toISOString();
  const report = await produce(context, 'sensor-flags', {
    table: table!,
    columns: readingColumns(options),
    property: textOf(options, 'property'),
    stations: textOf(options, 'stations'),
    now: now === 'none' ? null : now,
    output: String(options['output']),
  });
  if (context.json) context.printJson(report);
  else context.print(describe(report));
};

function describe({ output, rows, flagged, counts, series }: SensorFlagsReport): string {
  const each = FLAG_NAMES.filter((name) => counts[name] > 0).map((name) => `${name} ${counts[name]}`);
  const share = ((100 * flagged) / rows).toFixed(2);
  const kinds = each.length > 0 ? `: ${each.join(', ')}` : '';
  return `${output}: ${flagged} of ${rows} rows of ${series.length} series flagged (${share} %)${kinds}`;
}

export const command: CommandModule = { define, run };
