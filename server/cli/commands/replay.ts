import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { replay } from '../../../pipelines/runs/replay.ts';
import type { Action, CommandModule } from '../command.ts';
import { productPath } from '../product-path.ts';

function define(command: Command): void {
  command
    .argument('<product>', 'a file that Landmeter made, its .passport.json, or the id of a product')
    .option('--tolerance <value>', 'values that differ by no more count as the same', '0')
    .addHelpText(
      'after',
      `
The inputs are checked by their digests first; then the product is made again in the system's folder for temporary
files (TMPDIR) and compared byte by byte. Exit code 0: identical, or within the tolerance; 1: differs.

Examples:
  landmeter replay ndvi.tif
  landmeter replay ndvi.tif --tolerance 0.0001 --json`,
    );
}

const run: Action = async (context, [product], options) => {
  const { signal, progress, config } = context;
  const tolerance = parseTolerance(String(options['tolerance']));
  const report = await replay(await productPath(context, product!), context.runner, {
    signal,
    progress,
    memoryBytes: config.memoryBytes,
    tolerance,
  });
  progress.done();
  if (context.json) context.printJson(report);
  if (report.outcome === 'differs')
    throw new PlatformError('not-the-same', `${report.product} differs. ${report.reasons.join('. ')}`, {
      detail: { inputs: report.inputs.filter(({ state }) => state !== 'same') },
    });
  if (context.json) return;
  const { inputs, outcome } = report;
  const files = new Set(inputs.map(({ path }) => path)).size;
  context.print(
    outcome === 'identical'
      ? `${report.product}: identical, made again from ${files} unchanged input ${files === 1 ? 'file' : 'files'}`
      : `${report.product}: within the tolerance. ${report.reasons.join('. ')}`,
  );
};

function parseTolerance(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new PlatformError('usage', `--tolerance is "${text}"; a number from 0 on is accepted`);
}

export const command: CommandModule = { define, run };
