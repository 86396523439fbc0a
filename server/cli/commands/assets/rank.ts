import type { Command } from 'commander';
import { findAssetType } from '../../../../pipelines/core/assets/asset-types.ts';
import { DEFAULT_HORIZON, DEFAULT_WEIGHTS } from '../../../../pipelines/core/assets/risk.ts';
import type { Importance } from '../../../../pipelines/core/assets/risk.ts';
import { PlatformError } from '../../../../pipelines/core/errors.ts';
import { askRegister } from '../../asset-lines.ts';
import type { Action, CommandModule } from '../../command.ts';

function define(command: Command): void {
  command
    .option('--budget <euros>', 'the set of assets that lowers most risk for this sum, instead of all')
    .option('--type <types>', 'only of these types, between commas')
    .option(
      '--weights <s,a,c>',
      'of the consequences for safety, availability, cost',
      Object.values(DEFAULT_WEIGHTS).join(','),
    )
    .option('--horizon <years>', 'years to look ahead', String(DEFAULT_HORIZON))
    .option('--limit <n>', 'print so many at most (without --json)', '20')
    .addHelpText(
      'after',
      `
risk = probability (of a score of 5 or 6 within the horizon) × consequence (20 to 100); reduction is what goes away when the
cost is spent and the asset is as new. The set for a budget is the best one there is, not a good guess.

Examples:
  landmeter assets rank --type bridge,quay
  landmeter assets rank --budget 250000 --weights 0.8,0.1,0.1 --json`,
    );
}

const run: Action = async (context, _args, options) => {
  const text = (name: string) => options[name] as string | undefined;
  const [budget, types] = [text('budget'), text('type')];
  const ranking = await askRegister(
    context,
    {
      action: 'rank',
      weights: weightsOf(text('weights')!),
      horizon: numberOf('horizon', text('horizon')!, 0, 100),
      ...(budget === undefined ? {} : { budget: numberOf('budget', budget, 0, 1e15) }),
      ...(types === undefined ? {} : { types: types.split(',').map(typeOf) }),
    },
    'ranking',
  );
  if (context.json) return context.printJson(ranking.assets);
  const limit = numberOf('limit', text('limit')!, 1, 1e6);
  for (const { asset, name, score, probability, consequence, risk, cost, reasons } of ranking.assets.slice(0, limit))
    context.print(
      `${asset}  ${name}  score ${score}  risk ${risk.toFixed(1)} = ${(100 * probability).toFixed(0)} % × ${consequence.toFixed(0)}  € ${cost}  ${reasons[0]}`,
    );
  if (ranking.budget === null) context.print(`${ranking.assets.length} assets, assessed on ${ranking.at}`);
  else {
    const { euros, cost, reduction, bound, isExact } = ranking.budget;
    const proof = isExact ? 'no set lowers it by more' : `none lowers it by more than ${bound.toFixed(1)}`;
    context.print(
      `${ranking.assets.length} assets for € ${cost} of ${euros} lower the risk by ${reduction.toFixed(1)}; ${proof}`,
    );
  }
};

function weightsOf(text: string): Importance {
  const numbers = text.split(',').map(Number);
  const [safety, availability, cost] = numbers as [number, number, number];
  if (
    numbers.length !== 3 ||
    !numbers.every((one) => one >= 0 && Number.isFinite(one)) ||
    safety + availability + cost === 0
  )
    throw new PlatformError('usage', `--weights is "${text}"; three numbers from 0 such as 0.5,0.3,0.2 are accepted`);
  return { safety, availability, cost };
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new PlatformError('usage', `--${option} is "${text}"; a number from ${least} to ${most} is accepted`);
}

function typeOf(word: string): string {
  const found = findAssetType(word);
  if (found) return found.id;
  throw new PlatformError('usage', `--type names "${word}"; landmeter assets import --help lists the types`);
}

export const command: CommandModule = { define, run };
