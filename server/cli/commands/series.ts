import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Duplicates } from '../../../pipelines/io/table/read-series.ts';
import { DUPLICATES } from '../../../pipelines/io/table/read-series.ts';
import type { SeriesBacktest } from '../../../pipelines/runs/series-tables/forecast.ts';
import type { SeriesReport } from '../../../pipelines/runs/series.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { ANALYSES, parseAnalysis } from '../series-options.ts';

function define(command: Command): void {
  command
    .argument('<analysis>', ANALYSES.join(', '))
    .argument('<table>', 'CSV (UTF-8, header) or Parquet: a path or an http(s) URL')
    .option('--by <column>', 'column that tells series apart (default: id, where there is one)')
    .option('--time <column>', 'column of dates or RFC 3339 times', 'time')
    .option('--value <column>', 'column of numbers; an empty cell is a missing value', 'value')
    .option('--duplicates <what>', 'rows of one series with the same time: refuse, mean, first, last', 'refuse')
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
    .option('--period <time>', 'forecast: length of the season (default: 1y, or 1d for steps of hours)')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json or .parquet')
    .addHelpText(
      'after',
      `
Methods: fill linear, whittaker, harmonic; anomaly window, harmonic; forecast auto, seasonal-naive, holt-winters,
harmonic. Results have the columns id, time and value whatever the table calls them.

Examples:
  landmeter series trend fields.csv -o trend.csv
  landmeter series smooth fields.csv --method whittaker --lambda 10 -o smooth.parquet
  landmeter series fill fields.csv --step 10d --max-gap 60d -o regular.csv
  landmeter series phenology fields.csv --by parcel --time date --value ndvi --threshold 0.2/0.5 -o seasons.csv
  landmeter series anomaly fields.csv --reference 2017-2022 -o anomaly.csv
  landmeter series forecast levels.csv --horizon 12 -o year-ahead.csv --json`,
    );
}

const run: Action = async (context, [analysis, table], options) => {
  const report = await produce(context, 'series', {
    table: table!,
    columns: {
      by: (options['by'] as string | undefined) ?? null,
      time: String(options['time']),
      value: String(options['value']),
    },
    duplicates: parseDuplicates(String(options['duplicates'])),
    analysis: parseAnalysis(analysis!, options as Readonly<Record<string, string | undefined>>),
    output: String(options['output']),
  });
  if (context.json) context.printJson(report);
  else context.print(describe(report));
};

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

function parseDuplicates(option: string): Duplicates {
  const found = DUPLICATES.find((name) => name === option);
  if (found) return found;
  throw new PlatformError('usage', `--duplicates is "${option}"; ${DUPLICATES.join(', ')} are accepted`);
}

export const command: CommandModule = { define, run };
