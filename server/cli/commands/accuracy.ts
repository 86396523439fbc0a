import type { Command } from 'commander';
import { ALLOCATIONS } from '../../../pipelines/core/accuracy/allocation.ts';
import { classLabel } from '../../../pipelines/core/accuracy/labels.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { AccuracyAssessReport, Interval } from '../../../pipelines/runs/accuracy-assess.ts';
import { checkAreas } from '../../../pipelines/runs/accuracy-assess.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { parseChoice, parseDecimal } from '../radar-options.ts';

type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('<step>', 'sample, assess')
    .argument('<file>', 'sample: the class map; assess: the table of judged points, with columns map and reference')
    .option('--n <points>', 'sample: how many points')
    .option('--target-se <error>', 'sample: as many as this standard error of the overall accuracy takes, such as 0.01')
    .option('--expected <list>', 'sample: user’s accuracies that are expected, such as 1=0.7,2=0.9 (default: 0.8)')
    .option('--allocation <name>', `sample: ${ALLOCATIONS.join(', ')} (default: proportional)`)
    .option('--minimum <points>', 'sample: per class, at least (default: 50)')
    .option('--seed <number>', 'sample: the same seed gives the same points (default: 1)')
    .option('--hide-map', 'sample: leaves the map’s class out, so that nobody is led by it')
    .option('--exclude <classes>', 'classes of the map that are left out, such as 0,255')
    .option('--areas <raster>', 'assess: the class map, whose areas weigh the sample')
    .option('--weights <file>', 'assess: instead of it a table of class and area_ha (or area, pixels, weight)')
    .option('--map-column <name>', 'assess: (default: map)')
    .option('--reference-column <name>', 'assess: (default: reference)')
    .option('--stratum-column <name>', 'assess: where points were not drawn by map class; --areas then has the strata')
    .requiredOption('-o, --output <file>', 'sample: .geojson, .csv, .json, .parquet; assess: .json, .csv, .parquet')
    .addHelpText(
      'after',
      `
Points are pixels drawn at random within each class, without repetition, in random order. Intervals are of 95 %.

Examples:
  landmeter accuracy sample landcover.tif --n 500 --minimum 50 --seed 7 --hide-map -o points.geojson
  landmeter accuracy sample change.tif --target-se 0.01 --expected 1=0.7,2=0.6,3=0.9,4=0.95 -o points.csv
  landmeter accuracy assess judged.csv --areas landcover.tif -o report.json`,
    );
}

const run: Action = async (context, [step, file], options) => {
  const kind = parseChoice('The step', step, ['sample', 'assess']);
  refuseOthers(kind, options);
  return kind === 'sample' ? sample(context, file!, options) : assess(context, file!, options);
};

async function sample(context: CliContext, raster: string, options: Options): Promise<void> {
  const report = await produce(context, 'accuracy-sample', {
    raster,
    n: parseDecimal('--n', options['n']),
    targetError: parseDecimal('--target-se', options['targetSe']),
    allocation: parseChoice('--allocation', options['allocation'] ?? 'proportional', ALLOCATIONS),
    minimum: parseDecimal('--minimum', options['minimum']) ?? 50,
    expected: parseExpected(options['expected'] as string | undefined),
    exclude: parseClasses(options['exclude'] as string | undefined),
    hideMap: options['hideMap'] === true,
    seed: parseDecimal('--seed', options['seed']) ?? 1,
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, points, classes, expectedStandardError } = report;
  const each = classes.map((one) => `${one.class}: ${one.points}`).join(', ');
  context.print(
    `${output}: ${points} points (${each}); expected standard error of the overall accuracy ${expectedStandardError.toFixed(4)}`,
  );
}

async function assess(context: CliContext, table: string, options: Options): Promise<void> {
  const word = (name: string) => (options[name] as string | undefined) ?? null;
  const report = await produce(context, 'accuracy-assess', {
    table,
    columns: {
      map: word('mapColumn') ?? 'map',
      reference: word('referenceColumn') ?? 'reference',
      stratum: word('stratumColumn'),
    },
    areas: checkAreas(word('areas'), word('weights')),
    exclude: parseClasses(word('exclude') ?? undefined),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  context.print(describe(report));
}

function describe({ output, points, unit, overall, classes }: AccuracyAssessReport): string {
  const lines = classes.map(
    (one) =>
      `class ${one.class}: user's ${percent(one.users)}, producer's ${percent(one.producers)}, area ${interval(one.area, 1, 0)} ${unit}`,
  );
  return [`${output}: overall accuracy ${percent(overall)} from ${points} points`, ...lines].join('\n');
}

function percent(estimate: Interval): string {
  return `${interval(estimate, 100, 1)} %`;
}

function interval({ value, low, high }: Interval, factor: number, digits: number): string {
  const text = (v: number | null) => (v === null ? '?' : (v * factor).toFixed(digits));
  return `${text(value)} (${text(low)} to ${text(high)})`;
}

/** `1=0.7,2=0.9`. */
function parseExpected(text: string | undefined): Record<string, number> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const match = /^([^=]+)=([\d.]+)$/.exec(pair.trim());
      const value = Number(match?.[2] ?? NaN);
      const label = classLabel(match?.[1]);
      if (label !== null && !Number.isNaN(value)) return [label, value];
      throw new PlatformError('usage', `--expected has "${pair}"; class=accuracy is accepted, such as 1=0.7`);
    }),
  );
}

function parseClasses(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(classLabel)
    .filter((label) => label !== null);
}

const OF_SAMPLE = ['n', 'targetSe', 'expected', 'allocation', 'minimum', 'seed', 'hideMap'];
const OF_ASSESS = ['areas', 'weights', 'mapColumn', 'referenceColumn', 'stratumColumn'];

/** An option that would do nothing is a mistake. */
function refuseOthers(step: 'sample' | 'assess', options: Options): void {
  const other = (step === 'sample' ? OF_ASSESS : OF_SAMPLE).find((name) => options[name] !== undefined);
  if (other === undefined) return;
  const word = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new PlatformError('usage', `--${word} goes with accuracy ${step === 'sample' ? 'assess' : 'sample'}`);
}

export const command: CommandModule = { define, run };
