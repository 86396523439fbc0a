import type { Command } from 'commander';
import { readAggregation } from '../../../../pipelines/assets/aggregation-file.ts';
import { PlatformError } from '../../../../pipelines/core/errors.ts';
import type { Action, CommandModule } from '../../command.ts';
import { produce } from '../../produce.ts';

function define(command: Command): void {
  command
    .argument('<defects>', 'CSV or Parquet with asset, part, seriousness, extent, intensity; weight where parts differ')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet')
    .option('--aggregation <file>', 'factors and limits by which parts become an asset, as YAML (default: NEN 2767-1)')
    .addHelpText(
      'after',
      `
seriousness is minor, serious or critical; extent 1 to 5; intensity 1 to 3; all three empty: a part without defects.
Rows with another code are named, the rest is scored, and the exit code is 1.

Example:
  landmeter assets score defects.csv -o scores.csv`,
    );
}

const run: Action = async (context, [table], options) => {
  const aggregation = options['aggregation'] as string | undefined;
  const report = await produce(context, 'asset-scores', {
    table: table!,
    aggregation: aggregation === undefined ? null : await readAggregation(aggregation),
    output: String(options['output']),
  });
  const { output, assets, parts, refused } = report;
  for (const { row, asset, reason } of refused)
    context.note(`row ${row}${asset === null ? '' : ` (${asset})`}: ${reason}`);
  if (context.json) context.printJson(report);
  else context.print(`${output}: ${parts} parts of ${assets} assets scored`);
  if (refused.length > 0)
    throw new PlatformError(
      'parameter-invalid',
      `${refused.length} of ${report.rows} rows were refused; the others are scored. Row ${refused[0]!.row}: ${refused[0]!.reason}`,
    );
};

export const command: CommandModule = { define, run };
