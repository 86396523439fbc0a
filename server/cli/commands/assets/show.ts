import type { Command } from 'commander';
import type { AssetDetails } from '../../../../pipelines/assets/asset-details.ts';
import { askRegister } from '../../asset-lines.ts';
import type { Action, CommandModule } from '../../command.ts';

function define(command: Command): void {
  command.argument('<asset>', 'its id').addHelpText('after', '\nExample:\n  landmeter assets show B-0012');
}

const run: Action = async (context, [id]) => {
  const told = await askRegister(context, { action: 'show', id: id! }, 'asset');
  if (context.json) context.printJson(told);
  else context.print(describe(told));
};

function describe({ id, name, type, owner, built, condition, inspections }: AssetDetails): string {
  const head = `${id}  ${name}  ${type}${owner === null ? '' : `, ${owner}`}${built === null ? '' : `, built ${built}`}`;
  if (!condition) return [head, '  not assessed yet', ...inspections.map(inspectionLine)].join('\n');
  const { score, expected, confidence, at, contributions, forecast, risk } = condition;
  return [
    head,
    `  condition ${score} on ${at} (expected ${expected.toFixed(2)}, confidence ${(100 * confidence).toFixed(0)} %)`,
    ...contributions.map(({ part, value, weight, text }) => `  ${part}: ${value.toFixed(2)}, counts for ${(100 * weight).toFixed(0)} %: ${text}`), // prettier-ignore
    `  risk ${risk.risk.toFixed(1)} = ${(100 * risk.probability).toFixed(0)} % × ${risk.consequence.toFixed(0)}; € ${risk.cost} take away ${risk.reduction.toFixed(1)}`,
    ...forecast.map(({ years, expected: then, lower, upper, poor }) => `  in ${years} years: ${then.toFixed(2)} (${lower} to ${upper}), poor with ${(100 * poor).toFixed(0)} %`), // prettier-ignore
    ...inspections.map(inspectionLine),
  ].join('\n');
}

function inspectionLine({ date, score, worstPart, worstDefect, care }: AssetDetails['inspections'][number]): string {
  const worst = worstPart === null ? '' : `, worst ${worstPart}: ${worstDefect ?? 'no defect'}`;
  return `  inspected ${date}: ${score}${worst}${care === null ? '' : `, care ${care}`}`;
}

export const command: CommandModule = { define, run };
