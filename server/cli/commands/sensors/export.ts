import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportObservations } from '../../../../pipelines/runs/export-observations.ts';
import { findTableFormat } from '../../../../pipelines/io/table/write-table.ts';
import type { Action, CommandModule } from '../../command.ts';
import { onWorkspace } from '../../on-workspace.ts';

interface ExportLine {
  readonly rows: number;
}

function define(command: Command): void {
  command
    .option('--datastream <keys>', 'numbers or keys, between commas (default: all)')
    .option('--property <ids>', 'observed properties, between commas, such as pm10,no2')
    .option('--from <time>', 'RFC 3339, included')
    .option('--to <time>', 'RFC 3339, not included')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet')
    .addHelpText(
      'after',
      `
A row each: station, lon, lat, datastream, property, unit, time, end, value, flags, licence, attribution.

Examples:
  landmeter sensors export --property no2 --from 2025-01-01T00:00:00Z -o no2.parquet`,
    );
}

const run: Action = async (context, _args, options) => {
  const list = (name: string) => (options[name] as string | undefined)?.split(',').map((word) => word.trim());
  const text = (name: string) => options[name] as string | undefined;
  const output = resolve(String(options['output']));
  findTableFormat(output);
  const selection = Object.fromEntries(
    Object.entries({
      datastreams: list('datastream'),
      properties: list('property'),
      from: text('from'),
      to: text('to'),
    }).filter(([, value]) => value !== undefined),
  );
  const { signal, progress } = context;
  let rows = 0;
  const found = onWorkspace<ExportLine>(context, {
    name: 'landmeter sensors export',
    async *here(database) {
      progress.stage('Exporting observations');
      yield { rows: await exportObservations(database, output, selection, { signal }) };
    },
    there: { path: '/workspace/export', body: { output, ...selection } },
  });
  for await (const line of found) rows = line.rows;
  progress.done();
  if (context.json) context.printJson({ output, rows });
  else context.print(`${rows} observations in ${output}`);
};

export const command: CommandModule = { define, run };
