/** Options that the commands on tables of sensor readings share. */
import type { Command } from 'commander';
import type { SeriesColumns } from '../../pipelines/io/table/read-series.ts';

type Options = Readonly<Record<string, unknown>>;

export function addReadingOptions(command: Command): void {
  command
    .option('--by <column>', 'column that tells series apart (default: id, where there is one)')
    .option('--time <column>', 'column of RFC 3339 times', 'time')
    .option('--value <column>', 'column of numbers; an empty cell is a missing value', 'value');
}

export function readingColumns(options: Options): SeriesColumns {
  return { by: textOf(options, 'by'), time: String(options['time']), value: String(options['value']) };
}

export function textOf(options: Options, name: string): string | null {
  return (options[name] as string | undefined) ?? null;
}
