import type { Command } from 'commander';
import type { Assessment } from '../../../../pipelines/assets/assess-register.ts';
import { PlatformError } from '../../../../pipelines/core/errors.ts';
import { askRegister } from '../../asset-lines.ts';
import type { Action, CommandModule } from '../../command.ts';

function define(command: Command): void {
  command.option('--at <day>', 'condition on that day, such as 2026-01-01 (default: today)').addHelpText(
    'after',
    `
Fits how each type worsens on the register's own inspections, tries it on the latest of them, and writes down the condition
of each asset with its reasons. docs/assets.md has the formulas.

Example:
  landmeter assets assess --json`,
  );
}

const run: Action = async (context, _args, options) => {
  const at = (options['at'] as string | undefined) ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(at) || Number.isNaN(Date.parse(at)))
    throw new PlatformError('usage', `--at is "${at}"; a day such as 2026-01-01 is accepted`);
  const told = await askRegister(context, { action: 'assess', at }, 'assessed');
  if (context.json) context.printJson(told);
  else context.print(describe(told));
};

function describe({ at, assets, inspected, models, scores }: Assessment): string {
  const lines = models.map(({ type, passages, rates, backTest }) => {
    const years = rates.reduce((sum, rate) => sum + 1 / rate, 0).toFixed(0);
    const tried =
      backTest === null
        ? 'too little history to try it'
        : `error of the model ${backTest.rps.model.toFixed(4)}, of "unchanged" ${backTest.rps.unchanged.toFixed(4)}, of "as usual" ${backTest.rps.usual.toFixed(4)} on ${backTest.tested} unseen`;
    return `  ${type === '*' ? 'all types' : type}: ${years} years from 1 to 6, of ${passages} passages; ${tried}`;
  });
  const counts = scores.map((count, k) => `${k + 1}: ${count}`).join(', ');
  return [`${assets} assets on ${at}, ${inspected} of them inspected; scores ${counts}`, ...lines].join('\n');
}

export const command: CommandModule = { define, run };
