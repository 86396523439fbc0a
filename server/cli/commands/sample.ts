import { resolve } from 'node:path';
import { SIZES } from '../../../data-samples/landscape/grid.ts';
import type { SampleSize } from '../../../data-samples/landscape/grid.ts';
import { makeSample } from '../../../data-samples/sample.ts';
import { OVERPASSES } from '../../../data-samples/scene/dates.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Action, CommandModule } from '../command.ts';

const run: Action = async ({ progress, print, printJson, json, signal }, _args, options) => {
  const size = String(options['size']);
  if (!Object.hasOwn(SIZES, size))
    throw new PlatformError('usage', `--size is "${size}"; ${Object.keys(SIZES).join(', ')} are accepted`);
  const folder = resolve(String(options['output']));
  const region = await makeSample(folder, {
    size: size as SampleSize,
    dates: parseDates(options['dates']),
    signal,
    onScene: (_id, index, count) => (index === 0 ? progress.stage('Simulating scenes', count) : progress.advance()),
  });
  progress.done();
  if (json) printJson({ folder, ...region });
  else
    print(
      `${region.scenes.length} simulated scenes and ${Object.keys(region.vectors).length} vector layers in ${folder}`,
    );
};

function parseDates(text: unknown): number {
  const dates = text === undefined ? OVERPASSES.length : Number(text);
  if (!Number.isInteger(dates) || dates < 1 || dates > OVERPASSES.length)
    throw new PlatformError(
      'usage',
      `--dates is "${String(text)}"; a whole number from 1 to ${OVERPASSES.length} is accepted`,
    );
  return dates;
}

export const command: CommandModule = {
  define(command) {
    command
      .option(
        '--size <size>',
        `${Object.keys(SIZES).join(', ')}; full is a whole Sentinel-2 tile for benchmarks`,
        'region',
      )
      .option('--dates <n>', `how many of the ${OVERPASSES.length} dates`)
      .option('-o, --output <folder>', 'where to', 'sample')
      .addHelpText('after', '\nExample:\n  landmeter sample --size full --dates 1 -o bench-scene');
  },
  run,
};
