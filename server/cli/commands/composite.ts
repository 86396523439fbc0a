import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { COMPOSITE_METHODS } from '../../../pipelines/core/raster/composite.ts';
import type { CompositeMethod } from '../../../pipelines/core/raster/composite.ts';
import type { CompositeReport } from '../../../pipelines/runs/composite.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { classesOf, classFiles, datesOf } from '../date-options.ts';
import { addFormulaOptions, addMaskOptions, collect, parseCalibration, parseDtype } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('[rasters...]', 'rasters of one place, oldest first')
    .requiredOption('--method <name>', COMPOSITE_METHODS.join(', '))
    .option('--scl <file>', 'scene classification, one per raster or date, in their order', collect)
    .option(
      '--index <formula>',
      'make the composite of this index or expression, of the dates given by --scene or --band',
    );
  addMaskOptions(command);
  addFormulaOptions(command);
  command.requiredOption('-o, --output <file>', 'the COG to write').addHelpText(
    'after',
    `
Where no raster is valid the result is nodata, and 0 for count. With --index each band is given once per date,
in the order of the dates; nothing is written in between.

Examples:
  landmeter composite june.tif july.tif august.tif --method median -o summer.tif
  landmeter composite a/B04.tif b/B04.tif --scl a/SCL.tif --scl b/SCL.tif --method mean -o red.tif
  landmeter composite --index ndvi --scene A.SAFE --scene B.SAFE --mask cloud,shadow --method median -o ndvi.tif
  landmeter composite --index ndvi --method max -o ndvi.tif \\
    --band red=a/B04.tif --band nir=a/B08.tif --band red=b/B04.tif --band nir=b/B08.tif`,
  );
}

const run: Action = async (context, rasters, options) => {
  const method = parseMethod(options['method']);
  const report = await compose(context, rasters, options, method);
  if (context.json) return context.printJson(report);
  const { output, width, height, layers, sizeBytes } = report;
  context.print(`${output}: ${method} of ${layers}, ${width} × ${height} pixels, ${(sizeBytes / 1e6).toFixed(1)} MB`);
};

async function compose(
  context: CliContext,
  rasters: readonly string[],
  options: Options,
  method: CompositeMethod,
): Promise<CompositeReport> {
  const output = String(options['output']);
  const formula = options['index'] as string | undefined;
  if (formula === undefined) {
    refuseFormulaOptions(options);
    const scl = classFiles(options, rasters.length);
    const inputs = rasters.map((path, k) => ({ path, classes: scl && classesOf(scl[k]!, options) }));
    return produce(context, 'composite', { rasters: inputs, method, output });
  }
  if (rasters.length > 0)
    throw new PlatformError('usage', `With --index name bands with --band or --scene; ${rasters[0]} is neither`);
  const [calibration, dtype] = [parseCalibration(options), parseDtype(options['dtype'])];
  return produce(context, 'index-composite', { formula, dates: datesOf(options), calibration, dtype, method, output });
}

function parseMethod(text: unknown): CompositeMethod {
  const method = COMPOSITE_METHODS.find((m) => m === text);
  if (method) return method;
  throw new PlatformError('usage', `--method is "${String(text)}"; ${COMPOSITE_METHODS.join(', ')} are accepted`);
}

function refuseFormulaOptions(options: Options): void {
  for (const name of ['band', 'scene', 'scale', 'offset', 'dtype'])
    if (options[name] !== undefined)
      throw new PlatformError('usage', `--${name} goes with --index; without it rasters are taken as they are`);
}

export const command: CommandModule = { define, run };
